"""Pictures for a mail: checked, turned upright, made small, and rid of what cameras write in."""

from __future__ import annotations

from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_UPLOAD = 15 * 1024 * 1024
MAX_PIXELS = 50_000_000  # a decompression bomb is refused before it is unpacked
WIDTH = 1088  # twice the letter's 544 pixels of text: sharp on a dense screen
QUALITY = 82
# No others are even tried: some are read by programs of their own (PostScript by Ghostscript).
FORMATS = ("JPEG", "PNG", "WEBP")


def mail_picture(upload: UploadedFile[bytes]) -> ContentFile[bytes]:
    """Return the picture as JPEG, or as PNG where parts of it are transparent.

    Nothing of the file but its pixels is kept: place and time of a photograph are nobody's
    business. Raises ValidationError in the words of the staff.
    """
    if (upload.size or 0) > MAX_UPLOAD:
        raise ValidationError(_("The picture is larger than 15 MB. Choose a smaller one."))
    try:
        with Image.open(upload, formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ValidationError(_("The picture has too many pixels. Choose a smaller one."))
            return _small(ImageOps.exif_transpose(image))
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValidationError(
            _("This is no picture that can be read. Choose a JPEG, PNG or WebP file.")
        ) from error


def _small(image: Image.Image) -> ContentFile[bytes]:
    if image.width > WIDTH:
        height = round(image.height * WIDTH / image.width)
        image = image.resize((WIDTH, max(height, 1)), Image.Resampling.LANCZOS)
    is_transparent = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    pixels = image.convert("RGBA" if is_transparent else "RGB")
    pixels.info.clear()
    stream = BytesIO()
    if is_transparent:
        pixels.save(stream, "PNG", optimize=True)
        return ContentFile(stream.getvalue(), name="picture.png")
    pixels.save(stream, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return ContentFile(stream.getvalue(), name="picture.jpg")
