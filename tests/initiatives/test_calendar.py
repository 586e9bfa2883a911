"""Editions of fairs from an organiser's calendar: CSV or ICS, told line by line, twice the same."""

from datetime import UTC, date, datetime
from importlib.resources import files

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.initiatives.world import SYSTEM, make_fair

from levante.identity.api import Office, roles
from levante.initiatives.api import (
    Fair,
    FairEdition,
    Initiative,
    Unreadable,
    cancel_edition,
    city_in,
    correct_initiative,
    import_editions,
    read_calendar,
)
from levante.kernel.api import Refused, clock_at
from levante.messages.api import Notice
from levante.web.desk.initiatives.worklist import my_turn

CSV = (
    "fair;city;country;starts_on;ends_on;source\nMarmomac;Verona;IT;2027-09-21;24/09/2027;marmomac.com\n"
    ";Bari;IT;2027-01-01;2027-01-02;x\n"
)
ICS = """BEGIN:VCALENDAR\r
BEGIN:VEVENT\r
SUMMARY:Maison\\, Objet\r
DTSTART;VALUE=DATE:20270114\r
DTEND;VALUE=DATE:20270119\r
LOCATION:Paris\\, Villepinte\r
ORGANIZER;CN="SAFI, Paris":mailto:x@example.org\r
URL:https://example.org/
 calendar\r
END:VEVENT\r
END:VCALENDAR\r
"""


def test_a_table_is_read_line_by_line():
    rows, wrong = read_calendar(CSV.encode("cp1252"))
    assert [(row.fair, row.starts_on, row.ends_on) for row in rows] == [
        ("Marmomac", date(2027, 9, 21), date(2027, 9, 24))
    ]
    assert [(one.line, one.why.it) for one in wrong] == [(3, "mancano la fiera o la città")]
    head = "fair,city,country,starts_on,ends_on,halls,sectors,status\n"
    told = 'Boot,Bari,IT,01/05/2026,02/05/2026,"3, 5A",nautica|Moda,\nBoot,Bari,IT,01/05/26,02/05/26\nBoot,,,2028-05-01,,,,Annullata\n'
    (one, gone), (two_digits,) = read_calendar((head + told).encode())
    assert (one.halls, one.sectors, one.cancelled) == ("3, 5A", ("nautica", "Moda"), False)
    assert (gone.cancelled, gone.starts_on, gone.ends_on) == (True, date(2028, 5, 1), date(2028, 5, 1))
    assert "anno va scritto con quattro cifre" in two_digits.why.it


def test_a_calendar_is_read_with_its_last_day_excluded_as_the_standard_says():
    rows, wrong = read_calendar(ICS.encode(), country="FR")
    assert wrong == []
    (row,) = rows
    assert (row.fair, row.city, row.country, row.organiser) == ("Maison, Objet", "Paris", "FR", "SAFI, Paris")
    assert (row.starts_on, row.ends_on, row.source) == (
        date(2027, 1, 14),
        date(2027, 1, 18),
        "https://example.org/calendar",
    )


@pytest.mark.parametrize(
    ("lines", "first", "last"),
    [
        ("DTSTART:20270430T220000Z\nDTEND:20270502T160000Z", date(2027, 5, 1), date(2027, 5, 2)),
        (
            "DTSTART;TZID=Europe/Paris:20270430T220000\nDTEND;TZID=Europe/Paris:20270503T000000",
            date(2027, 4, 30),
            date(2027, 5, 2),
        ),
        ("DTSTART;VALUE=DATE:20270501\nDURATION:P3D", date(2027, 5, 1), date(2027, 5, 3)),
        ("DTSTART:20270501T090000\nDURATION:P1DT8H", date(2027, 5, 1), date(2027, 5, 2)),
        ("DTSTART;VALUE=DATE:20270501\nDURATION:P1W", date(2027, 5, 1), date(2027, 5, 7)),
        ("DTSTART;VALUE=DATE:20270501", date(2027, 5, 1), date(2027, 5, 1)),
    ],
)
def test_days_are_those_of_italy_and_what_it_lasts_counts(lines, first, last):
    text = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Boot\nLOCATION:Bari\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n"
    ((row,), wrong) = read_calendar(text.encode(), country="IT")
    assert (row.starts_on, row.ends_on, wrong) == (first, last, [])


def test_an_alarm_and_a_quoted_parameter_are_not_the_fair():
    text = """BEGIN:VCALENDAR
BEGIN:VEVENT
SUMMARY;ALTREP="cid:part:1":Boot
LOCATION;ALTREP="https://example.org/a":Bari
DTSTART;VALUE=DATE:20270501
BEGIN:VALARM
SUMMARY:Ricordati
DTSTART;VALUE=DATE:20270401
END:VALARM
END:VEVENT
END:VCALENDAR
"""
    ((row,), wrong) = read_calendar(text.encode(), country="IT")
    assert (row.fair, row.city, row.starts_on, wrong) == ("Boot", "Bari", date(2027, 5, 1), [])


@pytest.mark.django_db
def test_fairs_whose_names_are_not_in_latin_letters_stay_two(countries):
    def at(name, line):
        head = "fair;city;country;starts_on;ends_on;source\n" + "\n" * line
        return read_calendar(f"{head}{name};Shanghai;DE;2027-05-01;2027-05-02;x\n".encode())[0]

    names = ["上海船展", "北京食品展", "上海船展 2027", "北京食品展 2027"]
    for name in names:
        import_editions(actor=SYSTEM, rows=at(name, 0), source="x")
    assert import_editions(actor=SYSTEM, rows=at(names[0], 5), source="x") == (0, 0, 0), "wherever it is in the file"
    assert sorted(FairEdition.objects.values_list("fair__name", flat=True)) == sorted(names)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a,b\n1,2\n", "Mancano le colonne"),
        (b"\xff\x00\x01", "non è un testo"),
        (b"", "vuoto"),
        (b"x" * 1_000_001, "1 MB"),
    ],
)
def test_what_is_no_calendar_is_refused_with_its_reason(content, words):
    with pytest.raises(Unreadable, match=words):
        read_calendar(content)


@settings(max_examples=60)
@given(
    st.binary(max_size=400)
    | st.text(max_size=300).map(str.encode)
    | st.text(max_size=200).map(lambda t: f"BEGIN:VCALENDAR\n{t}".encode())
)
def test_no_bytes_break_the_reader(content):
    try:
        rows, wrong = read_calendar(content, country="IT")
    except Unreadable:
        return
    assert all(row.starts_on <= row.ends_on for row in rows)
    assert isinstance(wrong, list)


@pytest.mark.django_db
def test_imported_twice_it_changes_nothing_and_what_is_cancelled_is_left_alone(desk):
    rows, _ = read_calendar(ICS.replace("FR", "DE").encode(), country="DE")
    assert import_editions(actor=SYSTEM, rows=rows, source="") == (1, 0, 0)
    assert import_editions(actor=SYSTEM, rows=rows, source="") == (0, 0, 0)
    edition = FairEdition.objects.get()
    Fair.objects.update(organiser="")
    kept = [import_editions(actor=SYSTEM, rows=rows, source="") for _ in range(2)]
    assert (kept, Fair.objects.get().organiser) == ([(0, 1, 0), (0, 0, 0)], "SAFI, Paris"), (
        "written where it is not known"
    )
    cancel_edition(actor=SYSTEM, edition=edition, reason="non si fa")
    moved, _ = read_calendar(ICS.replace("Paris", "Lyon").encode(), country="DE")
    assert import_editions(actor=SYSTEM, rows=moved, source="") == (0, 0, 0)
    unknown, _ = read_calendar(ICS.encode(), country="ZZ")
    with pytest.raises(Refused, match="il paese ZZ"):
        import_editions(actor=SYSTEM, rows=unknown, source="")


@pytest.mark.django_db
def test_from_the_page_nothing_is_kept_until_all_is_right(desk, officer, signed_in):
    chief = signed_in(officer(roles.DIRECTOR))
    sent = chief.post("/ufficio/fiere/importa/", {"file": SimpleUploadedFile("f.csv", CSV.encode()), "source": "x"})
    assert sent.status_code == 400
    assert "riga" in sent.content.decode()
    assert not FairEdition.objects.exists()
    good = CSV.rsplit("\n;", 1)[0].replace("IT", "DE").encode()
    assert (
        chief.post("/ufficio/fiere/importa/", {"file": SimpleUploadedFile("f.csv", good), "source": "x"}).status_code
        == 302
    )
    assert FairEdition.objects.get().fair.name == "Marmomac"


@pytest.mark.django_db
def test_an_edition_that_moves_is_the_same_and_who_leads_initiatives_there_is_told(desk, officer, signed_in):
    made = make_fair()
    chief = officer(roles.DIRECTOR)

    def file(*days, uid="", fair="Boats"):
        head = "fair;city;country;starts_on;ends_on;source;uid\n"
        return head + "".join(f"{fair};Dusseldorf;DE;{one};{one};x;{uid}\n" for one in days)

    def keep(*days, uid="", **more):
        return import_editions(actor=SYSTEM, rows=read_calendar(file(*days, uid=uid).encode())[0], source="x", **more)

    def told():
        return Notice.objects.filter(kind="edition-moved", user=chief).count()

    with clock_at(datetime(2026, 1, 15, tzinfo=UTC)):
        with pytest.raises(Refused, match="Boats: 01/06/2026–05/06/2026 → 10/06/2026"):
            keep("2026-06-10")
        assert FairEdition.objects.get().starts_on == date(2026, 6, 1), "nothing is kept until it is said"
        page = signed_in(chief)
        sent = {"file": SimpleUploadedFile("f.csv", file("2026-06-10", uid="a@b").encode()), "source": "x"}
        shown = page.post("/ufficio/fiere/importa/", sent).content.decode()
        assert "10/06/2026" in shown
        sent |= {"file": SimpleUploadedFile("f.csv", file("2026-06-10", uid="a@b").encode()), "other_days": "moved"}
        assert page.post("/ufficio/fiere/importa/", sent).status_code == 302
        edition = FairEdition.objects.get()
        assert (edition.pk, edition.starts_on, edition.uid, told()) == (made.edition.pk, date(2026, 6, 10), "a@b", 1)
        assert "altri giorni" in page.get(f"/ufficio/iniziative/{made.initiative.code}/").content.decode()
        assert keep("2027-02-01", uid="a@b") == (0, 1, 0), "its organiser’s calendar calls it the same"
        assert told() == 2
        assert keep("2027-02-01", "2027-09-01") == (1, 0, 0), "a second one in a year whose first is told"
        assert keep("2027-02-02", "2027-09-02") == (2, 0, 0), "which is which cannot be told"
        assert keep("2028-01-01") == (1, 0, 0)
        assert keep("2028-06-01", other_days="another") == (1, 0, 0)
        edition.refresh_from_db()
        assert (edition.starts_on, told()) == (date(2027, 2, 1), 2)
    with clock_at(datetime(2027, 3, 1, tzinfo=UTC)):
        assert keep("2029-02-01", uid="a@b") == (1, 0, 0), "the one of that name is over"


@pytest.mark.django_db
def test_what_the_calendar_cancels_is_told_and_stays_with_the_director_until_it_is_moved(desk):
    made = make_fair(act=None)
    Initiative.objects.update(lead_office=Office.objects.get(code="arti"))

    def take(text, **more):
        return import_editions(actor=SYSTEM, rows=read_calendar(text.encode(), country="DE")[0], source="x", **more)

    def today_of(actor):
        with override("it"):
            return [item.why for item in my_turn(actor)]

    def event(fair, day, more=""):
        return f"BEGIN:VEVENT\nSUMMARY:{fair}\nDTSTART;VALUE=DATE:{day}\n{more}END:VEVENT\n"

    gone = (
        "BEGIN:VCALENDAR\n{method}"
        + event("Boats", "20260601", "{status}")
        + event("Ignota", "20260601", "{status}")
        + "END:VCALENDAR\n"
    )
    with clock_at(datetime(2026, 1, 15, tzinfo=UTC)):
        approve = ["ha il suo costo e la sua linea: va approvata con un atto"]
        assert (today_of(desk.dir), today_of(desk.nino)) == (approve, []), "whoever leads, with no act yet"
        place = "LOCATION:Dusseldorf\n"
        again = gone.format(method="METHOD:PUBLISH\n", status="STATUS:CANCELLED\n").replace(
            "END:VCAL", event("Boats", "20260601", place) + "END:VCAL"
        )
        assert take(again)[2] == 0, "it is there again, under another name"
        assert take(gone.format(method="", status="STATUS:CANCELLED\n")) == (0, 0, 1)
        assert take(gone.format(method="METHOD:CANCEL\n", status="")) == (0, 0, 0)
        edition = FairEdition.objects.get()
        assert edition.cancelled_reason == "Annullata nel calendario dell’organizzatore (x)"
        told = Notice.objects.filter(kind="edition-cancelled").values_list("user_id", flat=True)
        assert set(told) == {desk.users.dir.pk, desk.users.nino.pk}
        lost = ["la sua fiera è annullata: annullala, o spostala a un’altra edizione"]
        assert (today_of(desk.dir), today_of(desk.nino), today_of(desk.anna)) == (lost, lost, [])
        head = "fair;city;country;starts_on;ends_on;halls;sectors\nBoats;Kiel;DE;2026-09-01;2026-09-03;7;"
        with pytest.raises(Refused, match="il settore pesca non esiste"):
            take(head + "pesca\n")
        assert take(head + f"{made.sectors[0].name_it.upper()}\n") == (1, 0, 0)
        other = FairEdition.objects.get(city="Kiel")
        assert (other.halls, set(other.fair.sectors.all())) == ("7", set(made.sectors[:2]))
        correct_initiative(actor=desk.nino, initiative=made.initiative, edition=other)
        assert (today_of(desk.dir), today_of(desk.nino)) == (approve, [])
        with pytest.raises(Refused, match="quattro cifre"):
            correct_initiative(actor=desk.nino, initiative=made.initiative, starts_on=date(26, 6, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        FairEdition.objects.filter(pk=other.pk).update(starts_on=date(26, 6, 1))


def test_a_city_is_called_as_its_reader_calls_it():
    names = yaml.safe_load((files("levante.initiatives") / "cities.yaml").read_text(encoding="utf-8"))
    assert len(set(names.values())) == len(names)
    for italian, english in names.items():
        assert (city_in(italian, "en"), city_in(english, "it-it"), city_in(italian, "it")) == (
            english,
            italian,
            italian,
        )
    assert [city_in("L'Aia", one) for one in ("en", "it")] == ["The Hague", "L'Aia"]
    assert city_in(" parigi", "en") == "Paris"
    assert city_in("Polignano a Mare", "en") == "Polignano a Mare", "any other keeps the name it was given"
