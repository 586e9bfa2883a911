"""A profile is published and withdrawn by the enterprise; the office hides it, saying why, and gives it back."""

from levante.directory import states
from levante.directory.indexing import index
from levante.directory.models import Profile
from levante.directory.workflow import PROFILES
from levante.kernel.api import Actor, note, now, refuse, require, service, today
from levante.kernel.pure import Bilingual
from levante.messages.api import notify
from levante.parties.api import Enterprise, people_acting_for


@service("directory.publish_profile")
def publish_profile(*, actor: Actor, profile: Profile) -> Profile:
    """Show it to everybody, in both languages."""
    held = _moved(actor, profile, "publish")
    if held.enterprise.status != Enterprise.ACTIVE:
        refuse("L’impresa non è attiva.", "The enterprise is not active.")
    held.published_at = held.published_at or now()
    held.save(update_fields=["state", "published_at"])
    index(held)
    return held


@service("directory.withdraw_profile")
def withdraw_profile(*, actor: Actor, profile: Profile) -> Profile:
    """Take it off the public page; nothing is lost, and enquiries already made go on."""
    held = _moved(actor, profile, "withdraw")
    held.save(update_fields=["state"])
    return held


@service("directory.hide_profile")
def hide_profile(*, actor: Actor, profile: Profile, reason: str, reason_en: str) -> Profile:
    """Take a profile off the public page, and tell the enterprise why, in both languages."""
    why = Bilingual(*(words.replace("\0", "").strip()[:2000] for words in (reason, reason_en)))
    for words, field in ((why.it, "reason"), (why.en, "reason_en")):
        if not words:
            refuse("Scrivi perché, in italiano e in inglese.", "Say why, in Italian and in English.", field=field)
    held = _moved(actor, profile, "hide")
    held.hidden_at, held.hidden_by_id = now(), actor.user_id
    held.hidden_reason_it, held.hidden_reason_en = why.it, why.en
    held.save(update_fields=["state", "hidden_at", "hidden_by", "hidden_reason_it", "hidden_reason_en"])
    _tell(
        actor, held, "profile-hidden",
        Bilingual("Il profilo pubblico è stato nascosto", "The public profile was hidden"), why,
    )  # fmt: skip
    return held


@service("directory.restore_profile")
def restore_profile(*, actor: Actor, profile: Profile) -> Profile:
    """Give it back to the enterprise as a draft, to be mended and published again."""
    held = _moved(actor, profile, "restore")
    others = Profile.objects.filter(enterprise=held.enterprise).exclude(pk=held.pk)
    if others.exclude(state=states.HIDDEN).exists():
        refuse("L’impresa ha già un altro profilo.", "The enterprise has another profile already.")
    held.hidden_at, held.hidden_by_id, held.hidden_reason_it, held.hidden_reason_en = None, None, "", ""
    held.save(update_fields=["state", "hidden_at", "hidden_by", "hidden_reason_it", "hidden_reason_en"])
    _tell(
        actor, held, "profile-restored",
        Bilingual("Il profilo pubblico è di nuovo vostro", "The public profile is yours again"),
        Bilingual("È una bozza: controllatelo e pubblicatelo.", "It is a draft: check it and publish it."),
    )  # fmt: skip
    return held


def _moved(actor: Actor, profile: Profile, step: str) -> Profile:
    """Held, in its new state (not kept yet): the enterprise is held first, as who writes in its profile does."""
    Enterprise.objects.select_for_update(of=("self",)).only("pk").get(pk=profile.enterprise_id)
    held = Profile.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=profile.pk)
    require(PROFILES.may(step, actor, held, state=held.state))
    before, held.state = held.state, PROFILES.transitions[step].target
    note(before=before, after=held.state)
    return held


def _tell(actor: Actor, held: Profile, kind: str, title: Bilingual, body: Bilingual) -> None:
    notify(
        actor=actor, users=people_acting_for(held.enterprise_id, today()), kind=f"{kind}-{now():%Y%m%d%H%M%S%f}", title=title,
        body=body, path="/impresa/la-mia-impresa/vetrina/", enterprise_id=held.enterprise_id,
        subject_type="directory.Profile", subject_id=str(held.pk),
    )  # fmt: skip
