"""Enterprises with public profiles, and pictures to upload."""

import io
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from tests.programme.conftest import make_programme

from levante.directory import api
from levante.kernel.api import clock_at

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
FACTS = {
    "summary_it": "Facciamo olio dal 1920.", "summary_en": "We make oil since 1920.", "languages": ["it", "en"],
    "markets_served": ["DE"], "price_band": "upper",
}  # fmt: skip


def make_world(
    enterprise: Any, representative: Any, actor_for: Any, name: str = "Frantoio Àncora S.r.l."
) -> SimpleNamespace:
    """An enterprise with its legal representative; no profile yet."""
    from levante.programme.api import Sector

    if not Sector.objects.exists():
        make_programme()
    firm = enterprise(name)
    user = representative(firm)
    return SimpleNamespace(
        firm=firm, user=user, actor=actor_for(user, firm), at=lambda: clock_at(AT),
        sector=Sector.objects.order_by("position", "code").first().code,
    )  # fmt: skip


def drafted(world: Any, **changes: Any) -> Any:
    with world.at():
        given = {"sectors": [world.sector], **FACTS, **changes}
        world.profile = api.save_profile(actor=world.actor, enterprise=world.firm, **given)
    return world.profile


def published(world: Any, hs: str = "1509.20", names: tuple[str, str] = ("Olio extravergine d’oliva", "Extra virgin olive oil"),
              **changes: Any) -> Any:  # fmt: skip
    drafted(world, **changes)
    with world.at():
        world.product = api.save_product(
            actor=world.actor, profile=world.profile, hs_code=hs, name_it=names[0], name_en=names[1]
        )
        world.profile = api.publish_profile(actor=world.actor, profile=world.profile)
    return world.profile


def certified(world: Any, kind: str = "organic-eu", until: date | None = None) -> Any:
    with world.at():
        return api.save_certification(
            actor=world.actor, profile=world.profile, kind=kind, issuer="Ente", valid_until=until
        )


def picture(size: tuple[int, int] = (80, 60), kind: str = "JPEG", name: str = "mare.jpg", **more: Any) -> Any:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, kind, **more)
    return SimpleUploadedFile(name, out.getvalue())
