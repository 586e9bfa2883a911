"""Every write on check-ups."""

from collections.abc import Mapping

from levante.competences import policies
from levante.competences.models import ReadinessAssessment
from levante.competences.questionnaire import Questionnaire
from levante.competences.scoring import Incomplete, read_answers, score
from levante.kernel.api import Actor, NotYours, note, now, refuse, require, service, unchanged


@service("competences.record_assessment")
def record_assessment(
    *,
    actor: Actor,
    questionnaire: Questionnaire,
    answers: Mapping[str, str],
    idempotency_key: str,
    is_demo: bool = False,
) -> ReadinessAssessment:
    """Keep a check-up of the enterprise acted for. The same key gives back the same assessment."""
    require(policies.may_assess(actor))
    if actor.enterprise_id is None:
        raise NotYours
    found = ReadinessAssessment.objects.filter(
        idempotency_key=idempotency_key, enterprise_id=actor.enterprise_id
    ).first()
    if found is not None:
        return unchanged(found)
    try:
        clean = read_answers(questionnaire, answers)
    except Incomplete:
        refuse("Rispondi a tutte le domande.", "Answer every question.")
    result = score(questionnaire, clean)
    made, _ = ReadinessAssessment.objects.get_or_create(
        idempotency_key=idempotency_key,
        defaults={
            "enterprise_id": actor.enterprise_id,
            "questionnaire": questionnaire.code,
            "version": questionnaire.version,
            "checksum": questionnaire.checksum,
            "answers": clean,
            "result": result.as_json(),
            "points": result.points,
            "most": result.most,
            "taken_at": now(),
            "taken_by_id": actor.user_id,
            "is_demo": is_demo,
        },
    )
    if made.enterprise_id != actor.enterprise_id:
        refuse("Riprova dalla pagina del check-up.", "Try again from the check-up page.")
    note(questionnaire=questionnaire.code, version=questionnaire.version, points=result.points)
    return made
