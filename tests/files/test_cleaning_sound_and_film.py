"""Films keep their size and offsets; places, times, names and telemetry are written over."""

from __future__ import annotations

import struct
import wave
from io import BytesIO

import pytest

from domain.files import FileKind, RefusalReason, RefusedFile, clean_file

PLACE = b"+13.7563+100.5018/"
WHEN = 0xE1234567


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def timed(kind: bytes, version: int = 0) -> bytes:
    times = struct.pack(">QQ" if version else ">II", WHEN, WHEN)
    return box(kind, bytes([version, 0, 0, 0]), times, b"\0\0\0\1" * 5)


def track(handler: bytes, table: bytes = b"", version: int = 0) -> bytes:
    spoken = box(b"hdlr", bytes(8), handler, b"appl" + bytes(8), b"Core Media Phone\0")
    minf = box(b"minf", box(b"stbl", table))
    media = box(b"mdia", timed(b"mdhd", version), spoken, minf)
    secret = box(b"udta", box(b"name", b"Somchai"))
    return box(b"trak", timed(b"tkhd", version), media, secret)


def samples(offsets: list[int], per_chunk: int, sizes: list[int]) -> bytes:
    return b"".join(
        (
            box(b"stsc", struct.pack(">IIIII", 0, 1, 1, per_chunk, 1)),
            box(b"stsz", struct.pack(f">III{len(sizes)}I", 0, 0, len(sizes), *sizes)),
            box(b"stco", struct.pack(f">II{len(offsets)}I", 0, len(offsets), *offsets)),
        )
    )


def film(*tracks: bytes, brand: bytes = b"isom", more: bytes = b"", media: bytes = b"") -> bytes:
    place = box(b"udta", box(b"\xa9xyz", struct.pack(">HH", len(PLACE), 0x15C7), PLACE))
    keys = box(b"meta", bytes(4), box(b"ilst", PLACE))
    return b"".join(
        (
            box(b"ftyp", brand, bytes(4), brand),
            box(b"mdat", media or b"moving pictures"),
            box(b"moov", timed(b"mvhd"), *tracks, place, keys),
            more,
        )
    )


def refusal(data: bytes) -> RefusalReason:
    with pytest.raises(RefusedFile) as caught:
        clean_file(data)
    return caught.value.reason


def test_a_film_loses_where_and_when_it_was_made() -> None:
    shot = film(track(b"vide"), track(b"soun", version=1), more=box(b"uuid", bytes(16), PLACE))
    clean = clean_file(shot)
    assert (clean.media_type, clean.extension, clean.kind) == ("video/mp4", "mp4", "video")
    assert len(clean.data) == len(shot)
    for trace in (PLACE, b"\xa9xyz", b"udta", b"meta", b"uuid", b"Somchai", b"Core Media"):
        assert trace in shot
        assert trace not in clean.data
    assert struct.pack(">I", WHEN) not in clean.data
    assert clean.data.index(b"moving pictures") == shot.index(b"moving pictures")
    assert clean.data.count(b"free") == 5


def test_what_playing_needs_stays_where_it_was() -> None:
    table = samples([28], 1, [15])
    shot = film(track(b"vide", table))
    cleaned = clean_file(shot).data
    at = shot.index(table)
    assert cleaned[at : at + len(table)] == table
    for kind in (b"ftyp", b"mdat", b"moov", b"mvhd", b"trak", b"tkhd", b"mdia", b"hdlr", b"vide"):
        assert cleaned.index(kind) == shot.index(kind)


def test_a_track_of_gps_telemetry_goes_with_its_samples() -> None:
    media = b"PICTURE1" + b"gps13" + b"gps75" + b"PICTURE2" + b"gps99"
    start = 8 + 12 + 8
    table = samples([start + 8, start + 26], 2, [5, 5, 5])
    cleaned = clean_file(film(track(b"vide"), track(b"meta", table), media=media)).data
    assert b"gps" not in cleaned
    assert b"PICTURE1" + bytes(10) + b"PICTURE2" + bytes(5) in cleaned
    assert cleaned.count(b"trak") == 1


def test_telemetry_cannot_point_outside_the_media() -> None:
    table = samples([0], 1, [2**31])
    shot = film(track(b"vide"), track(b"meta", table))
    cleaned = clean_file(shot).data
    assert cleaned[:20] == shot[:20]
    assert cleaned.count(b"vide") == 1


def test_tables_that_ask_for_hours_are_refused_at_once() -> None:
    greedy = box(b"stsz", struct.pack(">III", 0, 1, 900_000))
    table = box(b"stco", bytes(8)) + box(b"stsc", bytes(8)) + greedy
    assert refusal(film(track(b"vide"), *[track(b"meta", table)] * 500)) is RefusalReason.DAMAGED


def test_mov_and_m4a_are_told_by_brand_and_tracks() -> None:
    mov = clean_file(film(track(b"vide"), brand=b"qt  "))
    assert (mov.media_type, mov.extension) == ("video/quicktime", "mov")
    voice = clean_file(film(track(b"soun"), brand=b"mp42"))
    assert (voice.media_type, voice.extension, voice.kind) == ("audio/mp4", "m4a", FileKind.AUDIO)


def test_large_boxes_and_boxes_to_the_end_are_read() -> None:
    wide = struct.pack(">I4sQ", 1, b"mdat", 16 + 4) + b"wide"
    last = struct.pack(">I4s", 0, b"mdat") + b"to the end"
    shot = film(track(b"vide"), more=wide + last)
    assert clean_file(shot).data.endswith(wide + last)


def test_a_film_that_was_cut_off_is_damaged() -> None:
    shot = film(track(b"vide"))
    for length in range(12, len(shot), 7):
        assert refusal(shot[:length]) is RefusalReason.DAMAGED
    assert refusal(film(track(b"text"))) is RefusalReason.DAMAGED


def test_cleaning_a_film_twice_changes_nothing_more() -> None:
    once = clean_file(film(track(b"vide"), track(b"soun"))).data
    assert clean_file(once).data == once


def mp3_frames(count: int = 4) -> bytes:
    return (b"\xff\xfb\x90\x00" + b"\x55" * 413) * count  # MPEG 1 layer III, 128 kbit/s, 44.1 kHz


def aac_frames(count: int = 4) -> bytes:
    length = 60
    header = bytes([0xFF, 0xF1, 0x50, 0x80 | length >> 11, length >> 3 & 0xFF])
    return (header + bytes([(length & 7) << 5 | 0x1F, 0xFC]) + b"\x21" * (length - 7)) * count


def test_an_mp3_loses_its_tags_at_both_ends() -> None:
    before = b"ID3\x03\0\0\0\0\x01\x02" + b"TPE1 Somchai".ljust(130, b"\0")
    ape = b"Author Somchai".ljust(40, b"\0")
    ape += b"APETAGEX" + struct.pack("<IIII", 2000, len(ape) + 32, 1, 0) + bytes(8)
    behind = ape + b"TAG" + b"Somchai".ljust(125, b"\0")
    clean = clean_file(before + mp3_frames() + behind)
    assert (clean.media_type, clean.extension, clean.kind) == ("audio/mpeg", "mp3", "audio")
    assert clean.data == mp3_frames()


def test_an_aac_stream_is_taken_with_or_without_a_tag() -> None:
    for tag in (b"", b"ID3\x04\0\0\0\0\0\x05hello"):
        clean = clean_file(tag + aac_frames())
        assert (clean.media_type, clean.data) == ("audio/aac", aac_frames())


def test_a_tag_without_sound_is_damaged_and_noise_is_no_sound() -> None:
    assert refusal(b"ID3\x04\0\0\0\0\0\x05hello there") is RefusalReason.DAMAGED
    assert refusal(b"\xff\xfb" + b"\x99" * 500) is RefusalReason.FORBIDDEN_KIND
    assert refusal("ข้อความ".encode("utf-16")) is RefusalReason.FORBIDDEN_KIND


def test_a_wav_keeps_its_sound_alone() -> None:
    output = BytesIO()
    with wave.open(output, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(b"\1\2" * 100)
    told = output.getvalue() + b"LIST" + struct.pack("<I", 15) + b"INFOIART Somcha\0"
    clean = clean_file(told)
    assert (clean.media_type, clean.kind) == ("audio/wav", "audio")
    assert b"Somcha" not in clean.data
    with wave.open(BytesIO(clean.data)) as sound:
        assert sound.readframes(1000) == b"\1\2" * 100
    assert refusal(output.getvalue()[:60]) is RefusalReason.DAMAGED


def test_ogg_is_taken_when_it_begins_with_sound() -> None:
    page = b"OggS\0\2" + bytes(20) + b"\1\x13"
    assert clean_file(page + b"OpusHead" + bytes(11)).media_type == "audio/ogg"
    assert refusal(page + b"\x80theora" + bytes(11)) is RefusalReason.FORBIDDEN_KIND


@pytest.mark.parametrize(("megabytes", "handler"), [(51, b"soun"), (201, b"vide")])
def test_long_recordings_are_too_large(megabytes: int, handler: bytes) -> None:
    shot = film(track(handler), media=bytes(megabytes * 1024 * 1024))
    assert refusal(shot) is RefusalReason.TOO_LARGE


def test_a_film_may_be_longer_than_a_voice_message() -> None:
    assert clean_file(film(track(b"vide"), media=bytes(60 * 1024 * 1024))).kind is FileKind.VIDEO
