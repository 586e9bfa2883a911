"""A programme's folder: checked, loaded, compared, refused."""

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from levante.identity.api import Office
from levante.kernel.api import Refused, system
from levante.kernel.models import AuditEntry
from levante.programme import cli, models
from levante.programme.api import load_folder
from levante.programme.queries import reconcile
from levante.programme.reading import read_programme
from levante.programme.services import record_movement

PUGLIA = settings.ROOT / "programmes" / "puglia-2023-2025"
TINY = Path(__file__).parent / "data" / "regione-invento-2024"

pytestmark = pytest.mark.django_db


def load(folder):
    return load_folder(folder, actor=system("tests"))


@pytest.fixture
def tiny(tmp_path):
    """A copy of the tiny programme that a test may change: ``tiny(old, new)`` replaces words and returns the folder."""
    folder = tmp_path / "invento"
    shutil.copytree(TINY, folder)

    def change(old="", new="", append=""):
        file = folder / "programma.yaml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1) + append, encoding="utf-8")
        return folder

    return change


def test_puglia_loads_and_loading_it_twice_changes_nothing():
    first = load(PUGLIA)
    assert first["created"] > 100
    assert (first["updated"], first["removed"], first["unchanged"]) == (0, 0, 0)
    loaded_at = models.Programme.objects.get().loaded_at
    again = load(PUGLIA)
    assert again == {"created": 0, "updated": 0, "unchanged": first["created"], "removed": 0}
    programme = models.Programme.objects.get()
    assert programme.loaded_at == loaded_at
    assert reconcile(programme) == []


def test_puglia_says_what_the_seed_says():
    load(PUGLIA)
    programme = models.Programme.objects.get()
    seed = settings.ROOT.parent / "shared" / "seed" / "il-programma-2023-2025.txt"
    if seed.exists():
        words = " ".join(seed.read_text(encoding="utf-8").split())
        for direction in models.Direction.objects.of(programme):
            assert f"{direction.code}. {direction.text_it}" in words
        for line in programme.description_it.replace("- **", "").replace(".**", ".").splitlines():
            assert " ".join(line.split()) in words
    assert [row.code for row in models.Direction.objects.of(programme)] == ["A", "B", "C", "D"]
    assert models.Act.objects.get(code="dgr-1217-2023").adopted_on.isoformat() == "2023-08-08"
    ties = models.DirectionAction.objects.of(programme)
    assert {row.confidence for row in ties} == {"assumption"}
    assert Office.objects.filter(kind="agency").count() == 4
    of_2014 = set(models.Indicator.objects.filter(fund__period__code="2014-2020").values_list("number", flat=True))
    of_2021 = set(models.Indicator.objects.filter(fund__period__code="2021-2027").values_list("number", flat=True))
    assert {"RCO01", "RCO02", "RCO04", "RCR02", "RCR04"} <= of_2021
    assert not of_2014 & of_2021
    years = [range(row.first_year, row.last_year + 1) for row in models.Triennium.objects.of(programme)]
    assert all(2023 in row for row in years)


def test_every_figure_and_amount_has_a_source_or_is_marked_demonstration():
    load(PUGLIA)
    for row in models.Figure.objects.all():
        assert bool(row.source) != row.demonstration
    for row in models.Movement.objects.all():
        assert row.demonstration == row.line.demonstration
        assert row.demonstration or row.reason
    for model in (models.Act, models.BudgetLine, models.Figure, models.PlannedInitiative):
        for row in model.objects.all():
            assert (row.confidence == "invented") == row.demonstration
            assert row.source or row.confidence != "sourced"


def test_another_region_needs_no_code():
    load(PUGLIA)
    counts = load(TINY)
    assert counts["updated"] == counts["removed"] == 0
    other = models.Programme.objects.get(code="invento-2024-2026")
    assert models.Sector.objects.of(other).get().short_en == "Glass"
    assert models.BudgetLine.objects.of(other).get().allocated == 1000
    assert load(PUGLIA)["created"] == 0


@pytest.mark.slow(reason="a programme loaded three times")
def test_a_diff_is_in_sentences_and_loading_does_it(tiny, capsys):
    load(tiny())
    folder = tiny("Fiere del vetro", "Grandi fiere del vetro")
    tiny("tourism_tie: direct", "tourism_tie: none")
    tiny(
        "sectors:\n",
        "sectors:\n  - {code: legno, kind: strategic, name: {it: Legno, en: Wood}, short: {it: Legno, en: Wood}}\n",
    )
    assert cli.main(["diff", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "Si aggiunge il settore “legno” (Legno)." in said
    assert (
        "Cambia l’intervento “fiere” (Grandi fiere del vetro): titolo da “Fiere del vetro” a “Grandi fiere del vetro”; "
        "legame con il turismo da “Legame diretto” a “Nessun legame”." in said
    )
    assert cli.main(["load", str(folder)]) == 0
    assert json.loads(capsys.readouterr().out) == {"created": 1, "updated": 1, "unchanged": 10, "removed": 0}
    assert cli.main(["diff", str(folder)]) == 0
    assert "Nessuna differenza" in capsys.readouterr().out
    assert AuditEntry.objects.filter(verb="programme.load_programme").count() == 2


def test_a_diff_speaks_english_when_asked(tiny, capsys):
    load(tiny())
    folder = tiny("tourism_tie: direct", "tourism_tie: none")
    tiny("{it: Vetro soffiato, en: Blown glass}", "{it: Vetro soffiato, en: Hand-blown glass}")
    extra = "  - {code: legno, kind: strategic, name: {it: Legno, en: Wood}, short: {it: Legno, en: Wood}}\n"
    tiny("sectors:\n", "sectors:\n" + extra)
    movement = "line: fiere-2024, act: dcr-9, amount: 5.00, on: 2024-02-01, exercise: 2024, source: DCR 9/2024"
    tiny("movements:\n", f"movements:\n  - {{code: altro, kind: allocation, {movement}}}\n")
    assert cli.main(["diff", str(folder), "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert "New: sector “legno” (Wood)." in said
    assert "Changed: sector “vetro” (Glass): name from “Blown glass” to “Hand-blown glass”." in said
    assert "Changed: intervention “fiere” (Glass fairs): tourism tie from “Direct tie” to “No tie”." in said
    assert "on line fiere-2024" in said
    assert "In all: 2 added, 2 changed, 0 removed" in said
    assert not [word for word in ("Cambia", "Si aggiunge", "In tutto", "linea") if word in said]


def test_a_movement_that_the_folder_alone_does_not_carry_is_said(tiny, capsys):
    common = "line: fiere-2024, act: dcr-9, exercise: 2024, source: DCR 9/2024"
    rows = (
        f"  - {{code: riserva, kind: reservation, amount: 400.00, on: 2024-02-02, subject: {{type: a, id: '1'}}, {common}}}\n"
        f"  - {{code: impegno, kind: commitment, amount: 400.00, on: 2024-02-03, subject: {{type: a, id: '1'}}, {common}}}\n"
    )
    folder = tiny("movements:\n", "movements:\n" + rows)
    assert cli.main(["check", str(folder), "--language", "en"]) == 0
    assert "of the folder alone" not in capsys.readouterr().err
    tiny("movements:\n", f"movements:\n  - {{code: saldo, kind: payment, amount: 5.00, on: 2024-02-04, {common}}}\n")
    assert cli.main(["check", str(folder), "--language", "en"]) == 0
    said = capsys.readouterr().err
    assert "with the movements of the folder alone it cannot be" in said
    assert "It exceeds what is verified as due and not yet paid by €5.00." in said


def test_a_line_beside_the_dates_or_the_fund_of_its_action_is_said(tiny, capsys):
    """The year and the fund of a line say who pays; its action, perhaps, only how it is cut."""
    assert cli.main(["check", str(tiny())]) == 0
    assert capsys.readouterr().err == ""
    action = '{code: "1", fund: cassa, name: {it: Azione uno, en: Action one}'
    folder = tiny(action, action + ", until: 2023-12-31")
    tiny("funds:\n", "funds:\n  - {code: altro, kind: other, name: {it: Altro, en: Other}}\n")
    tiny('action: "1", fund: cassa', 'action: "1", fund: altro')
    assert cli.main(["check", str(folder), "--language", "en"]) == 0
    said = capsys.readouterr().err
    assert "lines[0].action" in said
    assert "the line is of 2024 and action 1 runs until 31/12/2023" in said
    assert "the fund of the line (altro) is not that of action 1 (cassa)" in said
    assert cli.main(["check", str(PUGLIA)]) == 0
    assert "l’azione 3.5.b va fino al 31/12/2023" in capsys.readouterr().err


def test_a_removal_of_what_nothing_uses_is_done(tiny, capsys):
    extra = "  - {code: legno, kind: strategic, name: {it: Legno, en: Wood}, short: {it: Legno, en: Wood}}\n"
    load(tiny("sectors:\n", "sectors:\n" + extra))
    folder = tiny(extra, "")
    assert cli.main(["diff", str(folder)]) == 0
    assert "Si toglie il settore “legno” (Legno)." in capsys.readouterr().out
    assert load(folder)["removed"] == 1


def test_a_removal_of_something_in_use_is_refused_and_nothing_changes(tiny, capsys):
    folder = tiny()
    load(folder)
    line = models.BudgetLine.objects.get()
    position = models.Position.objects.create(line=line, subject_type="grants.Award", subject_id="1")
    position.sectors.set(models.Sector.objects.all())
    tiny("sectors: [vetro]", "sectors: []")
    tiny("sectors:\n  - {code: vetro", "sectors:\n  - {code: carta")
    refused = "Non si può togliere il settore “vetro”: è in uso da 1 × posizione di un soggetto."
    assert cli.main(["diff", str(folder)]) == 0
    said = capsys.readouterr().out
    assert f"Caricare la cartella sarebbe rifiutato:\n- {refused}" in said
    assert "Si aggiunge il settore “carta”" in said
    assert [row.code for row in models.Sector.objects.all()] == ["vetro"], "a diff changes nothing"
    assert cli.main(["load", str(folder)]) == 1
    assert refused in capsys.readouterr().err
    assert [row.code for row in models.Sector.objects.all()] == ["vetro"]


def test_a_diff_says_what_stays_although_the_folder_has_it_not(tiny, capsys):
    folder = tiny()
    load(folder)
    line, act = models.BudgetLine.objects.get(), models.Act.objects.get()
    Office.objects.create(code="nata-altrove", kind="agency", name_it="Altra", name_en="Other")
    movement = {
        "line": line,
        "act": act,
        "on": act.adopted_on,
        "exercise": 2024,
        "reason": "r",
        "actor": system("tests"),
    }
    record_movement(kind="reservation", amount=Decimal("1.00"), subject_type="a", subject_id="1", **movement)
    assert cli.main(["diff", str(folder), "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert "No difference" in said
    assert "offices (" in said
    assert "nata-altrove" in said
    assert "1 movements recorded at work, on lines (fiere-2024). They stay" in said
    assert "would be refused" not in said


def test_a_recorded_movement_is_neither_changed_nor_taken_away(tiny, capsys):
    folder = tiny()
    load(folder)
    tiny("amount: 1000.00", "amount: 1000.01")
    assert cli.main(["load", str(folder)]) == 1
    assert "“primo” è già registrato e non si può cambiare" in capsys.readouterr().err
    tiny("code: primo", "code: secondo")
    assert cli.main(["load", str(folder)]) == 1
    assert "“primo” è registrato (1.000,00\N{NO-BREAK SPACE}€ sulla linea fiere-2024)" in capsys.readouterr().err
    assert models.Movement.objects.count() == 1


RICH = """
movements:
  - {code: primo, kind: allocation, line: fiere-2024, act: dcr-9, amount: 1000.00, on: 2024-02-01, exercise: 2024,
     source: DCR 9/2024}
  - {code: riserva, kind: reservation, line: fiere-2024, act: dcr-9, amount: 100.00, on: 2024-02-02, exercise: 2024,
     chapter: U1, commitment_number: "7", reason: perché, source: DCR 9/2024,
     subject: {type: grants.Award, id: "1", label: Voucher uno, comune: "072006", sectors: [vetro]}}
  - {code: spostati, kind: reprogramming, line: fiere-2024, to: stand-2024, act: dcr-9, amount: 50.00, on: 2024-02-03,
     exercise: 2024, reason: spostati, source: DCR 9/2024}
"""


@pytest.fixture
def rich(tiny):
    """The tiny programme with three lines, and movements that say all a movement can say."""
    folder = tiny()
    file = folder / "programma.yaml"
    text = file.read_text(encoding="utf-8")
    line = "  - {code: CODE, triennium: 2024-2026, direction: I, office: invento-ufficio, name: {it: S, en: S}}\n"
    lines = "lines:\n" + "".join(line.replace("CODE", code) for code in ("stand-2024", "altri-2024"))
    text = text[: text.index("movements:")].replace("lines:\n", lines) + RICH
    file.write_text(text, encoding="utf-8")
    assert load(folder)["created"]
    return folder


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("chapter: U1", "chapter: U2", "chapter"),
        ('commitment_number: "7"', 'commitment_number: "8"', "commitment number"),
        ('id: "1"', 'id: "2"', "subject"),
        ("label: Voucher uno", "label: Voucher due", "subject"),
        ('comune: "072006"', 'comune: "075035"', "subject"),
        ("sectors: [vetro]}", "sectors: []}", "sectors"),
        ("reason: perché", "reason: altro", "reason"),
        ("reason: perché", "demonstration: true, reason: perché", "demonstration"),
        ("line: fiere-2024, to: stand-2024", "line: altri-2024, to: stand-2024", "line"),
        ("to: stand-2024", "to: altri-2024", "to"),
    ],
)
def test_nothing_that_a_recorded_movement_says_is_changed_unseen(rich, capsys, old, new, field):
    assert cli.main(["diff", str(rich), "--language", "en"]) == 0
    assert "No difference" in capsys.readouterr().out
    file = rich / "programma.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")
    assert cli.main(["diff", str(rich), "--language", "en"]) == 0
    assert f"is already recorded and cannot be changed ({field})" in capsys.readouterr().out
    assert cli.main(["load", str(rich)]) == 1
    assert "è già registrato e non si può cambiare" in capsys.readouterr().err


def test_a_line_with_movements_stays_in_its_triennium(tiny, capsys):
    folder = tiny()
    load(folder)
    tiny(
        "acts:\n",
        "  - {code: altro, name: {it: Altro, en: Other}, first_year: 2024, last_year: 2026}\nacts:\n",
    )
    tiny("lines:\n  - {code: fiere-2024, triennium: 2024-2026", "lines:\n  - {code: fiere-2024, triennium: altro")
    tiny("act: dcr-9, amount", "act: dcr-10, amount")
    tiny(
        "funds:\n",
        "  - {code: dcr-10, kind: other, triennium: altro, number: '10', adopted_on: 2024-02-01, title: {it: t, en: t}}\nfunds:\n",
    )
    assert cli.main(["load", str(folder)]) == 1
    assert "Non si può cambiare il campo triennio di “fiere-2024” (linea di bilancio)" in capsys.readouterr().err


def test_a_movement_the_register_refuses_stops_the_whole_load(tiny, capsys):
    folder = tiny(
        append="  - {code: troppo, kind: commitment, line: fiere-2024, act: dcr-9, amount: 1000.01, on: 2024-03-01,\n"
        "     exercise: 2024, demonstration: true}\n"
    )
    assert cli.main(["diff", str(folder)]) == 0
    assert "- Movimento “troppo”: La linea non ha disponibilità: mancano 0,01" in capsys.readouterr().out
    assert not models.Programme.objects.exists()
    assert cli.main(["load", str(folder)]) == 1
    assert "Movimento “troppo”: La linea non ha disponibilità: mancano 0,01" in capsys.readouterr().err
    assert not models.Programme.objects.exists()


def test_only_the_system_loads(officer, actor_for):
    with pytest.raises(Refused, match="levante programme load"):
        load_folder(TINY, actor=actor_for(officer("director")))


def test_check_counts_and_touches_nothing(capsys):
    assert cli.main(["check", str(TINY)]) == 0
    assert json.loads(capsys.readouterr().out)["rows"]["sectors"] == 1
    assert not models.Programme.objects.exists()


def test_queries_do_not_grow_with_the_rows(django_assert_max_num_queries):
    load(PUGLIA)
    folder = read_programme(PUGLIA)
    from levante.programme.changes import changes_of

    with django_assert_max_num_queries(30):
        assert not changes_of(folder)


def test_pages_without_a_programme_are_not_there(client, officer, signed_in):
    assert client.get("/programma/").status_code == 404
    assert signed_in(officer("director")).get("/ufficio/programma/").status_code == 404


def test_what_uses_a_row_is_named_with_its_codes(tiny, capsys):
    """Another room that still uses a row is named; here a row outside the folder's reach."""
    from levante.programme.loading import uses_of

    load(tiny())
    sector, intervention = models.Sector.objects.get(), models.Intervention.objects.get()
    assert [use.it for use in uses_of(sector)] == ["1 × intervento"]
    assert [use.it for use in uses_of(intervention)] == ["1 × linea di bilancio (fiere-2024)"]
    assert [use.en for use in uses_of(models.Direction.objects.get())] == [
        "1 × intervention (fiere)",
        "1 × budget line (fiere-2024)",
    ]


def test_a_long_text_shows_where_it_changes(tiny, capsys):
    load(tiny("Portare le imprese alle fiere", "Portare le imprese alle fiere " + "del mondo " * 20 + "vicino"))
    folder = tiny("vicino", "lontano")
    assert cli.main(["diff", str(folder)]) == 0
    assert "testo da “…del mondo del mondo vicino” a “…del mondo del mondo lontano”" in capsys.readouterr().out
