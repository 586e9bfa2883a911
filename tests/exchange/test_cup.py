"""The CUP system over a real socket: a project gets one code, whatever is lost on the way; the file of many, out and back."""

import json
import urllib.request
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.rna_world import ACTOR, START, until_done

from levante.exchange import services
from levante.exchange.api import (
    Activity,
    Description,
    ExternalRequest,
    Financing,
    Project,
    ProjectPlace,
    UnwritableProject,
    WireMessage,
    batch_file,
    contents_of,
    deliver,
    incentives_to_firms,
    project_file,
    queue_request,
    read_batch_answer,
)
from levante.exchange.cup.asking import similar_in
from levante.exchange.soap import elements, read_xml
from levante.kernel.api import clock_at


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(services, "_consequences", {})
    with clock_at(START):
        yield


def project(local_code="LEV-1", **more):
    given_ = {
        "id": local_code, "year": 2026, "nature": "07", "kind": "14", "sector": "04", "subsector": "51", "category": "001",
        "places": (ProjectPlace("05", "016", "072", "072006"),),
        "description": incentives_to_firms(
            firm="Cantieri S.r.l.", vat="04145400265", area_kind="04", area="Via Dante 3", what="Fiera di Oslo", instrument="99",
        ),
        "financing": Financing(Decimal("12000.00"), Decimal("6000.00"), ("002",)),
        "activity": Activity(division="30", group="1"),
    }  # fmt: skip
    return Project(local_code=local_code, **{**given_, **more})


def ask(local_code="LEV-1", kind="generate", **more):
    body = {"project": project_file(project(local_code, **more)), "since": "2026-06-01"}
    return queue_request(actor=ACTOR, system="cup", kind=kind, key=f"cup:{kind}:{local_code}", body=body)


@pytest.mark.django_db
class TestOneCode:
    def test_a_code_comes_back_and_those_like_it_are_told(self, cup):
        done = until_done(ask())
        assert (done.outcome, done.answer["cup"], done.answer["similar"]) == ("generated", "B01B26000000001", [])
        assert cup.cups["B01B26000000001"]["local_code"] == "LEV-1"
        like = until_done(ask("LEV-2"))
        assert (like.outcome, like.answer["cup"]) == ("similar", "B02B26000000002")
        (other,) = like.answer["similar"]
        assert (other["cup"], other["costo_progetto"]) == ("B01B26000000001", "12000.00")
        assert other["descrizione_sintetica"] == "Fiera di Oslo"
        assert until_done(ask("LEV-2", kind="find")).answer["cup"] == like.answer["cup"]
        assert until_done(ask("LEV-3", kind="find")).outcome == "none"
        files = [file for one in WireMessage.objects.all() for _, file in contents_of(one.sent)]
        assert all("<PASSWORD>***</PASSWORD>" in file for file in files)
        assert 'soggetto_titolare="321"' in files[1]

    @pytest.mark.parametrize("silent", [False, True])
    def test_the_answer_is_lost_and_the_code_is_found_again(self, cup, silent):
        cup.behave({"drop": 1, "on": "GenerazioneCUP", "silent": silent, "day": "2026-06-01"})
        request = ask()
        assert deliver(actor=ACTOR, request_id=request.pk).state == "waiting"
        (made,) = cup.cups
        done = until_done(request)
        assert (done.outcome, done.answer["cup"], done.answer["found"]) == ("generated", made, True)
        assert len(cup.cups) == 1

    def test_killed_between_their_yes_and_our_record(self, cup, monkeypatch):
        request = ask()
        killed = pytest.raises(SystemExit)
        with monkeypatch.context() as patch, killed:
            patch.setattr(services, "record_attempt", lambda **_: (_ for _ in ()).throw(SystemExit("killed")))
            deliver(actor=ACTOR, request_id=request.pk)
        assert ExternalRequest.objects.get(pk=request.pk).state == "sending"
        with clock_at(START + timedelta(minutes=3)):
            assert until_done(request).answer["found"] is True
        assert len(cup.cups) == 1

    @pytest.mark.parametrize(
        ("operation", "wrong"),
        [("GenerazioneCUP", "html"), ("GenerazioneCUP", "id"), ("GenerazioneCUP", "cup"), ("GenerazioneCUP", "incomplete"),
         ("GenerazioneCUP", "text"), ("GenerazioneCUP", "fault"), ("ListaCUP", "entities"), ("ListaCUP", "status")],
    )  # fmt: skip
    def test_a_wrong_answer_is_no_answer_and_makes_no_second_code(self, cup, operation, wrong):
        cup.behave({"wrong": wrong, "on": operation})
        done = until_done(ask())
        assert done.outcome == "generated"
        assert done.attempts.exclude(problem="").count() == 1
        assert len(cup.cups) == 1

    def test_down_off_refused_and_not_known(self, cup, settings):
        cup.behave({"fail": 1, "off": 1, "refuse": "Categoria non coerente con il settore"})
        done = until_done(ask())
        assert (done.outcome, done.answer["reason"]) == ("refused", "Categoria non coerente con il settore")
        assert [one.problem for one in done.attempts.all()][:2] == [
            "their error 503", "the CUP system did not do it: ERRORE_APPLICATIVO",
        ]  # fmt: skip
        settings.CUP = [{**settings.CUP[0], "password": "no"}]
        request = ask("LEV-9")
        assert "Utente non autorizzato" in deliver(actor=ACTOR, request_id=request.pk).last_error
        settings.CUP = []
        with clock_at(START + timedelta(seconds=60)):
            assert "LEVANTE_CUP" in deliver(actor=ACTOR, request_id=request.pk).last_error


def test_a_file_of_many_goes_out_and_comes_back(cup):
    many = [project(f"LEV-{n}") for n in range(3)]
    cup.behave({"refuse": "Manca la partita IVA"})
    address = f"{cup_address(cup)}/batch"
    with urllib.request.urlopen(address, batch_file(many)) as answer:
        file = answer.read()
    codes, rejected = read_batch_answer(file, many)
    assert sorted(codes) == ["LEV-1", "LEV-2"]
    assert [(one.id, one.messages) for one in rejected] == [("LEV-0", ("Manca la partita IVA",))]
    for wrong, why in (
        (file.replace(b'codifica_locale="LEV-1"', b'codifica_locale="X"'), "not asked for"),
        (file.replace(b'"LEV-2"', b'"LEV-1"'), "twice"),
        (file.replace(codes["LEV-1"].encode(), codes["LEV-2"].encode()), "two projects"),
        (file.replace(codes["LEV-1"].encode(), b"ZZ"), "no CUP"),
        (b"<x/>", "no DETTAGLIO"),
        (b"\x00", "not XML"),
    ):
        with pytest.raises(ValueError, match=why):
            read_batch_answer(wrong, many)


def cup_address(cup):
    from django.conf import settings

    return settings.CUP[0]["address"].removesuffix("/cup")


class TestTheFile:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [({"places": ()}, "LOCALIZZAZIONE"), ({"nature": " "}, "natura"),
         ({"financing": Financing(Decimal(5), Decimal(6), ("1",))}, "finanziamento"),
         ({"financing": Financing(Decimal(5), Decimal(5), ())}, "CODICE_TIPOLOGIA_COP_FINANZ"),
         ({"financing": Financing(Decimal(5), Decimal(5), ("1",), sponsored="X")}, "sponsorizzazione"),
         ({"description": Description("ACQUISTO_BENI", {"bene": "b"})}, "nome_str_infrastr"),
         ({"description": replace(project().description, attributes={**project().description.attributes,
                                                                     "altre_informazioni": "x" * 101})},
          "altre_informazioni")],
    )  # fmt: skip
    def test_what_is_missing_or_too_long_is_named(self, changes, field):
        with pytest.raises(UnwritableProject) as wrong:
            project_file(project(**changes))
        assert wrong.value.field == field
        with pytest.raises(UnwritableProject) as wrong:
            batch_file([project(), project("LEV-2", **changes)])
        assert wrong.value.field == f"LEV-2, {field}"

    def test_the_same_project_twice_and_an_attribute_that_is_not_there(self):
        with pytest.raises(UnwritableProject, match="twice"):
            batch_file([project(), project()])
        with pytest.raises(ValueError, match="has no colore"):
            project_file(project(description=Description("ACQUISTO_BENI", {"colore": "b"})))

    @given(st.text(max_size=40))
    def test_what_is_written_is_read_again(self, code):
        try:
            root = read_xml(project_file(project(code)).encode("utf-8"))
        except UnwritableProject:
            return
        (general,) = elements(root, "DATI_GENERALI_PROGETTO")
        (activity,) = elements(root, "ATTIV_ECONOMICA_BENEFICIARIO")
        assert dict(activity.attrib) == {"divisione": "30", "gruppo": "1"}
        assert general.get("codifica_locale") == " ".join(code.split())


def test_the_warning_as_the_system_writes_it():
    """The shape of an answer that published software carries."""
    text = (
        "creato CUP con codice: F46D07000170001 SONO STATI RILEVATI 2 CUP SIMILI:   - CUP: F46D07000110001 "
        " soggetto_titolare='REGIONE LAZIO'  unita_organizzativa='DIREZIONE DELL'OFFERTA'  descrizione_sintetica='SCUOLA*VIA'"
        "  anno='2007'  costo_progetto='10'  importo_finanziamento_pubblico='10'   - CUP: F46D07000120001 "
        " soggetto_titolare='REGIONE LAZIO'  anno='2007' "
    )
    first, second = similar_in(text, but="F46D07000170001")
    assert first["unita_organizzativa"] == "DIREZIONE DELL'OFFERTA"
    assert (first["cup"], first["anno"], second["cup"]) == ("F46D07000110001", "2007", "F46D07000120001")
    assert similar_in("creato CUP con codice: F46D07000170001", but="F46D07000170001") == []
    assert json.dumps(similar_in("Attenzione: progetti simili presenti", but="x")).count("Attenzione") == 1
