"""Photos come in as phones make them, and go on without what tells where and by whom."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from domain.files import MAX_PIXELS, FileKind, RefusalReason, RefusedFile, clean_file

GPS_IFD = 0x8825
ORIENTATION = 0x0112


def saved(picture: Image.Image, pillow_format: str, **options: object) -> bytes:
    output = io.BytesIO()
    picture.save(output, pillow_format, **options)
    return output.getvalue()


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def exif_with_gps() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "SecretPhoneMaker"
    exif[0x9003] = "2026:08:01 10:11:12"
    exif[GPS_IFD] = {1: "N", 2: (13.0, 45.0, 22.0), 3: "E", 4: (100.0, 30.0, 5.0)}
    return exif


def refusal(data: bytes, name: str | None = None) -> RefusalReason:
    with pytest.raises(RefusedFile) as caught:
        clean_file(data, name)
    return caught.value.reason


def png_header(width: int, height: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\0\0\0\4IDAT" + bytes(100)


def halves() -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", (64, 32), (255, 0, 0))
    picture.paste((0, 0, 255), (32, 0, 64, 32))
    return picture


def test_a_photo_loses_its_gps_position() -> None:
    photo = saved(halves(), "JPEG", exif=exif_with_gps(), comment=b"at the mayor's house")
    assert opened(photo).getexif().get_ifd(GPS_IFD)
    assert b"SecretPhoneMaker" in photo
    clean = clean_file(photo)
    assert (clean.media_type, clean.extension, clean.kind) == ("image/jpeg", "jpg", "image")
    assert not opened(clean.data).getexif()
    assert not opened(clean.data).getexif().get_ifd(GPS_IFD)
    for trace in (b"SecretPhoneMaker", b"2026:08:01", b"Exif", b"mayor"):
        assert trace not in clean.data


def test_a_photo_loses_xmp_and_its_colour_profile() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>Somchai</dc:creator></x:xmpmeta>'
    for pillow_format in ("JPEG", "WEBP"):
        photo = saved(halves(), pillow_format, xmp=xmp, icc_profile=profile, exif=exif_with_gps())
        assert b"Somchai" in photo
        clean = clean_file(photo).data
        assert b"Somchai" not in clean
        assert "icc_profile" not in opened(clean).info
        assert not opened(clean).getexif()


def test_what_hangs_behind_a_photo_is_gone() -> None:
    photo = saved(halves(), "JPEG") + b"\0\0\0\x18ftypmp42 a motion photo"
    assert b"motion" not in clean_file(photo).data


def test_a_photo_that_was_held_sideways_stands_upright_without_its_exif() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # show it turned clockwise
    upright = opened(clean_file(saved(halves(), "JPEG", exif=exif)).data)
    assert upright.size == (32, 64)
    red, _, blue = upright.getpixel((16, 8))
    assert red > 200
    assert blue < 60


def test_a_photo_with_a_broken_exif_is_kept() -> None:
    photo = saved(halves(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xffgarbage")
    assert opened(clean_file(photo).data).size == (64, 32)


def test_a_png_stays_png_with_its_pixels_and_loses_its_words() -> None:
    words = PngInfo()
    words.add_text("Author", "Somchai")
    words.add_itxt("XML:com.adobe.xmp", "<x>Somchai</x>")
    picture = Image.new("RGBA", (8, 8), (1, 2, 3, 4))
    clean = clean_file(saved(picture, "PNG", pnginfo=words, exif=exif_with_gps(), dpi=(72, 72)))
    assert clean.media_type == "image/png"
    assert b"Somchai" not in clean.data
    assert b"SecretPhoneMaker" not in clean.data
    assert list(opened(clean.data).info) == []
    assert opened(clean.data).tobytes() == picture.tobytes()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_png_is_taken(mode: str) -> None:
    assert opened(clean_file(saved(Image.new(mode, (5, 7)), "PNG")).data).size == (5, 7)


def test_a_transparent_palette_stays_transparent() -> None:
    for pillow_format in ("PNG", "GIF"):
        picture = Image.new("P", (4, 4), 1)
        picture.putpalette([0, 0, 0, 255, 0, 0])
        picture.putpixel((0, 0), 0)
        clean = clean_file(saved(picture, pillow_format, transparency=0))
        rgba = opened(clean.data).convert("RGBA")
        assert rgba.getpixel((0, 0))[3] == 0
        assert rgba.getpixel((1, 1)) == (255, 0, 0, 255)


def test_a_cmyk_scan_becomes_rgb() -> None:
    assert opened(clean_file(saved(halves().convert("CMYK"), "JPEG")).data).mode == "RGB"


@pytest.mark.parametrize("pillow_format", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_kept(pillow_format: str) -> None:
    frames = [Image.new("RGB", (10, 10), colour) for colour in ("red", "green", "blue")]
    moving = saved(frames[0], pillow_format, save_all=True, append_images=frames[1:], duration=50)
    assert opened(moving).n_frames == 3
    still = opened(clean_file(moving).data)
    assert getattr(still, "n_frames", 1) == 1
    assert still.convert("RGB").getpixel((5, 5))[0] > 200


def test_a_gif_loses_its_comment() -> None:
    assert b"Somchai" not in clean_file(saved(halves(), "GIF", comment=b"by Somchai")).data


def test_a_gif_that_only_talks_is_refused_at_once() -> None:
    comment = b"!\xfe" + (b"\xff" + b"x" * 255) * 4 + b"\0"
    gif = b"GIF89a" + struct.pack("<HHBBB", 9, 9, 0, 0, 0) + comment * 1000
    assert refusal(gif) is RefusalReason.DAMAGED


def test_a_jpeg_of_endless_scans_is_refused_at_once() -> None:
    photo = saved(halves(), "JPEG", progressive=True)
    scan = photo[photo.rindex(b"\xff\xda") : -2]
    assert refusal(photo[:-2] + scan * 100 + b"\xff\xd9") is RefusalReason.DAMAGED


def test_a_picture_of_too_many_pixels_is_refused_unopened() -> None:
    assert MAX_PIXELS < 8400 * 8400
    assert refusal(png_header(8400, 8400)) is RefusalReason.TOO_MANY_PIXELS
    assert refusal(png_header(60_000, 60_000)) is RefusalReason.TOO_MANY_PIXELS
    canvas = (16383 - 1).to_bytes(3, "little")
    webp = b"RIFF\x40\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + canvas * 2 + bytes(40)
    assert refusal(webp) is RefusalReason.TOO_MANY_PIXELS


@pytest.mark.parametrize("pillow_format", ["JPEG", "PNG", "GIF", "WEBP"])
def test_half_a_picture_is_damaged(pillow_format: str) -> None:
    noise = Image.effect_noise((64, 64), 90).convert("RGB")
    photo = saved(noise, pillow_format)
    assert clean_file(photo).kind is FileKind.IMAGE
    assert refusal(photo[: len(photo) // 2]) is RefusalReason.DAMAGED


def test_a_picture_of_more_than_20_megabytes_is_too_large() -> None:
    assert refusal(saved(halves(), "JPEG") + bytes(20 * 1024 * 1024)) is RefusalReason.TOO_LARGE


def test_heic_and_avif_are_refused_as_kinds_and_the_detail_says_so() -> None:
    for brand in (b"heic", b"mif1", b"avif"):
        with pytest.raises(RefusedFile) as caught:
            clean_file(b"\0\0\0\x18ftyp" + brand + bytes(64), "photo.jpg")
        assert caught.value.reason is RefusalReason.FORBIDDEN_KIND
        assert "HEIC" in caught.value.detail


def test_a_name_changes_nothing() -> None:
    photo = saved(halves(), "PNG")
    assert clean_file(photo, "virus.exe") == clean_file(photo, None)
    assert refusal(b"MZ\x90\0" + bytes(200), "holiday.jpg") is RefusalReason.FORBIDDEN_KIND
