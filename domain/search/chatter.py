"""Politeness, greetings and question words: they say nothing of the topic."""

from collections.abc import Iterable

_WORDS = """
ครับ คับ คัฟ ครับผม ค่ะ คะ ค่า คร้า ค้า ขา จ้า จ้ะ จ๊ะ จ๋า ฮะ ฮับ งับ นะ น่ะ นะคะ นะครับ น้า เน้อ
เด้อ เด้อค่ะ แด่ แหน่ แน่ แน เนาะ เจ้า ก้า ซิ สิ ดิ วะ ว่ะ เว้ย โว้ย อ่ะ อะ เอ่อ หรอ เหรอ หนอ หว่า
สวัสดี สวัสดีครับ สวัสดีค่ะ หวัดดี ดีครับ ดีค่ะ ดีจ้า ขอบคุณ ขอบใจ ขอโทษ รบกวน สอบถาม ถาม
ขอถาม แอดมิน แอด ช่วย หน่อย ที อยาก อยากทราบ อยากรู้ ทราบ รู้ ว่า บ้าง ไหม มั้ย ไม๊ มั๊ย บ่ ป่าว
เปล่า หรือเปล่า หรือไม่ ยัง คือ แล้ว ก็ พอดี ผม ดิฉัน หนู ฉัน เรา กู มึง ด้วย เลย ๆ
? ?? ??? ! !! . .. ... , - : ; ( ) " '
"""
_CHATTER = frozenset(_WORDS.split())


def topical(words: Iterable[str]) -> list[str]:
    """Return the words that can say what a question is about; all of them where none would be."""
    held = list(words)
    return [word for word in held if word not in _CHATTER] or held
