"""Who takes part in a rehearsal: invented firms that the rules of the call are tried on, and the people of an office."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from stdnum.it import codicefiscale

from levante.calls.api import check_rules, enterprise_facts, facts_from
from levante.calls.api import literals_in as literals
from levante.identity.api import Office, RoleGrant, User, powers_of, roles
from levante.kernel.api import ENTERPRISE, Actor, Party, now, refuse, today
from levante.parties.api import Account, Comune, Enterprise, Mandate, Seat, acting_scopes

#: What firms of each size are like: people, turnover, balance sheet (Recommendation 2003/361/EC).
SIZES = {
    "micro": (Decimal(5), Decimal(600_000), Decimal(400_000)),
    "small": (Decimal(30), Decimal(4_000_000), Decimal(3_000_000)),
    "medium": (Decimal(120), Decimal(20_000_000), Decimal(15_000_000)),
    "large": (Decimal(400), Decimal(90_000_000), Decimal(80_000_000)),
}
#: Activities of different sections, to find one that the rules take, and one that they do not.
ATECO = (
    "10.73.00",
    "13.92.10",
    "28.99.20",
    "31.09.10",
    "01.21.00",
    "46.39.20",
    "62.01.00",
    "55.10.00",
    "41.20.00",
    "70.22.09",
)
_FORMS = ("SR", "SP", "DI", "SC")
_TRIES = 400
#: Numbers of firms that no real one has: 9999900 and following, of an office that does not exist.
_FIRST = 9_999_000


@dataclass(frozen=True, slots=True)
class Profile:
    """What a firm is like."""

    size: str
    comune: Comune
    ateco: str
    legal_form: str
    founded_on: date
    artisan: bool
    sectors: tuple[str, ...]
    website: str
    accounts: int
    export_share: int

    def facts(self, on: date) -> dict[str, Any]:
        """As ``enterprise_facts`` will tell them."""
        people, turnover, _ = SIZES[self.size]
        province = self.comune.province
        return facts_from(
            {
                "legal_form": self.legal_form, "ateco": self.ateco, "artisan": self.artisan, "founded_on": self.founded_on,
                "active": True, "size": self.size, "sectors": list(self.sectors), "website": self.website,
            },
            [{"kind": kind, "province": province.code, "region": province.region} for kind in ("legal", "operating")],
            [
                {
                    "year": on.year - 1 - ago, "turnover": turnover, "headcount": people,
                    "export_turnover": turnover * self.export_share / 100,
                }
                for ago in range(self.accounts)
            ],
            on=on,
        )  # fmt: skip


class Cast:
    """Makes firms and people, always the same for the same seed. Inside a transaction that is undone."""

    def __init__(self, office: Office, rules: Sequence[Mapping[str, Any]], *, seed: int, on: date) -> None:
        self.office, self.on = office, on
        self.rng = random.Random(seed)  # noqa: S311 - invented firms, nothing to guess
        self.rules = [rule for rule in rules if rule.get("expression") and "answers" not in rule["expression"]]
        self.named = {text for rule in self.rules for text in literals(rule["expression"])}
        self.places = _places(self.named)
        self.made = 0
        self.people = 0

    # -- firms

    def profile(self, *, good: bool = True) -> Profile | None:
        """A firm that meets every rule on facts, or that fails one; ``None`` when none is found."""
        for attempt in range(_TRIES):
            found = self._guess(attempt)
            outcomes = {item.outcome for item in check_rules(self.rules, facts=found.facts(self.on)).requirements}
            if (outcomes <= {"yes"}) if good else ("no" in outcomes):
                return found
        return None

    def _guess(self, attempt: int) -> Profile:
        """The plainest first; then anything, preferring what the rules name."""
        rng, wild = self.rng, attempt > 0
        sizes = [size for size in SIZES if size in self.named] or list(SIZES)
        activities = [code for code in self.named if code[:2].isdigit() and "." in code] or list(ATECO)
        sectors = sorted(code for code in self.named if code.islower() and code not in SIZES)
        return Profile(
            size=rng.choice(list(SIZES) if wild and rng.random() < 0.4 else sizes),
            comune=rng.choice(self.places if wild else self.places[:6]),
            ateco=rng.choice([*activities, *ATECO] if wild else activities),
            legal_form=rng.choice(_FORMS) if wild else _FORMS[0],
            founded_on=date(self.on.year - rng.choice((0, 2, 4, 9, 30) if wild else (12,)), 1, 15),
            artisan=wild and rng.random() < 0.5,
            sectors=tuple(sectors if rng.random() < 0.7 else ()),
            website="https://example.org" if not wild or rng.random() < 0.7 else "",
            accounts=rng.choice((3, 2, 1, 0)) if wild else 3,
            export_share=rng.choice((0, 3, 12, 30, 60)),
        )

    def firm(self, profile: Profile | None = None) -> Enterprise:
        """An enterprise in the register of parties, with seats and accounts; one that meets the rules unless a profile says."""
        profile = profile or self.profile() or self._guess(0)
        self.made += 1
        code = tax_code(_FIRST + self.made)
        people, turnover, balance = SIZES[profile.size]
        made = Enterprise.objects.create(
            name=f"Impresa di prova {self.made} S.r.l.", tax_code=code, vat_number=code, legal_form=profile.legal_form,
            ateco=profile.ateco, ateco_edition="2025", artisan=profile.artisan, founded_on=profile.founded_on,
            pec=f"prova{self.made}@pec.example.org", email=f"prova{self.made}@example.org", website=profile.website,
            sectors=list(profile.sectors), size=profile.size, size_on=self.on,
        )  # fmt: skip
        place = profile.comune
        for kind in ("legal", "operating"):
            Seat.objects.create(
                enterprise=made, kind=kind, comune=place, province=place.province, address="Via della Prova 1",
                cap=(place.caps or ["00000"])[0],
            )  # fmt: skip
        for ago in range(profile.accounts):
            Account.objects.create(
                enterprise=made, year=self.on.year - 1 - ago, headcount=people, turnover=turnover, balance=balance,
                export_turnover=turnover * profile.export_share / 100,
            )  # fmt: skip
        return made

    def facts_of(self, enterprise: Enterprise) -> dict[str, Any]:
        return enterprise_facts(enterprise, on=self.on)

    # -- people

    def _person(self, family: str) -> User:
        self.people += 1
        return User.objects.create_user(
            f"prova.{self.people}@prova.example.org", given_name="Prova", family_name=family, is_demo=True,
            codice_fiscale=personal_code(self.people),
        )  # fmt: skip

    def representative(self, enterprise: Enterprise) -> Actor:
        """Somebody who may do everything for the enterprise."""
        user, day = self._person(f"Rappresentante {self.made}"), today()
        Mandate.objects.create(
            user=user, enterprise=enterprise, kind=Mandate.LEGAL_REPRESENTATIVE, state=Mandate.CONFIRMED,
            since=date(day.year - 5, 1, 1), requested_at=now(), decided_at=now(),
        )  # fmt: skip
        return Actor(
            user_id=user.pk, label=user.get_full_name(), party=Party(ENTERPRISE, enterprise.pk),
            scopes=acting_scopes(user.pk, enterprise.pk, day),
        )  # fmt: skip

    def officer(self, role: str) -> Actor:
        """Somebody with a role in the office of the call."""
        user = self._person(roles.LABELS[role].it)
        RoleGrant.objects.create(user=user, office=self.office, role=role, since=date(today().year - 5, 1, 1))
        return Actor(user_id=user.pk, label=user.get_full_name(), **powers_of(user.pk, today()))


def _places(named: Iterable[str]) -> list[Comune]:
    """A comune of each province, those of the regions and provinces that the rules name first."""
    rows = Comune.objects.select_related("province").order_by("province_id", "istat_code").distinct("province_id")
    wanted = set(named)
    found = sorted(rows, key=lambda row: (not {row.province.region, row.province.code} & wanted, row.istat_code))
    if not found:
        refuse("Prima vanno caricati i comuni.", "The municipalities must be loaded first.")
    return found


def personal_code(serial: int) -> str:
    """A *codice fiscale* with its right check character, of a place of birth that there is not: nobody has it."""
    letters = "".join(chr(65 + serial // 26**place % 26) for place in (2, 1, 0))
    code = f"PRV{letters}80A01Z999"
    return code + codicefiscale.calc_check_digit(code)


def tax_code(serial: int) -> str:
    """A partita IVA with a right check digit."""
    digits = f"{serial:07d}999"
    total = sum(int(d) if i % 2 == 0 else sum(divmod(2 * int(d), 10)) for i, d in enumerate(digits))
    return digits + str(-total % 10)


__all__ = ["Cast", "Profile", "tax_code"]
