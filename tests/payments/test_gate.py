"""No euro leaves without every check the law wants: each check says yes, no or that it is not known, and what to do."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levante.kernel.pure import Bilingual
from levante.law import parameters
from levante.payments.gates import _recoveries
from levante.payments.models import Check as Paper
from levante.payments.owing import Owed
from levante.payments.pure.gate import checks_of, is_open, kept_of
from levante.payments.pure.gate_facts import (
    CHECKS,
    NO,
    UNKNOWN,
    YES,
    Account,
    Against,
    Antimafia,
    Certificate,
    Check,
    Facts,
    Guarantee,
    Recovery,
)

TODAY = date(2026, 11, 29)
OLD = TODAY - timedelta(days=200)
LATER = TODAY + timedelta(days=60)
PAPER = Certificate("A1", TODAY - timedelta(days=5), clear=True, valid_until=LATER)
ACCOUNT = Account(True, True, OLD, replaces=False, verified_by=1, verified_on=OLD)
GOOD = Facts(
    TODAY, Decimal("6000.00"), Decimal("9000.00"), "regional", True, "B31B95000000001", "123", durc=PAPER, deggendorf=PAPER,
    account=ACCOUNT, tax_debts=PAPER,
)  # fmt: skip
OWES = replace(PAPER, clear=False, debt=Decimal("60.00"))
ADVANCE = replace(GOOD, guarantee_needed=True)
BIG = replace(GOOD, whole=Decimal("150000.01"))
ASKED = Antimafia("P1", TODAY - timedelta(days=31))


def test_everything_in_order_opens_the_gate():
    checks = checks_of(GOOD)
    assert [one.code for one in checks] == list(CHECKS)
    assert is_open(checks)
    assert kept_of(checks) == 0
    assert [Check.from_json(one.as_json()) for one in checks] == checks


@pytest.mark.parametrize(
    ("facts", "code", "outcome", "words"),
    [
        (replace(GOOD, in_force=False), "award", NO, "non è efficace"),
        (
            replace(GOOD, beyond_plan=Bilingual("il piano lascia meno", "the plan leaves less")),
            "award",
            NO,
            "il piano lascia meno",
        ),
        (replace(GOOD, heir_awaited="Beta S.p.A."), "award", NO, "dà a Beta S.p.A. il posto"),
        (replace(GOOD, against={"durc": Against("01234567890", "N1", OLD)}), "durc", NO, "codice fiscale 01234567890"),
        (replace(GOOD, cup="", cor=""), "codes", NO, "manca: CUP e COR"),
        (replace(GOOD, durc=None), "durc", UNKNOWN, "non c’è un DURC"),
        (replace(GOOD, durc=replace(PAPER, valid_until=TODAY - timedelta(days=1))), "durc", UNKNOWN, "28/11/2026"),
        (replace(GOOD, durc=replace(PAPER, valid_until=TODAY)), "durc", YES, "29/11/2026"),
        (replace(GOOD, durc=replace(PAPER, valid_until=None)), "durc", UNKNOWN, "nessuna"),
        (replace(GOOD, durc=replace(PAPER, clear=False)), "durc", NO, "senza l’importo"),
        (replace(GOOD, durc=OWES, durc_kept=Decimal("60.00")), "durc", YES, "già trattenuto"),
        (replace(GOOD, deggendorf=None), "deggendorf", UNKNOWN, "non c’è"),
        (replace(GOOD, deggendorf=replace(PAPER, clear=False)), "deggendorf", NO, "da restituire"),
        (
            replace(GOOD, deggendorf=Certificate("V", TODAY - timedelta(days=31), True)),
            "deggendorf",
            UNKNOWN,
            "troppo vecchia",
        ),
        (
            replace(GOOD, deggendorf=Certificate("V", TODAY - timedelta(days=30), True)),
            "deggendorf",
            YES,
            "niente da segnalare",
        ),
        (replace(GOOD, whole=Decimal("150000.00")), "antimafia", YES, "non serve"),
        (BIG, "antimafia", UNKNOWN, "oltre"),  # however small the instalment is
        (replace(BIG, antimafia=replace(ASKED, asked_on=TODAY - timedelta(days=30))), "antimafia", UNKNOWN, "chiesta"),
        (replace(BIG, antimafia=ASKED), "antimafia", YES, "senza risposta"),
        (replace(BIG, antimafia=replace(ASKED, released_on=TODAY, clear=True)), "antimafia", YES, "liberatoria"),
        (
            replace(BIG, antimafia=replace(ASKED, released_on=OLD - timedelta(days=200), clear=True)),
            "antimafia",
            UNKNOWN,
            "scaduta",
        ),
        (replace(BIG, antimafia=replace(ASKED, released_on=TODAY, clear=False)), "antimafia", NO, "interdittiva"),
        (ADVANCE, "guarantee", UNKNOWN, "non c’è"),
        (
            replace(ADVANCE, guarantee=Guarantee("F", "Banca", Decimal("5999.99"), LATER, True)),
            "guarantee",
            NO,
            "copre",
        ),
        (replace(ADVANCE, guarantee=Guarantee("F", "Banca", Decimal("6000"), OLD, True)), "guarantee", NO, "copre"),
        (
            replace(ADVANCE, guarantee=Guarantee("F", "Banca", Decimal("6000"), LATER, False)),
            "guarantee",
            UNKNOWN,
            "Banca",
        ),
        (replace(ADVANCE, guarantee=Guarantee("F", "Banca", Decimal("6000"), LATER, True)), "guarantee", YES, "Banca"),
        (replace(GOOD, account=None), "account", UNKNOWN, "non ha indicato"),
        (replace(GOOD, account=replace(ACCOUNT, iban_valid=False)), "account", NO, "IBAN sbagliato"),
        (replace(GOOD, account=replace(ACCOUNT, in_name=False)), "account", NO, "non è intestato"),
        (replace(GOOD, account=replace(ACCOUNT, in_name=None)), "account", UNKNOWN, "non è verificato"),
        (replace(GOOD, account=replace(ACCOUNT, verified_by=None)), "account", UNKNOWN, "non è verificato"),
        (replace(GOOD, account=replace(ACCOUNT, replaces=True, declared_on=TODAY)), "account", NO, "alla vigilia"),
        (
            replace(GOOD, account=replace(ACCOUNT, replaces=True, declared_on=TODAY, second_by=1)),
            "account",
            NO,
            "alla vigilia",
        ),
        (
            replace(GOOD, account=replace(ACCOUNT, replaces=True, declared_on=TODAY, second_by=2)),
            "account",
            YES,
            "verificato",
        ),
        (replace(GOOD, account=replace(ACCOUNT, replaces=True)), "account", YES, "verificato"),
        (replace(GOOD, recoveries=None), "recoveries", UNKNOWN, "registro dei debitori"),
        (replace(GOOD, recoveries=(Recovery("R", Decimal("100")),)), "recoveries", NO, "100,00"),
        (
            replace(GOOD, recoveries=(Recovery("R", Decimal("100"), elsewhere=True),)),
            "recoveries",
            NO,
            "a un altro ente",
        ),
        (replace(GOOD, tax_debts=None), "tax_debts", UNKNOWN, "non c’è"),
        (replace(GOOD, tax_debts=None, amount=Decimal("5000.00")), "tax_debts", YES, "non serve"),
        (replace(GOOD, tax_debts=None, fund_kind="erdf"), "tax_debts", YES, "questo fondo"),
        (replace(GOOD, tax_debts=None, fund_kind="never heard of"), "tax_debts", UNKNOWN, "non c’è"),
        (replace(GOOD, tax_debts=replace(PAPER, clear=False)), "tax_debts", NO, "senza l’importo"),
    ],
)
def test_each_check_by_itself(facts, code, outcome, words):
    found = {one.code: one for one in checks_of(facts)}
    line = found[code]
    assert line.outcome == outcome
    assert words in line.reason.it
    assert line.reason.en
    assert line.reference
    assert is_open(list(found.values())) is (outcome == YES)
    assert (outcome == YES) or (line.to_do.it and line.to_do.en)


def test_what_is_owed_to_another_body_is_never_kept():
    paper = Paper(outcome="not_clear", number="R", debt=Decimal("100"), amount=Decimal("100"), issued_on=TODAY)
    owed = [Owed("1", Decimal("60"), 7), Owed("2", Decimal("40"))]
    for payer, kept in ((None, "40"), (7, "60"), (8, "0")):
        (told,) = _recoveries(paper, None, owed, payer, False, TODAY)
        assert told.offset == Decimal(kept)
    assert [one.elsewhere for one in _recoveries(None, None, owed, 7, False, TODAY)] == [False, True]


def test_an_irregular_durc_pays_inps_first_and_an_offset_stays():
    durc, owed = replace(PAPER, clear=False, debt=Decimal("400.00")), Recovery("R", Decimal("90"), Decimal("50"))
    irregular = replace(GOOD, durc=durc, recoveries=(owed,))
    checks = checks_of(irregular)
    assert is_open(checks)
    assert kept_of(checks) == Decimal("450.00")
    assert "400,00" in checks[2].reason.it
    assert checks[2].condition.it


def test_what_awaits_a_legal_officer_is_told_and_the_values_used_are_recorded():
    with parameters.recording() as used:
        checks = {one.code: one for one in checks_of(replace(BIG, antimafia=ASKED))}
    assert checks["antimafia"].to_confirm
    assert checks["antimafia"].condition.it.startswith("si paga sotto condizione risolutiva")
    assert not checks["durc"].to_confirm
    assert {"antimafia.threshold", "antimafia.wait.days", "tax_debts.threshold", "payment.deggendorf.days"} <= {
        one.name for one in used
    }


CLEAR = replace(ASKED, released_on=TODAY, clear=True, valid_until=TODAY + timedelta(days=40))
DAYS = st.integers(0, 400)


@given(durc=DAYS, deggendorf=DAYS, guarantee=DAYS, antimafia=DAYS, debts=DAYS, ahead=DAYS)
def test_what_says_yes_says_it_until_the_day_asked_of_the_bank(durc, deggendorf, guarantee, antimafia, debts, ahead):
    """The gate of a payment to come is open when every paper lasts until then, and says which do not."""
    lasts = {"durc": durc, "deggendorf": deggendorf, "guarantee": guarantee, "antimafia": antimafia, "tax_debts": debts}
    until = {code: TODAY + timedelta(days=days) for code, days in lasts.items()}
    told = replace(
        BIG,
        guarantee_needed=True,
        durc=replace(PAPER, valid_until=until["durc"]),
        deggendorf=replace(PAPER, valid_until=until["deggendorf"]),
        guarantee=Guarantee("F", "Banca", Decimal("6000"), until["guarantee"], True),
        antimafia=replace(CLEAR, valid_until=until["antimafia"]),
        tax_debts=replace(PAPER, valid_until=until["tax_debts"]),
    )
    assert is_open(checks_of(told))
    checks = checks_of(replace(told, pay_on=TODAY + timedelta(days=ahead)))
    closed = {one.code for one in checks if one.outcome != YES}
    assert closed == {code for code, days in lasts.items() if days < ahead}
    assert all(one.outcome == UNKNOWN and one.to_do.it and one.to_do.en for one in checks if one.code in closed)


CENTS = st.integers(0, 800_000).map(lambda cents: Decimal(cents) / 100)


@given(
    net=st.integers(1, 600_000).map(lambda cents: Decimal(cents) / 100),
    debt=CENTS,
    elsewhere=CENTS,
    offset=CENTS,
    gone=st.tuples(st.integers(0, 100), st.integers(0, 100), st.integers(0, 100)),
)
def test_no_more_than_the_net_is_kept_and_what_left_already_stays(net, debt, elsewhere, offset, gone):
    """Institutes first, then the offset; at an earlier try some of the net left already, whatever the papers say now."""
    whole = max(sum(gone), 100)
    before, since, set_off = ((net * part / whole).quantize(Decimal("0.01"), "ROUND_DOWN") for part in gone)
    owed = (Recovery("R", offset, offset),) if offset else ()
    durc = replace(PAPER, clear=not debt, debt=debt or None)
    told = replace(
        GOOD,
        net=net,
        durc=durc,
        durc_kept=elsewhere,
        recoveries=owed,
        gone_before=before,
        gone_since=since,
        set_off=set_off,
    )
    checks = {one.code: one for one in checks_of(told)}
    durc_kept, offset_kept = checks["durc"].kept, checks["recoveries"].kept
    assert is_open(list(checks.values()))
    assert before + since + set_off <= durc_kept + offset_kept <= net
    assert durc_kept >= before + since
    assert offset_kept >= set_off
    left = max(debt - elsewhere, Decimal(0))
    if not (before or since or set_off):
        assert durc_kept == min(left, net), "the institutes come first"
        assert offset_kept == min(offset, net - durc_kept)
