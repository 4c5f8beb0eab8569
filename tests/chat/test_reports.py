"""A frightened informant, step by step, and what is kept of them."""

from __future__ import annotations

import io
import json
import re

import pytest
from PIL import Image
from sqlalchemy import select

from models import vault
from models.complaint import Complaint, ComplaintKind, IdentityMode, Reporter
from models.complaint_log import complaint_log
from models.contact import Contact, find_contact
from models.conversation import Conversation
from models.outbox import OutboxMessage
from models.stored_file import StoredFile, files_of_complaint
from tests.town import Town, actions, words


def photo(exif: bool = True) -> bytes:
    picture = Image.new("RGB", (64, 48), "teal")
    data = Image.Exif()
    data[0x010E] = "taken at the secret place"
    held = io.BytesIO()
    picture.save(held, "JPEG", exif=data if exif else None)
    return held.getvalue()


def begin(town: Town, user: str, door: str = "แจ้งเบาะแสทุจริต") -> list[dict]:
    return town.choose(user, town.says(user, "สวัสดีค่ะ"), door)


def tell(town: Town, user: str, *answers: str) -> list[dict]:
    messages: list[dict] = []
    for answer in answers:
        messages = town.says(user, answer)
    return messages


STORY = ("มีการเรียกเงินค่าออกใบอนุญาต", "ที่กองช่าง", "เดือนที่แล้ว", "เจ้าหน้าที่หน้าเคาน์เตอร์")
TOLD = (*STORY, "ไม่มี")  # nobody else must not see it


def send_anonymously(town: Town, user: str) -> str:
    begin(town, user)
    tell(town, user, *TOLD)
    town.choose(user, town.sends_file(user, photo()), "ไม่มีแล้ว")
    summary = town.says(user, "ไม่เปิดเผยตัวตน")
    assert "ตรวจสอบก่อนส่ง" in words(summary)
    return code_in(town.choose(user, summary, "ยืนยัน"))


def code_in(messages: list[dict]) -> str:
    found = re.search(r"\d{4} \d{4} \d{4} \d{4}", words(messages))
    assert found, words(messages)
    return found.group()


def complaints(town: Town) -> list[tuple[Complaint, dict[str, str]]]:
    with town.db.reading() as session:
        rows = session.scalars(select(Complaint)).all()
        session.expunge_all()
        return [
            (row, vault.open_json(session, row.agency_id, "complaint", row.content)) for row in rows
        ]


def test_the_choice_of_identity_is_explained_before_anything_is_asked(town: Town) -> None:
    opening = begin(town, town.user("ผู้แจ้ง"))
    assert "ไม่เปิดเผยตัวตน" in opening[0]["text"]
    assert "เกิดอะไรขึ้น" in opening[1]["text"]


def test_an_anonymous_report_is_filed_and_its_code_tells_its_status(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    code = send_anonymously(town, user)
    [(complaint, content)] = complaints(town)
    assert complaint.kind is ComplaintKind.CORRUPTION
    assert complaint.identity_mode is IdentityMode.ANONYMOUS
    assert list(content.values()) == list(STORY)
    status = town.says(town.user("อีกเครื่องหนึ่ง"), code)
    assert "รับเรื่องแล้ว" in words(status)
    assert STORY[0] not in words(status)


def test_an_anonymous_report_leaves_no_link_to_its_writer(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    code = send_anonymously(town, user)
    with town.db.reading() as session:
        assert session.scalars(select(Reporter)).all() == []
        assert session.scalars(select(Conversation)).all() == []
        assert find_contact(session, town.offices.makham.agency_id, user) is None
        [complaint] = session.scalars(select(Complaint)).all()
        assert complaint.received_at is None
        for message in session.scalars(select(OutboxMessage)):
            assert message.recipient is message.recipient_hash is message.body is None
            assert message.reply_token is None
    everything = dump(town)
    for secret in (user, code, code.replace(" ", ""), STORY[0], "secret place"):
        assert secret.encode() not in everything


def dump(town: Town) -> bytes:
    """Every byte that is kept: the database's rows and the blobs."""
    held = []
    with town.db.engine.connect() as connection:
        for table in Complaint.metadata.sorted_tables:
            for row in connection.execute(select(table)):
                held.extend(
                    value if isinstance(value, bytes) else str(value).encode() for value in row
                )
    for path in town.blobs._folder.rglob("*"):
        if path.is_file():
            held.append(path.read_bytes())
    return b"\n".join(held)


def test_a_photo_is_kept_sealed_without_its_metadata(town: Town) -> None:
    send_anonymously(town, town.user("ผู้แจ้ง"))
    with town.db.reading() as session:
        [complaint] = session.scalars(select(Complaint)).all()
        [stored] = files_of_complaint(session, complaint.agency_id, complaint.id)
        opened = town.blobs.get(complaint.agency_id, stored.blob)
    assert Image.open(io.BytesIO(opened)).getexif() == {}
    assert b"secret place" not in opened


def test_a_confidential_report_keeps_the_way_back_and_hides_the_name(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    begin(town, user)
    tell(town, user, *TOLD, "ไม่มี")
    consent = town.says(user, "ปกปิดชื่อ")
    assert "ยินยอม" in words(consent)
    code_in(town.choose(user, town.choose(user, consent, "ยินยอม"), "ยืนยัน"))
    office = town.offices.makham
    with town.db.reading() as session:
        [reporter] = session.scalars(select(Reporter)).all()
        contact = find_contact(session, office.agency_id, user)
        assert reporter.contact_id == contact.id
        assert contact.consent_version is not None
        [opened] = complaint_log(session, office.people["integrity"], 10)
        assert opened.identity is None


def test_a_named_report_shows_the_name_to_the_integrity_officer_alone(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    begin(town, user)
    tell(town, user, *TOLD, "ไม่มี", "เปิดเผยชื่อ", "ยินยอม", "ชาวบ้าน หมู่สาม", "0-0000-0199")
    code_in(town.says(user, "ยืนยัน"))
    office = town.offices.makham
    with town.db.reading() as session:
        [opened] = complaint_log(session, office.people["integrity"], 10)
        assert opened.identity == {"name": "ชาวบ้าน หมู่สาม", "phone": "0-0000-0199"}
        for other in ("admin", "officer", "finance", "finance_head", "clerk", "auditor"):
            assert complaint_log(session, office.people[other], 10) == []
        assert complaint_log(session, town.offices.bangphra.people["integrity"], 10) == []


def test_one_can_go_back_and_the_new_answer_counts(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    begin(town, user)
    tell(town, user, "เรื่องแรก", "ย้อนกลับ", "เรื่องที่แก้แล้ว", *TOLD[1:], "ไม่มี")
    town.says(user, "ไม่เปิดเผยตัวตน")
    town.says(user, "ยืนยัน")
    [(_, content)] = complaints(town)
    assert content["what"] == "เรื่องที่แก้แล้ว"


def test_a_door_tapped_in_the_middle_keeps_the_draft_and_takes_no_question_for_an_answer(
    town: Town,
) -> None:
    user = town.user("ผู้แจ้ง")
    doors = town.says(user, "สวัสดีค่ะ")
    begin(town, user)
    tell(town, user, STORY[0])
    assert "ค้างไว้" in words(town.choose(user, doors, "ถามข้อมูล"))
    asked_again = town.says(user, "ทำต่อ")
    assert "ที่ไหน" in words(asked_again)
    tell(town, user, *TOLD[1:], "ไม่มี", "ไม่เปิดเผยตัวตน", "ยืนยัน")
    [(_, content)] = complaints(town)
    assert [content["what"], content["where"]] == list(STORY[:2])


def test_asking_for_a_status_ends_when_another_door_is_tapped(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    doors = town.says(user, "สวัสดีค่ะ")
    town.choose(user, doors, "ติดตามเรื่อง")
    assert "พิมพ์คำถาม" in words(town.choose(user, doors, "ถามข้อมูล"))
    assert "รหัส" not in words(town.says(user, "จ่ายค่าขยะได้ที่ไหน"))


def test_a_cancelled_draft_leaves_nothing(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    begin(town, user)
    tell(town, user, *TOLD)
    town.sends_file(user, photo())
    assert "ถูกลบทั้งหมด" in words(town.says(user, "ยกเลิก"))
    with town.db.reading() as session:
        for table in (Complaint, Conversation, StoredFile, Contact):
            assert session.scalars(select(table)).all() == []


def test_a_draft_waits_a_day_for_its_writer(town: Town, frozen) -> None:
    user = town.user("ผู้แจ้ง")
    begin(town, user)
    tell(town, user, STORY[0])
    frozen.shift(24 * 3600)
    asked = town.says(user, "สวัสดี")
    assert "ค้างไว้" in words(asked)
    again = town.choose(user, asked, "ทำต่อ")
    assert "เกิดที่ไหน" in words(again)
    tell(town, user, *TOLD[1:], "ไม่มี", "ไม่เปิดเผยตัวตน")
    town.says(user, "ยืนยัน")
    [(_, content)] = complaints(town)
    assert content["what"] == STORY[0]


def test_a_forgotten_draft_is_swept_away(town: Town, frozen) -> None:
    user = town.user("ผู้แจ้ง")
    begin(town, user)
    tell(town, user, STORY[0])
    frozen.shift(20 * 24 * 3600)
    town.tick(frozen_now())
    with town.db.reading() as session:
        assert session.scalars(select(Conversation)).all() == []


def frozen_now():
    from datetime import UTC, datetime

    return datetime.now(UTC)


def test_photos_of_a_set_are_answered_once(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    begin(town, user, "แจ้งเรื่องร้องเรียน")
    tell(town, user, "ถนนเป็นหลุม", "หน้าโรงเรียน")
    said = [town.sends_file(user, photo(), image_set=("set-1", index, 3)) for index in (2, 1, 3)]
    assert [len(messages) for messages in said] == [0, 0, 1]
    assert "3" in words(said[-1])


def test_a_file_that_line_still_prepares_is_waited_for(town: Town, frozen) -> None:
    user = town.user("ผู้แจ้ง")
    begin(town, user)
    tell(town, user, *TOLD)
    assert town.sends_file(user, photo(), not_ready=1) == []
    frozen.shift(3)
    town.engine.drain()
    assert "ได้รับไฟล์" in words(town.line.messages_to(user)[-1:])


def test_a_file_that_was_withdrawn_is_told(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    begin(town, user)
    tell(town, user, *TOLD)
    event = town.line.user_sends_media("makham", user, "image", photo())
    town.line.user_unsends(event["message"]["id"])
    town.happens(event)
    assert "ถูกลบไปแล้ว" in words(town.line.messages_to(user)[-2:])


@pytest.mark.parametrize("data", [b"MZ\x90\x00" + b"\0" * 99, b"<script>alert(1)</script>", b""])
def test_a_forbidden_file_is_refused_in_plain_words(town: Town, data: bytes) -> None:
    user = town.user("ผู้แจ้ง")
    begin(town, user)
    tell(town, user, *TOLD)
    said = town.sends_file(user, data, kind="file", file_name="หลักฐาน.pdf")
    assert any(hint in words(said) for hint in ("รับได้เฉพาะ", "ว่างเปล่า"))
    with town.db.reading() as session:
        assert session.scalars(select(StoredFile)).all() == []


def test_a_place_sent_from_the_phone_answers_where(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    begin(town, user)
    tell(town, user, STORY[0])
    assert "เกิดเมื่อไร" in words(town.sends_place(user, "ตลาดสด"))


def test_a_sticker_in_the_middle_is_no_answer(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    begin(town, user)
    town.happens(town.line.user_sends_sticker("makham", user))
    assert "เกิดอะไรขึ้น" in words(town.line.messages_to(user)[-1:])


def test_a_code_with_one_wrong_digit_is_called_mistyped(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    code = send_anonymously(town, user)
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    assert "ตัวเลขผิด" in words(town.says(user, wrong))


def test_another_agency_does_not_know_the_code(town: Town) -> None:
    code = send_anonymously(town, town.user("ผู้แจ้ง"))
    office = town.offices.bangphra
    assert "ไม่พบเรื่อง" in words(town.says(town.user("คนบางพระ", office), code, office))


def test_a_message_that_sounds_like_corruption_offers_the_door(town: Town) -> None:
    offered = town.says(town.user("ผู้แจ้ง"), "เจ้าหน้าที่เรียกเงินใต้โต๊ะค่ะ")
    assert "แจ้งเบาะแสทุจริต" in [one["label"] for one in actions(offered)]


def test_the_logs_of_a_report_say_nothing_personal(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    user = town.user("ผู้แจ้ง")
    code = send_anonymously(town, user)
    written = "".join(capsys.readouterr())
    assert "line_call" in written
    for secret in (user, code, STORY[0], json.dumps(STORY[0])):
        assert secret not in written


def test_a_message_taken_back_is_taken_out_of_the_draft(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    begin(town, user)
    event = town.line.user_sends_text("makham", user, "ชื่อของฉันเองเผลอพิมพ์ไป")
    town.happens(event)
    town.happens(town.line.user_unsends(event["message"]["id"]))
    tell(town, user, *TOLD, "ไม่มี", "ไม่เปิดเผยตัวตน", "ยืนยัน")
    [(_, content)] = complaints(town)
    assert "เผลอพิมพ์" not in json.dumps(content, ensure_ascii=False)
    assert content["what"] == STORY[0]


def test_a_photo_taken_back_is_not_filed(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    begin(town, user)
    tell(town, user, *TOLD)
    event = town.line.user_sends_media("makham", user, "image", photo())
    town.happens(event)
    town.happens(town.line.user_unsends(event["message"]["id"]))
    tell(town, user, "ไม่มี", "ไม่เปิดเผยตัวตน", "ยืนยัน")
    with town.db.reading() as session:
        assert session.scalars(select(StoredFile)).all() == []
