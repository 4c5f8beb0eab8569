"""A message that is taken back after its report was filed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.complaint import Complaint, EntryKind, IdentityMode
from models.complaint_access import access_complaint
from models.complaint_reporter import add_to_complaint
from tests.chat.citizens import (
    CONTENT,
    content_of,
    entries_of,
    file_is_known,
    filed_messages,
    files_a_case,
    keeps_a_file,
    now,
    on_disk,
    photo,
    unsends,
)
from tests.offices import Office
from tests.town import Json, Town

FILED, BACK = (EntryKind.FILED, None), (EntryKind.TAKEN_BACK, None)


def says_it(town: Town, user: str, text: str, office: Office | None = None) -> Json:
    """Only the event: what it became is told to the models."""
    return town.line.user_sends_text((office or town.offices.makham).slug, user, text)


@pytest.mark.parametrize("mode", [IdentityMode.NAMED, IdentityMode.CONFIDENTIAL])
def test_an_answer_that_is_taken_back_leaves_the_case_and_a_mark(
    town: Town, mode: IdentityMode
) -> None:
    user = town.user("ผู้ร้อง")
    event = says_it(town, user, CONTENT["where"])
    case = files_a_case(town, user, mode=mode, sources={event["message"]["id"]: "where"})
    unsends(town, event)
    assert content_of(town, case) == {"what": CONTENT["what"]}
    assert entries_of(town, case) == [FILED, BACK]
    assert filed_messages(town) == 0


def test_an_answer_of_several_messages_goes_whole(town: Town) -> None:
    user = town.user("ผู้ร้อง")
    first, second = says_it(town, user, "ถนน"), says_it(town, user, "เป็นหลุม")
    ids = {first["message"]["id"]: "what", second["message"]["id"]: "what"}
    case = files_a_case(town, user, sources=ids)
    unsends(town, first)
    assert content_of(town, case) == {"where": CONTENT["where"]}
    unsends(town, second)
    assert entries_of(town, case) == [FILED, BACK]


def test_a_photo_that_is_taken_back_is_gone_from_the_disk_at_once(town: Town) -> None:
    user = town.user("ผู้ร้อง")
    event = town.line.user_sends_media("makham", user, "image", photo())
    file_id, blob = keeps_a_file(town)
    kept_id, kept = keeps_a_file(town)
    case = files_a_case(
        town, user, files=[file_id, kept_id], sources={event["message"]["id"]: file_id}
    )
    assert on_disk(town) == {blob, kept}
    unsends(town, event)
    assert on_disk(town) == {kept}
    assert not file_is_known(town, file_id)
    assert file_is_known(town, kept_id)
    assert entries_of(town, case) == [FILED, BACK]


def test_words_that_were_added_later_are_emptied(town: Town) -> None:
    user = town.user("ผู้ร้อง")
    event = says_it(town, user, "เพิ่มเติมว่ามีป้ายชื่อบริษัท")
    case = files_a_case(town, user)
    with town.db.writing() as session:
        row = session.get_one(Complaint, (case.agency_id, case.id))
        sources = {event["message"]["id"]: "entry"}
        add_to_complaint(session, row, "มีป้ายชื่อบริษัท", [], now(), sources=sources)
        add_to_complaint(session, row, "อีกเรื่องหนึ่ง", [], now(), sources={"77": "entry"})
    unsends(town, event)
    assert entries_of(town, case) == [
        FILED,
        (EntryKind.ADDED, None),
        (EntryKind.ADDED, "อีกเรื่องหนึ่ง"),
        BACK,
    ]
    assert filed_messages(town) == 1


def test_officers_see_that_something_was_taken_back_and_not_what(town: Town) -> None:
    user = town.user("ผู้ร้อง")
    event = says_it(town, user, CONTENT["what"])
    case = files_a_case(town, user, sources={event["message"]["id"]: "what"})
    unsends(town, event)
    with town.db.writing() as session:
        officer = town.offices.makham.people["officer"]
        opened = access_complaint(session, officer, case.id, now())
        assert "what" not in opened.content
        assert [(one.entry.kind, one.text) for one in opened.entries][-1] == (
            EntryKind.TAKEN_BACK,
            "",
        )


def test_a_redelivered_unsend_changes_nothing(town: Town) -> None:
    user = town.user("ผู้ร้อง")
    event = says_it(town, user, CONTENT["where"])
    case = files_a_case(town, user, sources={event["message"]["id"]: "where"})
    back = unsends(town, event)
    town.happens({**back, "deliveryContext": {"isRedelivery": True}})
    town.happens({**back, "webhookEventId": "01H000000000000000000000ZZ"})
    assert entries_of(town, case) == [FILED, BACK]


def test_an_unsend_of_somebody_else_or_at_another_office_does_nothing(town: Town) -> None:
    user, other = town.user("ผู้ร้อง"), town.user("อีกคน")
    event = says_it(town, user, CONTENT["where"])
    case = files_a_case(town, user, sources={event["message"]["id"]: "where"})
    stranger = {"type": "user", "userId": other}
    unsends(town, event, source=stranger)
    there = {**event, "type": "unsend", "unsend": {"messageId": event["message"]["id"]}}
    town.happens({**there, "webhookEventId": "01H0000000000000000000000A"}, town.offices.bangphra)
    in_group = {"type": "group", "groupId": "C" + "1" * 32, "userId": user}
    town.happens({**there, "source": in_group, "webhookEventId": "01H0000000000000000000000B"})
    assert content_of(town, case) == CONTENT
    assert entries_of(town, case) == [FILED]


def test_of_an_anonymous_report_no_message_is_remembered(town: Town) -> None:
    user = town.user("ผู้แจ้ง")
    event = says_it(town, user, CONTENT["where"])
    sources = {event["message"]["id"]: "where"}
    case = files_a_case(town, user, mode=IdentityMode.ANONYMOUS, sources=sources)
    assert filed_messages(town) == 0
    unsends(town, event)
    assert content_of(town, case) == CONTENT
    assert entries_of(town, case) == [FILED]


def test_a_cancelled_drafts_photo_leaves_the_disk_with_the_draft(town: Town) -> None:
    user = town.user("ผู้ร้อง")
    town.taps(user, "c:corruption")
    town.says(user, "เรียกเงินค่าใบอนุญาต")
    town.sends_file(user, photo())
    assert len(on_disk(town)) == 1
    town.says(user, "ยกเลิก")
    assert on_disk(town) == set()
    with town.db.reading() as session:
        assert session.scalars(select(Complaint)).all() == []
