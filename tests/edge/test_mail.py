"""Digests by e-mail, for staff without LINE: through a real SMTP server on this machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import select

from bot.mail import Mailer
from bot.outbox import OutboxSender
from domain.states import DigestState, ObligationState, OutboxState
from models.agency import Agency
from models.duty import remove_email, set_email
from models.measure import Obligation
from models.outbox import OutboxMessage
from models.person import Person
from models.progress import ReportStatus, report_progress
from models.reminder import DigestRow
from tests.desk.browser import Browser
from tests.offices import Office
from tests.postoffice import SENDER, PostOffice, free_port, html_of, open_post_office, text_of
from tests.town import Town, words

WEDNESDAY = datetime(2023, 3, 29, 2, 0, tzinfo=UTC)  # 09:00 in Bangkok; 31 March is due
ADDRESS = "finance@makham.example"
PUBLIC = "https://bot.makham.example"
MEASURE = "เปิดเผยผลการใช้จ่ายงบประมาณ"
BUTTONS = ("เสร็จแล้ว", "กำลังทำ", "ติดปัญหา", "ขอเลื่อน")


@pytest.fixture
def post() -> Iterator[PostOffice]:
    with open_post_office() as office:
        yield office


def connect(
    town: Town, post: PostOffice | None, public_url: str = PUBLIC, timeout: float = 3
) -> None:
    """The process begins with these settings."""
    engine = town.engine
    mailer = None if post is None else Mailer(post.server(), timeout=timeout)
    engine.sender = OutboxSender(town.db, engine.channels, engine.messenger, public_url, mailer)


def write_to(town: Town, office: Office, who: str, address: str) -> None:
    with town.db.writing() as session:
        person = session.get_one(Person, (office.agency_id, office.people[who].id))
        set_email(session, person, address)


@pytest.fixture
def office(town: Town, post: PostOffice, frozen) -> Office:
    """Makham, where the finance officer has an e-mail address and no LINE."""
    frozen.move_to(WEDNESDAY)
    connect(town, post)
    write_to(town, town.offices.makham, "finance", ADDRESS)
    return town.offices.makham


def mails(town: Town) -> list[OutboxMessage]:
    with town.db.reading() as session:
        query = select(OutboxMessage).where(OutboxMessage.kind == "digest_mail")
        rows = list(session.scalars(query.order_by(OutboxMessage.id)))
        session.expunge_all()
    return rows


def digests(town: Town) -> list[DigestState]:
    with town.db.reading() as session:
        return list(session.scalars(select(DigestRow.state).order_by(DigestRow.day)))


def later(town: Town, frozen, **time: float) -> None:
    frozen.shift(timedelta(**time))
    town.engine.drain()


def links(text: str) -> list[str]:
    return re.findall(rf"{PUBLIC}/[^\s\"<]+", unescape(text))


def test_an_officer_without_line_gets_what_is_due_by_mail(
    town: Town, post: PostOffice, office: Office
) -> None:
    town.tick(WEDNESDAY)
    [mail] = post.mails
    assert post.recipients == [ADDRESS]
    assert post.senders == [SENDER]
    assert mail["to"] == ADDRESS
    assert mail["from"].addresses[0].display_name == "เทศบาลตำบลมะขาม"
    assert mail["from"].addresses[0].addr_spec == SENDER
    assert "มีมาตรการรอรายงานผล" in mail["subject"]
    assert mail["auto-submitted"] == "auto-generated"
    for part in (text_of(mail), html_of(mail)):
        assert "เทศบาลตำบลมะขาม" in part
        assert f"O11 {MEASURE}" in part
        assert "31 มี.ค. 2566" in part
        assert "เหลือ 2 วัน" in part
        assert "29 มี.ค. 2566" in part
        assert "แจ้งผู้ดูแลระบบ" in part
    [row] = mails(town)
    assert (row.state, row.via, row.outcome) == (OutboxState.SENT, "email", "mail_accepted")
    assert row.recipient is row.body is row.recipient_hash is row.retry_key is None
    assert digests(town) == [DigestState.SENT]


def test_no_address_and_no_words_of_a_mail_enter_the_log(
    town: Town, post: PostOffice, office: Office, capfd: pytest.CaptureFixture[str]
) -> None:
    post.to_recipient.append(f"450 4.2.0 <{ADDRESS}> is busy")
    town.tick(WEDNESDAY)
    logged = "".join(capfd.readouterr())
    assert "mail_call" in logged
    assert "mail_later_450" in logged
    for secret in (ADDRESS, "makham.example", MEASURE, "เทศบาล"):
        assert secret not in logged


def test_both_parts_hold_every_item_and_every_link(
    town: Town, post: PostOffice, office: Office, frozen
) -> None:
    with town.db.writing() as session:
        session.query(Obligation).filter_by(agency_id=office.agency_id).update(
            {"due_on": WEDNESDAY.date(), "remind_on": WEDNESDAY.date()}
        )
    town.tick(WEDNESDAY)
    [mail] = post.mails
    text, html = text_of(mail), html_of(mail)
    titles = (MEASURE, "คู่มือการให้บริการประชาชน")
    assert all(title in part for title in titles for part in (text, html))
    assert links(text) == links(html)
    answers = [one for one in links(text) if "/desk/answer/" in one]
    assert len(answers) == len(set(answers)) == 4 * len(titles)
    for label in BUTTONS:
        assert text.count(f"- {label}: ") == html.count(f">{label}</a>") == len(titles)


def test_without_a_public_address_the_mail_says_to_sign_in(
    town: Town, post: PostOffice, office: Office
) -> None:
    connect(town, post, public_url="")
    town.tick(WEDNESDAY)
    [mail] = post.mails
    for part in (text_of(mail), html_of(mail)):
        assert "เข้าสู่ระบบเว็บเจ้าหน้าที่" in part
        assert "answer" not in part


def test_a_temporary_refusal_is_tried_again_with_growing_pauses(
    town: Town, post: PostOffice, office: Office, frozen
) -> None:
    post.to_recipient += ["451 4.7.1 greylisted, come back"] * 2
    town.tick(WEDNESDAY)
    assert post.mails == []
    [row] = mails(town)
    assert (row.state, row.outcome) == (OutboxState.WAITING, "mail_later_451")
    later(town, frozen, seconds=50)
    assert mails(town)[0].attempts == 1
    later(town, frozen, seconds=15)
    later(town, frozen, seconds=125)
    assert len(post.mails) == 1
    assert mails(town)[0].state is OutboxState.SENT


@pytest.mark.parametrize("place", ["to_recipient", "to_words"])
def test_an_address_that_is_refused_for_good_is_not_tried_again(
    town: Town, post: PostOffice, office: Office, frozen, place: str
) -> None:
    getattr(post, place).append("550 5.1.1 no such user here")
    town.tick(WEDNESDAY)
    later(town, frozen, hours=2)
    [row] = mails(town)
    assert (row.state, row.outcome) == (OutboxState.REFUSED, "mail_refused_550")
    assert row.recipient is row.body is None
    assert post.mails == []
    assert digests(town) == [DigestState.OVER]


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("to_sender", "550 5.1.8 sender address rejected"),
        ("to_recipient", "554 5.7.1 relay access denied"),
        ("to_recipient", "530 5.5.1 authentication required"),
    ],
)
def test_what_the_office_can_mend_in_its_settings_loses_nothing(
    town: Town, post: PostOffice, office: Office, frozen, place: str, said: str
) -> None:
    getattr(post, place).append(said)
    town.tick(WEDNESDAY)
    [row] = mails(town)
    assert row.state is OutboxState.WAITING
    assert row.outcome == f"mail_not_allowed_{said[:3]}"
    later(town, frozen, minutes=31)
    assert len(post.mails) == 1


def test_a_mail_server_that_is_away_is_waited_for(town: Town, office: Office, frozen) -> None:
    port = free_port()
    connect(town, PostOffice(port))
    town.tick(WEDNESDAY)
    [row] = mails(town)
    assert (row.state, row.outcome) == (OutboxState.WAITING, "mail_not_reached")
    assert not row.ambiguous
    with open_post_office(port) as post:
        later(town, frozen, minutes=2)
        assert post.recipients == [ADDRESS]
    assert mails(town)[0].state is OutboxState.SENT


def test_a_mail_server_that_stays_away_is_given_up_after_a_day_and_shown(
    town: Town, office: Office, frozen
) -> None:
    connect(town, PostOffice(free_port()))
    town.tick(WEDNESDAY)
    later(town, frozen, hours=22)
    assert mails(town)[0].state is OutboxState.WAITING
    later(town, frozen, hours=2)
    [row] = mails(town)
    assert (row.state, row.outcome) == (OutboxState.REFUSED, "mail_gave_up")


def test_a_mail_whose_receipt_was_lost_is_repeated_word_for_word_under_its_id(
    town: Town, post: PostOffice, office: Office, frozen
) -> None:
    post.cuts_after_words = 1
    town.tick(WEDNESDAY)
    [row] = mails(town)
    assert (row.state, row.outcome) == (OutboxState.WAITING, "mail_no_answer")
    assert row.ambiguous
    later(town, frozen, minutes=2)
    assert mails(town)[0].state is OutboxState.SENT
    first, second = post.mails
    assert first["message-id"] == second["message-id"]
    assert post.raw[0] == post.raw[1]


def test_each_mail_has_an_id_of_its_own(
    town: Town, post: PostOffice, office: Office, frozen
) -> None:
    write_to(town, office, "finance_head", "head@makham.example")
    town.tick(WEDNESDAY)
    frozen.move_to(WEDNESDAY + timedelta(days=5))
    town.tick(WEDNESDAY + timedelta(days=5))
    ids = [mail["message-id"] for mail in post.mails]
    assert len(ids) == len(set(ids)) > 1
    assert all(one.endswith("@office.example>") for one in ids)


def test_two_agencies_write_under_their_own_names_to_their_own_people(
    town: Town, post: PostOffice, office: Office
) -> None:
    write_to(town, town.offices.bangphra, "finance", "finance@bangphra.example")
    town.tick(WEDNESDAY)
    assert sorted(post.recipients) == ["finance@bangphra.example", ADDRESS]
    for mail, to in zip(post.mails, post.recipients, strict=True):
        mine, other = "เทศบาลตำบลมะขาม", "อบต.บางพระ"
        if to != ADDRESS:
            mine, other = other, mine
        for part in (text_of(mail), html_of(mail), str(mail["from"])):
            assert mine in part
            assert other not in part
    first, second = (set(links(text_of(mail))) for mail in post.mails)
    assert first & second == {f"{PUBLIC}/desk/"}


def test_a_refusal_in_one_agency_does_not_keep_another_from_being_written_to(
    town: Town, post: PostOffice, office: Office
) -> None:
    write_to(town, town.offices.bangphra, "finance", "finance@bangphra.example")
    post.to_recipient.append("451 later")
    town.tick(WEDNESDAY)
    assert len(post.mails) == 1


def bundle_without_sending(town: Town, frozen) -> None:
    """The round has run; the mail server was away, so nothing has gone out yet."""
    connect(town, PostOffice(free_port()))
    town.tick(WEDNESDAY)
    assert [one.state for one in mails(town)] == [OutboxState.WAITING]


def test_somebody_who_left_between_bundle_and_sending_gets_nothing(
    town: Town, post: PostOffice, office: Office, frozen
) -> None:
    bundle_without_sending(town, frozen)
    with town.db.writing() as session:
        key = (office.agency_id, office.people["finance"].id)
        session.get_one(Person, key).active = False
    connect(town, post)
    later(town, frozen, minutes=5)
    assert post.mails == []
    assert mails(town)[0].state is OutboxState.DROPPED


def test_an_address_that_was_removed_meanwhile_gets_nothing(
    town: Town, post: PostOffice, office: Office, frozen
) -> None:
    bundle_without_sending(town, frozen)
    with town.db.writing() as session:
        person = session.get_one(Person, (office.agency_id, office.people["finance"].id))
        remove_email(session, person)
    connect(town, post)
    later(town, frozen, minutes=5)
    assert post.mails == []
    assert mails(town)[0].state is OutboxState.DROPPED


def test_what_was_answered_meanwhile_is_not_written_about(
    town: Town, post: PostOffice, office: Office, frozen
) -> None:
    bundle_without_sending(town, frozen)
    with town.db.writing() as session:
        query = select(Obligation).where(
            Obligation.agency_id == office.agency_id,
            Obligation.division_id == office.divisions["finance"].id,
            Obligation.state == ObligationState.OPEN,
        )
        person = session.get_one(Person, (office.agency_id, office.people["finance"].id))
        for one in session.scalars(query):
            report_progress(session, one, person, ReportStatus.DONE, channel="line", now=WEDNESDAY)
    connect(town, post)
    later(town, frozen, minutes=5)
    assert post.mails == []
    assert mails(town)[0].state is OutboxState.DROPPED


def test_mail_costs_none_of_lines_quota(town: Town, post: PostOffice, office: Office) -> None:
    town.line.set_quota("makham", 300, 300)
    town.tick(WEDNESDAY)
    assert len(post.mails) == 1
    assert town.line.requests(endpoint="push") == []
    with town.db.reading() as session:
        assert session.get_one(Agency, office.agency_id).quota_used in (None, 300)


def test_without_settings_mails_wait_and_go_out_when_the_settings_come(
    town: Town, post: PostOffice, office: Office, frozen
) -> None:
    connect(town, None)
    town.tick(WEDNESDAY)
    later(town, frozen, hours=25)  # longer than a mail that was tried is kept
    [row] = mails(town)
    assert (row.state, row.outcome) == (OutboxState.WAITING, "mail_not_set_up")
    connect(town, post)
    town.engine.drain()  # at once, not after the pause
    assert len(post.mails) == 1
    assert mails(town)[0].state is OutboxState.SENT


def test_the_desk_says_in_plain_thai_that_mails_wait_for_settings(
    town: Town, office: Office
) -> None:
    connect(town, None)
    town.tick(WEDNESDAY)
    admin = Browser(town.client.application).enter(office.people["admin"])
    page = admin.get("/desk/delivery").text
    assert "ยังไม่ได้ตั้งค่าเซิร์ฟเวอร์อีเมล" in page
    assert "mail_not_set_up" not in page
    theirs = Browser(town.client.application).enter(town.offices.bangphra.people["admin"])
    assert "ยังไม่ได้ตั้งค่าเซิร์ฟเวอร์อีเมล" not in theirs.get("/desk/delivery").text


def test_whoever_has_line_is_not_written_to_as_well(
    town: Town, post: PostOffice, office: Office
) -> None:
    line_id = town.user("เจ้าหน้าที่กองคลัง")
    town.link(office, "finance", line_id)
    town.tick(WEDNESDAY)
    assert MEASURE in words(town.line.messages_to(line_id))
    assert post.mails == []
