"""An award of ours, a declaration and the line of the RNA that tell the same aid count once, whichever came first."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.aid.rna_files import DE_MINIMIS, GBER, OLD_DE_MINIMIS, component, instrument, write
from tests.aid.rna_files import aid as line
from tests.aid.test_positions import receive

from levante.aid.api import (
    AidRecord,
    QuarantinedAid,
    UndertakingEvent,
    aid_of_party,
    confirm_reservation,
    declare_aid,
    declare_own_aid,
    import_rna,
    position,
    record_codes,
    record_split,
    reserve_aid,
    revise_aid,
    unreadable_of,
)
from levante.kernel.api import Refused, clock_at, system
from levante.kernel.models import AuditEntry

pytestmark = pytest.mark.django_db
ACTOR = system("test")
DAY = date(2026, 6, 30)
GRANTED = date(2026, 6, 10)


@pytest.fixture(autouse=True)
def _clock():
    with clock_at(datetime(2026, 6, 30, 10, tzinfo=UTC)):
        yield


@pytest.fixture
def run(tmp_path):
    """Import aids: ``run(line(…), …)``."""

    def go(*aids):
        return import_rna(actor=ACTOR, path=write(tmp_path / "f.xml", *aids))

    return go


def awarded(firm, amount="6000.00", subject="1", act="861 del 10/06/2026", **codes):
    """An award that took effect, by the ordinary way."""
    held = reserve_aid(
        actor=ACTOR, enterprise=firm, amount=Decimal(amount), regime="general_de_minimis", subject_type="test",
        subject_id=subject, granted_on=GRANTED,
    )  # fmt: skip
    return confirm_reservation(actor=ACTOR, reservation=held, granted_on=GRANTED, act=act, **codes)


def told(cor, firm, amount="6000.00", on="2026-06-10", regulation=DE_MINIMIS, act="861"):
    """The same award as the RNA writes it."""
    text = line(cor, component(regulation, instrument(amount)), tax_code=firm.tax_code, granted_on=on)
    return text.replace("<ATTO_CONCESSIONE>861<", f"<ATTO_CONCESSIONE>{act}<")


def counted(firm):
    return position(firm, on=DAY)["counted"]


def test_the_line_of_an_award_whose_cor_we_know(enterprise, run):
    firm = enterprise()
    aid = awarded(firm, cor="777")
    done = run(told("777", firm))
    assert (done.created, done.updated, done.quarantined) == (0, 1, 0)
    aid.refresh_from_db()
    assert (aid.source, aid.regulation, aid.car) == ("own", "CE2831/2023", "802")
    assert AidRecord.objects.count() == 1
    assert counted(firm) == "6000.00"
    again = run(told("777", firm))
    assert (again.created, again.updated, again.unchanged, again.quarantined) == (0, 0, 1, 0)


def test_the_line_of_an_award_whose_cor_nobody_wrote(enterprise, run):
    firm = enterprise()
    aid = awarded(firm)
    run(told("777", firm))
    aid.refresh_from_db()
    assert (aid.source, aid.cor, aid.cup) == ("own", "777", "B31B25000010002")
    assert counted(firm) == "6000.00"


@pytest.mark.parametrize(
    "changes", [{"amount": "5000.00"}, {"on": "2026-06-11"}, {"act": "862"}], ids=["amount", "day", "act"]
)
def test_a_line_that_may_be_our_award_waits_for_its_cor(enterprise, run, changes):
    firm = enterprise()
    aid = awarded(firm)
    done = run(told("777", firm, **changes))
    assert (done.created, done.quarantined) == (0, 1)
    assert counted(firm) == "6000.00"
    assert QuarantinedAid.objects.get().reasons == ["own_award_maybe"]
    assert not unreadable_of([firm.tax_code]).exists()
    # The award has another COR: what waited was another aid, and now it counts.
    record_codes(actor=ACTOR, aid=aid, cor="778", cup="")
    assert Decimal(counted(firm)) == 6000 + Decimal(changes.get("amount", "6000.00"))
    assert not QuarantinedAid.objects.filter(resolved_on=None).exists()


def test_a_line_that_waited_is_the_award(enterprise, run):
    firm = enterprise()
    aid = awarded(firm)
    run(told("777", firm, on="2026-06-11"))
    record_codes(actor=ACTOR, aid=aid, cor=" 777 ", cup="b31b25000010002")
    aid.refresh_from_db()
    assert (aid.cor, aid.cup, aid.regulation) == ("777", "B31B25000010002", "CE2831/2023")
    assert counted(firm) == "6000.00"
    assert not QuarantinedAid.objects.filter(resolved_on=None).exists()
    entry = AuditEntry.objects.filter(verb="aid.record_codes").latest("pk")
    assert entry.data["before"] == ["", ""]


def test_two_equal_awards_are_told_apart_by_hand(enterprise, run):
    firm = enterprise()
    one, two = awarded(firm), awarded(firm, subject="2")
    run(told("701", firm), told("702", firm))
    assert counted(firm) == "12000.00"
    assert QuarantinedAid.objects.filter(resolved_on=None).count() == 2
    record_codes(actor=ACTOR, aid=two, cor="701", cup="")
    one.refresh_from_db()
    assert (one.cor, counted(firm)) == ("702", "12000.00"), "the other follows: nothing else is like it"
    assert AidRecord.objects.count() == 2


def test_two_lines_for_one_award_lose_nothing(enterprise, run):
    firm = enterprise()
    aid = awarded(firm)
    run(told("701", firm), told("702", firm))
    record_codes(actor=ACTOR, aid=aid, cor="701", cup="")
    assert counted(firm) == "12000.00"


def test_a_line_of_another_day_and_amount_is_another_aid(enterprise, run):
    firm = enterprise()
    awarded(firm)
    run(told("777", firm, amount="100.00", on="2026-06-12", act="5"))
    assert counted(firm) == "6100.00"


def test_what_the_rna_says_otherwise_of_an_award_is_looked_at(enterprise, run):
    firm = enterprise()
    aid = awarded(firm, cor="777")
    assert run(told("777", firm, amount="6500.00")).quarantined == 1
    assert counted(firm) == "6000.00"
    assert QuarantinedAid.objects.get().reasons == ["own_award_differs"]
    revise_aid(actor=ACTOR, aid=aid, gge=Decimal("6500.00"), on=DAY, reference="COVAR 1")
    assert run(told("777", firm, amount="6500.00")).quarantined == 0
    assert not QuarantinedAid.objects.filter(resolved_on=None).exists()
    assert counted(firm) == "6500.00"
    # The first line comes again: it agrees with the amount of the grant. Another one does not, each time it comes.
    assert run(told("777", firm)).quarantined == 0
    assert run(told("777", firm, amount="6499.00")).quarantined == 1


def test_an_award_of_several_components(enterprise, run):
    firm = enterprise()
    awarded(firm, cor="777")
    both = (component(DE_MINIMIS, instrument("2500.00")), component(OLD_DE_MINIMIS, instrument("3500.00")))
    run(line("777", *both, tax_code=firm.tax_code, granted_on="2026-06-10"))
    assert (AidRecord.objects.count(), counted(firm)) == (1, "6000.00")
    mixed = (component(DE_MINIMIS, instrument("2500.00")), component(GBER, instrument("3500.00")))
    assert run(line("777", *mixed, tax_code=firm.tax_code, granted_on="2026-06-10")).quarantined == 1


def test_the_line_came_before_the_award_took_effect(enterprise, run):
    """The RNA has the aid before the act is adopted (DM 115/2017, art. 9): it takes no headroom from the award."""
    firm = enterprise()
    receive(firm, "294000.00", date(2026, 1, 1))
    held = reserve_aid(
        actor=ACTOR, enterprise=firm, amount=Decimal("6000.00"), regime="general_de_minimis", subject_type="test",
        subject_id="1", granted_on=GRANTED,
    )  # fmt: skip
    run(told("777", firm))
    aid = confirm_reservation(actor=ACTOR, reservation=held, granted_on=GRANTED, act="861 del 10/06/2026")
    assert (aid.source, aid.cor, counted(firm)) == ("own", "777", "300000.00")


def test_the_cor_of_another_aid_is_refused(enterprise, run):
    firm, other = enterprise("Una"), enterprise("Altra")
    aid = awarded(firm)
    awarded(other, subject="2", cor="900")
    run(told("901", other, on="2025-01-10", act="3"), told("902", firm, amount="50.00", on="2025-01-10", act="3"))
    for cor, field in [("900", "cor"), ("901", "cor"), ("902", "cor"), ("AB1", "cor"), ("0", "cor")]:
        with pytest.raises(Refused) as refusal:
            record_codes(actor=ACTOR, aid=aid, cor=cor, cup="")
        assert refusal.value.field == field, cor
    with pytest.raises(Refused) as refusal:
        record_codes(actor=ACTOR, aid=aid, cor="", cup="B31B2500001000")
    assert refusal.value.field == "cup"
    with pytest.raises(Refused):
        record_codes(actor=ACTOR, aid=AidRecord.objects.get(cor="901"), cor="5", cup="")


def test_a_cor_recorded_after_its_line_was_imported(enterprise, run):
    """Lines imported before awards took over their own: writing the COR heals them."""
    firm = enterprise()
    aid = awarded(firm)
    receive(firm, "6000.00", date(2026, 6, 12), regulation="CE2831/2023")
    assert counted(firm) == "12000.00"
    record_codes(actor=ACTOR, aid=aid, cor=AidRecord.objects.get(source="rna").cor, cup="")
    assert (AidRecord.objects.count(), counted(firm)) == (1, "6000.00")


def test_a_cor_written_wrong_and_corrected(enterprise, run):
    firm = enterprise()
    aid = awarded(firm)
    record_codes(actor=ACTOR, aid=aid, cor="555", cup="")
    run(told("555", firm, on="2026-02-01", act="9"))
    assert counted(firm) == "6000.00"
    record_codes(actor=ACTOR, aid=aid, cor="556", cup="")
    assert counted(firm) == "12000.00", "the line of the wrong COR is an aid of its own again"


def test_a_declaration_with_its_cor_gives_its_place(enterprise, run, representative, actor_for):
    firm = enterprise()
    actor = actor_for(representative(firm), firm)
    common = {"actor": actor, "enterprise": firm, "granting_body": "Comune", "granted_on": date(2026, 2, 1)}
    declare_own_aid(gge=Decimal("900.00"), cor=" 321 ", **common)
    with pytest.raises(Refused):
        declare_own_aid(gge=Decimal("900.00"), cor="321 ", **common)
    done = run(told("321", firm, amount="850.00", on="2026-02-01"))
    assert (done.created, done.updated) == (0, 1)
    row = AidRecord.objects.get()
    assert (row.source, row.regulation, row.granted_gge, row.gge) == ("rna", "CE2831/2023", 900, 850)
    assert counted(firm) == "850.00"


def test_a_declaration_with_its_cor_and_several_lines(enterprise, run):
    firm = enterprise()
    declare_aid(
        actor=ACTOR, tax_code=firm.tax_code, granted_on=date(2026, 2, 1), gge=Decimal("7.00"), cor="321", regime="gber"
    )
    both = (component(DE_MINIMIS, instrument("5.00")), component(GBER, instrument("7.00")))
    run(line("321", *both, tax_code=firm.tax_code))
    assert list(AidRecord.objects.order_by("gge").values_list("source", "regime", "gge")) == [
        ("rna", "general_de_minimis", Decimal("5.00")),
        ("rna", "gber", Decimal("7.00")),
    ]


def test_a_declaration_of_another_firm_s_aid_goes_where_the_rna_says(enterprise, run):
    firm, other = enterprise("Una"), enterprise("Altra")
    declare_aid(actor=ACTOR, tax_code=firm.tax_code, granted_on=date(2026, 2, 1), gge=Decimal("7.00"), cor="321")
    with pytest.raises(Refused):
        declare_aid(actor=ACTOR, tax_code=other.tax_code, granted_on=date(2026, 2, 1), gge=Decimal("7.00"), cor="321")
    run(told("321", other))
    assert AidRecord.objects.get().enterprise == other
    assert (counted(firm), counted(other)) == ("0.00", "6000.00")


def test_a_declaration_without_cor(enterprise, run, representative, actor_for):
    firm = enterprise()
    actor = actor_for(representative(firm), firm)
    common = {"actor": actor, "enterprise": firm, "granting_body": "Comune", "gge": Decimal("900.00")}
    declare_own_aid(granted_on=date(2026, 2, 1), **common)
    run(told("321", firm, amount="900.00", on="2026-02-01"), told("322", firm, amount="900.00", on="2026-02-01"))
    assert counted(firm) == "1800.00", "one of the two lines was declared, the other was not"
    with pytest.raises(Refused) as refusal:
        declare_own_aid(granted_on=date(2026, 2, 1), **common)
    assert refusal.value.field == "granted_on"
    declare_own_aid(granted_on=date(2026, 2, 1), cor="323", **common)
    assert counted(firm) == "2700.00"


def split(party, taker, takes):
    return record_split(
        actor=ACTOR, on=date(2026, 6, 15), party=party.tax_code, deed="rep. 1",
        shares=[
            {"enterprise": party.tax_code, "equity": "1000.00"},
            {"enterprise": taker.tax_code, "equity": "1000.00", "takes": takes},
        ],
    )  # fmt: skip


def test_what_a_split_gave_stays_given_when_the_aid_changes_its_name(enterprise, run):
    beta, gamma = enterprise("Beta"), enterprise("Gamma")
    own = awarded(beta)
    declare_aid(
        actor=ACTOR, tax_code=beta.tax_code, granted_on=date(2026, 2, 1), gge=Decimal("70.00"), granting_body="C"
    )
    run(
        told("801", beta, amount="100.00", on="2026-03-01", act="3"),
        told("802", beta, amount="30.00", on="2026-03-02", act="4"),
    )
    had = [row.id for row in aid_of_party(beta.tax_code, before=date(2026, 6, 15))]
    split(beta, gamma, [name for name in had if name != "802"])
    parts = {beta: "15.00", gamma: "6185.00"}
    assert {firm: counted(firm) for firm in parts} == parts
    # A second line of one COR, the COR of our award, the line of what was declared: every name changes.
    more = component(OLD_DE_MINIMIS, instrument("9.00"))
    whole = line(
        "801", component(DE_MINIMIS, instrument("100.00")), more, tax_code=beta.tax_code, granted_on="2026-03-01"
    )
    run(whole, told("803", beta, amount="70.00", on="2026-02-01", act="5"))
    record_codes(actor=ACTOR, aid=own, cor="804", cup="")
    assert {firm: counted(firm) for firm in parts} == {beta: "15.00", gamma: "6194.00"}


def test_what_a_split_gave_follows_a_line_that_was_our_award(enterprise):
    beta, gamma = enterprise("Beta"), enterprise("Gamma")
    own = awarded(beta)
    row = receive(beta, "6000.00", date(2026, 6, 12), regulation="CE2831/2023")
    receive(beta, "1.00", date(2026, 6, 12))
    AidRecord.objects.filter(pk=row.pk).update(cor="700")
    split(beta, gamma, ["700"])
    assert UndertakingEvent.objects.get().shares[1]["takes"] == ["COR:700"]
    record_codes(actor=ACTOR, aid=own, cor="700", cup="")
    assert Decimal(counted(gamma)) >= 6000
    assert Decimal(counted(beta)) + Decimal(counted(gamma)) == 6001
