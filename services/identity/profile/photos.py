"""Photos: checked, drawn anew without what cameras and editors hide in a file, and stored as JPEG."""

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

from services.identity.profile.errors import (
    PhotoDamaged,
    PhotoEmpty,
    PhotoTooBig,
    PhotoTooManyPixels,
    PhotoTooSmall,
    PhotoWrongType,
)
from services.identity.settings import Settings

MEDIA_TYPE = "image/jpeg"
QUALITY = 88
SIGNATURES = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
"""How files of the two types begin, whatever they are called."""


@dataclass(frozen=True)
class Drawn:
    """An image as it will be stored."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True)
class PhotoLimits:
    """What a photo may be; product 2.7 knows of specifications but not of their values, so they are settings.

    Bytes of the uploaded file; pixels of the shorter side at least, of the longer side at most.
    """

    max_bytes: int
    min_pixels: int
    max_pixels: int
    types: tuple[str, ...] = ("JPEG", "PNG")

    @classmethod
    def of(cls, settings: Settings) -> "PhotoLimits":
        """The limits in force."""
        return cls(settings.photo_max_bytes, settings.photo_min_pixels, settings.photo_max_pixels)


def draw(data: bytes, limits: PhotoLimits) -> Drawn:
    """Decode a JPEG or PNG and encode it anew: upright, RGB, without EXIF, colour profile or anything appended.

    The size in the header is checked before a pixel is decoded, so a small file cannot unfold into gigabytes
    (ASVS 5.2.6). Raises one of the Photo… problems, each with what to do about it.
    """
    if not data:
        raise PhotoEmpty
    if len(data) > limits.max_bytes:
        raise PhotoTooBig(limits.max_bytes)
    kind = next((kind for signature, kind in SIGNATURES.items() if data.startswith(signature)), None)
    if kind is None:
        raise PhotoWrongType
    try:
        with Image.open(io.BytesIO(data), formats=(kind,)) as image:
            _check_size(image.size, limits)
            return _encode(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoTooManyPixels(limits.max_pixels) from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:  # what Pillow's decoders raise on broken files
        raise PhotoDamaged from error


def _check_size(size: tuple[int, int], limits: PhotoLimits) -> None:
    if max(size) > limits.max_pixels:
        raise PhotoTooManyPixels(limits.max_pixels)
    if min(size) < limits.min_pixels:
        raise PhotoTooSmall(limits.min_pixels)


def _encode(image: Image.Image) -> Drawn:
    """Transparent parts become white."""
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    plain = Image.new("RGB", upright.size, "white")
    plain.paste(upright, mask=upright.getchannel("A"))
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Drawn(out.getvalue(), *plain.size)
