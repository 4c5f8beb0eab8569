"""High-recall rules that speak before the model does.

A corruption report taken for small talk is the worst error, so these lean to `corruption`; a
question about the reporting channel lands there too, and that is cheap.
"""

import re

_CODE = re.compile(r"(?<!\d)\d(?:[\s\-–—_.]?\d){15}(?!\d)")

# Words that hardly mean anything else. Spelled as `normalise` leaves them, tone marks gone.
_CORRUPT = re.compile(
    r"ทุจ+ริ[ตด]|ทุดจ?ริ[ตด]|ทุจิต|คอ?ร?รัปชั?น|คอรัปชัน|corrupt|โกง|สินบน|ใตโตะ|เงินทอน|ยักยอก"
    r"|ฮัว(?!ใจ)|ลอ[กค]ส[เ]?ป|เบิกเท[จ]|เบิกเกิน|เบิกเงินเกิน|หัวคิว|กินตามนำ|คานำชา|คานำรอนนำชา"
    r"|ประพฤติมิชอบ|ประพฤติไมชอบ|ผลประโยชนทับซอน|ผลประโยชทับซอน|เรียก(?:รับ)?(?:เงิน|ผลประโยช|ตัง|สินบน)"
    r"|รีดไถ|ไถเงิน|ไถตัง|สวย(?:แผง|ตลาด|ราน)|เก[บ]?็?บสวย|ซือตำแหนง|ขายตำแหนง|วิงเตน|ยัดเงิน|ยัดตัง"
    r"|ซองขาว|อมเงิน|อมงบ|งาบ|กินบานกินเมือง|กินงบ|กินเงินหลวง|กิน(?:เงิน)?ภาษี|โครงการทิพย|ใบเสรจปลอม"
    r"|ลายเซ[น]ปลอม|ปลอมลายเซ|เอกสารเทจ|เอกสารปลอม|ฟอกเงิน|เขากระเปา"
    r"|เงินหลวงไป|กินกันเหน|ขโมย.{0,12}หลวง|กินกันอิม|บัญชีสวนตัว|ป\.?ป\.?ช|ข(?:าย|อ)สอบรัว"
)
# The council's things put to someone's own use.
_OWN_USE = re.compile(
    r"(?:เอา|ใช|แอบ|นำ|ขน|เบิก|สัง|ให).{0,18}(?:หลวง|ราชการ|เทศบาล|อบต|ของบริจาค|คนงาน|ลูกนอง).{0,25}"
    r"(?:สวนตัว|ตัวเอง|บาน|เมีย|ขาย|รับจาง|ไปเทียว|ถม|เฮือน|กลับ|พวก|ใหเชา|ปลูก)"
    r"|(?:รถ|ของ|นำมัน|ทรัพยสิน|เครือง)(?:หลวง|ราชการ|เทศบาล|อบต).{0,25}"
    r"(?:สวนตัว|บานเมีย|เมียนอย|บานตัว|รานเหลา|หาย|ไปขาย|ไปเทียว)"
)
# Money for a favour: who is in office, and what is given or asked.
_OFFICER = (
    r"(?:เจาหนาที|จนท|นายชาง|ชาง|หัวหนา|นายก|ปลัด|ผอ|พนักงาน|กองชาง|กองคลัง"
    r"|คนตรวจ|กรรมการ|เทศบาล|เขา|เคา)"
)
_MONEY = (
    r"(?:ขอ|เรียก|รับ|เกบ|หัก|ตองให|ตองจาย|ใหจาย|จายให|ชวย).{0,6}"
    r"(?:เงิน|ตัง|คา(?:เหลา|นำชา|นำมัน|เสียเวลา|ดำเนินการ)|(?:สอง|สาม|หา|สี|หก|เจด|แปด|เกา)?(?:รอย|พัน|หมืน|แสน)|ซอง|\d{3,})"
)
_FAVOUR = (
    r"(?:ถึงจะ|จึงจะ|ไมงัน|แลก|กอนเซ|กอนจะเซ|ใหเรว|ใหผาน|ไดเรว|ไดเรืองเรว|เซน|แลวปลอย|ปลอยให"
    r"|ไมมีใบเสรจ|ไมออกใบเสรจ|ไมไดใบเสรจ|ไมมีบิล|เอง$|เรืองถึงเดิน|บรรจุ|ใหได|เพือผาน)"
)
_FOR_A_FAVOUR = re.compile(
    f"{_OFFICER}.{{0,30}}{_MONEY}.{{0,30}}{_FAVOUR}|{_MONEY}.{{0,30}}{_FAVOUR}"
    f"|{_FAVOUR}.{{0,20}}{_MONEY}.{{0,4}}{_OFFICER}"
)
# "ไม่โกง", "แจ้งความโดนโกงซื้อของออนไลน์", "อากาศโกง": words of corruption without any.
_NOT_CORRUPT = re.compile(
    r"(?:ไม|บ|บอ|มิ|ไมได|ไมเคย|ไมมี|ปลอด|ตาน|อยา)(?:การ|ใคร|คน)?(?:โกง|ทุจริต|รับสินบน|คอรัปชัน|คอรรัปชัน)"
    r"|โกงความตาย|โกงเกม|บอทโกง|โกงอายุ|หลังโกง|โกงโคง"
)
_STATUS = re.compile(
    r"ถึงไหน|ไปถึงไหน|เถิงไหน|ฮอดไส|ฮอดบอน|คืบหนา|ติดตาม(?:เรือง|คำ|ผล|ราย|สถานะ|ขอ)|ขอติดตาม|สถานะ"
    r"|ตามเรือง|รหัสติดตาม|รับเรือง(?:หรือ)?ยัง|รับเรืองแลว(?:หรือ)?ยัง"
    r"|(?:อัพเดท|อัปเดต|อัพเดต|อัปเดท).{0,12}(?:เรือง|หนอย)|(?:ที|เคย)(?:แจง|รอง|ยืน|สง)(?:ไว|ไป).{0,25}(?:ยัง|แลว|วาไง|ยังไง|เปนไง|วันไหน)"
)
_PERSON = (
    r"(?:เจาหนาที|จนท|แอดมิน|พนักงาน|คนจริง|คนตอบ|มนุษย|ตัวจริง|คอลเซน|นายก|ปลัด|หัวหนา|กอง(?:ชาง|คลัง|สวัส|สาธา|การศึก)"
    r"|สำนักปลัด|คน(?:หนอย|$|ได|ที|มา|บ|ครับ|คะ))"
)
_HUMAN = re.compile(
    rf"(?:คุย|สาย|ปรึกษา|เวา|อู|แหลง|แชท|ตอสาย|พบ)(?:กับ|กะ|นำ|สวนตัวกับ|สายกับ|โทรศัพทกับ)?.{{0,4}}{_PERSON}"
    rf"|โทรกลับ|ติดตอกลับ|(?:ไมเอา|หยุด|ปิด|ไมอยากคุยกับ)บอท|^(?:ขอ|เรียก)?แอดมิน"
    r"|human|talk to|operator|call center"
    r"|(?:เจาหนาที|จนท\.?|พนักงาน|แอดมิน)(?:อยู(?:ไหม|มั?ย|ม)|ตอบ|วางไหม)"
)


def has_tracking_code(text: str) -> bool:
    """Say whether normalised `text` holds 16 digits, spaced or dashed in any way."""
    return _CODE.search(text) is not None


def speaks_of_corruption(bare: str) -> bool:
    """Say whether toneless text without spaces tells of corruption, denials apart."""
    said = _NOT_CORRUPT.sub("", bare)
    return any(rule.search(said) for rule in (_CORRUPT, _OWN_USE, _FOR_A_FAVOUR))


def denies_corruption(bare: str) -> bool:
    """Say whether toneless text without spaces uses the words of corruption to deny or joke."""
    return _NOT_CORRUPT.search(bare) is not None and not speaks_of_corruption(bare)


def asks_for_status(bare: str) -> bool:
    """Say whether toneless text without spaces asks how far a matter has come."""
    return _STATUS.search(bare) is not None


def asks_for_a_person(bare: str) -> bool:
    """Say whether toneless text without spaces asks for a human being."""
    return _HUMAN.search(bare) is not None
