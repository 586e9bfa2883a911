"""A claim in a browser: the enterprise on a phone and with the keyboard alone, the officer at the desk; no barrier on any page."""
# ruff: noqa: F811

from datetime import timedelta
from decimal import Decimal

from tests.browser.hands import Hands
from tests.calls.conftest import programme, shipped  # noqa: F401
from tests.claims.conftest import award, chief  # noqa: F401
from tests.claims.world import e_invoice, pdf
from tests.exchange.conftest import act_system  # noqa: F401
from tests.grants.conftest import admitted, desk, director, filled, firm, first_come, line, worker  # noqa: F401

from levante.calls.api import Call
from levante.claims.api import (
    Acceptance,
    Claim,
    ExpenseDocument,
    Variation,
    ask_acceptances,
    take_variation,
)
from levante.identity.api import User
from levante.kernel.api import system, today
from levante.parties.api import Mandate

PHONE = 360


def copies_of(document, count):
    """So many more of a document, of a supplier with a long name."""
    name = "Società consortile per la valorizzazione internazionale delle imprese della Terra d’Otranto S.c.a r.l."
    made = []
    for number in range(count):
        row = ExpenseDocument.objects.get(pk=document.pk)
        row.pk, row.supplier_name, row.number, row.tax_identity = None, name, f"B/{number}/2026", ""
        row.identity = f"copy-{number}"
        made.append(row)
    return [row.pk for row in ExpenseDocument.objects.bulk_create(made)]


def test_a_claim_from_the_invoice_to_the_review(award, chief, desk, visitor, tmp_path):
    Call.objects.filter(pk=award.application.opening.call_id).update(terms={"acceptance_days": 20})
    ask_acceptances(actor=system("test"))
    user = Mandate.objects.filter(enterprise=award.enterprise).first().user
    phone = visitor(user, award.enterprise, width=PHONE)
    hands = Hands(phone)
    files = {name: tmp_path / name for name in ("fattura.xml", "bonifico.pdf", "badge.pdf")}
    files["fattura.xml"].write_bytes(e_invoice(award, "7/A", "1000.00", on=today().isoformat()).read())
    for name in ("bonifico.pdf", "badge.pdf"):
        files[name].write_bytes(pdf().read())

    phone.open("/impresa/rendicontazioni/")
    phone.check("claims-to-accept")
    hands.follow("Accetta la concessione entro il")
    phone.check("claims-acceptance")
    phone.page.fill("[name=starts_on]", today().isoformat())
    phone.page.fill("[name=ends_on]", (today() + timedelta(days=150)).isoformat())
    hands.follow("Accetta la concessione")
    assert Acceptance.objects.get().state == "accepted"
    hands.follow("Chiedi: stato di avanzamento")
    claim = Claim.objects.get()
    page = f"/impresa/rendicontazioni/{claim.pk}/"
    phone.page.set_input_files("#invoices", files["fattura.xml"])
    hands.follow("Leggi le fatture")
    document = ExpenseDocument.objects.get()
    phone.open(f"{page}documenti/{document.pk}/")
    phone.check("claims-document")
    hands.give("item_stand", "1.000,00")
    hands.follow("Salva")
    phone.open(f"{page}pagamenti/nuovo/?document={document.pk}")
    phone.check("claims-payment")
    phone.page.fill("[name=paid_on]", today().isoformat())
    phone.page.fill("[name=reference]", "CRO7")
    phone.page.set_input_files("[name=upload]", files["bonifico.pdf"])
    with phone.page.expect_navigation():
        phone.page.locator("main form button").last.click()
    hands.give("report", "Siamo stati a Lione.")
    hands.follow("Salva la relazione")
    many = copies_of(document, 60)
    phone.open(page)
    phone.check("claims-many-documents")
    ExpenseDocument.objects.filter(pk__in=many).delete()
    phone.open(page)
    phone.check("claims-draft")
    phone.page.get_by_text("Invia la domanda di pagamento").first.click()
    with phone.page.expect_navigation():
        phone.page.get_by_text("Sì, inviala").first.click()
    claim.refresh_from_db()
    assert (claim.state, claim.asked) == ("sent", Decimal("500.00"))
    phone.check("claims-sent")

    phone.open("/impresa/rendicontazioni/")
    phone.page.get_by_text("Chiedi di cambiare qualcosa").click()
    phone.page.select_option("[name=kind]", "costs")
    with phone.page.expect_navigation():
        phone.page.get_by_role("button", name="Prosegui").click()
    phone.check("claims-variation")
    hands.fill(
        {"item_stand": "3.000,00", "item_study": "1.000,00", "item_travel": "0", "reason": "Lo stand costa meno"},
        until="Salva",
    )
    phone.page.get_by_text("Invia la richiesta").first.click()
    with phone.page.expect_navigation():
        phone.page.get_by_text("Sì, inviala").first.click()
    varied = Variation.objects.get()
    assert varied.register_number
    phone.check("claims-variation-sent")

    office = visitor(User.objects.get(pk=desk.user_id))
    office.open("/ufficio/rendicontazioni/")
    office.check_at_both_widths("claims-desk-list")
    clerk = Hands(office)
    clerk.follow(claim.register_number)
    clerk.follow("Prendila in carico")
    office.check_at_both_widths("claims-desk")
    clerk.follow("Completa")
    clerk.follow("Il resto di questa pagina")
    assert claim.reviews.count() == 2, "the report and the payment: the document without its CUP is left to be decided"
    take_variation(actor=desk, variation=varied)
    for name, path in {
        "variations": "variazioni/",
        "variation": f"variazioni/{varied.pk}/",
        "acceptances": "accettazioni/?state=all",
    }.items():
        office.open(f"/ufficio/{path}")
        office.check_at_both_widths(f"claims-desk-{name}")
