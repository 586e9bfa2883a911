"""What the enterprise is told of its recovery: what it owes, and what it paid beyond what the days that passed ask."""

from levante.controls import states
from levante.controls.models import Incoming, Recovery
from levante.controls.moving import tell
from levante.kernel.api import Actor
from levante.kernel.pure import ZERO, Bilingual, format_euro


def tell_owing(actor: Actor, held: Recovery, kind: str, title: Bilingual, body: Bilingual, *, once: str = "") -> None:
    tell(
        actor,
        held.award,
        f"recovery-{kind}",
        title,
        body,
        path=f"/impresa/recuperi/{held.pk}/",
        once=f"{held.pk}:{once}",
    )


def tell_beyond(actor: Actor, made: Incoming) -> None:
    """Of money that came before its day, interest was asked for days that are not over: it is owed no more. Of what came beyond what was
    owed, that it is given back. For a service at work."""
    if not made.spared and not made.excess:
        return
    title = Bilingual("Hai pagato più del dovuto", "You paid more than was owed")
    it, en = [], []
    if made.spared:
        title = Bilingual("Hai pagato prima del giorno", "You paid before the day")
        it.append(f"Interessi di giorni non passati, che non sono più dovuti: {format_euro(made.spared)}.")
        en.append(f"Interest of days that are not over, owed no more: {format_euro(made.spared, 'en')}.")
    left = sum((row.left for row in made.recovery.instalments.filter(state=states.DUE)), ZERO)
    if left:
        it.append(f"Restano da pagare {format_euro(left)}: ciò che hai pagato in più è già tolto.")
        en.append(f"{format_euro(left, 'en')} are left to pay: what you paid beyond is taken off already.")
    if made.excess:
        it.append(f"L’ufficio ti rende {format_euro(made.excess)}.")
        en.append(f"The office gives {format_euro(made.excess, 'en')} back to you.")
    tell_owing(actor, made.recovery, "beyond", title, Bilingual(" ".join(it), " ".join(en)), once=str(made.pk))
