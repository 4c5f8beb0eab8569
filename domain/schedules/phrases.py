"""The table of phrases: which words make which piece of time, and the scan for them.

What the pieces mean together is told in `reading`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.schedules.atoms import Atom, Is
from domain.schedules.canonical import Canonical
from domain.schedules.lexicon import APART_DAY, DAY, ERA, MONTH, NUMBER, WEEKDAYS, YEAR
from domain.schedules.making import (
    Maker,
    just,
    make_calendar_years,
    make_day,
    make_days,
    make_event,
    make_every,
    make_every_n,
    make_every_n_months,
    make_every_year,
    make_half,
    make_listed_days,
    make_month,
    make_month_part,
    make_monthly_day,
    make_numeric_day,
    make_quarter,
    make_round,
    make_rule,
    make_times_a_year,
    make_week,
    make_weekdays,
    make_workday,
    make_year,
    make_year_point,
)

_FISCAL_YEAR = r"ปี(?:งบประมาณ|งบฯ?)?"
_NEXT_YEAR = rf"(?:(?:ของ|ใน)?{_FISCAL_YEAR}(?P<next>ถัดไป|หน้า))"
_IN_MONTH = rf"(?:เดือน)?(?P<month>{MONTH})(?:(?:ปี)?(?P<year>{YEAR})|{_NEXT_YEAR})?"
_MORE_DAYS = rf"(?P<more>(?:(?:,|และ|กับ|,และ)(?:วันที่)?{DAY}){{1,30}})"
_OF_MONTH = rf"(?:ของ|ใน)?(?:เดือน)?(?P<month>{MONTH})?(?:ปี)?(?P<year>{YEAR})?"
_EACH = r"(?:ทุก(?:ๆ)?|แต่ละ)"
_ONCE = rf"(?![\d,.]+บาท)(?:อย่างน้อย)?(?:{NUMBER})?(?:ครั้ง)?"
_PER = r"ครั้ง(?:/|ต่อ)"
# Wages and workers "by the month" say nothing about when.
_BY_THE = r"(?<!ลูกจ้าง)(?<!งานจ้าง)(?<!ค่าจ้าง)(?<!ตอบแทน)ราย"
_FISCAL = r"ปี(?P<fiscal>งบประมาณ|งบฯ|งปม\.?)?"
_WEEKDAY = f"(?:{'|'.join(WEEKDAYS)})"
_SPACE = r" (?=\d(?:$|[ ,/(-]|และ|ของ|ปี))"
_END = r"สิ้นสุด|สิ้น"
# What happens, up to a deadline that follows without white space.
_DEADLINE = rf"(?:ภายใน|ไม่เกิน)(?:\d|วันที่|เดือน|ไตรมาส|ปี|สัปดาห์|สิ้น|{MONTH})"
_THING = rf"(?P<thing>(?:(?!{_DEADLINE})[ก-๎A-Za-z]){{0,40}})"

# In order: the first that fits where several begin at the same letter. To teach the grammar a
# phrase, add a line here (spaces are gone, digits are Arabic) and a test.
_TABLE: tuple[tuple[str, Maker], ...] = (
    # Parts of each month or quarter for which there is no rule.
    (
        rf"(?:ภายใน)?{NUMBER}วันทำการ(?:แรก|สุดท้าย)(?:ของ)?(?:{_EACH})?(?:เดือน(?!{MONTH}))?"
        rf"|(?:สัปดาห์|เดือน)(?:แรก|สุดท้าย|ที่{NUMBER})ของ(?:{_EACH})?ไตรมาส(?!ที่|\d)"
        rf"|(?:เป็นประจำ)?(?:{_EACH})?วัน{_WEEKDAY}(?:แรก|สุดท้าย|ที่{NUMBER})ของ(?:{_EACH})?เดือน",
        just(Is.VAGUE),
    ),
    # What waits for something to happen.
    (rf"ทุกครั้ง(?:ที่|ภายหลัง|หลัง)?(?:มี|เกิด|ได้รับ)?(?:การ)?{_THING}", make_event),
    (
        rf"(?:ภายใน|ไม่เกิน|ก่อน|ล่วงหน้า(?:อย่างน้อย)?)(?P<days>{NUMBER})วัน(?:ทำการ|ทำงาน)?"
        r"(?:นับ(?:แต่|จาก|ตั้งแต่|ถัดจาก)|หลัง(?:จาก)?|จาก|ตั้งแต่|ภายหลัง|ก่อน|เมื่อ)(?:วัน(?:ที่)?)?"
        r"(?:(?:สิ้นสุด|ครบ)(?=รอบ))?",
        make_event,
    ),
    (rf"(?:ภายใน|ไม่เกิน){NUMBER}(?:วัน(?:ทำการ|ทำงาน)?|ชั่วโมง|นาที|สัปดาห์)", make_event),
    (rf"(?:ภายใน|ไม่เกิน){NUMBER}(?:เดือน|ปี)นับ(?:แต่|จาก|ตั้งแต่|ถัดจาก){_THING}", make_event),
    (rf"ภายใน{NUMBER}เดือน(?!แรก|หลัง(?!จาก)|สุดท้าย)", make_event),
    (rf"หลัง(?:จาก)?(?:เสร็จสิ้น|ได้รับ|สิ้นสุด(?!ไตรมาส|เดือน|ปี|รอบ)){_THING}", make_event),
    (r"(?:เมื่อ|หลังจาก|ภายหลัง)(?:การ)?(?:ดำเนินการ|ดำเนินงาน|จัดทำ|โครงการ|งาน)แล้วเสร็จ", make_event),
    (
        rf"เมื่อ(?:มี(?!\.?ค\.|ค\d|นา(?:คม|\d))|ได้รับ|พบ|เกิด|สิ้นสุด(?!ไตรมาส|ปี|รอบ)|เสร็จ){_THING}",
        make_event,
    ),
    (r"(?:โดย)?(?:ทันที|ในทันที)", make_event),
    # What says nothing.
    (r"ในรอบ(?:เดือน|ปี|สัปดาห์)ที่(?:ผ่าน|แล้ว)(?:มา)?", just(Is.VAGUE)),
    (r"(?:เป็น)?ประจำปีรอบ\d{1,2}เดือน", just(Is.VAGUE)),
    (r"(?:เป็นประจำ)?ทุกปี(?!งบ)", just(Is.VAGUE)),
    (rf"ทุก(?:ๆ)?(?=วันที่{DAY}(?:{MONTH})|(?P<whole>เดือน){MONTH})", make_every_year),
    (r"เป็นประจำ(?!ทุก|ราย|แต่ละ|เดือน|ปี|วัน|(?:อย่าง)?สม่ำเสมอ)", just(Is.VAGUE)),
    (r"(?:เป็นประจำ)?(?:อย่าง)?สม่ำเสมอ(?:เป็นปัจจุบัน)?", just(Is.VAGUE)),
    (r"(?:อย่าง)?ต่อเนื่อง", just(Is.VAGUE)),
    (r"เป็นระยะ(?:ๆ|เวลา)?", just(Is.VAGUE)),
    (r"อยู่(?:เสมอ|ตลอด(?:เวลา)?)|(?:ใช้งานได้)?ตลอดเวลา", just(Is.VAGUE)),
    (
        r"(?:ตาม|ภายใน)(?:รอบ|กรอบ)?(?:การประเมิน|(?:ระยะ|ห้วง|ช่วง)?เวลาที่กำหนด|กำหนด(?:ระยะ)?(?:เวลา)?|ระยะเวลา"
        r"|ความเหมาะสม|โอกาส)",
        just(Is.VAGUE),
    ),
    (r"โดยเร็ว|เร็วที่สุด|โดยด่วน", just(Is.VAGUE)),
    (r"ตลอด(?:ระยะเวลา(?:การ)?(?:ดำเนินการ|ดำเนินงาน|โครงการ)?|โครงการ)", just(Is.VAGUE)),
    # Days of every month.
    (
        rf"(?<!\d)วันทำการ(?:วัน)?(?P<which>แรก|สุดท้าย)(?:ของ)?(?:{_EACH})?{_OF_MONTH}(?:{_EACH}?เดือน)?",
        make_workday,
    ),
    (
        rf"(?:ทุก)?วันที่(?P<day>{DAY}){_MORE_DAYS}?(?:ของ)?(?:{_EACH}เดือน|เดือน(?:ถัดไป|ต่อไป)|เดือน(?!{MONTH}))",
        make_monthly_day,
    ),
    (rf"{_EACH}วันที่(?P<day>{DAY}){_MORE_DAYS}?(?!{MONTH})", make_monthly_day),
    (
        rf"(?:เป็น)?(?:ประจำ)?{_EACH}เดือน(?:ภายใน|ไม่เกิน|ก่อน)วันที่(?P<day>{DAY}){_MORE_DAYS}?"
        rf"(?!{MONTH})(?:ของเดือน(?:ถัดไป|ต่อไป))?",
        make_monthly_day,
    ),
    # Days.
    (rf"(?:วันที่)?(?P<day>{DAY})(?:-|ถึง(?:วันที่)?)(?P<last>{DAY}){_IN_MONTH}", make_days),
    (rf"(?:วันที่)?(?P<day>{DAY}){_MORE_DAYS}{_IN_MONTH}", make_listed_days),
    (rf"(?:วันที่|(?<=ภายใน)|(?<=ไม่เกิน)|(?<=ก่อน))(?P<day>{APART_DAY}){_IN_MONTH}", make_day),
    (rf"(?:วันที่)?(?P<day>{DAY}){_IN_MONTH}", make_day),
    (
        r"(?<![\d/])(?P<day>\d{1,2})(?P<mark>[/.-])(?P<month>\d{1,2})(?P=mark)"
        r"(?P<year>25\d\d|20\d\d|[4-9]\d)(?![\d/])",
        make_numeric_day,
    ),
    (r"(?P<year>20\d\d)-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)", make_numeric_day),
    # Parts of a month.
    (
        rf"สัปดาห์(?P<week>แรก|สุดท้าย|ที่{NUMBER})(?:(?:-|ถึง|และ)(?:สัปดาห์)?(?:ที่)?(?P<until>[2-5]))?"
        rf"(?:ของ)?(?:{_EACH}เดือน|{_OF_MONTH})(?:เดือน)?",
        make_week,
    ),
    (
        rf"(?:{_EACH})?(?:วัน)?(?P<part>ต้น|กลาง|ปลาย|{_END}|ท้าย|สุดท้าย)"
        rf"(?=เดือน|ของ(?:{_EACH})?เดือน)(?:ของ(?:{_EACH})?)?{_OF_MONTH}(?:(?:ของ)?(?:{_EACH})?เดือน)?",
        make_month_part,
    ),
    # Parts of a year.
    (rf"(?P<part>ต้น|กลาง|ปลาย|{_END}){_FISCAL}(?P<year>{YEAR})?", make_year_point),
    (r"(?P<part>สิ้น)(?P<fiscal>งบประมาณ)(?P<year>)", make_year_point),
    (
        rf"(?P<point>{_END})?ไตรมาส(?:ที่)?(?P<n>{NUMBER}|แรก|สุดท้าย)"
        r"(?:(?:-|ถึง)(?:ไตรมาส)?(?:ที่)?(?P<last>[1-4])(?!\d)"
        rf"|(?P<more>(?:(?:,และ|,|และ|/|{_SPACE})(?:ไตรมาส)?(?:ที่)?[1-4](?![\d.)])){{1,3}}))?"
        rf"(?:(?:ของ)?(?:{_FISCAL_YEAR}|/)?(?P<year>{YEAR}))?",
        make_quarter,
    ),
    (
        rf"(?:รอบ)?(?:(?P<n>{NUMBER})เดือน|ครึ่งปี|ครึ่ง(?=(?:แรก|หลัง)ของปี)"
        r"|เดือน(?=(?:แรก|สุดท้าย)ของปี))"
        r"(?P<which>แรก|หลัง(?!จาก)|สุดท้าย)"
        rf"(?:(?:ของ)?{_FISCAL_YEAR}(?P<year>{YEAR})?)?",
        make_half,
    ),
    (
        rf"รอบ(?:ระยะเวลา)?(?:ที่)?(?P<n>{NUMBER})(?:เดือน|(?=(?:และ|,|/)(?:รอบ)?{NUMBER}เดือน))",
        make_round,
    ),
    (rf"(?:(?<=เดือน)|(?<=รอบ\d))(?:และ|,|/)(?P<n>{NUMBER})เดือน", make_round),
    # Rhythms.
    (rf"(?:{_EACH}|ราย)(?:รอบ)?(?P<n>{NUMBER})เดือน", make_every_n_months),
    (
        rf"(?:{_EACH}|ราย)(?:{_END})?ไตรมาส|(?:{_END})ไตรมาส|ไตรมาสละ{_ONCE}|(?:1|หนึ่ง){_PER}ไตรมาส",
        make_every(3),
    ),
    (rf"(?:{_EACH}|ราย)(?:รอบ)?ครึ่งปี", make_every(6)),
    (
        rf"(?:เป็น)?(?:ประจำ)?(?:{_EACH}|{_BY_THE})เดือน(?:(?:ให้ครบ)?{_EACH}เดือน)?"
        rf"|เป็นประจำเดือน|เดือนละ{_ONCE}|(?:1|หนึ่ง){_PER}เดือน",
        make_every(1),
    ),
    (r"ประจำเดือน", make_every(1)),
    (
        rf"ปีละ(?![\d,.]+(?:บาท|คน))(?:ไม่น้อยกว่า|อย่างน้อย)?(?P<n>{NUMBER})?(?:ครั้ง)?",
        make_times_a_year,
    ),
    (rf"(?P<n>{NUMBER}){_PER}ปี", make_times_a_year),
    (
        rf"(?:เป็นประจำ)?{_EACH}(?P<days>วัน{_WEEKDAY}(?:(?:,|และ|,และ|-|ถึง)(?:วัน)?{_WEEKDAY}){{0,6}})",
        make_weekdays,
    ),
    (rf"{_EACH}(?P<n>{NUMBER})สัปดาห์", make_every_n("WEEKLY")),
    (rf"{_EACH}(?P<n>{NUMBER})วัน(?!ทำการ)", make_every_n("DAILY")),
    (
        rf"(?:{_EACH}|ราย)สัปดาห์|สัปดาห์ละ{_ONCE}|(?:{_EACH}|ราย)อาทิตย์|(?:1|หนึ่ง){_PER}สัปดาห์",
        make_rule("FREQ=WEEKLY"),
    ),
    (
        rf"(?:เป็นประจำ)?(?:{_EACH}วันทำการ|{_EACH}วัน(?!ที่|{_WEEKDAY})|{_BY_THE}วัน|วันละ{_ONCE})",
        make_rule("FREQ=DAILY"),
    ),
    # Years. A span of years is some other plan's name.
    (
        rf"ปี(?:งบประมาณ)?{ERA}?(?P<first>2[45]\d\d)(?:-|ถึง){ERA}?(?P<last>2[45]\d\d)",
        make_calendar_years,
    ),
    (rf"(?:{ERA})(?P<first>2[45]\d\d)-(?:{ERA})?(?P<last>2[45]\d\d)", make_calendar_years),
    (
        rf"(?:ตลอด(?:ทั้ง)?|ทั้ง)(?:ระยะเวลา)?{_FISCAL_YEAR}(?P<year>{YEAR})?",
        make_year,
    ),
    (rf"(?:ประจำ)?{_FISCAL_YEAR}(?:(?P<year>{YEAR})|(?P<next>ถัดไป|หน้า))", make_year),
    (r"(?:(?<=ใน)|(?<=ช่วง)|(?<=หว่าง))ปีงบประมาณ(?:นี้)?(?P<year>)", make_year),
    # Months.
    (_IN_MONTH, make_month),
    # A day or a month that cannot be told: a person must be asked.
    (rf"(?:(?<=ภายใน)|(?<=ไม่เกิน))วันที่{DAY}(?!\s?[/.,-])", just(Is.VAGUE)),
    (
        r"(?<=ภายใน)เดือน(?!แรก|สุดท้าย|ของ)"
        rf"(?:นี้|หน้า|ถัดไป|เดียวกัน|[ก-๎]{{4,12}}(?={YEAR})|[ก-๎]{{6,10}}$)?",
        just(Is.VAGUE),
    ),
)
_PATTERNS = tuple((re.compile(pattern), make) for pattern, make in _TABLE)


def _unnamed(pattern: str) -> str:
    """A pattern of the table without its names, so that many can stand in one."""
    return re.sub(r"\(\?P<[a-z]+>", "(?:", pattern.replace("(?P=mark)", "[/.-]"))


# One scan finds where something may begin; the table then says what it is.
_ANY = re.compile("|".join(f"(?:{_unnamed(pattern)})" for pattern, _ in _TABLE))


def atoms_of(text: Canonical) -> Iterator[Atom]:
    """The pieces of time in a text, in order, without overlap."""
    at = 0
    while at < len(text.text):
        found = _ANY.search(text.text, at)
        if found is None:
            return
        atoms = _atoms_at(text, found.start())
        yield from atoms
        at = atoms[-1].end if atoms else found.start() + 1


def _atoms_at(text: Canonical, at: int) -> tuple[Atom, ...]:
    for pattern, make in _PATTERNS:
        found = pattern.match(text.text, at)
        if found is not None and found.end() > at:
            made = make(found, text)
            if made is not None:
                return made if isinstance(made, tuple) else (made,)
    return ()
