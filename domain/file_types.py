"""What a file is, judged by its bytes alone: a name or a declared type can say anything.

Whatever is not on the list below is refused: programs, web pages, SVG, scripts, archives, the
old Office formats, RTF, and also HEIC and AVIF (Pillow opens no HEIC here; LINE's phones turn a
photo into JPEG before they send it, so that only "send as a file" is hit). Sound and Office files
have to be taken apart to be known, so their cleaners are here too.
"""

from __future__ import annotations

import codecs
import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

MEGABYTE = 1024 * 1024
MAX_IMAGE_BYTES = 20 * MEGABYTE  # LINE's own limit for a photo is half of it
MAX_VIDEO_BYTES = 200 * MEGABYTE  # as much as LINE lets a person send
MAX_OTHER_BYTES = 50 * MEGABYTE  # sound and documents
MAX_ZIP_ENTRIES = 5_000
MAX_UNZIPPED_BYTES = 300 * MEGABYTE
MAX_ZIP_RATIO = 200  # a sheet of equal rows reaches a hundred
_MAX_WAV_CHUNKS = 1_000


class FileKind(StrEnum):
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"


class RefusalReason(StrEnum):
    TOO_LARGE = "too_large"
    EMPTY = "empty"
    FORBIDDEN_KIND = "forbidden_kind"
    DAMAGED = "damaged"
    TOO_MANY_PIXELS = "too_many_pixels"


class RefusedFile(Exception):
    """The file is not taken. ``detail`` is for the log: English, and nothing out of the file."""

    def __init__(self, reason: RefusalReason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail


forbidden = partial(RefusedFile, RefusalReason.FORBIDDEN_KIND)
damaged = partial(RefusedFile, RefusalReason.DAMAGED)
too_large = partial(RefusedFile, RefusalReason.TOO_LARGE)


@dataclass(frozen=True)
class FileType:
    media_type: str
    extension: str
    kind: FileKind


JPEG = FileType("image/jpeg", "jpg", FileKind.IMAGE)
PNG = FileType("image/png", "png", FileKind.IMAGE)
GIF = FileType("image/gif", "gif", FileKind.IMAGE)
WEBP = FileType("image/webp", "webp", FileKind.IMAGE)
MP4 = FileType("video/mp4", "mp4", FileKind.VIDEO)
MOV = FileType("video/quicktime", "mov", FileKind.VIDEO)
M4A = FileType("audio/mp4", "m4a", FileKind.AUDIO)
MP3 = FileType("audio/mpeg", "mp3", FileKind.AUDIO)
AAC = FileType("audio/aac", "aac", FileKind.AUDIO)
OGG = FileType("audio/ogg", "ogg", FileKind.AUDIO)
WAV = FileType("audio/wav", "wav", FileKind.AUDIO)
PDF = FileType("application/pdf", "pdf", FileKind.DOCUMENT)
_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = FileType(_OFFICE + "wordprocessingml.document", "docx", FileKind.DOCUMENT)
XLSX = FileType(_OFFICE + "spreadsheetml.sheet", "xlsx", FileKind.DOCUMENT)
PPTX = FileType(_OFFICE + "presentationml.presentation", "pptx", FileKind.DOCUMENT)
TEXT_UTF8 = FileType("text/plain; charset=utf-8", "txt", FileKind.DOCUMENT)
TEXT_THAI = FileType("text/plain; charset=windows-874", "txt", FileKind.DOCUMENT)


class Family(StrEnum):
    """What the first bytes promise; the cleaner of the family looks closer."""

    JPEG = "jpeg"
    PNG = "png"
    GIF = "gif"
    WEBP = "webp"
    FILM = "film"  # MP4, MOV, M4A: told apart by their tracks
    SOUND = "sound"  # MP3 or AAC, with or without ID3
    OGG = "ogg"
    WAV = "wav"
    PDF = "pdf"
    ZIP = "zip"
    TEXT = "text"  # or anything else that has no signature


IMAGE_FAMILIES = frozenset({Family.JPEG, Family.PNG, Family.GIF, Family.WEBP})
_SIGNATURES = (
    (b"\xff\xd8\xff", Family.JPEG),
    (b"\x89PNG\r\n\x1a\n", Family.PNG),
    (b"GIF87a", Family.GIF),
    (b"GIF89a", Family.GIF),
    (b"OggS", Family.OGG),
    (b"%PDF-", Family.PDF),
    (b"PK\x03\x04", Family.ZIP),
    (b"ID3", Family.SOUND),
)
_STILL_BRANDS = frozenset(
    {
        *(b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"),
        *(b"mif1", b"mif2", b"msf1", b"miaf", b"avif", b"avis", b"crx ", b"jp2 ", b"jxl "),
    }
)


def family_of(data: bytes) -> Family:
    """The family that the first bytes belong to. Raises RefusedFile for HEIC and its kin."""
    for signature, family in _SIGNATURES:
        if data.startswith(signature):
            return family
    if data.startswith(b"RIFF"):
        if data[8:12] == b"WEBP":
            return Family.WEBP
        if data[8:12] == b"WAVE":
            return Family.WAV
    if data[4:8] == b"ftyp":
        if data[8:12] in _STILL_BRANDS:
            raise forbidden("HEIC, AVIF or another still picture that Pillow does not open here")
        return Family.FILM
    if len(data) > 1 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0:
        return Family.SOUND
    return Family.TEXT


def check_size(size: int, kind: FileKind) -> None:
    """Raise RefusedFile when so many bytes are too many for the kind."""
    limits = {FileKind.IMAGE: MAX_IMAGE_BYTES, FileKind.VIDEO: MAX_VIDEO_BYTES}
    limit = limits.get(kind, MAX_OTHER_BYTES)
    if size > limit:
        raise too_large(f"more than {limit // MEGABYTE} MB")


_MP3_KBPS = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),  # MPEG 1
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),  # MPEG 2 and 2.5
}
_MP3_HERTZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def _mp3_frame_length(header: bytes) -> int | None:
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    rate, hertz = header[2] >> 4, header[2] >> 2 & 3
    if layer != 1 or version == 1 or rate in (0, 15) or hertz == 3:
        return None
    first = version == 3
    samples = 144 if first else 72
    padding = header[2] >> 1 & 1
    return samples * _MP3_KBPS[first][rate] * 1000 // _MP3_HERTZ[version][hertz] + padding


def _aac_frame_length(header: bytes) -> int | None:
    if header[1] & 0xF6 != 0xF0 or header[2] >> 2 & 0xF > 12:
        return None
    length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return length if length >= 7 else None


def _sound_type_at(data: bytes, start: int, end: int) -> FileType | None:
    """MP3 or AAC when a run of frames begins at ``start``: three of them, or as many as fit."""
    for sound, length_of in ((MP3, _mp3_frame_length), (AAC, _aac_frame_length)):
        at, seen = start, 0
        while seen < 3 and at + 7 <= end and data[at] == 0xFF and data[at + 1] & 0xE0 == 0xE0:
            length = length_of(data[at : at + 7])
            if length is None:
                break
            at, seen = at + length, seen + 1
        if seen == 3 or (seen and at == end):
            return sound
    return None


_ZEROS = re.compile(rb"\0*")


def clean_sound(data: bytes) -> tuple[bytes, FileType]:
    """MP3 or AAC: the frames between ID3v2 before them and ID3v1 and APE behind them."""
    start, end = 0, len(data)
    while data[start : start + 3] == b"ID3" and start + 10 <= end:
        size = 0
        for seven_bits in data[start + 6 : start + 10]:
            size = size << 7 | seven_bits & 0x7F
        start += 10 + size + (10 if data[start + 5] & 0x10 else 0)
    if padding := _ZEROS.match(data, start):
        start = padding.end()
    if data[end - 128 : end - 125] == b"TAG" and end - 128 >= start:
        end -= 128
    if data[end - 32 : end - 24] == b"APETAGEX" and end - 32 >= start:
        header = 32 if data[end - 9] & 0x80 else 0
        end = max(end - int.from_bytes(data[end - 20 : end - 16], "little") - header, start)
    found = _sound_type_at(data, start, end)
    if found is None:
        raise forbidden("neither MP3 nor AAC") if start == 0 else damaged("no sound after ID3")
    return data[start:end], found


def clean_wav(data: bytes) -> tuple[bytes, FileType]:
    """Only the chunks that make sound."""
    kept: dict[bytes, bytes] = {}
    at = 12
    for _ in range(_MAX_WAV_CHUNKS):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + size > len(data):
            break
        if name in (b"fmt ", b"fact", b"data") and name not in kept:
            kept[name] = data[at : at + 8 + size] + b"\0" * (size & 1)
        at += 8 + size + (size & 1)
    if not {b"fmt ", b"data"} <= kept.keys():
        raise damaged("a WAV without its sound")
    body = b"WAVE" + b"".join(kept.values())
    return b"RIFF" + len(body).to_bytes(4, "little") + body, WAV


# --- text ----------------------------------------------------------------------------------------

_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
# A browser, a shell or Office would act on these, whatever the file is called.
_MARKUP = re.compile(
    rb"<\s{0,8}(?:!doctype|!entity|!--|/?(?:html|head|body|script|svg|iframe|frameset|img|style|link"
    rb"|meta|object|embed|form|applet|base|math|video|audio|xml|a\s+href)\b|[?](?:xml|php|=)|%)",
    re.IGNORECASE,
)
_OPENING = re.compile(rb"\s{0,64}(?:#!|\{\\rtf|%!PS|@echo\b|\[InternetShortcut\])", re.IGNORECASE)
_SCRIPT = re.compile(
    rb"\b(?:eval|atob|document\.write|createobject|addEventListener)\s{0,8}\(|\bWScript\."
    rb"|\bActiveXObject\b|\bdocument\.(?:cookie|location|body)\b|\bpowershell(?:\.exe)?\s"
    rb"|\b(?:java|vb)script:|^[ \t]*(?:(?:var|let|const)\s{1,8}[\w$]{1,64}\s{0,8}="
    rb"|(?:async\s{1,8})?function\b[^\n]{0,200}\(|export\s{1,8}(?:default|const|function)\b"
    rb"|import\b[^\n]{0,200}\bfrom\s{0,8}['\"]|(?:alert|require|console\.\w{1,16})\s{0,8}\()",
    re.IGNORECASE | re.MULTILINE,
)
_NOT_THAI_8BIT = re.compile(rb"[^\t\n\r\f\x20-\x7e\x80\x85\x91-\x97\xa0\xa1-\xda\xdf-\xfb]")
_ORPHAN_MARK = re.compile(rb"(?<![\xa1-\xda\xdf-\xfb])[\xd1\xd4-\xda\xe7-\xee]")


def text_type_of(data: bytes) -> FileType:
    """Plain text in UTF-8 or TIS-620 (Windows-874). Raises RefusedFile for anything else.

    Markup and scripts are text too and are refused; a script written to look like prose cannot
    be told from prose, which is why the answer is always served as ``.txt``.
    """
    if _CONTROL.search(data):
        raise forbidden("neither a known kind nor plain text")
    body = data.removeprefix(codecs.BOM_UTF8)
    if _MARKUP.search(body) or _OPENING.match(body):
        raise forbidden("markup or a script")
    if _SCRIPT.search(body[:MEGABYTE]):  # a slow pattern, and code does not hide its manners
        raise forbidden("a script")
    if _is_utf8(data):
        return TEXT_UTF8
    if _looks_like_tis620(data):
        return TEXT_THAI
    raise forbidden("text in an unknown encoding")


def _is_utf8(data: bytes) -> bool:
    """Decoded a piece at a time: one emoji would make a 50 MB string take 200."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(data), MEGABYTE):
            decoder.decode(data[at : at + MEGABYTE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _looks_like_tis620(data: bytes) -> bool:
    """Thai bytes only, mostly consonants (half of running Thai), and vowels sit on something."""
    if _NOT_THAI_8BIT.search(data):
        return False
    sample = data[: 64 * 1024]
    high = sum(byte >= 0x80 for byte in sample)
    consonants = sum(0xA1 <= byte <= 0xCE for byte in sample)
    return consonants * 5 >= high * 2 and len(_ORPHAN_MARK.findall(sample)) * 50 <= high


# --- docx, xlsx, pptx ----------------------------------------------------------------------------

_OFFICE_MAIN = {
    b"wordprocessingml.document.main+xml": DOCX,
    b"spreadsheetml.sheet.main+xml": XLSX,
    b"presentationml.presentation.main+xml": PPTX,
}
_PROPERTIES = re.compile(r"docprops/(core|app|custom)[^/]*\.xml|.*\.psmdcp", re.IGNORECASE)
_OPC = "http://schemas.openxmlformats.org/"
_BLANK = {
    "core": f'<cp:coreProperties xmlns:cp="{_OPC}package/2006/metadata/core-properties"/>',
    "app": f'<Properties xmlns="{_OPC}officeDocument/2006/extended-properties"/>',
    "custom": f'<Properties xmlns="{_OPC}officeDocument/2006/custom-properties"/>',
}
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NEW_YEAR_1980 = 0x21  # the earliest day that a zip archive can name


@dataclass(frozen=True)
class _Entry:
    name: str
    method: int  # 0 stored, 8 deflated
    crc: int
    size: int
    packed: memoryview


def clean_office(data: bytes) -> tuple[bytes, FileType]:
    """The archive written anew around the same compressed parts, with blank properties.

    Only the central directory and [Content_Types].xml are unpacked, so that a bomb stays packed.
    """
    entries = _zip_entries(data)
    names = [entry.name for entry in entries]
    if "[Content_Types].xml" not in names:
        raise forbidden("an archive")
    types = _unpacked(entries[names.index("[Content_Types].xml")])
    if b"macroenabled" in types.lower() or any("vbaproject" in name.lower() for name in names):
        raise forbidden("a document with macros")
    found = [kind for mark, kind in _OFFICE_MAIN.items() if mark in types]
    if len(found) != 1:
        raise forbidden("an archive that is no docx, xlsx or pptx")
    return _zipped([_without_properties(entry) for entry in entries]), found[0]


def _zip_entries(data: bytes) -> list[_Entry]:
    if data.count(b"PK\x01\x02") > MAX_ZIP_ENTRIES * 4:  # before zipfile makes an object of each
        raise too_large("an archive of too many parts")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            listed = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        raise damaged("an archive that cannot be read") from error
    size, packed = sum(i.file_size for i in listed), sum(i.compress_size for i in listed)
    if len(listed) > MAX_ZIP_ENTRIES or size > MAX_UNZIPPED_BYTES:
        raise too_large("an archive that unpacks to too much")
    if size > MEGABYTE and size > packed * MAX_ZIP_RATIO:
        raise too_large("an archive packed too tightly")
    if packed > len(data) or len({i.filename.lower() for i in listed}) < len(listed):
        raise damaged("an archive whose parts overlap")
    return [_entry(memoryview(data), info) for info in listed]


def _entry(data: memoryview, info: zipfile.ZipInfo) -> _Entry:
    name = info.orig_filename
    if info.flag_bits & 0x2041 or info.compress_type not in (0, 8):
        raise forbidden("an encrypted or oddly packed archive")
    if name.startswith("/") or "\\" in name or "\0" in name or ".." in name.split("/"):
        raise damaged("an archive with a part outside itself")
    magic, name_length, extra_length = struct.unpack_from("<4s22xHH", data, info.header_offset)
    start = info.header_offset + 30 + name_length + extra_length
    packed = data[start : start + info.compress_size]
    if magic != b"PK\x03\x04" or len(packed) != info.compress_size:
        raise damaged("an archive that was cut off")
    return _Entry(name, info.compress_type, info.CRC, info.file_size, packed)


def _unpacked(entry: _Entry) -> bytes:
    if entry.method == 0:
        return bytes(entry.packed[:MEGABYTE])
    return zlib.decompressobj(-15).decompress(entry.packed, MEGABYTE)


def _without_properties(entry: _Entry) -> _Entry:
    match = _PROPERTIES.fullmatch(entry.name)
    if match is None:
        return entry
    text = (_XML + _BLANK[(match[1] or "core").lower()]).encode()
    return _Entry(entry.name, 0, zlib.crc32(text), len(text), memoryview(text))


def _zipped(entries: list[_Entry]) -> bytes:
    pieces: list[bytes | memoryview] = []
    directory, at = bytearray(), 0
    for entry in entries:
        name = entry.name.encode()
        fields = struct.pack(
            "<HHHHIIIHH",
            *(0x800, entry.method, 0, _NEW_YEAR_1980, entry.crc),
            *(len(entry.packed), entry.size, len(name), 0),
        )
        pieces += [b"PK\x03\x04\x14\0", fields, name, entry.packed]
        directory += b"PK\x01\x02\x14\0\x14\0" + fields + struct.pack("<HHHII", 0, 0, 0, 0, at)
        directory += name
        at += 30 + len(name) + len(entry.packed)
    count = len(entries)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(directory), at, 0)
    return b"".join([*pieces, directory, end])
