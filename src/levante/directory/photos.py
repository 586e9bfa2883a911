"""Photographs: looked at, made anew without what they carry, in two sizes."""

import io
from typing import Any

from levante.directory.editing import cleaned, locked, touched
from levante.directory.models import Photo, Product, Profile
from levante.documents.api import inspected, remove_file, store_bytes
from levante.kernel.api import Actor, note, refuse, service

#: Pixels of the longer side, as it is shown whole and in a list; beyond ``LARGEST`` pixels in all it is not opened.
LARGE, SMALL, LARGEST = 1600, 480, 50_000_000
MOST = 20


@service("directory.add_photo")
def add_photo(
    *, actor: Actor, profile: Profile, upload: Any, alt_it: str = "", alt_en: str = "", product: Product | None = None
) -> Photo:
    """Add a photograph (PNG or JPEG, found from its content). What is kept is a JPEG of ours: where it was taken, with what and by
    whom stays out. ``alt_it`` and ``alt_en`` say what is seen; those of a product may be left to its name."""
    held = locked(actor, profile)
    row = held.products.get(pk=product.pk) if product is not None else None
    told = cleaned(alt_it, 200) or (row.name_it if row else ""), cleaned(alt_en, 200) or (row.name_en if row else "")
    for text, field in zip(told, ("alt_it", "alt_en"), strict=True):
        if not text:
            refuse("Scrivi che cosa si vede.", "Write what is seen.", field=field)
    if held.photos.count() >= MOST:
        refuse(f"Al massimo {MOST} foto.", f"At most {MOST} photographs.")
    content = inspected(upload, purpose="image")
    try:
        large, small, size = _made_anew(content.path.read_bytes())
    finally:
        content.discard()
    given: dict[str, Any] = {"actor": actor, "purpose": "image", "enterprise_id": held.enterprise_id}
    photo = Photo.objects.create(
        profile=held, product=row, file=store_bytes(name="foto.jpg", content=large, **given),
        small=store_bytes(name="foto-piccola.jpg", content=small, **given), width=size[0], height=size[1],
        alt_it=told[0], alt_en=told[1], position=held.photos.count(),
    )  # fmt: skip
    touched(held)
    note(photo=photo.pk, profile=held.pk)
    return photo


@service("directory.remove_photo")
def remove_photo(*, actor: Actor, photo: Photo) -> Profile:
    """Take a photograph away, with its files."""
    held = locked(actor, photo.profile)
    row = held.photos.select_related("file", "small").filter(pk=photo.pk).first()
    if row is not None:
        files = {row.file.pk: row.file, row.small.pk: row.small}
        row.delete()
        for file in files.values():
            remove_file(actor=actor, file=file)
    touched(held)
    note(photo=photo.pk)
    return held


def _made_anew(raw: bytes) -> tuple[bytes, bytes, tuple[int, int]]:
    """The large and the small JPEG, and the size of the large one: upright, plain colours, nothing but the picture."""
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(raw)) as opened:
        if opened.width * opened.height > LARGEST:
            refuse(
                "La foto è troppo grande (oltre 50 megapixel).", "The photograph is over 50 megapixels.", field="upload"
            )
        opened.draft("RGB", (LARGE, LARGE))
        try:
            upright = ImageOps.exif_transpose(opened)
            if upright.mode in ("RGBA", "LA", "P"):
                seen = upright.convert("RGBA")
                picture = Image.new("RGB", seen.size, "white")
                picture.paste(seen, mask=seen.getchannel("A"))
            else:
                picture = upright.convert("RGB")
        except (OSError, SyntaxError, ValueError):
            refuse(
                "La foto non si apre: il file è rovinato.",
                "The photograph does not open: it is damaged.",
                field="upload",
            )
    picture.thumbnail((LARGE, LARGE))
    size = picture.size
    large = _jpeg(picture)
    picture.thumbnail((SMALL, SMALL))
    return large, _jpeg(picture), size


def _jpeg(picture: Any) -> bytes:
    out = io.BytesIO()
    plain = picture.copy()
    plain.info = {}
    plain.save(out, "JPEG", quality=82, optimize=True, progressive=True)
    return out.getvalue()
