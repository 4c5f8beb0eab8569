"""Dressing `domain.messages` as an e-mail: plain text and HTML that say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from domain import messages as spoken
from domain.calendar import bangkok_day, short_date
from domain.limits import shorten
from domain.taps import TOKEN

_SUBJECT = 120  # letters
_FOLDER = Path(__file__).parent / "templates"
_SIGN_IN = "เข้าสู่ระบบเว็บเจ้าหน้าที่ของหน่วยงาน แล้วเลือกเมนู “มาตรการ” เพื่อรายงานผลค่ะ"
_PRESS = (
    "กดปุ่มหรือลิงก์ใต้รายการเพื่อเปิดหน้ารายงานผล ระบบจะให้เข้าสู่ระบบก่อน "
    "และยังไม่บันทึกอะไรจนกว่าท่านจะกดบันทึกในหน้านั้นค่ะ"
)


class CannotWrite(ValueError):
    """These messages, or this address, make no e-mail."""


@dataclass(frozen=True)
class Letterhead:
    """Who writes: the agency, from one address of the installation."""

    agency: str
    slug: str
    address: str


@dataclass(frozen=True)
class Link:
    label: str
    url: str


@dataclass
class Section:
    """A title, what is said below it, and where it leads."""

    title: str = ""
    tag: str = ""
    late: bool = False
    paragraphs: list[str] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


@dataclass
class Letter:
    subject: str
    sections: list[Section]
    hint: str  # how to answer; empty where nothing is asked


def write_letter(
    messages: Sequence[spoken.Message],
    head: Letterhead,
    to: str,
    *,
    key: UUID,
    at: datetime,
    public_url: str,
) -> EmailMessage:
    """One mail to one address; the same arguments give the same bytes, so that a repeated mail
    can be told by its Message-ID. Raises `CannotWrite`."""
    head = replace(head, agency=one_line(head.agency))
    letter = _letter(messages, head, public_url)
    domain = head.address.rpartition("@")[2]
    mail = EmailMessage(policy=SMTP)
    try:
        mail["From"] = Address(head.agency, addr_spec=head.address)
        mail["To"] = Address(addr_spec=to)
        if not to.isascii():
            raise ValueError("an address in other letters than ASCII")
    except (ValueError, IndexError) as error:
        raise CannotWrite("the address is none that mail can be sent to") from error
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{key}@{domain}>"
    # RFC 3834; the second is what Exchange goes by. Nobody's absence is to be answered to us.
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["List-Id"] = f"<{head.slug}.prongsai.{domain}>"
    said = {
        "letter": letter,
        "head": head,
        "day": short_date(bangkok_day(at)),
        "desk": f"{public_url}/desk/" if public_url else "",
    }
    mail.set_content(_render("mail.txt", said), cte="base64")
    mail.add_alternative(_render("mail.html", said), subtype="html", cte="base64")
    mail.set_boundary(f"=_{key.hex}")
    return mail


def _render(template: str, said: dict[str, object]) -> str:
    return _pages.get_template(template).render(said)


_pages = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _letter(messages: Sequence[spoken.Message], head: Letterhead, public_url: str) -> Letter:
    sections = [section for one in messages for section in _sections(one, public_url)]
    if not sections:
        raise CannotWrite("there is nothing to say")
    first = sections[0]
    said = first.title or next(iter(first.paragraphs), "") or f"ข้อความจาก{head.agency}"
    asks = any(_is_tap(choice) for one in messages for choice in _choices_of(one))
    hint = (_PRESS if public_url else _SIGN_IN) if asks else ""
    return Letter(shorten(one_line(said), _SUBJECT), sections, hint)


def one_line(text: str) -> str:
    """No control character: a header must not end where we did not end it."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())


def _sections(message: spoken.Message, public_url: str) -> list[Section]:
    match message:
        case spoken.Text():
            lines = message.text.splitlines()
            return [Section(paragraphs=lines, links=_links(message.choices, public_url))]
        case spoken.Menu():
            lines = message.text.splitlines()
            return [
                Section(message.title, "", False, lines, [], _links(message.choices, public_url))
            ]
        case spoken.Slip():
            facts = [(one.name, one.value) for one in message.facts]
            if message.code:
                facts.insert(0, (message.code_name, message.code))
            note = message.note.splitlines()
            choices = (*message.buttons, *message.choices)
            return [Section(message.title, "", False, note, facts, _links(choices, public_url))]
        case spoken.Picture():
            shown = spoken.Choice(label="เปิดดูภาพ", url=message.url)
            return [Section(paragraphs=[message.alt], links=_links([shown], public_url))]
        case spoken.Digest():
            return _digest(message, public_url)
        case spoken.DigestTicket() | spoken.CaseTicket():
            raise CannotWrite("a digest ticket must be composed before it is sent")


def _digest(digest: spoken.Digest, public_url: str) -> list[Section]:
    found = [Section(digest.heading)]
    for item in digest.items:
        found.append(
            Section(
                title=one_line(f"{item.code} {item.title}" if item.code else item.title),
                tag=item.lateness,
                late=item.late,
                facts=[("ส่วนราชการ", item.division), ("กำหนดส่ง", item.due)],
                links=_links(item.choices, public_url),
            )
        )
    if digest.more:
        rest = Section(f"และยังมีอีก {digest.more} รายการ")
        rest.facts = [(one.name, one.value) for one in digest.tally]
        rest.links = _links([digest.link] if digest.link else [], public_url)
        if not rest.links:
            rest.paragraphs = ["ดูรายการทั้งหมดได้ที่เว็บเจ้าหน้าที่ เมนู “มาตรการ”"]
        found.append(rest)
    return found


def _choices_of(message: spoken.Message) -> Sequence[spoken.Choice]:
    match message:
        case spoken.Digest():
            return [choice for item in message.items for choice in item.choices]
        case spoken.Text() | spoken.Menu():
            return message.choices
        case spoken.Slip():
            return (*message.buttons, *message.choices)
        case _:
            return ()


def _is_tap(choice: spoken.Choice) -> bool:
    return choice.data is not None and choice.data.startswith(TOKEN)


def _links(choices: Sequence[spoken.Choice], public_url: str) -> list[Link]:
    """Pages to open, and the same sealed taps as in LINE. What only a chat can do is left out."""
    found = []
    for choice in choices:
        if choice.url is not None and urlsplit(choice.url).scheme in ("http", "https"):
            found.append(Link(choice.label, choice.url))
        elif public_url and choice.data is not None and _is_tap(choice):
            token = choice.data.removeprefix(TOKEN)
            found.append(Link(choice.label, f"{public_url}/desk/answer/{token}"))
    return found
