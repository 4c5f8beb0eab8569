"""What the account says about questions and talks, to who asks and to who answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.calendar import short_date, short_instant
from domain.limits import shorten
from domain.messages import Choice, Fact, Message, Slip, Text
from domain.taps import CHOOSE, USEFUL, Move, move_data

_LABEL = 20  # LINE's limit on a quick reply's label
_SAID = 300  # and on what it types for the person
_QUOTED = 150
_SHOWN_OF_A_QUESTION = 300


def _door(label: str, move: Move) -> Choice:
    return Choice(label=label, data=move_data(move), say=label)


ASK = _door("ถามข้อมูล", Move.ASK)
COMPLAIN = _door("แจ้งเรื่องร้องเรียน", Move.COMPLAINT)
CORRUPTION = _door("แจ้งเบาะแสทุจริต", Move.CORRUPTION)
TRACK = _door("ติดตามเรื่อง", Move.TRACK)
HUMAN = _door("ติดต่อเจ้าหน้าที่", Move.HUMAN)
DOORS = (ASK, COMPLAIN, CORRUPTION, TRACK, HUMAN)
BACK_TO_SYSTEM = _door("กลับไปคุยกับระบบ", Move.SYSTEM)

_FITS = "ได้คำตอบแล้ว"
_FITS_NOT = "ยังไม่ตรงที่ถาม"
_NOTHING_FITS = "ไม่ตรงกับที่ถาม"
_PASS_ON = "ส่งให้เจ้าหน้าที่ตอบ"  # noqa: S105 (a label, not a secret)
_PROMISE = "เมื่อเจ้าหน้าที่ตอบ ระบบจะส่งคำตอบมาในแชตนี้"
_HONEST = "ขออภัย ยังไม่มีคำตอบเรื่องนี้ในระบบค่ะ ได้ส่งคำถามต่อให้เจ้าหน้าที่แล้ว " + _PROMISE


def say(text: str, *choices: Choice) -> Text:
    return Text(text=text, choices=choices)


# To who asks.


@dataclass(frozen=True)
class Suggestion:
    key: str
    question: str


def _rating(question: str) -> tuple[Choice, Choice]:
    return (
        Choice(label=_FITS, say=_FITS, data=f"{USEFUL}{question}:1"),
        Choice(label=_FITS_NOT, say=_FITS_NOT, data=f"{USEFUL}{question}:0"),
    )


def answer(text: str, link: str, source: str, updated: date, rating: str | None) -> Text:
    """An answer with where it comes from, how fresh it is, and whether it was useful."""
    lines = [text, *([link] if link else []), f"ข้อมูลจาก{source} ปรับปรุงเมื่อ {short_date(updated)}"]
    judge = _rating(rating) if rating is not None else ()
    return say("\n\n".join(lines), *judge, ASK, COMPLAIN, HUMAN)


def answer_to_asker(*, asked: str, answer: str, source: str, day: date, rating: str | None) -> Text:
    """What an officer answered, pushed to who asked."""
    lines = [
        f"ตอบคำถามของท่าน “{shorten(asked, _QUOTED)}”",
        answer,
        f"ตอบโดย{source} เมื่อ {short_date(day)}",
    ]
    judge = _rating(rating) if rating is not None else ()
    return say("\n\n".join(lines), *judge, ASK, HUMAN)


def judged_there(messages: Sequence[Message], question: str) -> list[Message]:
    """The same messages, with the two answers to "was it useful" under the last of them."""
    *before, last = messages
    if not isinstance(last, Text):
        return list(messages)
    return [*before, last.model_copy(update={"choices": (*last.choices, *_rating(question))})]


def _listed(articles: Sequence[Suggestion]) -> str:
    return "\n".join(f"{number}. {one.question}" for number, one in enumerate(articles, start=1))


def _picks(question: str, articles: Sequence[Suggestion]) -> list[Choice]:
    return [
        Choice(
            label=shorten(f"{number}. {one.question}", _LABEL),
            say=shorten(one.question, _SAID),
            data=f"{CHOOSE}{question}:{one.key}",
        )
        for number, one in enumerate(articles, start=1)
    ]


def did_you_mean(question: str, articles: Sequence[Suggestion]) -> Text:
    nothing = Choice(label=_NOTHING_FITS, say=_NOTHING_FITS, data=f"{CHOOSE}{question}:")
    return say("ท่านหมายถึงเรื่องใดต่อไปนี้คะ\n" + _listed(articles), *_picks(question, articles), nothing)


def passed_on(question: str = "", nearest: Sequence[Suggestion] = ()) -> Text:
    """Honestly unknown. What comes nearest is shown beside it: it is the right one more often
    than a cautious decision dares to say (docs/search.md)."""
    if not nearest:
        return say(f"{_HONEST}\nระหว่างนี้ลองถามด้วยคำอื่น หรือเลือกด้านล่างค่ะ", *DOORS)
    return say(
        f"{_HONEST}\n\nเรื่องที่ใกล้เคียงที่สุดในระบบ\n{_listed(nearest)}",
        *_picks(question, nearest),
        COMPLAIN,
        HUMAN,
    )


def glad_it_helped() -> Text:
    return say("ขอบคุณค่ะ บันทึกไว้แล้วว่าคำตอบนี้ตรงกับที่ถาม", *DOORS)


def sorry_it_did_not(question: str, others: Sequence[Suggestion], *, again: bool = False) -> Text:
    """What else there is when an answer was wrong; ``again`` when that was said before."""
    begin = "บันทึกความเห็นนี้ไว้แล้วค่ะ ไม่ต้องกดซ้ำ" if again else "ขออภัยค่ะ บันทึกไว้แล้วว่าคำตอบนี้ยังไม่ตรง"
    text = f"{begin}\nกด “{_PASS_ON}” เพื่อให้เจ้าหน้าที่ตอบคำถามนี้ในแชต"
    if others:
        text += f" หรือเลือกเรื่องที่ใกล้เคียง\n{_listed(others)}"
    send = Choice(label=_PASS_ON, say=_PASS_ON, data=f"{CHOOSE}{question}:")
    return say(text, send, *_picks(question, others), HUMAN)


def rated_already() -> Text:
    return say("บันทึกความเห็นของท่านไว้แล้วค่ะ ไม่ต้องกดซ้ำ", *DOORS)


def too_old_to_rate() -> Text:
    return say("ปุ่มนี้ใช้ไม่ได้แล้วค่ะ หากยังต้องการคำตอบ พิมพ์คำถามอีกครั้งได้เลย", *DOORS)


def with_an_officer_already() -> Text:
    return say(f"คำถามนี้อยู่กับเจ้าหน้าที่แล้วค่ะ {_PROMISE}", *DOORS)


def entry_is_gone(question: str | None = None) -> Text:
    """It was taken out, or its time is over; ``question``: nobody has answered that yet."""
    if question is None:
        return say("คำตอบนี้ไม่ใช้แล้ว ลองพิมพ์คำถามอีกครั้งค่ะ")
    send = Choice(label=_PASS_ON, say=_PASS_ON, data=f"{CHOOSE}{question}:")
    return say(f"คำตอบนี้ไม่ใช้แล้วค่ะ กด “{_PASS_ON}” หรือลองพิมพ์คำถามอีกครั้ง", send, HUMAN)


# To who answers.


@dataclass(frozen=True)
class Waiting:
    """One question as an officer is told of it; ``data`` begins the answer."""

    text: str
    asked_on: date
    division: str
    data: str


def news(questions: Sequence[Waiting], more: int, talks: int) -> Slip:
    """All that newly waits for one officer, in one message."""
    facts = [
        Fact(
            name=f"ข้อ {number} · ถามเมื่อ {short_date(one.asked_on)}"
            + (f" · {one.division}" if one.division else ""),
            value=shorten(one.text, _SHOWN_OF_A_QUESTION),
        )
        for number, one in enumerate(questions, start=1)
    ]
    buttons = [
        Choice(label=f"ตอบข้อ {number}", say=f"ตอบคำถามข้อ {number}", data=one.data)
        for number, one in enumerate(questions, start=1)
    ]
    notes = []
    if talks:
        notes.append(f"มีผู้ขอคุยกับเจ้าหน้าที่ {talks} ราย เปิดเมนู “คุยกับประชาชน” ในเว็บเจ้าหน้าที่ค่ะ")
    if questions:
        notes.append("กดปุ่มเพื่อตอบในแชตนี้ คำตอบจะส่งถึงผู้ถามหลังจากท่านตรวจและกด “ส่ง”")
    if more:
        notes.append(f"ยังมีอีก {more} คำถาม ดูได้ที่เมนู “คำถามรอคำตอบ” ในเว็บเจ้าหน้าที่")
    title = f"มีคำถามใหม่รอคำตอบ {len(questions) + more} ข้อ" if questions else "มีผู้ขอคุยกับเจ้าหน้าที่"
    return Slip(title=title, facts=tuple(facts), note="\n".join(notes), buttons=tuple(buttons))


def somebody_waits() -> Text:
    return say("มีผู้ขอคุยกับเจ้าหน้าที่ 1 ราย\nเปิดเมนู “คุยกับประชาชน” ในเว็บเจ้าหน้าที่เพื่อรับเรื่องค่ะ")


_WRITE_AGAIN = "พิมพ์ใหม่"
_SEND = "ส่ง"
_CANCEL = "ยกเลิก"
_KEEP = "เก็บเป็นคลังคำตอบ"


def type_the_answer(asked: str, cancel: str) -> Text:
    return say(
        f"คำถาม: “{shorten(asked, _SHOWN_OF_A_QUESTION)}”\n\n"
        "พิมพ์คำตอบเป็นข้อความเดียวในแชตนี้ภายใน 30 นาทีค่ะ ยังไม่ส่งจนกว่าท่านจะกด “ส่ง”",
        Choice(label=_CANCEL, say=_CANCEL, data=cancel),
    )


def check_the_answer(asked: str, answer: str, *, send: str, again: str, cancel: str) -> Text:
    return say(
        f"ตรวจก่อนส่ง\n\nคำถาม: “{shorten(asked, _QUOTED)}”\n\nคำตอบของท่าน:\n{answer}",
        Choice(label=_SEND, say=_SEND, data=send),
        Choice(label=_WRITE_AGAIN, say=_WRITE_AGAIN, data=again),
        Choice(label=_CANCEL, say=_CANCEL, data=cancel),
    )


def typed_deed(text: str) -> str | None:
    """ "send", "again" or "cancel", where a button's words were typed by hand."""
    return {_SEND: "send", _WRITE_AGAIN: "again", _CANCEL: "cancel"}.get(text.strip())


def answer_sent(*, delivered: bool, keep: str) -> Text:
    text = (
        "ส่งคำตอบถึงผู้ถามแล้วค่ะ"
        if delivered
        else "บันทึกคำตอบแล้วค่ะ แต่ไม่ได้ส่ง เพราะไม่มีแชตของผู้ถามให้ส่ง หรือผู้ถามปิดรับข้อความแล้ว"
    )
    return say(
        f"{text}\nหากคำตอบนี้ใช้กับคนอื่นได้ กด “{_KEEP}” ระบบจะตอบคำถามแบบนี้เองในครั้งต่อไป",
        Choice(label=_KEEP, say=_KEEP, data=keep),
    )


def kept() -> Text:
    return say("เก็บเป็นคลังคำตอบแล้วค่ะ แก้ถ้อยคำได้ที่เมนู “คลังคำตอบ” ในเว็บเจ้าหน้าที่")


def kept_already() -> Text:
    return say("คำถามนี้อยู่ในคลังคำตอบแล้วค่ะ ไม่ต้องกดซ้ำ")


def tidy_before_keeping() -> Text:
    return say(
        "ยังไม่ได้เก็บค่ะ คำถามยาวมาก หรือมีตัวเลขที่อาจเป็นเบอร์โทรหรือเลขประจำตัวของผู้ถาม "
        "กรุณาเปิดเมนู “คำถามรอคำตอบ” ในเว็บเจ้าหน้าที่ แล้วเก็บจากที่นั่นหลังแก้ถ้อยคำ"
    )


def nothing_to_keep() -> Text:
    return say("คำถามนี้ยังไม่มีคำตอบของเจ้าหน้าที่ จึงยังเก็บเป็นคลังคำตอบไม่ได้ค่ะ")


def answer_cancelled() -> Text:
    return say("ยกเลิกแล้วค่ะ ยังไม่มีคำตอบส่งไปหาผู้ถาม คำถามนี้ยังรอคำตอบอยู่")


def words_only(cancel: str) -> Text:
    return say(
        "ตอบเป็นข้อความเท่านั้นค่ะ รูปและไฟล์ยังส่งถึงผู้ถามจากที่นี่ไม่ได้ พิมพ์คำตอบได้เลย",
        Choice(label=_CANCEL, say=_CANCEL, data=cancel),
    )


def answer_too_long(most: int, cancel: str) -> Text:
    return say(
        f"คำตอบยาวเกินไปค่ะ เขียนได้ไม่เกิน {most:,} ตัวอักษร กรุณาพิมพ์ใหม่ให้สั้นลง",
        Choice(label=_CANCEL, say=_CANCEL, data=cancel),
    )


def text_has_changed() -> Text:
    return say("ปุ่มนี้เป็นของข้อความเก่าค่ะ ยังไม่ได้ส่งอะไร หากยังต้องการตอบ กด “ตอบข้อ” ในรายการคำถามอีกครั้ง")


def answered_by(name: str, day: date | None) -> Text:
    when = f" เมื่อ {short_date(day)}" if day else ""
    return say(f"คำถามนี้ตอบไปแล้วโดย {name}{when} ไม่ต้องตอบซ้ำค่ะ")


def no_longer_waiting() -> Text:
    return say("คำถามนี้ไม่ต้องตอบแล้วค่ะ ผู้ถามได้คำตอบจากคลังคำตอบ หรือมีผู้ปิดคำถามไปแล้ว")


def button_is_dead() -> Text:
    return say("ปุ่มนี้ใช้ไม่ได้แล้วค่ะ กรุณาใช้ปุ่มในข้อความแจ้งคำถามล่าสุด")


def not_linked() -> Text:
    return say(
        "บัญชี LINE นี้ตอบคำถามแทนหน่วยงานไม่ได้ เพราะไม่ได้เชื่อมกับเจ้าหน้าที่ที่ยังปฏิบัติงานอยู่ กรุณาติดต่อผู้ดูแลระบบค่ะ"
    )


def not_yours() -> Text:
    return say("คำถามนี้อยู่กับส่วนราชการอื่น ท่านจึงตอบแทนไม่ได้ค่ะ")


# To who wants a person.


def person_is_called(
    agency: str, contact: str, *, told: bool, opens: datetime | None, off_hours: str = ""
) -> Text:
    """``told``: an officer has had a message; ``opens``: when the office does, if it is shut, and
    ``off_hours`` how the agency says that it is."""
    if opens is not None:
        where = f"{off_hours} ({short_instant(opens)})"
    elif told:
        where = "แจ้งเจ้าหน้าที่ให้แล้วค่ะ กรุณารอสักครู่"
    else:
        where = "คำขอของท่านขึ้นในระบบของเจ้าหน้าที่แล้วค่ะ กรุณารอสักครู่"
    return say(
        f"{where}\nพิมพ์เรื่องที่ต้องการไว้ได้เลย เจ้าหน้าที่จะอ่านและตอบในแชตนี้ "
        f"ข้อความจะเก็บแบบเข้ารหัส และลบเมื่อครบ 30 วันหลังจบการสนทนา\n\n"
        f"ติดต่อทางอื่น: {agency}\n{contact}\n\n"
        "หากเป็นเบาะแสทุจริต กรุณาใช้ปุ่ม “แจ้งเบาะแสทุจริต” ซึ่งไม่ต้องเปิดเผยตัวตน",
        BACK_TO_SYSTEM,
        CORRUPTION,
        COMPLAIN,
        TRACK,
    )


def still_called(contact: str) -> Text:
    return say(f"ท่านขอคุยกับเจ้าหน้าที่ไว้แล้วค่ะ ระหว่างรอ พิมพ์เรื่องที่ต้องการไว้ได้เลย\n{contact}", BACK_TO_SYSTEM)


def heard() -> Text:
    return say("เก็บข้อความไว้ให้เจ้าหน้าที่แล้วค่ะ พิมพ์เพิ่มได้เลย ระบบจะไม่ตอบแทรกระหว่างรอ", BACK_TO_SYSTEM)


def you_are_talking() -> Text:
    return say(
        "ท่านกำลังคุยกับเจ้าหน้าที่อยู่ค่ะ หากต้องการใช้เมนู กด “กลับไปคุยกับระบบ” เพื่อจบการสนทนาก่อน",
        BACK_TO_SYSTEM,
    )


def file_not_kept(reason: str) -> Text:
    return say(reason, BACK_TO_SYSTEM)


def officer_says(text: str) -> Text:
    return say(f"เจ้าหน้าที่: {text}", BACK_TO_SYSTEM)


def back_with_the_system() -> Text:
    return say("กลับมาคุยกับระบบแล้วค่ะ พิมพ์คำถามได้เลย หรือเลือกด้านล่าง", *DOORS)


def ended_by_officer() -> Text:
    return say("เจ้าหน้าที่จบการสนทนาแล้วค่ะ ระบบกลับมาตอบตามปกติ หากต้องการคุยอีก กด “ติดต่อเจ้าหน้าที่”", *DOORS)


def ended_by_the_clock(contact: str, *, taken: bool, nobody_came: str) -> Text:
    """``nobody_came``: how the agency says that no officer took it."""
    begin = "การสนทนากับเจ้าหน้าที่จบแล้ว เพราะไม่มีข้อความใหม่เกิน 12 ชั่วโมง" if taken else nobody_came
    return say(
        f"{begin}\nระบบกลับมาตอบตามปกติค่ะ หากยังต้องการคุย กด “ติดต่อเจ้าหน้าที่” หรือ\n{contact}", *DOORS
    )


OFFICE_FALLBACK = "ติดต่อได้ที่สำนักงานในวันและเวลาราชการ"
