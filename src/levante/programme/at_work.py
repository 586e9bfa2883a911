"""An act that came out of the work of an office, as movements cite it: it is in no folder of the programme."""

from datetime import date

from levante.kernel.api import Actor, note, refuse, service
from levante.programme import vocabulary as words
from levante.programme.frame import Act, Triennium


@service("programme.record_act")
def record_act(
    *,
    actor: Actor,
    triennium: Triennium,
    code: str,
    number: str,
    adopted_on: date,
    title_it: str,
    title_en: str,
    demonstration: bool = False,
) -> Act:
    """An act that came out of the work of an office (an award), to be cited by movements: it is in no folder.

    ``code`` is ours and begins with ``AT_WORK``, so that loading the folder leaves it alone. The same code twice is one
    act. Whoever records it as the system has decided with its own policy.
    """
    if not actor.is_system:
        refuse("Gli atti li registra chi li ha prodotti.", "Acts are recorded by the room that produced them.")
    act: Act
    act, created = Act.objects.get_or_create(
        programme=triennium.programme,
        code=f"{words.AT_WORK}{code}",
        defaults={
            "kind": words.DETERMINATION,
            "role": words.IMPLEMENTING,
            "triennium": triennium,
            "number": number,
            "adopted_on": adopted_on,
            "title_it": title_it,
            "title_en": title_en,
            "demonstration": demonstration,
            "confidence": words.INVENTED if demonstration else words.SOURCED,
            "source": f"{words.ACT_KINDS[words.DETERMINATION].it} n. {number} del {adopted_on:%d/%m/%Y}",
        },
    )
    note(code=act.code, created=created)
    return act
