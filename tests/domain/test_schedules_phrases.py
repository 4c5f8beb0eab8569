"""Thai deadlines as offices print them, and the days that they mean.

Fiscal year 2570 runs from 1 October 2026 to 30 September 2027.
"""

from __future__ import annotations

from datetime import date

import pytest

from domain.schedules import Kind, ScheduleFlag, read_schedule

YEAR = 2570
START, END = date(2026, 10, 1), date(2027, 9, 30)
MONTH_ENDS = [
    *(date(2026, 10, 31), date(2026, 11, 30), date(2026, 12, 31), date(2027, 1, 31)),
    *(date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30), date(2027, 5, 31)),
    *(date(2027, 6, 30), date(2027, 7, 31), date(2027, 8, 31), date(2027, 9, 30)),
]
QUARTER_ENDS = MONTH_ENDS[2::3]


@pytest.mark.parametrize(
    ("phrase", "start", "end"),
    [
        ("พ.ย. ๖๙ - ก.พ. ๗๐", date(2026, 11, 1), date(2027, 2, 28)),
        ("พ.ย.๖๙–ก.พ.๗๐", date(2026, 11, 1), date(2027, 2, 28)),
        ("พย 69 - กพ 70", date(2026, 11, 1), date(2027, 2, 28)),
        ("พฤศจิกายน 2569 ถึง กุมภาพันธ์ 2570", date(2026, 11, 1), date(2027, 2, 28)),
        ("ระหว่างเดือนพฤศจิกายน ๒๕๖๙ ถึงเดือนกุมภาพันธ์ ๒๕๗๐", date(2026, 11, 1), date(2027, 2, 28)),
        ("ธ.ค. - ส.ค. ๗๐", date(2026, 12, 1), date(2027, 8, 31)),  # the year before, backwards
        ("ก.พ. - ส.ค. ๗๐", date(2027, 2, 1), date(2027, 8, 31)),
        ("ต.ค. - ธ.ค.", date(2026, 10, 1), date(2026, 12, 31)),
        ("ต.ค. ๖๙ - มี.ค.", date(2026, 10, 1), date(2027, 3, 31)),
        ("๑ - ๑๕ มิถุนายน ๒๕๗๐", date(2027, 6, 1), date(2027, 6, 15)),
        ("ตั้งแต่วันที่ ๕ ม.ค. ๗๐ ถึงวันที่ ๒๐ ก.พ. ๗๐", date(2027, 1, 5), date(2027, 2, 20)),
        ("ตลอดปี", START, END),
        ("ตลอดทั้งปีงบประมาณ", START, END),
        ("ตลอดปี ๗๑", date(2027, 10, 1), date(2028, 9, 30)),
        ("ปีงบประมาณ พ.ศ. ๒๕๗๐", START, END),
        ("ไตรมาสที่ ๒", date(2027, 1, 1), date(2027, 3, 31)),
        ("ไตรมาส ๑ - ๓", START, date(2027, 6, 30)),
        ("ไตรมาสที่ ๔/๒๕๖๙", date(2026, 7, 1), date(2026, 9, 30)),
        ("ครึ่งปีแรก", START, date(2027, 3, 31)),
        ("ครึ่งปีหลัง", date(2027, 4, 1), END),
        ("๖ เดือนแรก", START, date(2027, 3, 31)),
        ("รอบ ๖ เดือน", START, date(2027, 3, 31)),
        ("รอบ ๑๒ เดือน", START, END),
        ("ระหว่างเดือน ม.ค. และ มี.ค. ๗๐", date(2027, 1, 1), date(2027, 3, 31)),
        ("ต,ค. ๖๙ - ก.ย. ๗๐", START, END),  # a comma that was a dot
        ("ต. ค. ๖ ๙ - ก. ย. ๗ ๐", START, END),
        ("ต.ค.'69 - ก.ย.'70", START, END),
        ("ตั้งแต่ ม.ค. ๗๐ ถึงสิ้นปีงบประมาณ", date(2027, 1, 1), END),
        ("ตั้งแต่ไตรมาสที่ ๒ ถึงไตรมาสที่ ๔", date(2027, 1, 1), END),
        ("ตั้งแต่วันที่ ๕ - ๙ มกราคม ๒๕๗๐", date(2027, 1, 5), date(2027, 1, 9)),
        ("ไตรมาสสุดท้าย", date(2027, 7, 1), END),
        ("ครึ่งแรกของปีงบประมาณ", START, date(2027, 3, 31)),
        ("ปีงบ 70", START, END),
    ],
)
def test_a_window_is_due_at_its_end(phrase: str, start: date, end: date) -> None:
    reading = read_schedule(phrase, YEAR)
    assert (reading.kind, reading.start, reading.end) == (Kind.WINDOW, start, end)
    assert reading.due_dates == (end,)


@pytest.mark.parametrize(
    ("phrase", "due"),
    [
        ("ภายในเดือน มกราคม", [date(2027, 1, 31)]),
        ("ให้แล้วเสร็จภายในเดือนธันวาคม", [date(2026, 12, 31)]),
        ("ภายในธันวา คม ๒๕๖๙", [date(2026, 12, 31)]),
        ("ภายใน พฤศจิกา ยน", [date(2026, 11, 30)]),
        ("มี.ค. ๗๐", [date(2027, 3, 31)]),
        ("มีค 70", [date(2027, 3, 31)]),
        ("ตุลาคม คม ๒๕๖๙", [date(2026, 10, 31)]),
        ("กรกฏาคม ๒๕๗๐", [date(2027, 7, 31)]),  # ฏ for ฎ, as half of Thailand types it
        ("ก.พ. ๗๑", [date(2028, 2, 29)]),
        ("-ธ.ค. ๖๙ -มิ.ย. ๗๐", [date(2026, 12, 31), date(2027, 6, 30)]),  # two bullets
        ("ภายในเดือนมกราคม และ กรกฎาคม", [date(2027, 1, 31), date(2027, 7, 31)]),
        ("มี.ค., ก.ย. ๗๐", [date(2027, 3, 31), date(2027, 9, 30)]),
        (
            "รอบที่ ๑ ภายในเมษายน ๒๕๗๐ รอบที่ ๒ ภายในเดือน ตุลาคม ๒๕๗๐",
            [date(2027, 4, 30), date(2027, 10, 31)],
        ),
        ("รอบ ๖ เดือน และรอบ ๑๒ เดือน", [date(2027, 3, 31), END]),
        ("รอบ ๖ เดือน และ ๑๒ เดือน", [date(2027, 3, 31), END]),
        ("รายงานผล รอบ ๖ เดือน และ ณ สิ้นปีงบประมาณ", [date(2027, 3, 31), END]),
        ("๓๑ มีนาคม ๒๕๗๐", [date(2027, 3, 31)]),
        ("31/3/2570", [date(2027, 3, 31)]),
        ("31-03-70", [date(2027, 3, 31)]),
        ("2027-03-31", [date(2027, 3, 31)]),
        ("31 มีนาคม 2027", [date(2027, 3, 31)]),
        ("31 มี.ค. ค.ศ. 2027", [date(2027, 3, 31)]),
        ("31 มี.ค. ค.ศ. 2570", [date(2027, 3, 31)]),  # the era is a slip: no other is meant
        ("31 มี.ค. พ.ศ. 2027", [date(2027, 3, 31)]),
        ("ไม่เกินวันที่ ๑๕ มกราคม ๒๕๗๐", [date(2027, 1, 15)]),
        ("ก่อนวันที่ ๑ ตุลาคม ๒๕๗๐", [END]),
        ("ก่อนสิ้นเดือนพฤษภาคม", [date(2027, 5, 31)]),
        ("ภายในไตรมาสที่ ๓", [date(2027, 6, 30)]),
        ("ภายในปีงบประมาณ พ.ศ. ๒๕๗๕", [date(2032, 9, 30)]),
        ("สิ้นปีงบประมาณ", [END]),
        ("ต้นปีงบประมาณ", [date(2026, 10, 31)]),
        ("สัปดาห์แรกของเดือนมีนาคม", [date(2027, 3, 7)]),
        ("สัปดาห์ที่ ๓ ของเดือนมีนาคม", [date(2027, 3, 21)]),
        ("สัปดาห์สุดท้ายของเดือนกุมภาพันธ์", [date(2027, 2, 28)]),
        ("วันทำการสุดท้ายของเดือนตุลาคม", [date(2026, 10, 30)]),  # the 31st is a Saturday
        ("ภายใน ๓๐ วันนับแต่วันสิ้นปีงบประมาณ", [date(2027, 10, 30)]),
        ("ภายใน ๗ วันทำการนับจากวันที่ ๑ มีนาคม ๒๕๗๐", [date(2027, 3, 10)]),
        ("ภายใน ๓๐ วัน หลังจากสิ้นสุดรอบ ๖ เดือน", [date(2027, 4, 30)]),
        ("เมื่อสิ้นปีงบประมาณ", [END]),  # still to come, for all its "when"
        ("เมื่อสิ้นสุดปีงบประมาณ", [END]),
        ("สิ้นไตรมาสที่ ๒", [date(2027, 3, 31)]),
        ("ไตรมาสที่ ๒ และ ๔", [date(2027, 3, 31), END]),  # two, and no window between them
        ("ไตรมาสที่ ๑, ๒, ๓ และ ๔", QUARTER_ENDS),
        ("รอบ ๖, ๑๒ เดือน", [date(2027, 3, 31), END]),
        ("ภายในวันที่ ๕ และ ๒๐ มกราคม ๒๕๗๐", [date(2027, 1, 5), date(2027, 1, 20)]),
        ("๕, ๑๒ และ ๑๙ ม.ค. ๗๐", [date(2027, 1, day) for day in (5, 12, 19)]),
        ("ภายในวันที่ ๑ ๕ มกราคม ๒๕๗๐", [date(2027, 1, 15)]),
        ("วันที่ l๕ มกราคม ๒๕๗๐", [date(2027, 1, 15)]),  # ๑ read as l
        ("ภายใน ๓o เมษายน ๒๕๗๐", [date(2027, 4, 30)]),  # ๐ read as o
        ("ภายในเดือนตุลาคมของปีถัดไป", [date(2027, 10, 31)]),
        ("ภายในปีงบประมาณถัดไป", [date(2028, 9, 30)]),
        ("ภายในเดือนแรกของปีงบประมาณ", [date(2026, 10, 31)]),
        ("สัปดาห์ที่ ๑ - ๒ ของเดือนมกราคม", [date(2027, 1, 14)]),
        ("วันสุดท้ายของเดือนกันยายน ๒๕๗๐", [END]),
    ],
)
def test_a_deadline_is_the_day_by_which_it_is_due(phrase: str, due: list[date]) -> None:
    reading = read_schedule(phrase, YEAR)
    assert reading.kind is Kind.DUE
    assert list(reading.due_dates) == due


@pytest.mark.parametrize(
    ("phrase", "rule", "due"),
    [
        ("เป็นประจำทุกเดือน", "FREQ=MONTHLY", MONTH_ENDS),
        ("รายเดือนให้ครบทุก เดือน", "FREQ=MONTHLY", MONTH_ENDS),
        ("จัดประชุมประจำเดือน", "FREQ=MONTHLY", MONTH_ENDS),
        ("เดือนละ ๑ ครั้ง", "FREQ=MONTHLY", MONTH_ENDS),
        ("ทุก ๒ เดือน", "FREQ=MONTHLY;INTERVAL=2", MONTH_ENDS[1::2]),
        ("ทุก ๆ ๓ เดือน", "FREQ=MONTHLY;INTERVAL=3", QUARTER_ENDS),
        ("รายไตรมาส", "FREQ=MONTHLY;INTERVAL=3", QUARTER_ENDS),
        ("อย่างน้อยไตร มาสละ ๑ ครั้ง", "FREQ=MONTHLY;INTERVAL=3", QUARTER_ENDS),
        ("ปีละ ๒ ครั้ง", "FREQ=MONTHLY;INTERVAL=6", [date(2027, 3, 31), END]),
        ("อย่างน้อยปีละ ๑ ครั้ง", "FREQ=YEARLY", [END]),
        (
            "ภายในวันที่ ๑๕ ของทุกเดือน",
            "FREQ=MONTHLY;BYMONTHDAY=15",
            [day.replace(day=15) for day in MONTH_ENDS],
        ),
        (
            "ทุกเดือน ภายในวันที่ ๕",
            "FREQ=MONTHLY;BYMONTHDAY=5",
            [day.replace(day=5) for day in MONTH_ENDS],
        ),
        ("ทุกสิ้นเดือน", "FREQ=MONTHLY;BYMONTHDAY=-1", MONTH_ENDS),
        ("ภายในเดือนมกราคม ของทุกปี", "FREQ=YEARLY;BYMONTH=1", [date(2027, 1, 31)]),
        ("๒ ครั้ง/ปี", "FREQ=MONTHLY;INTERVAL=6", [date(2027, 3, 31), END]),
        ("๑ ครั้งต่อไตรมาส", "FREQ=MONTHLY;INTERVAL=3", QUARTER_ENDS),
        ("ทุกสิ้นไตรมาส", "FREQ=MONTHLY;INTERVAL=3", QUARTER_ENDS),
        ("ทุกรอบ ๖ เดือน", "FREQ=MONTHLY;INTERVAL=6", [date(2027, 3, 31), END]),
        ("ทุกวันสิ้นเดือน", "FREQ=MONTHLY;BYMONTHDAY=-1", MONTH_ENDS),
        (
            "ทุกวันที่ ๑ และ ๑๖ ของเดือน",
            "FREQ=MONTHLY;BYMONTHDAY=1,16",
            [day.replace(day=one) for day in MONTH_ENDS for one in (1, 16)],
        ),
        ("ทุกวันที่ ๙ ธันวาคม", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=9", [date(2026, 12, 9)]),
        ("ทุกเดือนตุลาคม", "FREQ=YEARLY;BYMONTH=10", [date(2026, 10, 31)]),
        (
            "วันที่ ๑ เมษายน และ ๑ ตุลาคม ของทุกปี",
            "FREQ=YEARLY;BYMONTH=4,10;BYMONTHDAY=1",
            [START, date(2027, 4, 1), date(2027, 10, 1)],
        ),
        ("เป็นประจำทุกวันจันทร์และวันพฤหัสบดี", "FREQ=WEEKLY;BYDAY=MO,TH", []),
        ("ทุกวันจันทร์ - ศุกร์", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", []),
        ("ทุก ๒ สัปดาห์", "FREQ=WEEKLY;INTERVAL=2", []),
        ("ทุกวันศุกร์", "FREQ=WEEKLY;BYDAY=FR", []),  # nobody wants fifty reminders
        ("เป็นประจำทุกวัน", "FREQ=DAILY", []),
    ],
)
def test_a_rhythm_is_due_at_the_end_of_each_round(phrase: str, rule: str, due: list[date]) -> None:
    reading = read_schedule(phrase, YEAR)
    assert (reading.kind, reading.recurrence) == (Kind.RECURRENCE, rule)
    assert list(reading.due_dates) == due
    assert (reading.start, reading.end) == (START, END)


def test_the_day_of_the_month_after_falls_into_the_next_month() -> None:
    reading = read_schedule("ภายในวันที่ ๕ ของเดือนถัดไป", YEAR)
    assert (reading.due_dates[0], reading.due_dates[-1]) == (date(2026, 11, 5), date(2027, 10, 5))


def test_so_many_days_after_each_quarter_are_counted() -> None:
    reading = read_schedule("ภายใน ๑๕ วัน นับแต่วันสิ้นไตรมาส", YEAR)
    assert [day.isoformat()[5:] for day in reading.due_dates] == [
        "01-15",
        "04-15",
        "07-15",
        "10-15",
    ]


def test_the_last_working_day_leaves_out_weekends_and_holidays() -> None:
    reading = read_schedule("วันทำการสุดท้ายของเดือน", YEAR)
    assert reading.due_dates[:3] == (date(2026, 10, 30), date(2026, 11, 30), date(2026, 12, 30))
    assert ScheduleFlag.WORKING_DAY in reading.flags


def test_a_rhythm_within_a_window_stays_in_it() -> None:
    reading = read_schedule("ทุกเดือน ต.ค. ๖๙ - ธ.ค. ๖๙", YEAR)
    assert list(reading.due_dates) == MONTH_ENDS[:3]


def test_rounds_reported_in_april_and_october_close_after_the_year() -> None:
    reading = read_schedule("ทุก ๖ เดือน ภายในเดือนเมษายน และเดือนตุลาคม ของทุกปี", YEAR)
    assert reading.recurrence == "FREQ=MONTHLY;INTERVAL=6"
    assert list(reading.due_dates) == [date(2026, 10, 31), date(2027, 4, 30), date(2027, 10, 31)]
    assert "round_before:2026-10-31" in reading.flags


@pytest.mark.parametrize(
    "phrase",
    [
        "ทุกครั้งที่มีการจัดกิจกรรม",
        "ภายใน ๓๐ วันนับแต่วันที่ได้รับเรื่อง",
        "ภายใน ๗ วันทำการหลังจากได้รับแจ้ง",
        "เมื่อดำเนินการแล้วเสร็จ",
        "ล่วงหน้าอย่างน้อย ๓ วันก่อนวันประชุม",
        "ภายในสิบห้าวันนับแต่วันประกาศ",
        "ภายใน ๖ เดือน นับแต่วันที่ได้รับแต่งตั้ง",
        "หลังเสร็จสิ้นการอบรม ๓๐ วัน",
    ],
)
def test_what_waits_for_an_event_has_no_date(phrase: str) -> None:
    reading = read_schedule(phrase, YEAR)
    assert (reading.kind, reading.due_dates) == (Kind.EVENT, ())
    assert ScheduleFlag.ON_EVENT in reading.flags


@pytest.mark.parametrize(
    "phrase",
    [
        *("อย่าง สม่ำเสมอ", "เป็นระยะ ๆ", "อย่างต่อเนื่อง", "ตามรอบการประเมิน", "เป็นประจำทุกปี"),
        *("ในรอบเดือนที่ผ่านมา", "ตามความเหมาะสม", "ประจำปี รอบ ๖ เดือน", "ตลอดระยะเวลาดำเนินการ"),
        *("๓๑ เมษายน ๒๕๗๐", "๒๙ กุมภาพันธ์ ๒๕๗๐"),
        *("เป็นประจำ", "ตามห้วงเวลาที่กำหนด", "ภายในวันที่ ๑๐", "ภายในเดือนนี้"),
        # A month that no one can tell, and days of a month or quarter for which there is no rule.
        *("ภายในวันที่ ๑๐ ตลาคม ๒๕๖๙", "ภายในเดือนพฤศจิกายาน ๒๕๖๙"),
        *("วันจันทร์แรกของเดือน", "ภายใน ๕ วันทำการแรกของเดือน", "เดือนแรกของทุกไตรมาส"),
    ],
)
def test_what_names_no_day_is_asked_of_a_person(phrase: str) -> None:
    reading = read_schedule(phrase, YEAR)
    assert (reading.kind, reading.due_dates) == (Kind.VAGUE, ())
    assert ScheduleFlag.ASK in reading.flags


@pytest.mark.parametrize(
    ("phrase", "start", "end"),
    [
        ("เมื่อวันที่ ๑๕ ก.พ. ๗๐", date(2027, 2, 15), date(2027, 2, 15)),
        ("เมื่อ มี.ค. ๗๐", date(2027, 3, 1), date(2027, 3, 31)),
        ("ดำเนินการแล้วในเดือน ตุลาคม ๒๕๖๙", date(2026, 10, 1), date(2026, 10, 31)),
        ("ตั้งแต่เดือน ตุลาคม จนถึงปัจจุบัน", START, None),
        ("ลงวันที่ ๓๐ ธันวาคม ๒๕๖๘", date(2025, 12, 30), date(2025, 12, 30)),
        ("ประกาศ ณ วันที่ ๓๐ ธันวาคม ๒๕๖๘", date(2025, 12, 30), date(2025, 12, 30)),
    ],
)
def test_what_was_done_is_not_due(phrase: str, start: date, end: date | None) -> None:
    reading = read_schedule(phrase, YEAR)
    assert (reading.kind, reading.due_dates) == (Kind.NONE, ())
    assert (reading.start, reading.end) == (start, end)


@pytest.mark.parametrize(
    "phrase",
    [
        *("", "๙๖๗/๒๕๖๘", "คำสั่งที่ ๑๒/๒๕๗๐", "โทร. ๐-๑๒๓๔-๕๖๗๘", "ร้อยละ ๘๐", "สมควร", "อบต.คลองใหม่"),
        *("สำนักงาน ก.พ.", "มีนายกเทศมนตรีเป็นประธาน", "หมู่ที่ ๕", "ก้าวหน้า", "๕ เดือน"),
        *("ส.ค.ส.", "ก.ค.ศ.", "อ.ก.พ.", "ก.พ.ค.", "ก.ย.ศ. ๒๕๗๐", "ม.ค.ก. ๒"),  # no months
        *("เดือนละ ๖๐๐ บาท", "ลูกจ้างรายเดือน", "จำนวนครั้ง/ปี"),
    ],
)
def test_what_is_no_time_is_not_read_as_one(phrase: str) -> None:
    reading = read_schedule(phrase, YEAR)
    assert (reading.kind, reading.due_dates, reading.start) == (Kind.NONE, (), None)


@pytest.mark.parametrize(
    ("phrase", "flag"),
    [
        ("ม.ค. - ก.ย. ๗๐", ScheduleFlag.YEAR_INHERITED),
        ("ภายในเดือนมกราคม", ScheduleFlag.FISCAL_YEAR_ASSUMED),
        ("ทุก ๓ เดือน", ScheduleFlag.ANCHOR_ASSUMED),
        ("ภายในเดือนมกราคม ๒๕๖๘", ScheduleFlag.OUTSIDE_FISCAL_YEAR),
        ("๓๑ มิถุนายน ๒๕๗๐", ScheduleFlag.IMPOSSIBLE_DATE),
        ("ต้นเดือนมีนาคม", ScheduleFlag.APPROXIMATE),
        ("ตั้งแต่เดือนมกราคม ๒๕๗๐ เป็นต้นไป", ScheduleFlag.ASK),
    ],
)
def test_what_is_assumed_is_said(phrase: str, flag: ScheduleFlag) -> None:
    assert flag in read_schedule(phrase, YEAR).flags


def test_what_is_printed_in_full_assumes_nothing() -> None:
    assert read_schedule("ต.ค. ๖๙ - ก.ย. ๗๐", YEAR).flags == ()
    assert read_schedule("ภายในวันที่ ๓๑ มีนาคม ๒๕๗๐", YEAR).flags == ()


def test_the_report_after_the_year_is_not_outside_it() -> None:
    assert read_schedule("ภายในเดือนตุลาคม ๒๕๗๐", YEAR).flags == ()


@pytest.mark.parametrize("year", [0, 2027, 2399, 2701, -1])
def test_a_year_that_is_no_thai_fiscal_year_is_refused(year: int) -> None:
    with pytest.raises(ValueError, match="fiscal year"):
        read_schedule("ตลอดปี", year)
