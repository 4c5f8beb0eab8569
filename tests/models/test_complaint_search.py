"""Searching what is sealed: all that a reader could find, nothing that they may not read."""

from __future__ import annotations

import random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.keyring import KeyRing
from domain.sketch import SKETCH_BYTES, Sieve, draw, fold, grams, has_all, words_of
from models import complaint_search, complaint_work
from models.complaint import (
    Complaint,
    ComplaintChannel,
    ComplaintKind,
    EntryKind,
    IdentityMode,
    add_entry,
    find_by_receipt,
)
from models.complaint_access import visible_to
from models.complaint_filing import NewComplaint, file_complaint
from models.complaint_reporter import add_to_complaint
from models.complaint_search import search_all, search_page
from models.complaint_sketch import ComplaintSketch
from models.complaint_text import draw_missing, refresh_sketch, texts_of
from models.database import Database
from models.log_filters import LogFilters, LogQuery, LogSort
from models.person import Person
from tests.offices import NOON, Office, Offices

TODAY = NOON.date()
WORDS = ["ถนน", "หลุม", "น้ำท่วม", "ไฟดับ", "เงินใต้โต๊ะ", "ขยะ", "Road", "๑๒๓", "กำ", "ก้อน", "a-b"]
KEY = bytes(32)


def _file(
    session: Session,
    office: Office,
    what: str,
    kind: ComplaintKind = ComplaintKind.GENERAL,
    mode: IdentityMode = IdentityMode.NAMED,
    name: str = "นายพลเมือง ดีงาม",
) -> Complaint:
    new = NewComplaint(
        kind, mode, ComplaintChannel.WEB, {"what": what}, name=name, phone="000-111-2222"
    )
    code = file_complaint(session, office.agency_id, new, None, NOON)
    found = find_by_receipt(session, office.agency_id, code)
    assert found
    return found


def _ask(session: Session, office: Office, name: str, text: str, **more: object) -> LogQuery:
    viewer = session.get_one(Person, (office.agency_id, office.people[name].id))
    filters = LogFilters(text=text, **more)  # type: ignore[arg-type]
    return LogQuery.of(session, viewer, filters, LogSort.NEWEST, TODAY)


def _found(session: Session, office: Office, name: str, text: str, **more: object) -> set[UUID]:
    return set(search_all(session, _ask(session, office, name, text, **more), 1000, 1000))


def _sketch(session: Session, complaint: Complaint) -> bytes | None:
    return session.scalars(
        select(ComplaintSketch.bits).where(ComplaintSketch.complaint_id == complaint.id)
    ).one()


@given(text=st.text(max_size=300), data=st.data())
def test_every_part_of_a_text_of_two_characters_or_more_passes_its_sketch(
    text: str, data: st.DataObject
) -> None:
    folded = fold(text)
    sketch = draw(KEY, [text])
    assert len(sketch) == SKETCH_BYTES
    if len(folded) < 2:
        return
    first = data.draw(st.integers(0, len(folded) - 2))
    last = data.draw(st.integers(first + 2, len(folded)))
    part = folded[first:last]
    assert Sieve(KEY, [part]).passes([sketch]).all()
    assert has_all([text], [part])


def test_a_sketch_lets_few_pass_that_lack_the_word() -> None:
    dice = random.Random(1)
    letters = "กขคงจชซดตถทนบปผพฟมยรลวสหอะาิีุูเแโไ่้ "
    texts = ["".join(dice.choices(letters, k=250)) for _ in range(300)]
    sketches: list[bytes | None] = [draw(KEY, [text]) for text in texts]
    word = "สะพานลอย"
    assert sum(word in text for text in texts) == 0
    assert Sieve(KEY, [word]).passes(sketches).mean() < 0.02


def test_the_same_text_looks_unlike_itself_under_another_key_and_in_another_agency(
    db: Database, offices: Offices
) -> None:
    text = "ถนนหน้าโรงเรียนเป็นหลุมลึกมาก"
    first, second = (draw(KeyRing.generate().derive("sketch/1"), [text]) for _ in range(2))
    assert first != second
    with db.writing() as session:
        mine = _sketch(session, _file(session, offices.makham, text))
        theirs = _sketch(session, _file(session, offices.bangphra, text))
    assert mine is not None
    assert theirs is not None
    wanted = Sieve(b"k" * 32, grams("โรงเรียน"))
    assert mine != theirs
    assert not wanted.passes([mine, theirs]).any()


def test_a_search_finds_what_a_plain_reading_of_everything_readable_finds(
    db: Database, offices: Offices
) -> None:
    dice = random.Random(3)
    with db.writing() as session:
        for office in (offices.makham, offices.bangphra):
            officer = session.get_one(Person, (office.agency_id, office.people["officer"].id))
            for _ in range(40):
                one = _file(
                    session,
                    office,
                    "".join(dice.choices([*WORDS, " "], k=dice.randrange(1, 8))),
                    dice.choice(list(ComplaintKind)),
                    dice.choice(list(IdentityMode)),
                    name=dice.choice(["สมชาย", "สมหญิง"]),
                )
                if dice.random() < 0.4:
                    word = dice.choice(WORDS)
                    complaint_work.note_complaint(session, one, officer, word, NOON)
                if dice.random() < 0.4:
                    add_to_complaint(session, one, dice.choice(WORDS), [], NOON)
    queries = ["ถนน", "หลุม ขยะ", "road", "ROAD", "123", "ใต้โต", "นห", "สมหญิง", "000-111", "กํา"]
    with db.reading() as session:
        for office in (offices.makham, offices.bangphra):
            for name in ("officer", "integrity", "admin", "finance", "clerk"):
                viewer = session.get_one(Person, (office.agency_id, office.people[name].id))
                rows = session.scalars(select(Complaint).where(visible_to(viewer))).all()
                read = texts_of(session, office.agency_id, rows)
                for query in queries:
                    words = words_of(query)
                    plain = {key for key, texts in read.items() if has_all(texts, words)}
                    assert _found(session, office, name, query) == plain, (name, query)
        everything = _found(session, offices.makham, "integrity", "ถนน")
        assert everything
        assert _found(session, offices.makham, "officer", "ถนน") < everything


def test_what_is_confidential_is_found_by_no_name_and_by_its_mark(
    db: Database, offices: Offices
) -> None:
    office = offices.makham
    with db.writing() as session:
        named = _file(session, office, "เรื่องหนึ่ง")
        sealed = _file(session, office, "เรื่องหนึ่ง", mode=IdentityMode.CONFIDENTIAL)
        assert _found(session, office, "officer", "พลเมือง") == {named.id}
        assert _found(session, office, "officer", sealed.id.hex[:6]) == {sealed.id}


def test_a_report_of_corruption_has_no_sketch_and_is_found_by_who_may_read_it(
    db: Database, offices: Offices
) -> None:
    office = offices.makham
    with db.writing() as session:
        one = _file(session, office, "เรียกเงินใต้โต๊ะ", ComplaintKind.CORRUPTION)
        assert _sketch(session, one) is None
        add_entry(session, one, EntryKind.ADDED, NOON, text="ห้าพันบาท")
        assert _sketch(session, one) is None
        assert _found(session, office, "integrity", "ห้าพัน ใต้โต๊ะ") == {one.id}
        assert _found(session, office, "officer", "ใต้โต๊ะ") == set()
        other = _file(session, office, "เรื่องทั่วไป")
        assert _sketch(session, other) is not None
        other.kind = ComplaintKind.CORRUPTION
        refresh_sketch(session, other)
        assert _sketch(session, other) is None


def test_words_that_are_gone_are_gone_from_the_sketch(db: Database, offices: Offices) -> None:
    office = offices.makham
    with db.writing() as session:
        one = _file(session, office, "ถนนเป็นหลุม")
        before = _sketch(session, one)
        entry = add_entry(session, one, EntryKind.ADDED, NOON, text="คำที่จะถอนคืน")
        assert _found(session, office, "officer", "ถอนคืน") == {one.id}
        entry.text = None
        refresh_sketch(session, one)
        assert _sketch(session, one) == before
        assert _found(session, office, "officer", "ถอนคืน") == set()


def test_what_has_no_sketch_yet_is_read_and_the_sweep_draws_it(
    db: Database, offices: Offices
) -> None:
    office = offices.makham
    with db.writing() as session:
        ones = [_file(session, office, f"ถนนสาย {number}") for number in range(3)]
        secret = _file(session, office, "ถนนลับ", ComplaintKind.CORRUPTION)
        drawn = [_sketch(session, one) for one in ones]
        session.execute(update(ComplaintSketch).values(bits=None))
        session.expire_all()
        assert _found(session, office, "officer", "ถนน") == {one.id for one in ones}
        assert draw_missing(session, 2) == 2
        assert draw_missing(session, 2) == 1
        assert draw_missing(session, 2) == 0
        assert [_sketch(session, one) for one in ones] == drawn
        assert _sketch(session, secret) is None


@pytest.mark.parametrize(("sketches", "reads"), [(3, 1000), (1000, 2), (4, 1), (1000, 1000)])
def test_a_search_that_stops_early_goes_on_where_it_was_and_finds_each_once(
    db: Database,
    offices: Offices,
    monkeypatch: pytest.MonkeyPatch,
    sketches: int,
    reads: int,
) -> None:
    monkeypatch.setattr(complaint_search, "MOST_SKETCHES", sketches)
    monkeypatch.setattr(complaint_search, "MOST_READ", reads)
    monkeypatch.setattr(complaint_search, "_READ_AT_ONCE", 2)
    office = offices.makham
    with db.writing() as session:
        what = ["ถนน", "ขยะ", "น้ำท่วม"]
        filed = [_file(session, office, what[number % 3]) for number in range(20)]
        wanted = {one.id for one in filed[::3]}
        asked = _ask(session, office, "officer", "ถนน")
        seen: list[UUID] = []
        page = search_page(session, asked, 2)
        for _ in range(60):
            seen += [row.opened.complaint.id for row in page.rows]
            if page.after is None:
                break
            page = search_page(session, asked, 2, after=page.after)
        assert page.after is None
        assert len(seen) == len(set(seen))
        assert set(seen) == wanted
        back: list[UUID] = [row.opened.complaint.id for row in page.rows]
        for _ in range(60):
            if page.before is None:
                break
            page = search_page(session, asked, 2, before=page.before)
            back += [row.opened.complaint.id for row in page.rows]
        assert set(back) == wanted


def test_a_search_obeys_the_other_filters(db: Database, offices: Offices) -> None:
    office = offices.makham
    with db.writing() as session:
        request = _file(session, office, "ถนน", ComplaintKind.REQUEST)
        _file(session, office, "ถนน")
        kind = ComplaintKind.REQUEST
        assert _found(session, office, "officer", "ถนน", kind=kind) == {request.id}
