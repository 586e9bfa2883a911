"""Calls open now, enterprises of Puglia that may apply, drafts filled to the last field."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.calls.conftest import programme, shipped  # noqa: F401
from tests.kept import kept

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
IBAN = "IT60X0542811101000000123456"


def pdf(name: str = "conferma.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def open_now(call, code="prova", *, budget="100000.00", days=10, **values):
    """An opening of the call that is open, from yesterday."""
    from levante.calls.api import Opening
    from levante.kernel.api import now

    lines = values.pop("lines", [])
    opening = Opening.objects.create(
        call=call, code=code, form=call.forms.first(), opens_at=now() - timedelta(days=1),
        closes_at=now() + timedelta(days=days), budget=Decimal(budget), is_demo=True, **values,
    )  # fmt: skip
    for line, amount in lines:
        opening.lines.create(code=line, name_it=line, name_en=line, budget=Decimal(amount))
    return opening


@pytest.fixture
def first_come(shipped):  # noqa: F811
    """An open window of the first-come call."""
    call = shipped["voucher-fiere-2018"]
    made = kept("first come", lambda: open_now(call))
    made.call = call
    return made


@pytest.fixture
def by_ranking(shipped):  # noqa: F811
    """An open window of the ranking call, with its two lines."""
    return open_now(
        shipped["voucher-fiere-2016"],
        budget="12000.00",
        line_by="fair_kind",
        lines=[("a", "8000.00"), ("b", "4000.00")],
    )


@pytest.fixture
def firm(enterprise, representative):
    """Make an enterprise with a seat in Bari, accounts, and its representative: ``(enterprise, user)``."""
    from levante.parties.api import Account, Comune, Country, Province, Seat

    def make(name="Cantieri del Levante S.r.l.", *, turnover="500000.00", export="50000.00", **names):
        Country.objects.get_or_create(
            code="IT", defaults={"name_it": "Italia", "name_en": "Italy", "eu_since": date(1958, 1, 1)}
        )
        province, _ = Province.objects.get_or_create(
            code="BA",
            defaults={"istat_code": "072", "name": "Bari", "region_code": "16", "region": "Puglia", "nuts3": "ITF47"},
        )
        comune, _ = Comune.objects.get_or_create(
            istat_code="072006",
            defaults={"name": "Bari", "cadastral_code": "A662", "province": province, "caps": ["70121"]},
        )
        made = enterprise(
            name, email="info@example.org", pec="ditta@pec.example.org", size="small", size_on=date(2025, 1, 1)
        )
        Seat.objects.create(
            enterprise=made, kind="legal", comune=comune, province=province, address="Via Sparano 1", cap="70121"
        )
        Account.objects.create(
            enterprise=made, year=2024, headcount=Decimal("8"), turnover=Decimal(turnover), balance=Decimal("300000"),
            export_turnover=Decimal(export),
        )  # fmt: skip
        return made, representative(made, **names)

    return make


def declares(actor, files):
    """Somebody declares no conflict about all of these applications, but those declared about already."""
    from levante.applications.api import declare_about_many, undeclared_among

    waiting = list(undeclared_among(actor, files).values_list("pk", flat=True))
    if waiting:
        declare_about_many(actor=actor, files=waiting, conflicts={})


def published_by(actor, ranking, act=None):
    """A list published by its director, who declared about each of its files, with an act of today unless another is told."""
    from levante.applications.api import files_of_ranking, publish_ranking

    declares(actor, files_of_ranking(ranking))
    act = act or act_of_today(ranking.opening.call, f"G{ranking.pk}")
    return publish_ranking(actor=actor, ranking=ranking, act=act, why="Approva la graduatoria")


def act_of_today(call, number, code=""):
    """An act of the programme of a call, adopted today."""
    from levante.kernel.api import today
    from levante.programme.api import Act

    return Act.objects.create(
        programme=call.programme, code=code or f"atto-{number}".lower(), kind="determination", number=number, adopted_on=today(),
        title_it="Atto", title_en="Act", confidence="to_confirm",
    )  # fmt: skip


FIRST_COME_ANSWERS = {
    "contact_name": "Anna Greco",
    "contact_email": "anna@example.org",
    "pec": "ditta@pec.example.org",
    "fair_name": "Boot Düsseldorf",
    "fair_city": "Düsseldorf",
    "fair_country": "DE",
    "fair_from": "2027-01-18",
    "fair_to": "2027-01-26",
    "stand": "own",
    "exports_today": False,
    "goal": "Incontrare dieci importatori",
    "no_insolvency": True,
    "no_illegal_aid": True,
    "no_revocation": True,
    "iban": IBAN,
    "privacy": True,
}

RANKING_ANSWERS = {
    "contact_name": "Anna Greco",
    "pec": "ditta@pec.example.org",
    "turnover": "500000.00",
    "export_turnover": "50000.00",
    "english_website": False,
    "export_manager": False,
    "fair_kind": "a",
    "fair_name": "Fiera",
    "fair_country": "DE",
    "fair_from": "2027-01-18",
    "cost_items": [{"item": "space", "amount": "4000.00"}, {"item": "promotion", "amount": "500.50"}],
    "true_statements": True,
    "iban": IBAN,
    "privacy": True,
}


@pytest.fixture
def filled(firm, actor_for):
    """Make a draft that lacks nothing: ``filled(opening)`` gives ``(application, actor, user)``."""
    from levante.applications.api import attach_file, save_answers, start_draft

    def make(opening, name="Cantieri del Levante S.r.l.", answers=None, **firm_values):
        key = "filled", opening.pk, name, answers, sorted(firm_values.items())
        draft, actor, user = kept(key, lambda: fill(opening, name, answers, firm_values))
        draft.opening = opening
        return draft, actor, user

    def fill(opening, name, answers, firm_values):
        made, user = firm(name, **firm_values)
        actor = actor_for(user, made)
        draft = start_draft(actor=actor, opening=opening)
        ranked = "quotes" in str(opening.form.definition)
        base = RANKING_ANSWERS if ranked else FIRST_COME_ANSWERS
        save_answers(actor=actor, application=draft, answers={**base, **(answers or {})}, base_revision=draft.revision)
        field = "quotes" if ranked else "organiser_confirmation"
        attach_file(actor=actor, application=draft, field_id=field, upload=pdf())
        return draft, actor, user

    return make


def field(id_, kind="text", **more):
    """A field of a form: its label is its name."""
    return {"id": id_, "kind": kind, "label": {"it": id_, "en": id_}, **more}


@pytest.fixture
def own_call(programme):  # noqa: F811
    """Make a published call from the fields of its one section, open now: ``own_call([field("name")], delivery={…})``."""
    from levante.calls.api import Call, FormVersion
    from levante.calls.forms.model import checksum
    from levante.identity.api import Office
    from levante.kernel.api import now
    from levante.programme.api import Act

    def make(fields, *, code="prova-mia", opening=None, sections=None, **values):
        instant = now()
        given = {
            "state": "published", "title_it": "Bando di prova", "title_en": "Trial call", "summary_it": "-", "summary_en": "-",
            "programme": programme, "act": Act.objects.order_by("pk").first(), "office": Office.objects.get(code="sezione"),
            "procedure": "first_come", "regime": "de_minimis", "published_at": instant, "created_at": instant,
            "money": {"kind": "percentage", "rate": "50", "base": "costs", "cap": "9000.00"},
            "checklists": {"formal": [{"code": "x", "it": "x", "en": "x"}], "merit": [], "award": []},
        }  # fmt: skip
        delivery = values.pop("delivery", {})
        call = Call.objects.create(code=code, **(given | values))
        if delivery:
            call.delivery = {**call.delivery, **delivery}
            call.save()
        one = [{"id": "all", "title": {"it": "Domanda", "en": "Application"}, "fields": fields}]
        definition = {"sections": sections or one}
        FormVersion.objects.create(
            call=call,
            number=1,
            definition=definition,
            checksum=checksum(definition),
            locked_at=instant,
            created_at=instant,
        )
        return open_now(call, **(opening or {}))

    return make
