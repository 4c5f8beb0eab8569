"""How large a picture is, and whether it is one that a browser may be shown."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

# What `domain.files` writes anew when it comes in. Nothing else is shown within a page.
_SHOWN = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}


@dataclass(frozen=True)
class PictureSize:
    width: int
    height: int


def shown_size(data: bytes, media_type: str) -> PictureSize | None:
    """From the picture's head alone; None for what is no picture, or another than it says."""
    if media_type not in _SHOWN.values():
        return None
    try:
        with Image.open(io.BytesIO(data), formats=list(_SHOWN)) as picture:
            if _SHOWN.get(picture.format or "") != media_type:
                return None
            return PictureSize(*picture.size)
    except Exception:  # noqa: BLE001 (decoders raise whatever they like on bad bytes)
        return None
