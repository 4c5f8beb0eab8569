"""Files that people send: taken or refused by their content, and rid of what tells on the sender.

What is stripped:
- Pictures are decoded and encoded anew: EXIF with its GPS position, XMP, IPTC, colour profiles,
  comments, embedded previews and whatever hangs behind the picture are gone. Orientation is
  applied first. Of an animation (GIF, WebP, APNG) and of a multi-picture JPEG the first frame is
  kept. A wide-gamut photo may look a little paler without its profile.
- MP4, MOV and M4A keep their size and their offsets. Every box that playing does not need (the
  place in ``udta``/``©xyz``, ``meta``, XMP in ``uuid``) becomes an empty ``free`` box, times and
  handler names are zeroed, and tracks other than picture and sound (GPS telemetry, subtitles,
  timecode) are dropped with their samples. Left: what the encoder wrote into the stream itself,
  and samples of such tracks in fragmented films.
- MP3 and AAC lose ID3 and APE tags, WAV every chunk but the sound.
- docx, xlsx and pptx get blank document properties (author, company, times, custom ones), and
  their archive's own times and comments go. Left: names in comments and tracked changes, and
  EXIF in pictures inside the document.

What is not: PDF. Nothing here can rewrite one safely, so author, dates and programs stay, and
whoever promises anonymity has to say so. Ogg keeps its comments. Plain text is unchanged.
"""

from __future__ import annotations

import contextlib
import io
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

from PIL import Image, ImageOps

from domain import file_types as ft
from domain.file_types import (
    Family,
    FileKind,
    FileType,
    RefusalReason,
    RefusedFile,
    check_size,
    damaged,
    forbidden,
)

__all__ = ["CleanFile", "FileKind", "RefusalReason", "RefusedFile", "clean_file"]

MAX_PIXELS = 60_000_000  # 240 MB once decoded; phones make 12 to 50 million
JPEG_QUALITY = 88
WEBP_QUALITY = 88

# How the first packet begins, behind a first page header that always has 28 bytes.
_OGG_SOUNDS = (b"OpusHea", b"\x01vorbis", b"Speex  ", b"\x7fFLAC")

# Guards against files that are small and slow to read.
_MAX_JPEG_SEGMENTS = 2_000
_MAX_JPEG_SCANS = 64  # a progressive photo has about ten, and each is a pass over all pixels
_MAX_GIF_PREAMBLE = 256 * 1024
_MAX_BOXES = 100_000
_MAX_SAMPLES = 1_000_000


@dataclass(frozen=True)
class CleanFile:
    data: bytes
    media_type: str
    extension: str  # without the dot
    kind: FileKind


def clean_file(data: bytes, name: str | None = None) -> CleanFile:  # noqa: ARG001 -- see below
    """The file without its metadata; raises RefusedFile, and nothing else, for any bytes.

    ``name`` is taken so that callers need not think about it, and is never looked at.
    """
    try:
        cleaned, found = _clean(data)
    except RefusedFile:
        raise
    except Exception as error:  # noqa: BLE001 -- decoders raise whatever they like on bad bytes
        raise damaged(type(error).__name__) from None
    return CleanFile(cleaned, found.media_type, found.extension, found.kind)


def _clean(data: bytes) -> tuple[bytes, FileType]:
    if not data:
        raise RefusedFile(RefusalReason.EMPTY)
    check_size(len(data), FileKind.VIDEO)
    family = ft.family_of(data)
    if family in ft.IMAGE_FAMILIES:
        check_size(len(data), FileKind.IMAGE)
        return _clean_picture(data, family)
    if family is Family.FILM:
        return _clean_film(data)
    check_size(len(data), FileKind.DOCUMENT)
    match family:
        case Family.SOUND:
            return ft.clean_sound(data)
        case Family.WAV:
            return ft.clean_wav(data)
        case Family.OGG:
            if data[28:35].startswith(_OGG_SOUNDS):
                return data, ft.OGG
            raise forbidden("an Ogg file that does not begin with sound")
        case Family.PDF:
            if b"%%EOF" not in data:
                raise damaged("a PDF without an end")
            return data, ft.PDF
        case Family.ZIP:
            return ft.clean_office(data)
        case _:
            return data, ft.text_type_of(data)


# --- pictures ------------------------------------------------------------------------------------

_PICTURES: dict[Family, tuple[str, FileType, dict[str, int]]] = {
    Family.JPEG: ("JPEG", ft.JPEG, {"quality": JPEG_QUALITY}),
    Family.PNG: ("PNG", ft.PNG, {}),
    Family.GIF: ("GIF", ft.GIF, {}),
    Family.WEBP: ("WEBP", ft.WEBP, {"quality": WEBP_QUALITY, "method": 2}),
}


def _check_pixels(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MAX_PIXELS:
        raise RefusedFile(RefusalReason.TOO_MANY_PIXELS, f"more than {MAX_PIXELS}")


def _clean_picture(data: bytes, family: Family) -> tuple[bytes, FileType]:
    match family:
        case Family.JPEG:
            _check_jpeg_work(data)
        case Family.GIF:
            _check_gif_preamble(data)
        case Family.WEBP:
            _check_pixels(_webp_size(data))
    pillow_format, found, options = _PICTURES[family]
    output = io.BytesIO()
    try:
        with Image.open(io.BytesIO(data), formats=(pillow_format,)) as picture:
            _check_pixels(picture.size)
            picture.load()
            with contextlib.suppress(Exception):  # a broken EXIF is no reason to lose the photo
                ImageOps.exif_transpose(picture, in_place=True)
            transparency = picture.info.get("transparency")
            picture.info = {} if transparency is None else {"transparency": transparency}
            plain: Image.Image = picture
            if family is Family.JPEG and picture.mode not in ("L", "RGB"):
                plain = picture.convert("RGB")
            plain.save(output, pillow_format, **options)
    except Image.DecompressionBombError:
        raise RefusedFile(RefusalReason.TOO_MANY_PIXELS, f"more than {MAX_PIXELS}") from None
    return output.getvalue(), found


_JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def _check_jpeg_work(data: bytes) -> None:
    """Few enough segments and scans: libjpeg itself would go over every pixel for each scan."""
    at, segments, scans = 2, 0, 0
    while (marker := _JPEG_MARKER.search(data, at)) is not None:
        kind = marker.group()[1]
        if kind == 0xD9:
            return
        scans += kind == 0xDA
        segments += 1
        if scans > _MAX_JPEG_SCANS or segments > _MAX_JPEG_SEGMENTS:
            raise damaged("a JPEG of too many parts")
        at = marker.end() + int.from_bytes(data[marker.end() : marker.end() + 2], "big")


def _check_gif_preamble(data: bytes) -> None:
    """Little before the first frame: Pillow gathers comments in a time that grows as the square."""
    at = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    while data[at : at + 1] == b"!":
        at += 2
        while data[at]:
            at += 1 + data[at]
            if at > _MAX_GIF_PREAMBLE:
                raise damaged("a GIF that begins with too much talk")
        at += 1
        if at > _MAX_GIF_PREAMBLE:
            raise damaged("a GIF that begins with too much talk")


def _webp_size(data: bytes) -> tuple[int, int]:
    """Read by hand, because Pillow's decoder makes room for the canvas before it is asked."""
    kind = data[12:16]
    if kind == b"VP8X":
        return _little(data[24:27]) + 1, _little(data[27:30]) + 1
    if kind == b"VP8L":
        bits = _little(data[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        return _little(data[26:28]) & 0x3FFF, _little(data[28:30]) & 0x3FFF
    raise damaged("a WebP without a picture")


def _little(raw: bytes) -> int:
    return int.from_bytes(raw, "little")


# --- MP4, MOV, M4A -------------------------------------------------------------------------------

# What playing needs, by the box around it. Boxes that are not listed here are emptied.
_NEEDED = {
    b"": frozenset({b"ftyp", b"styp", b"moov", b"mdat", b"moof", b"mfra", b"sidx", b"ssix"}),
    b"moov": frozenset({b"mvhd", b"trak", b"mvex", b"iods"}),
    b"trak": frozenset({b"tkhd", b"edts", b"mdia", b"tapt", b"load"}),
    b"mdia": frozenset({b"mdhd", b"hdlr", b"minf", b"elng"}),
    b"moof": frozenset({b"mfhd", b"traf"}),
    b"traf": frozenset(
        {b"tfhd", b"tfdt", b"trun", b"sbgp", b"sgpd", b"saiz", b"saio", b"subs", b"sdtp"}
    ),
}
_TIMED = frozenset({b"mvhd", b"tkhd", b"mdhd"})
_PICTURE_OR_SOUND = frozenset({b"vide", b"soun"})


@dataclass(frozen=True)
class _Box:
    kind: bytes
    start: int
    body: int
    end: int


class _Film:
    """Finds what to overwrite in one MP4 or MOV, and leaves every byte where it was."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.handlers: set[bytes] = set()
        self._boxes_seen = 0
        self._freed: list[int] = []  # where a box's kind becomes ``free``
        self._blanks: list[tuple[int, int]] = []
        self._dropped_samples: list[tuple[int, int]] = []
        self._media: list[tuple[int, int]] = []
        self._work_left = _MAX_SAMPLES

    def boxes(self, start: int, end: int) -> Iterator[_Box]:
        at = start
        while at < end:
            self._boxes_seen += 1
            if at + 8 > end or self._boxes_seen > _MAX_BOXES:
                # QuickTime may close a list of boxes with four zero bytes.
                if end - at == 4 and self.data[at:end] == b"\0\0\0\0":
                    return
                raise damaged("a film whose boxes do not add up")
            size, kind = struct.unpack_from(">I4s", self.data, at)
            body = at + 8
            if size == 1 and at + 16 <= end:
                (size,) = struct.unpack_from(">Q", self.data, body)
                body = at + 16
            elif size == 0:
                size = end - at
            if size < body - at or at + size > end:
                raise damaged("a film that was cut off")
            yield _Box(kind, at, body, at + size)
            at += size

    def clean(self) -> bytes:
        self._walk(b"", 0, len(self.data))
        blanks = self._blanks + list(_within(self._dropped_samples, self._media))
        return _overwritten(self.data, self._freed, blanks)

    def _walk(self, around: bytes, start: int, end: int) -> None:
        for box in self.boxes(start, end):
            if box.kind not in _NEEDED[around]:
                self._free(box)
            elif box.kind == b"trak":
                self._walk_track(box)
            elif box.kind in _NEEDED:
                self._walk(box.kind, box.body, box.end)
            elif box.kind in _TIMED:
                width = 16 if self.data[box.body] == 1 else 8
                self._blank(box.body + 4, min(box.body + 4 + width, box.end))
            elif box.kind == b"hdlr":
                self._blank(min(box.body + 12, box.end), box.end)
            elif box.kind == b"mdat":
                self._media.append((box.body, box.end))

    def _walk_track(self, track: _Box) -> None:
        media = self._child(track, b"mdia")
        handler = self._child(media, b"hdlr")
        kind = self.data[handler.body + 8 : handler.body + 12]
        if kind in _PICTURE_OR_SOUND:
            self.handlers.add(kind)
            self._walk(b"trak", track.body, track.end)
        else:
            self._drop_samples(self._child(self._child(media, b"minf"), b"stbl"))
            self._free(track)

    def _child(self, box: _Box, kind: bytes) -> _Box:
        for inner in self.boxes(box.body, box.end):
            if inner.kind == kind:
                return inner
        raise damaged("a film that lacks a box")

    def _drop_samples(self, table: _Box) -> None:
        """Note where the samples of a track lie: chunk offsets, samples a chunk, sample sizes."""
        boxes = {box.kind: box for box in self.boxes(table.body, table.end)}
        wide = b"co64" in boxes
        offsets = self._numbers(boxes[b"co64" if wide else b"stco"], 4, "Q" if wide else "I")
        runs = self._numbers(boxes[b"stsc"], 4, "I", columns=3)
        sizes_box = boxes[b"stsz"]  # no one writes metadata with the compact stz2
        same_size, count = struct.unpack_from(">II", self.data, sizes_box.body + 4)
        self._spend(count)
        sizes = [same_size] * count if same_size else self._numbers(sizes_box, 8, "I")
        ends = [0, *accumulate(sizes)]
        sample = 0
        firsts = [*runs[::3], len(offsets) + 1]
        for (first, following), per_chunk in zip(pairwise(firsts), runs[1::3], strict=True):
            chunks = range(max(first, 1), min(following, len(offsets) + 1))
            self._spend(len(chunks))
            for chunk in chunks:
                last = min(sample + per_chunk, count)
                offset = offsets[chunk - 1]
                self._dropped_samples.append((offset, offset + ends[last] - ends[sample]))
                sample = last

    def _numbers(self, box: _Box, at: int, letter: str, columns: int = 1) -> tuple[int, ...]:
        (rows,) = struct.unpack_from(">I", self.data, box.body + at)
        self._spend(rows)
        layout = struct.Struct(f">{rows * columns}{letter}")
        if box.body + at + 4 + layout.size > box.end:
            raise damaged("a film whose tables do not add up")
        return layout.unpack_from(self.data, box.body + at + 4)

    def _spend(self, work: int) -> None:
        """Tables can point at each other so that a small file asks for hours."""
        self._work_left -= work
        if self._work_left < 0:
            raise damaged("a film of too many samples")

    def _free(self, box: _Box) -> None:
        self._freed.append(box.start + 4)
        self._blank(box.body, box.end)

    def _blank(self, start: int, end: int) -> None:
        self._blanks.append((start, end))


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        elif start < end:
            merged.append((start, end))
    return merged


def _within(
    spans: list[tuple[int, int]], frames: list[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """The parts of the spans that lie inside the frames (both get sorted, frames never overlap)."""
    ordered, at = _merged(spans), 0
    for first, last in frames:
        while at < len(ordered) and ordered[at][1] <= first:
            at += 1
        here = at
        while here < len(ordered) and ordered[here][0] < last:
            yield max(ordered[here][0], first), min(ordered[here][1], last)
            here += 1


def _overwritten(data: bytes, freed: list[int], blanks: list[tuple[int, int]]) -> bytes:
    """One copy of the data, with ``free`` and zeros written over it."""
    view, at = memoryview(data), 0
    pieces: list[bytes | memoryview] = []
    edits = [(start, end, False) for start, end in _merged(blanks)]
    for start, end, names in sorted(edits + [(at, at + 4, True) for at in freed]):
        pieces += (view[at:start], b"free" if names else bytes(end - start))
        at = end
    return b"".join([*pieces, view[at:]])


def _clean_film(data: bytes) -> tuple[bytes, FileType]:
    film = _Film(data)
    cleaned = film.clean()
    if b"vide" in film.handlers:
        return cleaned, ft.MOV if data[8:12] == b"qt  " else ft.MP4
    if b"soun" in film.handlers:
        check_size(len(data), FileKind.AUDIO)
        return cleaned, ft.M4A
    raise damaged("a film without picture or sound")
