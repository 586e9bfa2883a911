"""The CUP of an act's awards by a file: out to the CUP system and back, once."""

import urllib.request

import pytest
from tests.exchange.rna_world import cup, rna  # noqa: F401
from tests.exchange.test_cup import cup_address
from tests.grants.test_registers import act, carry  # noqa: F401

from levante.aid.api import RnaRegistration
from levante.grants.api import Award, cup_batch_of, load_cup_batch, record_cor_cup, register_awards, rejected_in
from levante.kernel.api import Refused, today
from levante.kernel.models import AuditEntry

pytestmark = pytest.mark.django_db


def sent(cup, content):  # noqa: F811
    with urllib.request.urlopen(f"{cup_address(cup)}/batch", content) as answer:
        return answer.read()


@pytest.mark.slow  # an award, and a register on a socket
def test_codes_come_back_to_their_awards_once(act, desk, cup, client, django_user_model):  # noqa: F811
    cup.behave({"refuse": "Categoria sconosciuta"})
    register_awards(actor=desk, act=act)
    carry()
    assert not RnaRegistration.objects.exists(), "the RNA waits for the CUP"
    cup.behave({"day": today().isoformat()})
    back = sent(cup, cup_batch_of(desk, act))
    for wrong in (b"<x/>", back.replace(b"codifica_locale", b"altro")):
        with pytest.raises(Refused, match="Non è il file di questo atto"):
            load_cup_batch(actor=desk, act=act, content=wrong)
    assert Award.objects.get().cup == ""
    load_cup_batch(actor=desk, act=act, content=back)
    code = Award.objects.get().cup
    assert len(code) == 15
    assert f"CUP>{code}</" in RnaRegistration.objects.get().request.body["file"], "the RNA that waited is told it"
    before = AuditEntry.objects.count()
    load_cup_batch(actor=desk, act=act, content=back)
    assert AuditEntry.objects.count() == before, "the same file again changes nothing"
    other = b"J99J21000000001" if code != "J99J21000000001" else b"J99J21000000002"
    with pytest.raises(Refused, match="ha già un altro CUP"):
        load_cup_batch(actor=desk, act=act, content=back.replace(code.encode(), other))
    with pytest.raises(Refused, match="hanno il loro CUP"):
        cup_batch_of(desk, act)
    with pytest.raises(Refused):
        cup_batch_of(desk.__class__(), act)
    client.force_login(
        django_user_model.objects.get(pk=desk.user_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    page = client.get(f"/ufficio/atti/{act.pk}/").content.decode()
    assert "Chiedi molti CUP con un file" not in page, "nothing is left to ask"


@pytest.mark.slow  # an award, and a register on a socket
def test_what_is_rejected_is_told_and_what_the_service_works_on_is_left_out(act, desk, cup, rna):  # noqa: F811
    cup.behave({"refuse": "Manca la partita IVA"})
    back = sent(cup, cup_batch_of(desk, act))
    load_cup_batch(actor=desk, act=act, content=back)
    ((_, why),) = rejected_in(act, back)
    assert why == "Manca la partita IVA"
    assert Award.objects.get().cup == ""
    register_awards(actor=desk, act=act)
    with pytest.raises(Refused, match="o lo aspettano"):
        cup_batch_of(desk, act)
    cup.behave({"day": today().isoformat(), "refuse": "Manca la partita IVA"})
    carry()
    award = record_cor_cup(actor=desk, award=Award.objects.get(), cor="", cup="B31B25000010009")
    assert "CUP>B31B25000010009</" in RnaRegistration.objects.get().request.body["file"], "by hand too"
    carry()
    award.refresh_from_db()
    assert (award.cup, award.cor) == ("B31B25000010009", RnaRegistration.objects.get().cor)


def test_an_office_without_an_account_of_the_cup_system_registers_once_the_code_is_written(act, desk, rna, settings):  # noqa: F811
    settings.CUP = []
    register_awards(actor=desk, act=act)
    carry()
    assert not RnaRegistration.objects.exists(), "the RNA is not told a project without its code"
    record_cor_cup(actor=desk, award=Award.objects.get(), cor="", cup="B31B25000010009")
    assert "CUP>B31B25000010009</" in RnaRegistration.objects.get().request.body["file"]
