"""The judge of search on paragraphs reads the files in which XQuAD and iapp-wiki-qa come."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

_JUDGE = Path(__file__).parents[2] / "benchmarks" / "search" / "encyclopedia.py"
_PARAGRAPHS = {
    "ทะเลสาบ": "ทะเลสาบแห่งนี้ลึกที่สุดแปดสิบเมตร ชาวบ้านจับปลาด้วยลอบไม้ไผ่ในฤดูแล้ง",
    "หอคอย": "หอคอยไม้สักสูงสามสิบวา สร้างโดยช่างเจ็ดคนในเวลาสองปี และใช้ดูไฟป่า",
}
_QUESTIONS = {"ทะเลสาบ": ["ทะเลสาบลึกเท่าไร", "จับปลาด้วยอะไร"], "หอคอย": ["ใครสร้างหอคอย"]}


def judge(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(_JUDGE), "--mode", "words", "--shape", "itself", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def as_xquad() -> str:
    data = [
        {
            "title": title,
            "paragraphs": [{"context": text, "qas": [{"question": q} for q in _QUESTIONS[title]]}],
        }
        for title, text in _PARAGRAPHS.items()
    ]
    return json.dumps({"data": data}, ensure_ascii=False)


def as_iapp(*, lines: bool) -> str:
    rows = [
        {"title": title, "context": text, "question": question}
        for title, text in _PARAGRAPHS.items()
        for question in _QUESTIONS[title]
    ]
    if not lines:
        return json.dumps(rows, ensure_ascii=False)
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


@pytest.mark.parametrize(
    "content",
    [as_xquad(), as_iapp(lines=True), as_iapp(lines=False)],
    ids=["xquad", "lines", "list"],
)
def test_each_paragraph_is_an_entry_and_each_question_is_asked(
    tmp_path: Path, content: str
) -> None:
    file = tmp_path / "held.json"
    file.write_text(content, encoding="utf-8")
    told = judge("--squad", str(file))
    assert told.returncode == 0, told.stderr
    assert "itself: 2 entries, 3 questions" in told.stdout
    assert "ours, words   R@1 1.000" in told.stdout


def test_paragraphs_that_nothing_is_asked_of_stand_in_the_way(tmp_path: Path) -> None:
    asked, other = tmp_path / "asked.json", tmp_path / "other.json"
    asked.write_text(as_xquad(), encoding="utf-8")
    other.write_text(
        json.dumps([{"title": "บ่อ", "context": "บ่อน้ำลึกสองวา", "question": "บ่อลึกเท่าไร"}]),
        encoding="utf-8",
    )
    told = judge("--squad", str(asked), "--contexts", str(other))
    assert "itself: 3 entries, 3 questions" in told.stdout


def test_a_file_of_something_else_is_refused_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "other.json"
    file.write_text('[{"name": "ก"}]', encoding="utf-8")
    told = judge("--squad", str(file))
    assert told.returncode == 2
    assert "neither XQuAD nor iapp-wiki-qa" in told.stderr
    assert "Traceback" not in told.stderr
