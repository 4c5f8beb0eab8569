"""Paragraphs and questions in the files of XQuAD and of iapp-wiki-qa.

XQuAD: one object, ``data`` > ``paragraphs`` > ``context`` and ``qas``. iapp-wiki-qa: an object a
question with ``context``, ``question`` and ``title``, in one list or one a line.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

Rows = list[tuple[str, str, str]]
Asked = list[tuple[str, str]]


def read(asked_of: Sequence[Path], also: Sequence[Path] = ()) -> tuple[Rows, Asked]:
    """Return (key, title, paragraph) and (question, key): each paragraph once, in the files' order.

    Of the files ``also`` the paragraphs are read, and nothing is asked. Raises ValueError.
    """
    keys: dict[str, str] = {}
    groups: dict[str, int] = {}
    rows: Rows = []
    asked: Asked = []
    for path in (*asked_of, *also):
        for title, paragraph, question in _said(path):
            if paragraph not in keys:
                group = title or "-"
                groups[group] = groups.get(group, 0) + 1
                keys[paragraph] = f"{group.replace(',', ' ')}-{groups[group]}"
                rows.append((keys[paragraph], title or paragraph[:60], paragraph))
            if path in asked_of and question:
                asked.append((question, keys[paragraph]))
    if not asked:
        raise ValueError(f"no question in {', '.join(map(str, asked_of))}")
    return rows, asked


def _said(path: Path) -> Iterator[tuple[str, str, str]]:
    text = path.read_text(encoding="utf-8-sig")
    try:
        held: Any = json.loads(text)
    except ValueError:
        held = [json.loads(line) for line in text.splitlines() if line.strip()]
    if isinstance(held, dict) and "data" in held:
        for article in held["data"]:
            for paragraph in article["paragraphs"]:
                for one in paragraph["qas"]:
                    title = article.get("title", "").replace("_", " ")
                    yield title, paragraph["context"], one["question"]
        return
    for one in held if isinstance(held, list) else [held]:
        if "context" not in one:
            raise ValueError(f"{path}: neither XQuAD nor iapp-wiki-qa")
        yield one.get("title", ""), one["context"], one.get("question", "")
