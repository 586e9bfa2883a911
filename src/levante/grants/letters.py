"""The letters of an award act: to each enterprise of the awards that took effect, with the act.

Answers for acts to the room of letters (``letters.subjects``); a line of the run is an award.
"""

from collections.abc import Iterable
from dataclasses import replace

from levante.applications.api import about_this, checks_told, common_values, joined, money, own_letters, rank_told
from levante.grants.models import ArrivalPlace, Award, AwardAct
from levante.grants.states import EFFECTIVE
from levante.kernel.api import refuse, system
from levante.kernel.pure import Bilingual
from levante.letters.api import LetterRun, Planned, prepare_run, same

LABEL = AwardAct._meta.label
KIND = "award"
#: Regimes of aid, as a letter says them; the act has the regulation.
REGIMES = {
    "general_de_minimis": Bilingual("de minimis", "de minimis"),
    "agriculture": Bilingual("de minimis agricolo", "agricultural de minimis"),
    "fishery": Bilingual("de minimis pesca", "fishery de minimis"),
    "sgei": Bilingual(
        "de minimis per servizi di interesse economico generale", "de minimis for services of general interest"
    ),
    "gber": Bilingual("esenzione per categoria", "block exemption"),
}


def send_award_letters(act: AwardAct, awards: Iterable[Award]) -> LetterRun | None:
    """A letter for each of these awards, written by a worker from now on; none when there is none. An award that takes effect
    later, on another try, has a run of its own."""
    subjects = [(award.pk, award.application.number or "") for award in awards]
    if not subjects:
        return None
    return prepare_run(
        actor=system("grants.award_letters"),
        key=f"award-act:{act.pk}:{subjects[0][0]}",
        kind=KIND,
        office=act.call.office,
        title=Bilingual(f"Atto {act} · {act.title}", f"Act {act} · {act.title}"),
        source_type=LABEL,
        source_id=act.pk,
        subjects=subjects,
        start=True,
    )


def plan(run: LetterRun, subject_id: int) -> Planned:
    """What the letter of one award says: a firm of a group is written to for its own part."""
    award = Award.objects.select_related(
        "act__call__office", "enterprise", "aid", "application__opening__call__office", "application__enterprise",
        "application__form", "application__case_officer",
    ).get(pk=subject_id)  # fmt: skip
    application, act = award.application, award.act
    if award.state != EFFECTIVE or act.act_date is None:
        refuse("La concessione non ha effetto.", "The award is not in effect.")
    cor, cup = award.codes
    about = about_this(application)
    if award.enterprise_id != application.enterprise_id:
        about = replace(about, address="")  # the address written in the application is of who leads the group
    values = {
        **common_values(application),
        "amount": money(award.amount),
        "act": Bilingual(
            f"n. {act.number} del {act.act_date:%d/%m/%Y}", f"no. {act.number} of {act.act_date:%d/%m/%Y}"
        ),
        "cor": same(cor),
        "cup": same(cup),
        "reasons": joined(
            checks_told(application), rank_told(application), _arrival(award), _trimmed(award), _condition(award)
        ),
        "regime": REGIMES[award.regime] if award.regime in REGIMES else same(""),
    }
    return Planned(award.enterprise, about, values, own_letters(application.opening.call))


def _arrival(award: Award) -> Bilingual:
    """The place in order of arrival, where the money follows it."""
    place = ArrivalPlace.objects.filter(application=award.application_id, position__isnull=False).first()
    if place is None:
        return same("")
    return Bilingual(f"Ordine di arrivo: posto {place.position}.", f"Order of arrival: place {place.position}.")


def _trimmed(award: Award) -> Bilingual:
    """Why less was awarded than admitted, as the act says it."""
    if "trimmed" not in award.checks:
        return same("")
    why = award.checks["trimmed"]["steps"][0]
    return Bilingual(f"L’importo è ridotto: {why['text']}.", f"The amount is reduced: {why['text_en']}.")


def _condition(award: Award) -> Bilingual:
    """The resolutive condition under which it is awarded, the prefecture not having answered (art. 92(3) D.Lgs. 159/2011)."""
    told = (award.final_checks or {}).get("antimafia", {}).get("condition") or {"it": "", "en": ""}
    if not told["it"]:
        return same("")
    return Bilingual(f"Antimafia: {told['it']}.", f"Anti-mafia: {told['en']}.")


def page(subject_id: int) -> str:
    return f"/ufficio/atti/{subject_id}/"
