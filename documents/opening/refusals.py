"""Why a document is not read, in one sentence to somebody who is not a computer person."""

from __future__ import annotations

from documents.blocks import BadDocument
from documents.opening import limits

_SEND = "ให้ส่งไฟล์ Word (.docx), Excel (.xlsx) หรือ PDF"

SENTENCES = {
    "not_a_file": "เปิดไฟล์นี้ไม่ได้ ให้เลือกไฟล์แล้วส่งใหม่อีกครั้ง",
    "empty": "ไฟล์นี้ว่างเปล่า ให้ตรวจดูว่าเลือกไฟล์ถูกแล้วส่งใหม่",
    "nothing_in_it": "ไม่พบข้อความในไฟล์นี้ ให้ตรวจดูว่าเลือกไฟล์ถูกแล้วส่งใหม่",
    "too_large": "ไฟล์นี้ใหญ่เกิน {megabytes} เมกะไบต์ ให้ลบรูปภาพหรือส่วนที่ไม่เกี่ยวข้องออก แล้วส่งใหม่",
    "encrypted": "ไฟล์นี้ตั้งรหัสผ่านไว้ ให้เปิดไฟล์ ยกเลิกรหัสผ่าน บันทึก แล้วส่งใหม่",
    "old_word": "ไฟล์นี้เป็น Word รุ่นเก่า (.doc) ให้เปิดด้วย Word แล้วบันทึกเป็นแบบ .docx ก่อนส่งใหม่",
    "old_excel": "ไฟล์นี้เป็น Excel รุ่นเก่า (.xls) ให้เปิดด้วย Excel แล้วบันทึกเป็นแบบ .xlsx ก่อนส่งใหม่",
    "old_office": f"ไฟล์นี้เป็นเอกสารรุ่นเก่าที่ระบบอ่านไม่ได้ {_SEND} แทน",
    "scanned": "PDF นี้เป็นภาพสแกน ไม่มีตัวอักษรให้อ่าน ให้ส่งไฟล์ Word หรือ Excel ต้นฉบับแทน",
    "unreadable_text": "ตัวอักษรใน PDF นี้อ่านออกมาเป็นภาษาไทยไม่ได้ ให้ส่งไฟล์ Word หรือ Excel ต้นฉบับแทน",
    "too_many_pages": "PDF นี้มี {pages} หน้า ระบบอ่านได้ไม่เกิน {max_pages} หน้า "
    "ให้แยกเฉพาะส่วนที่เป็นแผนแล้วส่งใหม่",
    "zip_bomb": "ไฟล์นี้มีข้อมูลข้างในมากผิดปกติ ให้คัดลอกเฉพาะตารางไปไว้ในไฟล์ใหม่แล้วส่งไฟล์ใหม่นั้น",
    "too_complex": "PDF นี้ซับซ้อนเกินกว่าที่ระบบจะอ่านได้ ให้ส่งไฟล์ Word หรือ Excel ต้นฉบับแทน",
    "macro": "ไฟล์นี้มีชุดคำสั่ง (มาโคร) ฝังอยู่ ให้บันทึกเป็น Word (.docx) หรือ Excel (.xlsx) แบบธรรมดาแล้วส่งใหม่",
    "corrupted": "ไฟล์นี้เสียหายหรือส่งมาไม่ครบ ให้เปิดดูในเครื่อง บันทึกใหม่ แล้วส่งอีกครั้ง",
    "image": f"ไฟล์นี้เป็นรูปภาพ ระบบอ่านตัวอักษรในภาพไม่ได้ {_SEND} ต้นฉบับแทน",
    "program": f"ไฟล์นี้เป็นโปรแกรม ไม่ใช่เอกสาร {_SEND} แทน",
    "html": "ไฟล์นี้เป็นหน้าเว็บ ให้เปิดด้วย Word หรือ Excel แล้วบันทึกเป็นแบบ .docx หรือ .xlsx ก่อนส่งใหม่",
    "archive": "ไฟล์นี้เป็นไฟล์บีบอัด (zip) ให้แตกไฟล์ออกก่อน แล้วส่งเฉพาะเอกสารที่อยู่ข้างใน",
    "presentation": f"ไฟล์นี้เป็นงานนำเสนอ (PowerPoint) {_SEND} แทน",
    "other_office": "ระบบอ่านเอกสารแบบนี้ไม่ได้ ให้เปิดไฟล์แล้วบันทึกเป็นแบบ .docx หรือ .xlsx ก่อนส่งใหม่",
    "unknown_kind": f"ระบบไม่รู้จักไฟล์แบบนี้ {_SEND} แทน",
    "unknown_letters": "อ่านตัวอักษรในไฟล์นี้ไม่ออก "
    "ให้เปิดด้วย Excel หรือ Word แล้วบันทึกเป็นแบบ .xlsx หรือ .docx ก่อนส่งใหม่",
    "too_many_rows": "ไฟล์นี้มีเกิน {max_rows} แถว ให้คัดลอกเฉพาะตารางแผนไปไว้ในไฟล์ใหม่แล้วส่งไฟล์ใหม่นั้น",
    "too_many_columns": "ตารางในไฟล์นี้กว้างเกิน {max_columns} ช่อง ให้ลบช่องที่ไม่ใช้ออกแล้วส่งใหม่",
    "text_too_long": "มีช่องหรือย่อหน้าที่ข้อความยาวผิดปกติ ให้ตรวจแก้แล้วส่งใหม่",
    "cell_too_long": "มีช่องหรือย่อหน้าที่ข้อความยาวผิดปกติในแถวที่ {row} ให้ตรวจแก้แล้วส่งใหม่",
}


def refused(code: str, **facts: int) -> BadDocument:
    """The error to raise: its sentence says what to do, with the numbers that matter."""
    numbers = {
        "megabytes": limits.MAX_FILE_BYTES // limits.MEGABYTE,
        "max_pages": limits.MAX_PAGES,
        "max_rows": limits.MAX_ROWS,
        "max_columns": limits.MAX_COLUMNS,
        **facts,
    }
    shown = {name: f"{number:,}" for name, number in numbers.items()}
    return BadDocument(code, SENTENCES[code].format(**shown))
