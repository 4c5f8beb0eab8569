"""What people are told before they give personal data (PDPA), and the version they agree to.

Change the version whenever the notice changes what happens to the data: it is kept beside each
consent, so that everybody's can be read as it stood.
"""

from __future__ import annotations

from dataclasses import dataclass

CONSENT_VERSION = "2026-2"
# Earlier notices promised that officers never open who is behind a confidential report.
MAY_BE_OPENED_SINCE = "2026-2"
NOTICE_PATH = "/a/{slug}/privacy"  # where the public's web shows it


@dataclass(frozen=True)
class Section:
    title: str
    paragraphs: tuple[str, ...]


def notice(agency: str, contact: str, language: str = "th") -> tuple[Section, ...]:
    """The notice of one agency, in the reader's language."""
    told = _ENGLISH if language == "en" else _THAI
    nowhere = "at the office of the agency" if language == "en" else "ที่สำนักงานของหน่วยงาน"
    words = {"agency": agency, "contact": contact or nowhere}
    return tuple(
        Section(one.title, tuple(text.format(**words) for text in one.paragraphs)) for one in told
    )


_THAI = (
    Section(
        "ใครดูแลข้อมูลของท่าน",
        ("{agency} เป็นผู้ควบคุมข้อมูลส่วนบุคคลที่ท่านให้ผ่านเว็บนี้และผ่าน LINE ของหน่วยงาน",),
    ),
    Section(
        "เก็บอะไรบ้าง",
        (
            "เรื่องที่ท่านแจ้ง วันเวลาที่แจ้ง ไฟล์ที่ท่านแนบ และข้อความที่ท่านส่งเพิ่มภายหลัง",
            "เปิดเผยชื่อ: เก็บชื่อและช่องทางติดต่อที่ท่านกรอก เจ้าหน้าที่ที่มีสิทธิ์อ่านเรื่องนี้เห็น",
            "ปกปิดชื่อ: ทางเว็บ เก็บชื่อและช่องทางติดต่อเท่าที่ท่านกรอกไว้แบบเข้ารหัส "
            "ทาง LINE เก็บบัญชี LINE ไว้แบบเข้ารหัสเพื่อให้ระบบแจ้งผล เจ้าหน้าที่ไม่เห็นว่าท่านเป็นใคร "
            "เว้นแต่มีความจำเป็นที่เขียนเหตุผลไว้ และเจ้าหน้าที่ที่มีสิทธิ์สองคนเห็นชอบร่วมกัน ซึ่งมีบันทึกทุกครั้ง",
            "ไม่เปิดเผยตัวตน: ไม่เก็บชื่อ ช่องทางติดต่อ บัญชี LINE หรือหมายเลขเครือข่าย (IP) ของท่าน "
            "และเก็บเวลาเพียงวันที่ ทางเดียวที่จะกลับมาที่เรื่องนี้ได้คือรหัสติดตามเรื่อง 16 หลัก",
        ),
    ),
    Section(
        "ใช้ทำอะไร",
        (
            "ใช้ตรวจสอบและแก้ไขเรื่องที่ท่านแจ้ง ตอบท่าน และทำรายงานสรุปที่ไม่ระบุตัวบุคคล ไม่ใช้เพื่อการอื่น",
            "เราใช้ชื่อและช่องทางติดต่อเมื่อท่านยินยอมเท่านั้น ท่านแจ้งเรื่องโดยไม่ให้ข้อมูลนี้ก็ได้",
        ),
    ),
    Section(
        "ใครอ่านได้",
        (
            "เรื่องทั่วไปอ่านได้เฉพาะเจ้าหน้าที่รับเรื่อง เจ้าหน้าที่จริยธรรม และผู้ดูแลระบบของหน่วยงาน "
            "เบาะแสทุจริตอ่านได้เฉพาะเจ้าหน้าที่จริยธรรมที่ได้รับแต่งตั้ง ทุกครั้งที่เปิดอ่านมีบันทึกไว้",
            "ท่านระบุได้ว่าไม่ให้ส่วนราชการใดหรือเจ้าหน้าที่คนใดเห็นเรื่องของท่าน",
            "เราส่งข้อมูลให้หน่วยงานอื่นเฉพาะเมื่อกฎหมายสั่งให้ส่งเท่านั้น",
        ),
    ),
    Section(
        "เก็บไว้นานเท่าใด",
        (
            "เรื่องที่กรอกค้างไว้แล้วไม่ได้ส่ง ลบภายใน 14 วัน และไฟล์ที่แนบค้างไว้ ลบภายใน 16 วัน",
            "เรื่องที่ส่งแล้ว เก็บไว้เท่าที่จำเป็นต่อการดำเนินการและตามระเบียบว่าด้วยงานสารบรรณ",
        ),
    ),
    Section(
        "คุกกี้",
        ("เว็บนี้ใช้คุกกี้เดียวเพื่อป้องกันผู้อื่นส่งแบบฟอร์มแทนท่าน คุกกี้นี้ไม่มีชื่อหรือเรื่องของท่าน และหายไปเมื่อปิดเบราว์เซอร์",),
    ),
    Section(
        "สิทธิของท่าน",
        (
            "ท่านขอดู ขอแก้ไข ขอให้ลบข้อมูลส่วนบุคคลของท่าน หรือถอนความยินยอมได้ทุกเมื่อ ติดต่อ: {contact}",
            "หากเห็นว่าเราทำไม่ถูกต้อง ท่านร้องเรียนต่อสำนักงานคณะกรรมการคุ้มครองข้อมูลส่วนบุคคล (สคส.) ได้",
        ),
    ),
)

_ENGLISH = (
    Section(
        "Who looks after your data",
        (
            "{agency} is the controller of the personal data that you give on this website and in "
            "the agency's LINE account.",
        ),
    ),
    Section(
        "What is kept",
        (
            "What you report and when, the files that you attach, and what you send later.",
            "Named: the name and contact details that you fill in. Officers who may read the "
            "report see them.",
            "Confidential: on the web, the name and contact details that you choose to fill in, "
            "encrypted. In LINE, your LINE account, "
            "encrypted, so that the system can notify you. Officers do not see who you are, unless "
            "there is need with a written reason and two officers with that right agree; each "
            "time is logged.",
            "Anonymous: no name, contact details, LINE account or network (IP) address, and times "
            "by day only. The 16-digit tracking code is the one way back to the report.",
        ),
    ),
    Section(
        "What it is used for",
        (
            "To look into what you report, to answer you, and for summaries that name nobody. For "
            "nothing else.",
            "Your name and contact details are used only if you agree. You can report without "
            "them.",
        ),
    ),
    Section(
        "Who can read it",
        (
            "Reports are read by the agency's receiving officers, integrity officers and "
            "administrators. Corruption reports are read by appointed integrity officers alone. "
            "Every opening is logged.",
            "You can name divisions and officers that must not see your report.",
            "We give data to others only where the law orders it.",
        ),
    ),
    Section(
        "How long it is kept",
        (
            "A report that was begun and not sent is erased within 14 days, and files attached to "
            "it within 16 days.",
            "A report that was sent is kept as long as the work on it and the regulations on "
            "official records require.",
        ),
    ),
    Section(
        "Cookies",
        (
            "This website uses one cookie, so that nobody else can send a form in your place. It "
            "holds neither your name nor your report, and goes when you close the browser.",
        ),
    ),
    Section(
        "Your rights",
        (
            "You can ask to see, correct or erase your personal data, or withdraw your consent, at "
            "any time. Contact: {contact}",
            "If you think that we are doing something wrong, you can complain to the Office of the "
            "Personal Data Protection Committee (PDPC).",
        ),
    ),
)
