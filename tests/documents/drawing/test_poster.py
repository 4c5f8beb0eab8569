"""The poster, as a phone scans it, as a printer takes it and as a reader reads it aloud."""

from __future__ import annotations

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from documents.drawing import BadPoster, add_friend_link, draw_poster

pytestmark = pytest.mark.any_engine

NAME = "องค์การบริหารส่วนตำบลน้ำพุ"
LONG = "องค์การบริหารส่วนตำบลศรีสว่างวงศ์ทุ่งใหญ่หนองน้ำใส อำเภอเมืองนครศรีธรรมราช จังหวัดนครศรีธรรมราช"
CONTACT = "โทร. 0-0000-0100 วันจันทร์ถึงศุกร์ 08.30-16.30 น. (เว้นวันหยุดราชการ)"
LINK = "https://line.me/R/ti/p/%40123abcde"


def seen(drawn: bytes, scale: float = 2.0) -> Image.Image:
    """The only page, as an eye sees it."""
    document = pypdfium2.PdfDocument(drawn)
    assert len(document) == 1
    picture = document[0].render(scale=scale).to_pil().convert("RGB")
    assert isinstance(picture, Image.Image)
    return picture


def scanned(picture: Image.Image) -> list[zxingcpp.Barcode]:
    return list(zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode))


def read(drawn: bytes) -> str:
    """Its text layer, with the lines put together again."""
    text = pypdfium2.PdfDocument(drawn)[0].get_textpage().get_text_range()
    return "".join(str(text).split())


@pytest.mark.parametrize("scale", [0.7, 2.0, 4.0])
def test_the_code_scans_from_afar_and_from_nearby(scale: float) -> None:
    (code,) = scanned(seen(draw_poster(NAME, "@123abcde", CONTACT), scale))
    assert code.text == LINK
    assert code.ec_level == "H"


def test_a_torn_code_still_scans() -> None:
    picture = seen(draw_poster(NAME, "@123abcde"), 3.0)
    (code,) = scanned(picture)
    corner, other = code.position.top_left, code.position.bottom_right
    side = other.x - corner.x
    torn = ImageDraw.Draw(picture)
    x, y = corner.x + side * 0.45, corner.y + side * 0.45
    torn.rectangle((x, y, x + side * 0.3, y + side * 0.3), fill="white")
    assert [one.text for one in scanned(picture)] == [LINK]


def test_the_code_has_its_quiet_zone() -> None:
    picture = seen(draw_poster(NAME, "@123abcde"), 4.0)
    (code,) = scanned(picture)
    corner, other = code.position.top_left, code.position.bottom_right
    modules = 4 * 4 + 17  # a link of this length is a code of version 4
    room = round((other.x - corner.x) / modules * 4) - 3
    for box in (
        (corner.x - room, corner.y - room, corner.x - 4, other.y + room),
        (other.x + 4, corner.y - room, other.x + room, other.y + room),
        (corner.x - room, corner.y - room, other.x + room, corner.y - 4),
        (corner.x - room, other.y + 4, other.x + room, other.y + room),
    ):
        assert picture.crop(box).getcolors() == [
            ((box[2] - box[0]) * (box[3] - box[1]), (255,) * 3)
        ]


def test_its_words_can_be_searched_copied_and_read_aloud() -> None:
    drawn = draw_poster(NAME, "@123abcde", CONTACT)
    text = read(drawn)
    for words in (
        NAME,
        "สแกนเพื่อเพิ่มเพื่อน LINE",
        "@123abcde",
        "ถามเรื่องภาษี ทะเบียน และงานบริการ ได้ทุกเวลา",
        "แจ้งถนนชำรุด ไฟดับ น้ำไม่ไหล หรือขยะตกค้าง พร้อมรูปและตำแหน่ง",
        "ติดตามเรื่องที่แจ้งไว้ด้วยรหัส 16 หลัก",
        "แจ้งเบาะแสทุจริตได้อย่างปลอดภัย",
        "เลือกไม่เปิดเผยตัวตนได้ ระบบจะไม่เก็บสิ่งใดที่โยงเรื่องนี้ถึงบัญชี LINE ของท่าน",
        "เฉพาะเจ้าหน้าที่ผู้รับผิดชอบเรื่องทุจริตเท่านั้นที่เปิดอ่านได้",
        CONTACT,
    ):
        assert text.count(words.replace(" ", "")) == 1
    assert b"/Lang(th)" in drawn.replace(b" ", b"")
    assert pypdfium2.PdfDocument(drawn).get_metadata_dict()["Title"] == f"เพิ่มเพื่อน LINE {NAME}"


def test_a_word_that_is_searched_for_lies_where_it_is_seen() -> None:
    scale = 2.0
    page = pypdfium2.PdfDocument(draw_poster(NAME, "@123abcde"))[0]
    picture = page.render(scale=scale).to_pil().convert("RGB")
    words = page.get_textpage()
    for wanted in ("สแกนเพื่อเพิ่มเพื่อน LINE", "ติดตามเรื่องที่แจ้งไว้"):
        start, count = words.search(wanted).get_next()
        boxes = [words.get_charbox(at, loose=True) for at in range(start, start + count)]
        left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
        bottom, top = min(box[1] for box in boxes), max(box[3] for box in boxes)
        height = page.get_height()
        inside = (left * scale, (height - top) * scale, right * scale, (height - bottom) * scale)
        assert has_ink(picture.crop(tuple(map(int, inside))))
        # Left of the first letter there is nothing.
        before = (inside[0] - 12, inside[1], inside[0] - 2, inside[3])
        assert not has_ink(picture.crop(tuple(map(int, before))))


def has_ink(part: Image.Image) -> bool:
    return any(level < 128 for level in part.convert("L").tobytes())


def test_without_a_telephone_there_is_room_to_write_one() -> None:
    drawn = draw_poster(NAME, "@123abcde", " \n")
    assert "โทรศัพท์" in read(drawn)
    assert "โทร." not in read(drawn)


@pytest.mark.parametrize("name", [LONG, "ก" * 200, "อบต.#panic() $x$"])
@pytest.mark.parametrize("contact", ["", CONTACT, "\n".join([CONTACT] * 5)])
def test_whatever_the_names_it_is_one_page_with_all_of_its_parts(name: str, contact: str) -> None:
    (code,) = scanned(seen(draw_poster(name, "@123abcde", contact)))
    assert code.text == LINK


def test_the_same_poster_twice_is_the_same_bytes() -> None:
    assert draw_poster(NAME, "@123abcde", CONTACT) == draw_poster(NAME, "@123abcde", CONTACT)


@pytest.mark.parametrize("basic_id", ["", "@", "123abcde", "@a b", "@x/../y", "@" + "a" * 40, "@ก"])
def test_what_is_no_id_of_lines_is_refused(basic_id: str) -> None:
    with pytest.raises(BadPoster, match="basic id"):
        add_friend_link(basic_id)
    with pytest.raises(BadPoster):
        draw_poster(NAME, basic_id)
