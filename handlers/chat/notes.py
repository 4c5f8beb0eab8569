"""Words and files after a tap: to which report they belong, and asking where that is in doubt."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from domain import answer_words, wording
from domain.ids import read_receipt_code
from domain.messages import Message, Text
from domain.percent import bare_percent, percent_in
from domain.routing import route
from domain.states import ObligationState
from domain.taps import NOTE, Move, read_move
from handlers.chat.doubt import (
    NO,
    SURE,
    has_share,
    is_chat,
    open_still,
    question,
    sounds_like_a_citizen,
    waits_alone,
)
from handlers.chat.memory import FollowUp, Memory, Part, Pending, recall, remember
from handlers.chat.staff import FINISH, ROLL, keep_file, staff_member
from handlers.chat.turn import SILENCE, Answer, FetchedFile, FileTrouble, Given, Turn
from models.measure import Obligation, get_obligation, may_answer
from models.person import Person
from models.progress import (
    ProgressReport,
    ReportStatus,
    add_to_report,
    finish_report,
    get_report,
)
from models.stored_file import discard_drafted, drafted_files

_LONGEST_NOTE = 5000
_WAITS = timedelta(days=1)
_TEXT_IN_DOUBT = timedelta(hours=1)  # after the half hour
_MOST_OFFERED = 3
_MOST_PARTS = 20
_MOST_MESSAGES = 5  # in one reply, per LINE

Otherwise = Callable[[Turn], Answer]


def heard(turn: Turn, memory: Memory) -> Answer | None:
    """What comes in after a tap; None when it is something else, and no longer waited for."""
    if not memory.follow_ups:
        return None
    inbound, live = turn.inbound, _live(turn, memory)
    if inbound.type == "postback":
        return _other_tap(turn, memory)
    if inbound.message_type == "text":
        if not inbound.text.strip() or read_receipt_code(inbound.text) is not None:
            return None  # a key to a report must not be shown to whoever reads answers
        if _is_a_button(inbound.text):
            return _typed_a_button(turn, memory) if memory.is_free else None
    elif not inbound.is_media:
        return None
    if _is_for_the_others(turn):
        return None
    person = staff_member(turn)
    reports = [] if person is None else _reports(turn, memory, person)
    if person is None or not reports:
        return None
    now_live = [one for one in reports if any(one.id == other.report_id for other in live)]
    if now_live:
        if _in_doubt(turn, memory, now_live):
            return _ask(turn, memory, now_live)
        return _add_now(turn, person, now_live[0])
    if memory.is_free and _late_but_meant(turn, memory):
        return _ask(turn, memory, reports)
    return None


def _is_for_the_others(turn: Turn) -> bool:
    """Small talk in a group: what is kept is read by a head who decides."""
    inbound = turn.inbound
    if not inbound.in_group or inbound.mentions_us or inbound.is_media:
        return False
    return is_chat(inbound.text)


def _live(turn: Turn, memory: Memory) -> list[FollowUp]:
    return [one for one in memory.follow_ups if one.is_live(turn.now)]


def _reports(turn: Turn, memory: Memory, person: Person) -> list[ProgressReport]:
    """The sender's own reports of the last taps: of each obligation the latest."""
    found: dict[UUID, ProgressReport] = {}
    for one in memory.follow_ups:
        report = get_report(turn.session, turn.agency_id, one.report_id)
        if report is not None and report.person_id == person.id:
            found.setdefault(report.obligation_id, report)
    return list(found.values())[:_MOST_OFFERED]


def _in_doubt(turn: Turn, memory: Memory, reports: Sequence[ProgressReport]) -> bool:
    """Two were answered, a guided report is under way, a possible tip came before, or the words
    sound like a citizen's."""
    if len(reports) > 1 or not memory.is_free:
        return True
    came_after_a_tip = any(one.in_doubt for one in _live(turn, memory))
    if turn.inbound.is_media:
        return came_after_a_tip
    text = turn.inbound.text
    if came_after_a_tip and not has_share(text):
        return True
    return sounds_like_a_citizen(text, reports[0].status)


def _late_but_meant(turn: Turn, memory: Memory) -> bool:
    """After the half hour: a file, or words that are not surely something else. In a group people
    talk with each other, so there only of a file."""
    if turn.inbound.is_media:
        return True
    newest = memory.follow_ups[0]
    if turn.inbound.in_group or newest.finished:
        return False
    return turn.now < newest.until + _TEXT_IN_DOUBT and route(turn.inbound.text).confidence < SURE


def _other_tap(turn: Turn, memory: Memory) -> Answer | None:
    if not memory.is_free:
        return None
    if read_move(turn.inbound.postback_data) is Move.NEXT:
        return _finish(turn, memory)
    if not turn.inbound.in_group:
        _end(turn, memory)  # a door was opened: what is typed next belongs there
    return None


def _is_a_button(text: str) -> bool:
    return (
        text.strip() == FINISH.label
        or wording.typed_move(text) is not None
        or wording.typed_door(text) is not None
    )


def _typed_a_button(turn: Turn, memory: Memory) -> Answer | None:
    """A door is opened; of the other buttons only those that end belong here."""
    text = turn.inbound.text
    ends = wording.typed_move(text) in (Move.NEXT, Move.CANCEL) or text.strip() == FINISH.label
    if ends and _live(turn, memory):
        return _finish(turn, memory)
    if wording.typed_door(text) is not None:
        _end(turn, memory)
    return None


def _end(turn: Turn, memory: Memory) -> Memory:
    """No more words belong to any report unasked, and those above may be told."""
    ended = []
    for one in memory.follow_ups:
        if not one.finished:
            report = get_report(turn.session, turn.agency_id, one.report_id)
            if report is not None:
                finish_report(turn.session, report, turn.now)
        ended.append(replace(one, until=min(one.until, turn.now), finished=True))
    after = replace(memory, follow_ups=tuple(ended))
    remember(turn, after)
    return after


def _finish(turn: Turn, memory: Memory) -> Answer:
    after = _end(turn, memory)
    if after.pending is not None:
        return Answer([question(turn, after, after.pending)])
    return _say("ขอบคุณค่ะ บันทึกรายงานเรียบร้อยแล้ว")


def _add_now(turn: Turn, person: Person, report: ProgressReport) -> Answer:
    obligation = _takes_more(turn, person, report)
    if obligation is None:
        return _closed()
    if turn.inbound.is_media:
        file = turn.file()
        if isinstance(file, FileTrouble):
            return _more(file.reason)
        add_to_report(turn.session, report, files=[keep_file(turn, file)])
        return _more("เพิ่มหลักฐานลงในรายงานแล้วค่ะ")
    share = _note(turn, report, turn.inbound.text)
    still = open_still(obligation, report, [turn.inbound.text])
    if still is not None:
        return Answer([Text(text=still, choices=(ROLL, FINISH))])
    if share is not None:
        return _more(f"บันทึกความคืบหน้า {share}% แล้วค่ะ")
    return _more("เพิ่มข้อความลงในรายงานแล้วค่ะ")


def _takes_more(turn: Turn, person: Person, report: ProgressReport) -> Obligation | None:
    """The report's obligation, while its sender holds the post and nobody has decided. Not locked:
    a digest may ride on this reply, and the round that writes it locks in another order."""
    obligation = get_obligation(turn.session, turn.agency_id, report.obligation_id)
    if obligation is None or report.person_id != person.id:
        return None
    turn.session.refresh(report)
    if report.review is not None or obligation.state is ObligationState.CANCELLED:
        return None
    return obligation if may_answer(turn.session, person, obligation) else None


def _note(turn: Turn, report: ProgressReport, text: str) -> int | None:
    """Add words; the share of a hundred in them, where the report is about progress."""
    words = text.strip()[:_LONGEST_NOTE]
    if report.status is not ReportStatus.IN_PROGRESS:
        add_to_report(turn.session, report, note=words)
        return None
    bare = bare_percent(words)
    share = percent_in(words) if bare is None else bare
    add_to_report(turn.session, report, note=words if bare is None else None, percent=share)
    return share


def _ask(turn: Turn, memory: Memory, reports: Sequence[ProgressReport]) -> Answer:
    """Keep what came, and ask what it is about."""
    inbound = turn.inbound
    ids = [one.id for one in reports]
    part = Part(inbound.message_id, text=inbound.text.strip()[:_LONGEST_NOTE])
    if inbound.is_media:
        file = turn.file()
        if isinstance(file, FileTrouble):
            return _say(file.reason)
        part = Part(inbound.message_id, file=keep_file(turn, file))
    elif waits_alone(inbound.text, memory):
        return _ask_of_it_alone(turn, memory, ids, part)
    before = memory.pending
    if before is not None:
        ids.extend(one for one in before.reports if one not in ids)
    parts = (*(() if before is None else before.parts), part)
    if len(parts) > _MOST_PARTS:
        discard_drafted(turn.session, turn.agency_id, [part.file] if part.file else [])
        return _say("รายการที่รอท่านตอบมีมากเกินไปแล้ว จึงยังไม่ได้เก็บรายการนี้ กรุณากดตอบรายการก่อนหน้าก่อนค่ะ")
    mark = _new_mark() if before is None else before.mark
    pending = Pending(mark, tuple(ids[:_MOST_OFFERED]), parts, turn.now + _WAITS)
    after = replace(memory, pending=pending)
    remember(turn, after)
    return Answer([question(turn, after, pending)])


def _ask_of_it_alone(turn: Turn, memory: Memory, ids: Sequence[UUID], part: Part) -> Answer:
    """A tip that is filed with a measure is read by the division it may be about: no answer about
    anything else files it, and what comes after it may belong to it."""
    alone = Pending(_new_mark(), tuple(ids[:_MOST_OFFERED]), (part,), turn.now + _WAITS)
    doubted = tuple(replace(one, in_doubt=True) for one in memory.follow_ups)
    after = replace(memory, follow_ups=doubted, alone=alone)
    remember(turn, after)
    return Answer([question(turn, after, alone)])


def _new_mark() -> str:
    return secrets.token_hex(4)


def tapped(turn: Turn, otherwise: Otherwise) -> Answer:
    """An answer to "is this about …?". What is about nothing goes ``otherwise``, as if it had just
    come in."""
    memory = recall(turn)
    mark, _, which = turn.inbound.postback_data.removeprefix(NOTE).partition(":")
    waiting = [one for one in (memory.pending, memory.alone) if one is not None]
    pending = next(
        (one for one in waiting if secrets.compare_digest(mark.encode(), one.mark.encode())), None
    )
    if pending is None:
        # In a group this may be a question that was put to somebody else.
        dead = "รายการนี้ตอบไปแล้ว เกิน 1 วันแล้ว หรือมีข้อความใหม่ตามมาแล้วค่ะ หากยังไม่ได้บันทึก กรุณาส่งใหม่อีกครั้ง"
        return SILENCE if turn.inbound.in_group else _say(dead)
    if which == NO:
        return _about_nothing(turn, memory, pending, otherwise)
    if not which.isascii() or not which.isdigit() or int(which) >= len(pending.reports):
        return _say(answer_words.DEAD_BUTTON)
    return _about(turn, memory, pending, pending.reports[int(which)])


def _about(turn: Turn, memory: Memory, pending: Pending, report_id: UUID) -> Answer:
    person = staff_member(turn)
    report = get_report(turn.session, turn.agency_id, report_id)
    files = [one.file for one in pending.parts if one.file]
    # What follows belongs to the one that was named, and to no other.
    kept = tuple(
        replace(one, in_doubt=False)
        if one.report_id == report_id
        else replace(one, until=min(one.until, turn.now))
        for one in memory.follow_ups
    )
    remember(turn, replace(_without(memory, pending), follow_ups=kept))
    obligation = None
    if person is not None and report is not None:
        obligation = _takes_more(turn, person, report)
    if report is None or obligation is None:
        discard_drafted(turn.session, turn.agency_id, files)
        return _closed()
    for part in pending.parts:
        if part.text:
            _note(turn, report, part.text)
    add_to_report(turn.session, report, files=files)
    name = answer_words.named(obligation.measure.code, obligation.measure.title)
    said = f"เพิ่มลงในรายงาน “{name}” แล้วค่ะ"
    is_live = any(one.report_id == report_id and one.is_live(turn.now) for one in kept)
    still = open_still(obligation, report, [one.text for one in pending.parts])
    if still is not None:
        said = f"{said}\n{still}"
        return Answer([Text(text=said, choices=(ROLL, FINISH) if is_live else ())])
    return _more(said) if is_live else _say(said)


def _without(memory: Memory, pending: Pending) -> Memory:
    if pending == memory.alone:
        return replace(memory, alone=None)
    return replace(memory, pending=None)


def _about_nothing(turn: Turn, memory: Memory, pending: Pending, otherwise: Otherwise) -> Answer:
    """Asked once and answered "no": what comes late is not asked about again."""
    kept = tuple(one for one in memory.follow_ups if one.is_live(turn.now))
    remember(turn, replace(_without(memory, pending), follow_ups=kept))
    files = [one.file for one in pending.parts if one.file]
    if turn.inbound.in_group:
        discard_drafted(turn.session, turn.agency_id, files)
        return _say("ไม่ได้เพิ่มลงในรายงานและไม่ได้เก็บไว้ค่ะ")
    messages: list[Message] = []
    texts = [one for one in pending.parts if one.text]
    if texts:
        said = replace(
            turn.inbound,
            type="message",
            message_type="text",
            text="\n".join(one.text for one in texts),
            message_id=texts[0].message_id,
            postback_data="",
        )
        messages.extend(otherwise(replace(turn, inbound=said)).messages)
    for part in (one for one in pending.parts if one.file):
        again = _as_sent(turn, part)
        if again is not None:
            messages = [*messages, *otherwise(again).messages]
    if files and memory.is_free:
        messages = messages[: 1 + bool(texts)]  # the same words for each of them
    return Answer(messages[-_MOST_MESSAGES:])


def _as_sent(turn: Turn, part: Part) -> Turn | None:
    """A file that waited, as if it had just come in: its draft's row goes, its bytes stay."""
    for stored in drafted_files(turn.session, turn.agency_id, [part.file]):
        fetched = FetchedFile(stored.blob, stored.media_type, stored.size)
        turn.session.delete(stored)
        turn.session.flush()
        sent = replace(
            turn.inbound,
            type="message",
            message_type="file",
            message_id=part.message_id,
            postback_data="",
        )
        return replace(turn, inbound=sent, given=Given(fetched, turn.given.decision))
    return None


def unsent(turn: Turn) -> bool:
    """Forget what waited and was taken back. False where nothing of it waited."""
    memory = recall(turn)
    alone = memory.alone
    if alone is not None and alone.parts[0].message_id == turn.inbound.message_id:
        remember(turn, replace(memory, alone=None))
        return True
    if memory.pending is None:
        return False
    gone = [one for one in memory.pending.parts if one.message_id == turn.inbound.message_id]
    if not gone:
        return False
    discard_drafted(turn.session, turn.agency_id, [one.file for one in gone if one.file])
    parts = tuple(one for one in memory.pending.parts if one not in gone)
    pending = replace(memory.pending, parts=parts) if parts else None
    remember(turn, replace(memory, pending=pending))
    return True


def _closed() -> Answer:
    return _say(
        "ยังไม่ได้เพิ่ม เพราะรายงานนี้มีผู้ตรวจแล้วหรือไม่ใช่งานของท่านแล้วค่ะ "
        "พิมพ์ “งานของฉัน” เพื่อดูงานที่รอรายงาน แล้วกดปุ่มและส่งใหม่อีกครั้ง"
    )


def _more(text: str) -> Answer:
    return Answer([Text(text=f"{text} ส่งเพิ่มได้อีก หรือกดเสร็จค่ะ", choices=(ROLL, FINISH))])


def _say(text: str) -> Answer:
    return Answer([Text(text=text)])
