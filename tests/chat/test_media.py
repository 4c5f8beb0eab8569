"""Evidence that does not come, comes late, or may not come at all: a clear sentence for each."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from domain.file_types import MAX_IMAGE_BYTES, MAX_VIDEO_BYTES, MEGABYTE
from models.stored_file import StoredFile
from tests.chat.citizens import on_disk, photo
from tests.files.test_cleaning_documents import office
from tests.files.test_cleaning_sound_and_film import film as film_of
from tests.files.test_cleaning_sound_and_film import mp3_frames, track
from tests.town import Json, Town, words

PROGRAM = b"MZ\x90\x00" + b"\0" * 99


@pytest.fixture
def reporter(town: Town) -> str:
    """Somebody in the middle of a report."""
    user = town.user("ผู้แจ้ง")
    town.taps(user, "c:corruption")
    town.says(user, "เรียกเงินค่าใบอนุญาต")
    return user


def sends(town: Town, user: str, kind: str = "image", data: bytes = b"", **how: Any) -> str:
    return words(town.sends_file(user, data or photo(), kind=kind, **how))


def kept(town: Town) -> list[str]:
    with town.db.reading() as session:
        return sorted(session.scalars(select(StoredFile.media_type)))


def fetched(town: Town) -> int:
    return len(town.line.requests(endpoint="content"))


def film() -> bytes:
    return film_of(track(b"vide"))


def drains_after(town: Town, frozen, *seconds: float) -> str:
    """Time passes; the last that was said in any chat of this town's one reporter."""
    for pause in seconds:
        frozen.shift(pause)
        town.engine.drain()
    [chat] = {chat for (slug, chat), _ in town.line.world.chats.items() if slug == "makham"}
    return words(town.line.messages_to(chat)[-2:])


def test_content_that_line_deleted_is_told(town: Town, reporter: str) -> None:
    event = town.line.user_sends_media("makham", reporter, "image", photo())
    town.line.line_deletes(event["message"]["id"])
    town.happens(event)
    assert "ถูกลบไปแล้ว" in words(town.line.messages_to(reporter)[-2:])
    assert kept(town) == []


def test_a_picture_that_never_gets_ready_is_told_while_the_answer_is_free(
    town: Town, reporter: str, frozen
) -> None:
    assert sends(town, reporter, not_ready=1000) == ""
    assert "ดึงไฟล์นี้จาก LINE ไม่สำเร็จ" in drains_after(town, frozen, *[5] * 10)
    assert town.line.requests(endpoint="push") == []


def test_a_film_is_waited_for_and_its_arrival_is_told_by_push(
    town: Town, reporter: str, frozen
) -> None:
    assert sends(town, reporter, "video", film(), not_ready=60) == ""
    assert "ได้รับไฟล์" in drains_after(town, frozen, *[3] * 65)
    assert kept(town) == ["video/mp4"]
    assert len(town.line.requests(endpoint="push")) == 1


def test_a_film_that_never_gets_ready_is_told_by_push(town: Town, reporter: str, frozen) -> None:
    assert sends(town, reporter, "video", film(), not_ready=10_000) == ""
    assert "ดึงไฟล์นี้จาก LINE ไม่สำเร็จ" in drains_after(town, frozen, *[10] * 32)
    assert len(town.line.requests(endpoint="push")) == 1


@pytest.mark.parametrize("kind", ["video", "audio"])
def test_a_transcoding_that_failed_is_told_at_once(town: Town, reporter: str, kind: str) -> None:
    assert "แปลงวิดีโอหรือเสียงนี้ไม่สำเร็จ" in sends(town, reporter, kind, never_ready=True)
    assert kept(town) == []


def test_a_file_that_line_says_is_too_large_is_not_even_fetched(town: Town, reporter: str) -> None:
    said = sends(town, reporter, "file", file_name="ก.mp4", file_size=MAX_VIDEO_BYTES + 1)
    assert "ใหญ่เกินไป" in said
    assert fetched(town) == 0


def test_a_picture_beyond_its_limit_is_refused_by_its_announced_length(
    town: Town, reporter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unread(*_: object) -> bytes:
        raise AssertionError("the body was read")

    monkeypatch.setattr("bot.messenger._read_capped", unread)
    assert "ใหญ่เกินไป" in sends(town, reporter, data=b"\xff" * (MAX_IMAGE_BYTES + 1))


def test_a_body_that_is_longer_than_announced_is_cut_off(
    town: Town, reporter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.messenger._length", lambda _: 0)
    assert "ใหญ่เกินไป" in sends(town, reporter, data=b"\xff" * (MAX_IMAGE_BYTES + MEGABYTE))


def test_content_that_lies_elsewhere_is_never_fetched(town: Town, reporter: str) -> None:
    said = sends(town, reporter, external_url="https://example.com/a.jpg")
    assert "ไม่ได้ส่งผ่าน LINE" in said
    assert town.line.requests(endpoint="content") == []


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(PROGRAM, id="program"),
        pytest.param(b"<svg onload=alert(1)>", id="svg"),
        pytest.param(b"PK\x05\x06" + b"\0" * 18, id="archive"),
        pytest.param(b"{\\rtf1 hello}", id="rtf"),
        pytest.param(b"\x7fELF" + b"\0" * 60, id="elf"),
    ],
)
def test_forbidden_kinds_are_named_by_what_may_be_sent(
    town: Town, reporter: str, data: bytes
) -> None:
    said = sends(town, reporter, "file", data, file_name="หลักฐาน.jpg")
    assert "รับได้เฉพาะ" in said or "เสียหาย" in said
    assert kept(town) == []
    assert on_disk(town) == set()


def test_sound_film_pdf_and_office_files_are_kept(town: Town, reporter: str) -> None:
    pdf = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
    sends(town, reporter, "video", film())
    sends(town, reporter, "file", pdf, file_name="คำสั่ง.pdf")
    sends(town, reporter, "file", office(), file_name="หนังสือ.docx")
    said = sends(town, reporter, "audio", mp3_frames())
    assert "ได้รับไฟล์รายการที่ 4" in said
    assert kept(town) == sorted(
        [
            "application/pdf",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "audio/mpeg",
            "video/mp4",
        ]
    )


def test_a_file_without_a_name_is_kept(town: Town, reporter: str) -> None:
    event = town.line.user_sends_media("makham", reporter, "file", photo())
    del event["message"]["fileName"]
    event["message"]["fileSize"] = "unknown"
    town.happens(event)
    assert "ได้รับไฟล์" in words(town.line.messages_to(reporter)[-1:])


def a_set(town: Town, user: str, spoilt: set[int], order: tuple[int, ...]) -> list[list[Json]]:
    """Pictures of one set in an order; those of ``spoilt`` are no pictures."""
    total = len(order)
    said = []
    for index in order:
        data = PROGRAM if index in spoilt else photo()
        said.append(town.sends_file(user, data, image_set=("set-1", index, total)))
    return said


@pytest.mark.parametrize("order", [(1, 2, 3), (2, 3, 1), (3, 1, 2)])
def test_of_a_set_with_one_bad_picture_the_others_are_kept_and_counted(
    town: Town, reporter: str, order: tuple[int, ...]
) -> None:
    said = a_set(town, reporter, {2}, order)
    everything = "\n".join(words(one) for one in said)
    assert everything.count("รับได้เฉพาะ") == 1
    assert "2 จาก 3 รูป" in words(said[-1])
    assert len(kept(town)) == 2


def test_a_set_that_fails_as_a_whole_is_told_why_once(town: Town, reporter: str) -> None:
    said = a_set(town, reporter, {1, 2, 3, 4}, (4, 1, 3, 2))
    assert [len(one) for one in said] == [1, 0, 0, 1]
    assert "0 จาก 4 รูป" in words(said[-1])


def test_more_pictures_than_fit_are_told_once(town: Town, reporter: str) -> None:
    said = a_set(town, reporter, set(), tuple(range(1, 15)))
    assert sum(len(one) for one in said) == 2
    assert "10 จาก 14 รูป" in words(said[-1])
    assert len(kept(town)) == len(on_disk(town)) == 10


def test_a_photo_out_of_nowhere_is_neither_fetched_nor_kept(town: Town) -> None:
    said = sends(town, town.user("ประชาชน"))
    assert "ไม่ได้เก็บไว้" in said
    assert fetched(town) == 0
