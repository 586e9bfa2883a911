"""What the registers said of an award, told to its office: who prepared the act, and its directors."""

from levante.applications.api import directors_for
from levante.grants.models import Award
from levante.grants.services import SUBJECT, tell_application
from levante.kernel.api import Actor, system, today
from levante.kernel.pure import Bilingual
from levante.messages.api import notify


def tell_office(actor: Actor, award: Award, event: str, reason: str | Bilingual, *, once: str = "") -> None:
    """Once for each ``once``, or for each reason."""
    why = reason if isinstance(reason, Bilingual) else Bilingual(reason, reason)
    words = {
        "refused": Bilingual("il RNA non ha registrato l’aiuto", "the RNA did not register the aid"),
        "lapsed": Bilingual("il COR è decaduto", "the COR has lapsed"),
        "cancelled": Bilingual("la registrazione nel RNA è annullata", "the registration in the RNA is cancelled"),
        "by_hand_rna": Bilingual("il RNA va aggiornato a mano", "the RNA is to be updated by hand"),
        "by_hand_cup": Bilingual("il sistema CUP va aggiornato a mano", "the CUP system is to be updated by hand"),
        "to_register": Bilingual(
            "la revoca è annullata: l’aiuto va registrato di nuovo nel RNA a mano",
            "the revocation is annulled: the aid is to be registered again in the RNA by hand",
        ),
        "to_succeed": Bilingual(
            "decidi se un’altra impresa prende il posto della beneficiaria",
            "decide whether another firm takes the place of the beneficiary",
        ),
        "act_refused": Bilingual("il RNA non ha preso la data dell’atto", "the RNA did not take the date of the act"),
        "act_due": Bilingual("la data dell’atto va comunicata al RNA", "the RNA is to be told the date of the act"),
        "wrong_cor": Bilingual("il RNA ha dato un COR che non vale", "the RNA gave a COR that is not valid"),
        "cancel_refused": Bilingual("il RNA non ha annullato l’aiuto", "the RNA did not cancel the aid"),
        "variation_refused": Bilingual("il RNA non ha variato l’aiuto", "the RNA did not vary the aid"),
        "variation_act_refused": Bilingual(
            "il RNA non ha preso l’atto che varia l’aiuto", "the RNA did not take the act that varies the aid"
        ),
        "similar": Bilingual(
            "ci sono progetti simili con il loro CUP: guarda e conferma",
            "similar projects have their CUP: look at them and confirm",
        ),
        "cup_refused": Bilingual("il CUP non è stato rilasciato", "the CUP was not given"),
    }.get(event, Bilingual("il RNA ha risposto di no", "the RNA said no"))
    pairs = ((words.it, why.it), (words.en, why.en))
    text = Bilingual(*(f"{one[:1].upper()}{one[1:]}. {because}".strip() for one, because in pairs))
    tell_application(award.application, actor, "award_registers", text, internal=True)
    people = {award.act.prepared_by_id, *directors_for(award.act.call.office_id, on=today())} - {None}
    notify(
        actor=system("grants.registers"),
        users=sorted(one for one in people if one is not None),
        kind="award-registers",
        title=Bilingual(f"{award.application.number}: {words.it}", f"{award.application.number}: {words.en}"),
        body=text,
        path=f"/ufficio/atti/{award.act_id}/",
        subject_type=SUBJECT,
        subject_id=f"{award.pk}:{event}:{once or why.it[:40]}",
    )
