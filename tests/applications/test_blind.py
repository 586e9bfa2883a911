"""Blind judging: no page, file name, search or answer of the API lets who judges know whose an application is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.applications.evaluation_world import judged  # noqa: F401 - a fixture
from tests.applications.test_group import complete, network  # noqa: F401 - a fixture

from levante.applications.api import (
    Application,
    conclude_evaluation,
    covered,
    declare_as_judge,
    identifying_words,
    read_application,
    save_answers,
    settle_file,
    submit_application,
)
from levante.applications.evaluation.blind import COVER
from levante.applications.models import Attachment, Evaluation
from levante.identity.api import Office, RoleGrant, User
from levante.kernel.api import today
from levante.parties.api import Country, Enterprise, OwnershipLink, Person
from levante.web.desk.evaluation.reading import groups_of

WORDS = st.lists(st.text("abcde ", min_size=4, max_size=12).map(str.strip).filter(lambda w: len(w) >= 4), max_size=4)


@given(WORDS, st.text("abcdefgh .,", max_size=80))
def test_what_identifies_is_covered_wherever_it_is_written(words, text):
    for word in words:
        said = f"{text} ({word.upper()}) {text}"
        assert word.upper() not in covered(said, sorted(words, key=lambda w: -len(w)))


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("Noi di Vele del Salento esportiamo", ["Vele del Salento"], f"Noi di {COVER} esportiamo"),
        ("VELE   DEL\nSALENTO", ["Vele del Salento"], COVER),
        ("Le vele del Salentino", ["Vele del Salento"], "Le vele del Salentino"),
        ("scrivi a info@vele.it", ["info@vele.it"], f"scrivi a {COVER}"),
        ("nulla", [], "nulla"),
    ],
)
def test_words_are_covered_whole_and_in_any_case(text, words, said):
    assert covered(text, words) == said


@pytest.fixture
def blind(judged):  # noqa: F811
    return judged(2, judgement={"blind": True}, conflicts={"Ciro": (1,)})


def identifying(world):
    """Everything that says whose the applications are, and how the portal calls them elsewhere."""
    found = set()
    for one in Application.objects.select_related("enterprise", "submitted_by"):
        firm = one.enterprise
        found |= {
            one.number,
            firm.name,
            firm.tax_code,
            firm.pec,
            firm.email,
            one.frozen_sha256,
            "IT60X0542811101000000123456",
        }
        found |= {one.submitted_by.get_full_name(), "Via Sparano"}
    found |= {attached.file.name for attached in Attachment.objects.select_related("file")}
    return {word for word in found if word}


def crawl(browser, start, *, most=120):
    """Every page reached by links from some addresses: ``{address: content}``, headers included."""
    waiting, seen = list(start), {}
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        if path in seen:
            continue
        answer = browser.get(path)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        headers = " ".join(f"{name}: {value}" for name, value in answer.items())
        seen[path] = (answer.status_code, content.decode("utf-8", "ignore") + headers)
        if answer.status_code == 200 and "html" in answer.get("Content-Type", ""):
            waiting += re.findall(r'href="(/ufficio/[^"#?]*)', content.decode())
            waiting += re.findall(r'href="(/en/ufficio/[^"#?]*)', content.decode())
    return seen


@pytest.mark.django_db
@pytest.mark.slow  # every page that a judge reaches
def test_nothing_that_a_judge_reaches_says_whose_it_is(blind, signed_in):
    secrets = identifying(blind)
    bea = blind.judges["Bea"]
    # The worst case: who judges is also a case officer, and would see the files by that role.
    RoleGrant.objects.create(user=bea, office=Office.objects.get(code="sezione"), role="case_officer", since=today())
    code = blind.file(0).code
    browser = signed_in(bea)
    start = ["/ufficio/", "/ufficio/valutazioni/", f"/ufficio/valutazioni/{blind.evaluation.pk}/", "/ufficio/pratiche/"]
    start += [
        f"/ufficio/valutazioni/{blind.evaluation.pk}/domande/{code}/",
        "/ufficio/scadenze/",
        "/ufficio/graduatorie/",
    ]
    pages = crawl(browser, start)
    assert len(pages) > 20
    # The list to declare about has the applicants by name, and the enterprises have pages of their own: neither says which
    # code, or which answers, are whose.
    named = re.compile(r"/dichiarazioni/$|/requisiti/$|/ufficio/(imprese|aiuti|persone|registro|comunicazioni|lettere)")
    for path, (_, content) in pages.items():
        found = {word for word in secrets if word in content}
        if named.search(path):
            assert code not in content, path
            assert blind.file(1).code not in content, path
        else:
            assert not found, f"{path}: {found}"
    shown = pages[f"/ufficio/valutazioni/{blind.evaluation.pk}/domande/{code}/"][1]
    assert "Incontrare dieci importatori" in shown, "what does not identify is there"
    assert 'href="/ufficio/pratiche/' + str(blind.files[0].pk) not in shown


@pytest.mark.django_db
def test_no_address_search_or_api_opens_what_is_judged_blind(blind, signed_in):
    one, browser = blind.files[0], signed_in(blind.judges["Bea"])
    RoleGrant.objects.create(
        user=blind.judges["Bea"], office=Office.objects.get(code="sezione"), role="case_officer", since=today()
    )
    file = one.attachments.first()
    for path in (
        f"/ufficio/pratiche/{one.pk}/",
        f"/ufficio/pratiche/{one.pk}/documenti/{file.file_id}/",
        f"/ufficio/valutazioni/{blind.evaluation.pk}/domande/{one.pk}/",
        f"/ufficio/valutazioni/{blind.evaluation.pk}/domande/{blind.file(0).code}/documenti/1/",
        f"/ufficio/valutazioni/{blind.evaluation.pk}/domande/ZZZZZ/",
    ):
        assert browser.get(path).status_code == 404, path
    for text in (one.enterprise.name, one.number, one.enterprise.tax_code):
        page = browser.get("/ufficio/cerca/", {"q": text}).content.decode()
        assert f"/ufficio/pratiche/{one.pk}/" not in page
        assert f"/ufficio/pratiche/{one.pk}/" not in browser.get("/ufficio/pratiche/", {"q": text}).content.decode()
    export = b"".join(browser.get("/ufficio/pratiche/", {"export": "csv"}).streaming_content).decode()
    assert one.number not in export
    assert not Application.objects.visible_to(blind.actors["Bea"]).exists()


@pytest.mark.django_db
def test_who_declared_a_conflict_does_not_learn_which_code_it_was(blind, signed_in):
    browser = signed_in(blind.judges["Ciro"])
    theirs, other = blind.file(1).code, blind.file(0).code
    assert browser.get(f"/ufficio/valutazioni/{blind.evaluation.pk}/domande/{other}/").status_code == 200
    refused = browser.get(f"/ufficio/valutazioni/{blind.evaluation.pk}/domande/{theirs}/")
    assert refused.status_code in (403, 404)
    assert theirs not in browser.get(f"/ufficio/valutazioni/{blind.evaluation.pk}/").content.decode()


@pytest.mark.django_db
def test_once_concluded_everybody_knows(blind):
    for name in ("Ada", "Bea"):
        for place in (0, 1):
            blind.judge(name, place, "30", "10")
    for place in (0, 1):
        settle_file(actor=blind.actors["Ada"], file=blind.file(place))
    conclude_evaluation(actor=blind.actors["Ada"], evaluation=blind.evaluation)
    assert not Evaluation.objects.get(pk=blind.evaluation.pk).is_blind


@pytest.mark.django_db
def test_the_declaration_lists_names_in_an_order_that_says_nothing(blind, signed_in):
    page = (
        signed_in(blind.judges["Ada"])
        .get(f"/ufficio/valutazioni/{blind.evaluation.pk}/dichiarazioni/")
        .content.decode()
    )
    assert page.index("Segreta 0") < page.index("Segreta 1")
    assert blind.files[0].number not in page
    answer = signed_in(blind.judges["Ada"]).post(
        f"/ufficio/valutazioni/{blind.evaluation.pk}/dichiarazioni/",
        {"convictions": "no", "conflict": blind.files[0].pk, f"text-{blind.files[0].pk}": "Ex socio"},
    )
    assert answer.status_code == 302
    with pytest.raises(Exception, match="Hai dichiarato"):
        blind.judge("Ada", 0, "30", "10")
    assert (
        declare_as_judge(
            actor=blind.actors["Ada"], evaluation=blind.evaluation, no_convictions=True, conflicts={}
        ).conflicts
        == 1
    )


@pytest.mark.django_db
def test_of_a_group_nothing_says_who_the_partners_and_their_holders_are(network):  # noqa: F811
    draft, actors = network()
    second = Enterprise.objects.get(pk=actors[1].enterprise_id)
    Enterprise.objects.filter(pk=second.pk).update(vat_number="01234560720", pec="seconda@pec.example.it")
    person = Person.objects.create(given_name="Ermenegilda", family_name="Titolari", codice_fiscale="TTLRNG80A41A662X")
    mother = Enterprise.objects.get(pk=actors[2].enterprise_id)
    Country.objects.get_or_create(code="DE", defaults={"name_it": "Germania", "name_en": "Germany"})
    OwnershipLink.objects.create(owned=second, holder_person=person, kind="participation", votes=50)
    OwnershipLink.objects.create(
        owned=second, holder_abroad="Mutter GmbH", holder_country_id="DE", kind="participation", votes=30
    )
    draft = complete(draft, actors)
    said = (
        f"Con {second.name}, cioè Seconda rete ({second.tax_code}, 01234560720, seconda@pec.example.it), di Ermenegilda "
        f"Titolari, Titolari Ermenegilda, TTLRNG80A41A662X e Mutter GmbH; con {mother.name}; l’idea è comune"
    )
    save_answers(actor=actors[0], application=draft, answers={"title": said}, base_revision=draft.revision)
    sent = Application.objects.get(pk=submit_application(actor=actors[0], application=draft).pk)
    people = {user.get_full_name() for user in User.objects.filter(pk__in=[actor.user_id for actor in actors])}
    assert people <= set(identifying_words(sent, read_application(sent)))
    shown = {row["id"]: row for group in groups_of(None, sent, "it", blind=True) for row in group.rows}
    read = shown["title"]["value"]
    assert read.endswith("l’idea è comune")
    secrets = [second.name, "Seconda", "Terza", second.tax_code, mother.tax_code, "01234560720", "seconda@"]
    secrets += ["Ermenegilda", "Titolari", "TTLRNG80A41A662X", "Mutter"]
    assert [word for word in secrets if word in read] == []
    lines = str(shown["costs"]["lines"])
    assert len(shown["costs"]["lines"]) == 3, "the costs of each firm"
    assert [firm.tax_code for firm in (sent.enterprise, second, mother) if firm.tax_code in lines] == []
