"""What a page may ask of the database, on the loaded demonstration: so many queries, and never one per row."""

import pytest
from tests.applications.conftest import filled, firm, first_come  # noqa: F401
from tests.calls.conftest import programme, shipped  # noqa: F401
from tests.grants.conftest import admitted, desk, director, line  # noqa: F401
from tests.house.people import counted

pytestmark = [
    pytest.mark.timeout(900),  # the first of these loads the demonstration and opens its pages
    pytest.mark.django_db,  # run alone, too, they look at the test database: without the mark none is made
]

#: The most queries of a page, the five or six of session, person, roles and mandate included.
BUDGET = 25

#: Pages that gather from many rooms, each with its reason.
MORE: dict[str, int] = {
    "portal:home": 43,  # Today: every journey says its part, a question each; the open calls are weighed on the enterprise's facts
    "portal:opportunities": 30,  # calls, fairs and help compared, each with its facts and the headroom of the group
    "desk:home": 47,  # Today of the offices: every room says its part; a director, who signs and examines, asks the most
    "desk:evaluation_file": 28,  # a file as its judge reads it: the copy sent, documents, sheet, colleagues, conflicts, the session
    "desk:agenda": 30,  # the grid whole: the score reckoned again, what came of it, the last steps by hand, interpreters by name
    "desk:payment_gate": 35,  # every check of a claim with what it stands on, its money, and of each thing who may do it: conflicts asked
    "desk:payment_order": 34,  # before it leaves, the gate of every payment is asked, together: what holds it up is told
    "desk:initiative": 34,  # where it is, its money, what each room has left before it is concluded and by when, what it came to for each
    "desk:initiative_results": 35,  # what came of it beside what came of the edition before: two reports, by sector, province and year
    "desk:initiative_results_paper": 35,  # the same
    "desk:award_story": 27,  # all the money of an award: six rooms, each with its acts
    "desk:claim": 33,  # a whole claim: documents and those like them, payments, activities, what was said of each, limits, requests
    "desk:application": 40,  # the whole file: facts and checks of today, document, history, act, letters, its place and papers if awarded
    "desk:enterprise": 40,  # everything known of an enterprise, and a timeline gathered from five rooms
}

#: As often as a page may ask the same question with other values; a list that asks it for each row asks more.
REPEATS = 5

#: Pages that a link leads to and that may answer 403, each with its reason: what stops there is told there, and nowhere before.
CLOSED: dict[str, str] = {}

#: Views that no page of the demonstration leads to with a GET (they answer a POST, or need something it does not have).
MOST_UNSEEN = 0.5


@pytest.mark.slow  # every page that links lead to, for several people
def test_pages_stay_within_their_budget(pages):
    over = [
        f"{visit.path} as {visit.who}: {visit.queries} queries"
        for visit in pages
        if visit.queries > MORE.get(visit.name, BUDGET)
    ]
    assert not over, "\n".join(over)


@pytest.mark.slow  # the same pages
def test_no_page_asks_once_per_row(pages):
    again = []
    for visit in pages:
        shape, times = max(visit.asked.items(), key=lambda each: each[1], default=("", 0))
        if times > REPEATS:
            again.append(f"{visit.path} as {visit.who}: {times} × {shape[:400]}")
    assert not again, "\n".join(again)


@pytest.mark.slow  # three applications to the draft of their act
def test_the_draft_of_an_act_stays_within_its_budget(admitted, desk, director, signed_in, django_user_model):  # noqa: F811
    """The demonstration has none: its acts were sent."""
    from levante.grants.api import draft_award_act

    act = draft_award_act(
        actor=desk, applications=[admitted(name) for name in ("Una S.r.l.", "Due S.r.l.", "Tre S.r.l.")]
    )
    browser = signed_in(django_user_model.objects.get(pk=director.user_id))
    with counted() as asked:
        page = browser.get(f"/ufficio/atti/{act.pk}/")
    assert (page.status_code, "Firma e invia" in page.content.decode()) == (200, True)
    assert asked.total() <= BUDGET, "\n".join(asked)
    assert max(asked.values()) <= 2, asked.most_common(1)


@pytest.mark.slow  # the same pages
def test_links_lead_somewhere(pages):
    """Not to a page that does not exist, nor to one that turns away whom it was shown to; a form's address may answer 405."""
    broken = [
        f"{visit.path} as {visit.who}, from {visit.shown_on}: {visit.status}"
        for visit in pages
        if visit.linked and visit.status not in {200, 302, 405} and not (visit.status == 403 and visit.name in CLOSED)
    ]
    assert not broken, "\n".join(broken)


@pytest.mark.slow  # the same pages
def test_most_pages_are_reached(pages, url_table):
    unseen = sorted({name for name, _, _ in url_table} - {visit.name for visit in pages if visit.status == 200})
    assert len(unseen) < MOST_UNSEEN * len(url_table), unseen
