"""Whatever bytes come: a clean file or a refusal, soon."""

from __future__ import annotations

import io

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from domain.files import CleanFile, FileKind, RefusalReason, RefusedFile, clean_file
from tests.files.test_cleaning_documents import office
from tests.files.test_cleaning_sound_and_film import aac_frames, film, mp3_frames, samples, track


def _pictures() -> list[bytes]:
    noise = Image.radial_gradient("L").resize((24, 24)).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6
    found = []
    for pillow_format in ("JPEG", "PNG", "GIF", "WEBP"):
        output = io.BytesIO()
        options = {} if pillow_format == "GIF" else {"exif": exif}
        noise.save(output, pillow_format, **options)
        found.append(output.getvalue())
    return found


REAL = [
    *_pictures(),
    film(track(b"vide"), track(b"soun"), track(b"meta", samples([28], 1, [5]))),
    b"ID3\x03\0\0\0\0\0\x05hello" + mp3_frames(),
    aac_frames(),
    b"OggS\0\2" + bytes(20) + b"\1\x13OpusHead" + bytes(11),
    b"RIFF\x30\0\0\0WAVEfmt \x10\0\0\0" + bytes(16) + b"data\x04\0\0\0abcd",
    office(),
    b"%PDF-1.7\n%%EOF",
    "ข้อความภาษาไทย".encode("tis-620"),
]
SIGNATURES = [data[:length] for data in REAL for length in (4, 12, 40)]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(st.sampled_from(REAL)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data) - 1))
        match draw(st.integers(0, 3)):
            case 0:
                data[at] = draw(st.integers(0, 255))
            case 1:
                data[at : at + 4] = draw(st.sampled_from([b"\xff" * 4, b"\0" * 4, b"\0\0\0\1"]))
            case 2:
                data[at:at] = draw(st.binary(min_size=1, max_size=8))
            case _:
                del data[at : at + draw(st.integers(1, 40))]
        if not data:
            break
    return bytes(data)


def takes_or_refuses(data: bytes) -> None:
    try:
        clean = clean_file(data)
    except RefusedFile as error:
        refused = error
    else:
        refused = None
    if refused is not None:
        assert isinstance(refused.reason, RefusalReason)
        return
    assert isinstance(clean, CleanFile)
    assert isinstance(clean.kind, FileKind)
    again = clean_file(clean.data)
    assert (again.media_type, again.kind) == (clean.media_type, clean.kind)
    if clean.kind is not FileKind.IMAGE:
        assert again.data == clean.data


def test_the_real_files_are_all_taken() -> None:
    for data in REAL:
        assert clean_file(data).data


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_are_taken_or_refused(data: bytes) -> None:
    takes_or_refuses(data)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SIGNATURES), st.binary(max_size=300))
def test_random_bytes_behind_a_real_beginning_are_taken_or_refused(
    start: bytes, rest: bytes
) -> None:
    takes_or_refuses(start + rest)


@settings(max_examples=600, deadline=None)
@given(mutated())
def test_damaged_real_files_are_taken_or_refused(data: bytes) -> None:
    takes_or_refuses(data)
