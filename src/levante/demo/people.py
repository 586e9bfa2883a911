"""Who can sign in to the demonstration, as what."""

from levante.demo.cli import as_json, demo_password
from levante.embedded import var_folder
from levante.identity.api import RoleGrant, User
from levante.kernel.api import BUYER, ENTERPRISE, INVESTOR, PARTY_KINDS
from levante.parties.api import Mandate


def people() -> list[dict[str, str]]:
    """Every demo person with a role in an office or a mandate: ``{role, office?, enterprise?, buyer?, investor?, email,
    password}``; who acts for a buyer or an investor has its kind as role."""
    password = demo_password()
    rows: list[dict[str, str]] = []
    grants = RoleGrant.objects.filter(user__is_demo=True, until=None).select_related("user", "office")
    for grant in grants.order_by("-office__kind", "office__code", "role", "user"):  # those of the Section first
        rows.append({"role": grant.role, "office": grant.office.code, "email": grant.user.email, "password": password})
    mandates = Mandate.objects.filter(user__is_demo=True, state=Mandate.CONFIRMED, until=None)
    for mandate in mandates.select_related("user", *PARTY_KINDS).order_by("user__email", "id"):
        kind = mandate.party.kind
        rows.append(
            {
                "role": mandate.kind if kind == ENTERPRISE else kind,
                kind: mandate.holder.name,
                "email": mandate.user.email,
                "password": password,
            }
        )
    return rows


def write_people(url: str, lane: str) -> str:
    """Write ``var/demo.json`` and return what the terminal shows."""
    rows = people()
    path = var_folder() / "demo.json"
    path.touch(mode=0o600, exist_ok=True)
    path.write_text(as_json({"url": url, "lane": lane, "people": rows}))
    lines = [
        "",
        f"Levante is ready: {url}",
        "",
        "Demo people (invented), all with this password: " + demo_password(),
        "",
    ]
    staff = [row for row in rows if "office" in row]
    enterprises = [row for row in rows if "enterprise" in row]
    lines += [f"  {row['email']:<46} {row['role']} · {row['office']}" for row in staff]
    abroad = [row for row in rows if row["role"] in {BUYER, INVESTOR}]
    lines += [f"  {row['email']:<46} {row['role']} · {row[row['role']]}" for row in abroad]
    lines += [f"  {row['email']:<46} {row['role']} · {row['enterprise']}" for row in enterprises[:12]]
    if len(enterprises) > 12:
        lines.append(f"  … and {len(enterprises) - 12} more people of enterprises, in var/demo.json")
    lines += ["", f"The lane of the click days: {lane}/intake/OPENING"]
    lines += ["", "Stop with Ctrl-C. Everything is in var/; `make reset` forgets it.", ""]
    assert User.objects.filter(is_demo=True).exists()
    return "\n".join(lines)
