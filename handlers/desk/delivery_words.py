"""What became of a message, in plain words, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from domain.states import OutboxState
from handlers.desk.words import code_word, outcome_word
from models.delivery import Box, may_be_sent_again
from models.outbox import OutboxMessage

BOXES = {
    Box.TROUBLED: "มีปัญหาทั้งหมด",
    Box.HELD: "พักรอโควตา",
    Box.THROTTLED: "LINE ขอให้ส่งช้าลง",
    Box.RETRYING: "กำลังลองซ้ำ",
    Box.UNKNOWN: "ไม่ทราบว่าถึงหรือไม่",
    Box.REFUSED: "ปลายทางไม่รับ",
    Box.WAITING: "รอส่งทั้งหมด",
    Box.DROPPED: "ไม่ต้องส่งแล้ว",
    Box.SENT: "ส่งแล้ว",
}


@dataclass(frozen=True)
class Told:
    what: str
    do: str = ""


_BY_ITSELF = "ไม่ต้องทำอะไร ระบบลองใหม่เอง"
_TOKEN = "ให้ผู้ดูแลเครื่องตรวจ Channel access token ของ LINE แล้วกดลองเดี๋ยวนี้"  # noqa: S105 (words)
_OUTCOMES = {
    "accepted": Told("LINE รับแล้ว"),
    "accepted_before": Told("LINE รับไปแล้วตั้งแต่ครั้งก่อน"),
    "arrived_before": Told("ถึงแล้วตั้งแต่ครั้งก่อน"),
    "no_answer": Told("LINE ไม่ตอบกลับ อาจถึงแล้วหรือไม่ก็ได้", _BY_ITSELF + " โดยผู้รับไม่ได้รับซ้ำ"),
    "not_reached": Told("ติดต่อ LINE ไม่ได้", _BY_ITSELF + " หากเป็นนาน ให้ตรวจอินเทอร์เน็ตของเครื่อง"),
    "line_error": Told("LINE ขัดข้อง", _BY_ITSELF),
    "reply_token_refused": Told("ตอบในแชตไม่ทัน จึงส่งเป็นข้อความใหม่แทน", _BY_ITSELF),
    "reply_token_expired": Told("ตอบในแชตไม่ทัน และข้อความนี้ไม่คุ้มโควตา", "ผู้ใช้ทักใหม่ได้ทุกเมื่อ"),
    "not_authorised": Told("LINE ไม่ยอมให้บัญชีนี้ส่ง", _TOKEN),
    "recipient_not_reached": Told(
        "ผู้รับบล็อกหรือไม่ได้เป็นเพื่อนกับบัญชี หรือบัญชีไม่อยู่ในกลุ่มแล้ว",
        "ให้เจ้าหน้าที่เพิ่มเพื่อนใหม่ หรือใส่อีเมลแทน",
    ),
    "refused": Told("LINE ไม่รับข้อความนี้", "แจ้งผู้ดูแลเครื่องพร้อมวันและชนิดของข้อความ"),
    "throttled_monthly_quota": Told(
        "โควตา LINE เดือนนี้หมด", "เพิ่มแพ็กเกจ หรือรอเดือนหน้า ระบบส่งเองเมื่อมีโควตา"
    ),
    "throttled_rate": Told("LINE ขอให้ส่งช้าลง", _BY_ITSELF),
    "throttled_concurrency": Told("ส่งพร้อมกันมากเกินไป LINE ขอให้รอ", _BY_ITSELF),
    "throttled_same_user": Told("ส่งถึงคนเดียวกันถี่เกินไป LINE ขอให้รอ", _BY_ITSELF),
    "kept_for_receipts": Told("โควตาที่เหลือกันไว้ตอบผู้ร้องเรียน", "เพิ่มแพ็กเกจ หรือลดจำนวนที่กันไว้ในหน้าการเตือน"),
    "reply_cut_off": Told("ระบบหยุดกลางคันขณะตอบ อาจถึงแล้ว", "ไม่ส่งซ้ำ เพื่อไม่ให้ได้รับสองครั้ง"),
    "retry_key_expired": Told("ลองครบหนึ่งวันแล้ว อาจถึงแล้ว", "ไม่ส่งซ้ำ เพื่อไม่ให้ได้รับสองครั้ง"),
    "gave_up": Told("ลองครบหนึ่งวันแล้วไม่สำเร็จ", "ติดต่อผู้รับทางอื่นหากสำคัญ"),
    "cannot_open": Told("เปิดข้อความที่เข้ารหัสไว้ไม่ได้ เพราะไม่มีกุญแจ", "ให้ผู้ดูแลเครื่องตรวจไฟล์กุญแจ"),
    "blocked": Told("ผู้รับบล็อกบัญชีของหน่วยงาน"),
    "no_longer_true": Told("เรื่องที่จะแจ้งเสร็จไปแล้วก่อนส่ง"),
    "erased": Told("เจ้าของข้อมูลขอให้ลบ"),
    "dropped_by_hand": Told("ผู้ดูแลระบบสั่งไม่ต้องส่ง"),
}
# What somebody can still do when the message itself is gone.
_INSTEAD = {
    "answer": "คำตอบยังอยู่ในเรื่อง ผู้ร้องอ่านได้ด้วยรหัสติดตามเรื่อง",
    "outcome": "ผลยังอยู่ในเรื่อง ผู้ร้องอ่านได้ด้วยรหัสติดตามเรื่อง",
    "digest": "มาตรการที่ยังไม่รายงานจะเตือนอีกตามกำหนด",
    "digest_mail": "มาตรการที่ยังไม่รายงานจะเตือนอีกตามกำหนด",
    "weekly": "สรุปยังดูได้ที่หน้าสรุปรายสัปดาห์",
    "question_answer": "คำตอบยังอยู่ในหน้าคำถาม",
    "talk": "ข้อความยังอยู่ในหน้าคุยกับประชาชน",
}


def outcome_told(outcome: str) -> Told:
    name, _, number = outcome.rpartition("_")
    if outcome in _OUTCOMES:
        return _OUTCOMES[outcome]
    if number.isdigit() and name in _OUTCOMES:
        found = _OUTCOMES[name]
        return Told(f"{found.what} ({number})", found.do)
    # A mail's outcome says in its own words what to do; anything else stays as the code has it.
    return Told(outcome_word(outcome))


def why_not_again(message: OutboxMessage) -> str:
    """Why a message that failed cannot be sent once more; empty where it can, or need not."""
    if may_be_sent_again(message) or message.state not in (
        OutboxState.UNKNOWN,
        OutboxState.REFUSED,
    ):
        return ""
    gone = "ส่งใหม่ไม่ได้ เพราะระบบลบผู้รับและเนื้อความเมื่อจบการส่ง"
    return " ".join(part for part in (gone, _INSTEAD.get(message.kind, "")) if part)


def kind_word(kind: str) -> str:
    return code_word(kind)
