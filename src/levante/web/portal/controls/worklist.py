"""What controls have to say in “Today” of an enterprise: what must be paid, a revocation to answer, minutes on which it may say its own."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Min, Q
from django.urls import reverse

from levante.controls.api import Due, Recovery, Revocation, Visit, states
from levante.kernel.api import Actor, today
from levante.kernel.pure import Bilingual, format_euro, in_both
from levante.web.desk.payments.shared import language
from levante.web.worklist import LIMIT, Item

_KIND = Bilingual("controllo", "control")
_TO_PAY = Bilingual("pagamento", "payment")
#: Of what cannot be collected nobody is reminded.
_OWING = (states.OWED, states.IN_INSTALMENTS, states.IN_DEFAULT, states.COLLECTION)


def my_turn(actor: Actor) -> Iterable[Item]:
    """Each with its day. Four queries."""
    if actor.enterprise_id is None:
        return
    mine, tongue = {"award__enterprise": actor.enterprise_id}, language()
    for due in Due.objects.visible_to(actor).filter(enterprise=actor.enterprise_id, state=states.DUE_OPEN).select_related(
        "initiative"
    ).order_by("due_on", "pk")[:LIMIT]:  # fmt: skip
        left = format_euro(due.amount - due.received, tongue)
        title = Bilingual(f"Paga la quota: {due.initiative.title_it}", f"Pay the quota: {due.initiative.title_en}")
        what = in_both(due.what)
        why = Bilingual(f"{left}: {what.it}.", f"{left}: {what.en}.")
        yield _item(title, reverse("portal:due", args=[due.pk]), _TO_PAY, why, due.due_on, late=due.due_on < today())
    owed = Recovery.objects.visible_to(actor).filter(**mine, state__in=_OWING).select_related("award__application")
    owed = owed.annotate(next_on=Min("instalments__due_on", filter=Q(instalments__state=states.DUE)))
    for row in owed.filter(next_on__isnull=False).order_by("next_on", "pk")[:LIMIT]:
        number = row.award.application.number
        title = Bilingual(f"Restituisci quanto dovuto: {number}", f"Give back what is due: {number}")
        why = Bilingual(
            "La pagina dice quanto, come e con quale avviso.", "The page says how much, how and by which notice."
        )
        yield _item(
            title, reverse("portal:recovery", args=[row.pk]), _TO_PAY, why, row.next_on, late=row.next_on < today()
        )
    heard = Revocation.objects.visible_to(actor).filter(**mine, state=states.NOTICED, answer_by__gte=today())
    for one in heard.select_related("award__application").order_by("answer_by", "pk")[:LIMIT]:
        number = one.award.application.number
        title = Bilingual(
            f"Puoi rispondere all’avvio della revoca: {number}", f"You can answer the notice of revocation: {number}"
        )
        why = Bilingual("L’ufficio decide dopo averti letto.", "The office decides once it has read you.")
        yield _item(title, reverse("portal:revocation", args=[one.pk]), _KIND, why, one.answer_by)
    seen = Visit.objects.visible_to(actor).filter(
        **mine, state=states.SIGNED, observe_by__gte=today(), observations__isnull=True
    )
    for visit in seen.select_related("claim").order_by("observe_by", "pk")[:LIMIT]:
        number = visit.claim.register_number
        title = Bilingual(f"Leggi il verbale della visita: {number}", f"Read the minutes of the visit: {number}")
        why = Bilingual("Se vuoi, manda le tue osservazioni.", "If you want, send your observations.")
        yield _item(title, reverse("portal:visit", args=[visit.pk]), _KIND, why, visit.observe_by)


def _item(title: Bilingual, url: str, kind: Bilingual, why: Bilingual, due: date | None, *, late: bool = False) -> Item:
    tongue = language()
    return Item(
        title.in_language(tongue), url, kind.in_language(tongue), why.in_language(tongue), due=due, rank=10,
        tone="late" if late else "waiting",
    )  # fmt: skip
