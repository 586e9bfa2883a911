"""After the last claim an award that earned less is brought down by an act, or left with a reason; until then the office is told."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from tests.payments.conftest import claim_on

from levante.claims import carrying_states as states
from levante.claims.api import Claim, KeptAward, Reduction, draft_redetermination, retry_reduction, send_reduction
from levante.grants.api import Award
from levante.kernel.api import Refused
from levante.programme.api import Movement
from levante.web.desk.claims.worklist import my_turn

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.mark.slow  # an award to its effect, an act, a dozen pages
def test_what_the_last_claim_did_not_earn_goes_back(voucher, desk, chief, director, worker, client, django_user_model):
    award, people = voucher, django_user_model.objects
    first = claim_on(award, due="2000.00", mode="sal", officer=desk.user_id)
    last = claim_on(award, due="1500.00", number=2, mode="balance", officer=desk.user_id)
    page, story = f"/ufficio/rendicontazioni/{last.pk}/", f"/ufficio/concessioni/{award.pk}/storia/"
    assert not list(my_turn(desk)), "the balance is to be paid still"
    with pytest.raises(Refused, match="nulla da rideterminare"):
        draft_redetermination(actor=desk, claim=last, grounds="x")
    Claim.objects.update(state="liquidated")
    Claim.objects.filter(pk=last.pk).update(state="paid", paid=D("1500.00"))
    Claim.objects.filter(pk=first.pk).update(state="paid", paid=D("2000.00"))
    (line,) = my_turn(desk)
    assert (line.url, "spetta meno di quanto concesso" in line.why) == (page, True)
    client.force_login(people.get(pk=desk.user_id))
    for shown in (story, f"/ufficio/atti/{award.act_id}/", page, f"/en{page}"):
        assert "6.000,00" in client.get(shown).content.decode() or "6,000.00" in client.get(shown).content.decode()
    assert "Ridetermina la concessione" in client.get(story).content.decode()
    assert "spettano in tutto 3.500,00" in client.get(page).content.decode(), "the reasons are there to begin with"

    # Left as it is, with a reason; and brought down all the same, later.
    assert client.post(f"{page}riduzione/lascia/", {"reason": " "}).status_code == 409
    client.post(f"{page}riduzione/lascia/", {"reason": "Pende un ricorso sui tagli."})
    client.post(f"{page}riduzione/lascia/", {"reason": "Di nuovo."})
    kept = KeptAward.objects.get()
    assert (kept.awarded, kept.earned) == (D("6000.00"), D("3500.00"))
    assert not list(my_turn(desk))
    assert "Ridetermina la concessione" not in client.get(story).content.decode()
    assert "Pende un ricorso sui tagli" in client.get(page).content.decode()

    # Of the balance nothing is due, and 500 of what was paid are to come back: 1,500 were earned, 4,000 are not out.
    Claim.objects.filter(pk=last.pk).update(state="assessed", due=0, paid=0, excess=D("500.00"))
    assert len(list(my_turn(desk))) == 1, "what was decided was about another sum"
    assert client.post(f"{page}riduzione/ridetermina/", {"grounds": ""}).status_code == 409
    client.post(f"{page}riduzione/ridetermina/", {"grounds": "Due fiere su tre non si sono tenute."})
    client.post(f"{page}riduzione/ridetermina/", {"grounds": "Due volte è una."})
    act = Reduction.objects.get()
    assert (act.award, act.amount_before, act.amount_after) == (award, D("6000.00"), D("1500.00"))
    assert (act.document.data["release"], act.document.data["excess"]) == ("4.000,00\xa0€", "500,00\xa0€")
    assert not list(my_turn(desk))
    for wrong in ({"variation": None, "claim": None}, {"grounds": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Reduction.objects.filter(pk=act.pk).update(**wrong)
    with pytest.raises(Refused, match="dirigente"):
        send_reduction(actor=desk, reduction=act)
    client.force_login(people.get(pk=director.user_id))
    assert "atto di riduzione da firmare" in client.get("/ufficio/").content.decode()
    client.post(f"{page}riduzione/firma/")
    Claim.objects.filter(pk=last.pk).update(excess=D("400.00"))  # reviewed again while it was signed
    worker()
    act.refresh_from_db()
    assert (act.state, "è cambiata" in act.stop_reason_it) == (states.RETURNED, True)
    assert Award.objects.get(pk=award.pk).amount == D("6000.00"), "nothing moved"
    Claim.objects.filter(pk=last.pk).update(excess=D("500.00"))
    assert retry_reduction(actor=desk, reduction=act).state == states.EFFECTIVE
    found = Award.objects.select_related("aid").get(pk=award.pk)
    assert (found.amount, found.granted, found.aid.gge) == (D("1500.00"), D("6000.00"), D("1500.00"))
    assert Movement.objects.get(subject_id=str(award.pk), kind="release").amount == D("4000.00")
    shown = client.get(f"/en{page}").content.decode()
    assert "act no." in shown
    assert "updated by hand in the CUP system" in shown
    assert not list(my_turn(desk))

    # The enterprise reads the act on the page of its grant, and takes its text; nobody else does.
    worker()
    file = Reduction.objects.select_related("document__file").get().document.file
    mine = chief(award)
    client.force_login(people.get(pk=mine.user_id), backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["acting_for"] = f"enterprise:{mine.enterprise_id}"
    session.save()
    grant = f"/impresa/concessioni/{award.pk}/"
    assert grant in client.get("/impresa/rendicontazioni/").content.decode()
    shown = client.get(grant).content.decode()
    assert all(
        words in shown for words in (f"Concessione: atto n. {award.act.number}", f"Riduzione: atto n. {act.number}")
    )
    assert shown.index("Concessione: atto") < shown.index("Riduzione: atto"), "in the order of their dates"
    assert f"Reduction: act no. {act.number}" in client.get(f"/en{grant}").content.decode()
    text = b"".join(client.get(f"{grant}atti/{file.pk}/").streaming_content)
    assert text.startswith(b"%PDF")
    assert client.get(f"{grant}atti/{file.pk + 1}/").status_code == 404, "no file but those of its acts"
    of_many = Award.objects.select_related("act__document").get(pk=award.pk).act.document.file_id
    assert of_many is not None
    assert client.get(f"{grant}atti/{of_many}/").status_code == 404, "the act of award names other firms"


def test_of_an_award_of_which_nothing_was_earned_the_revocation_is_begun(voucher, desk):
    last = claim_on(voucher, due="0.00", officer=desk.user_id)
    (line,) = my_turn(desk)
    assert "avvia la revoca" in line.why
    with pytest.raises(Refused, match="si revoca"):
        draft_redetermination(actor=desk, claim=last, grounds="x")
