"""The four scenes of the main job, over HTTP alone, on the town that `make run` serves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests

from bot.demo import town as example
from documents.drawing import DOORS
from tests.chat.test_reports import photo
from tests.conftest import POSTGRES_URL, fresh_postgres
from tests.served import ServedTown, eventually, serve
from tests.town import words


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTown]:
    folder = tmp_path_factory.mktemp("served")
    with ExitStack() as stack:
        url = stack.enter_context(fresh_postgres(POSTGRES_URL)) if POSTGRES_URL else ""
        yield stack.enter_context(serve(folder, url))


def token_of(page: requests.Response) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert found
    return found.group(1)


def code_of(town: ServedTown, username: str) -> str | None:
    """What the played authenticator shows, once it shows one that was not used yet."""
    page = requests.get(f"{town.base}/simulator/authenticator", timeout=20).text
    found = re.search(rf'data-account="{username}" data-code="(\d{{6}})"', page)
    return found.group(1) if found else None


def sign_in(town: ServedTown, username: str) -> requests.Session:
    browser = requests.Session()
    page = browser.get(f"{town.base}/desk/sign-in", timeout=20)
    data = {"username": username, "password": example.PASSWORD, "agency": example.SLUG}
    answer = browser.post(page.url, data={"csrf_token": token_of(page), **data}, timeout=20)
    assert answer.status_code == 200
    if answer.url.endswith("/sign-in/code"):
        code = eventually(lambda: code_of(town, username), "a code")
        data = {"csrf_token": token_of(answer), "code": code}
        answer = browser.post(answer.url, data=data, timeout=20)
        assert answer.status_code == 200
    assert "/desk/sign-in" not in answer.url
    return browser


def test_the_chat_shows_the_menu_of_six_doors(served: ServedTown) -> None:
    def menu() -> Any:
        where = {"channel": example.SLUG, "chat": example.CITIZEN}
        answer = requests.get(f"{served.base}/simulator/api/chat", params=where, timeout=20)
        return answer.json()["rich_menu"]

    shown = eventually(menu, "the menu")
    assert [one["action"]["data"] for one in shown["areas"]] == [one.choice.data for one in DOORS]


def test_the_four_scenes_of_a_day(served: ServedTown) -> None:
    citizen, officer = example.CITIZEN, example.OFFICER

    # A citizen asks.
    answer = words(served.says(citizen, "จ่ายค่าขยะเดือนละเท่าไหร่"))
    assert "ขยะ" in answer
    nobody = words(served.says(citizen, "ทีมฟุตบอลไหนชนะเมื่อคืน"))
    assert "ส่งคำถามต่อให้เจ้าหน้าที่แล้ว" in nobody or "ท่านหมายถึงเรื่องใด" in nobody

    # A citizen reports corruption, goes back once, and follows it up with the code.
    served.choose(citizen, served.says(citizen, "สวัสดีค่ะ"), "แจ้งเบาะแสทุจริต")
    served.says(citizen, "เรื่องที่พิมพ์ผิด")
    served.says(citizen, "ย้อนกลับ")
    for text in ("มีการเรียกเงินค่าตรวจแบบ", "กองช่าง", "เมื่อวานนี้", "ไม่ทราบชื่อ", "ไม่มี"):
        served.says(citizen, text)
    served.sends_photo(citizen, photo())
    served.says(citizen, "ไม่มีแล้ว")
    summary = served.says(citizen, "ไม่เปิดเผยตัวตน")
    receipt = words(served.choose(citizen, summary, "ยืนยัน"))
    code = re.search(r"\d{4} \d{4} \d{4} \d{4}", receipt)
    assert code
    assert "รับเรื่องแล้ว" in words(served.says(example.SECOND_CITIZEN, code.group()))

    # The clock strikes; the division's officer and its group are told, and answer with a tap.
    ticked = json.loads(served.command("tick", "--at", "2023-03-31T09:00"))
    assert ticked["jobs"]["reminders"]["digests"] >= 2
    digest = eventually(
        lambda: [one for one in served.chat(officer) if one["type"] == "flex"], "the digest"
    )
    assert eventually(lambda: served.chat(example.GROUP), "the group's digest")
    assert "บันทึกแล้ว" in words(served.choose(officer, digest, "เสร็จแล้ว"))
    served.says(officer, "ประชาสัมพันธ์ครบแล้ว")
    served.says(officer, "เสร็จแล้ว ไม่มีเพิ่ม")
    assert "บันทึกไว้แล้ว" in words(served.choose(officer, digest, "เสร็จแล้ว"))

    # The desk shows each officer what is theirs to see.
    integrity = sign_in(served, "integrity")
    log = integrity.get(f"{served.base}/desk/complaints", timeout=20).text
    assert "มีการเรียกเงินค่าตรวจแบบ" in log
    admin = sign_in(served, "admin")
    assert "มีการเรียกเงิน" not in admin.get(f"{served.base}/desk/complaints", timeout=20).text
    measures = admin.get(f"{served.base}/desk/measures", timeout=20).text
    assert "รายงานแล้ว" in measures


def test_the_same_tick_again_does_nothing(served: ServedTown) -> None:
    # The town's own clock, years later, sweeps old ticks away once after its start: at most one of
    # these finds its slot free again.
    for _ in range(3):
        again = json.loads(served.command("tick", "--at", "2023-03-31T09:01"))
    assert again["jobs"]["reminders"]["ran"] is False


def test_the_audit_log_is_whole(served: ServedTown) -> None:
    served.command("audit", "verify")


def test_a_bad_instant_is_refused_in_one_sentence(served: ServedTown, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="is no ISO instant"):
        served.command("tick", "--at", "tomorrow")
