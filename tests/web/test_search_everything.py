"""The one box of the desk: every kind of thing is found by what people type, accents and typing mistakes forgiven, by those
alone who may see it."""

import re
from datetime import date

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from tests.applications.conftest import filled, firm, first_come  # noqa: F401
from tests.calls.conftest import programme, shipped  # noqa: F401

from levante.kernel.api import Actor, now, system
from levante.parties.api import answering
from levante.register.pure.numbers import quoted
from levante.web.access import may_open
from levante.web.desk.search.providers import providers, search_everything
from levante.web.searching import ask

#: Kind → (the title of a thing of that kind, as people type it without accents, with a mistake).
KINDS = {
    "Enterprises": ("Caffè Martinò S.r.l.", "caffe martino", "cafe martno"),
    "People": ("Nicolò Calò", "nicolo calo", "nicollo caló"),
    "Requests": ("Perché l’etichetta è così", "perche l'etichetta e cosi", "perche etichetà cosi"),
    "Calls": ("Più qualità alle città", "piu qualita alle citta", "piu qualitta cità"),
    "Initiatives": ("Fiera della Città del Caffè", "fiera citta caffe", "fierra cita del cafè"),
    "Rankings of participants": ("Fiera della Città del Caffè", "fiera citta caffe", "fierra cita del cafè"),
    "Follow-ups": ("Fiera della Città del Caffè", "fiera citta caffe", "fierra cita del cafè"),
    "Export wins": ("Commessa già firmàta a Lione", "commessa gia firmata", "comessa firmatta lionne"),
    "Agreements": ("Intesa con Málaga sull’università", "intesa malaga universita", "intessa malagga univesità"),
    "Opportunities to invest": ("Area della ex Società Ilvàr", "area ex ilvar", "area exx socetà ilvarr"),
    "Award acts": (
        "Concessione a favore dell’Attività Àncora",
        "concessione attivita ancora",
        "concessione ativita ancorra",
    ),
    "Buyers": ("Épicerie de la Qualité", "epicerie qualite", "epicerrie qalite"),
    "Known investors": ("Fonds pour l’Égalité", "fonds egalite", "fondss egalité"),
    "Institutions": ("Università di Córdoba", "universita cordoba", "universitta cordobba"),
    "Budget lines": ("Promozione delle località", "promozione localita", "promozzione localitta"),
    "Acts": ("Approvazione delle attività d’intesà", "approvazione attivita intesa", "aprovazione ativita d’intessa"),
    "Production districts": ("Distretto della Nàutica", "distretto nautica", "distreto nauticca"),
    "Supply chains": ("Filiera del Refit nàutico", "refit nautico", "refitt nauticco"),
    "Directions of the programme": ("Attrazione in città", "attrazione citta", "attrazzione cità"),
    "Sectors": ("Attività del legnò", "attivita legno", "ativita lenio legno"),
    "Interventions": ("Accompagnàre le imprese fuori", "accompagnare imprese fuori", "acompagnare impresse fuorì"),
    "Initiatives in the plan": ("Missione a Bogotà in autunno", "missione bogota autunno", "misione bogotta autuno"),
    "Bodies and offices": ("Agenzia per la Città aperta", "agenzia citta aperta", "agensia citá aperta"),
    "Actions": ("Azione 9.9 – Qualità dei luòghi", "azione 9.9 qualita luoghi", "qualitta dei luogi"),
    "Funds": ("Fondo per la Mobilità lenta", "fondo mobilita lenta", "fondo mobilitta lentta"),
    "Parallel measures": (
        "Contratti di sviluppo già aperti",
        "misura parallela contratti gia aperti",
        "contrati gia apperti",
    ),
    "Indicators": ("RCO77 · Attività finanziate", "rco77 attivita finanziate", "ativita finanziatte"),
    "Strategies": ("Strategia per l’Università diffusa", "strategia universita diffusa", "stratejia universita difusa"),
    "People of the offices": ("Mària Lo Russò", "maria lo russo", "maria lo rusó"),
    "Letters": ("L’integrazione è da dare", "integrazione e da dare", "integrasione e da darre"),
    "Imports of the business register": ("registro-società-2026.csv", "registro-societa 2026", "regitro sociéta"),
    "Imports of the RNA": ("aiuti-già-concessi.xml", "aiuti gia concessi", "aiuti già concesi"),
}


def names() -> dict[str, str]:
    """The kinds by their English names, whatever the language."""
    from django.utils import translation

    with translation.override("en"):
        return {str(kind.label): kind.label for kind in providers()}


@pytest.fixture
def things(first_come, filled, enterprise, person):  # noqa: F811
    """One thing of each kind, with the title of ``KINDS``; what surrounds it comes from the demonstration of a call."""
    from levante.aid.api import RnaImport
    from levante.calls.api import Call
    from levante.cases.api import Case
    from levante.grants.api import AwardAct
    from levante.identity.api import Office, RoleGrant
    from levante.initiatives.api import Initiative
    from levante.investment.api import Opportunity
    from levante.letters.api import KINDS as KINDS_OF_LETTERS
    from levante.letters.api import Letter
    from levante.participations.api import Selection
    from levante.parties.api import Buyer, ImportRun, Institution, Investor, Person, ProductionDistrict, SupplyChain
    from levante.programme.api import (
        Act,
        Action,
        BudgetLine,
        Direction,
        Fund,
        Indicator,
        Intervention,
        ParallelMeasure,
        PlannedInitiative,
        Sector,
        Strategy,
        Triennium,
    )
    from levante.promotion.api import Agreement
    from levante.wins.api import FollowUp, Win, WinShare

    title = {kind: texts[0] for kind, texts in KINDS.items()}
    office, call = Office.objects.order_by("pk").first(), Call.objects.order_by("pk").first()
    firm_ = enterprise(title["Enterprises"])
    Person.objects.create(given_name="Nicolò", family_name="Calò")
    Call.objects.filter(pk=call.pk).update(title_it=title["Calls"])
    line, act = BudgetLine.objects.order_by("pk").first(), Act.objects.order_by("pk").first()
    BudgetLine.objects.filter(pk=line.pk).update(name_it=title["Budget lines"])
    Act.objects.filter(pk=act.pk).update(title_it=title["Acts"])
    direction, triennium = Direction.objects.order_by("pk").first(), Triennium.objects.order_by("pk").first()
    Direction.objects.filter(pk=direction.pk).update(name_it=title["Directions of the programme"])
    Sector.objects.create(
        programme=direction.programme, code="legno", kind="strategic", name_it=title["Sectors"], name_en="x",
        short_it="x", short_en="x",
    )  # fmt: skip
    work = Intervention.objects.create(
        programme=direction.programme, code="fuori", triennium=triennium, direction=direction, lead_office=office,
        title_it=title["Interventions"], title_en="x", tourism_tie="none",
    )  # fmt: skip
    PlannedInitiative.objects.create(
        programme=direction.programme, code="bogota", intervention=work, kind="mission",
        title_it=title["Initiatives in the plan"], title_en="x",
    )  # fmt: skip
    agency = Office.objects.create(code="citta-aperta", kind="agency", name_it=title["Bodies and offices"], name_en="x")
    fund = Fund.objects.create(
        programme=direction.programme, code="lenta", kind="other", name_it=title["Funds"], name_en="x"
    )
    Action.objects.create(programme=direction.programme, code="9.9", fund=fund, name_it=title["Actions"], name_en="x")
    Indicator.objects.create(
        programme=direction.programme, code="rco77", number="RCO77", kind="output", scope="programme",
        name_it="Attività finanziate", name_en="x", unit_it="x", unit_en="x",
    )  # fmt: skip
    ParallelMeasure.objects.create(
        programme=direction.programme,
        code="sviluppo",
        fund=fund,
        name_it=title["Parallel measures"],
        name_en="x",
        state="open",
    )
    Strategy.objects.create(programme=direction.programme, code="diffusa", name_it=title["Strategies"], name_en="x")
    who = person("Mària", "Lo Russò")
    RoleGrant.objects.create(user=who, office=agency, role="agency_staff", since=date(2020, 1, 1))
    Letter.objects.create(
        key="x", kind=next(iter(KINDS_OF_LETTERS)), channel="pec", office=office, enterprise=firm_, signatory={"name": "x", "role": "x"},
        addressee={"name": "x", "tax_code": "x", "seat": "x", "pec": "x"}, subject_type="x", subject_id=1,
        reference="x", template="house", subject=title["Letters"], body="x",
        created_at=now(),
    )  # fmt: skip
    ProductionDistrict.objects.create(code="nautica", name_it=title["Production districts"], name_en="x")
    SupplyChain.objects.create(code="refit", name_it=title["Supply chains"], name_en="x")
    at = now()
    Case.objects.create(
        number="R2026/000042", year=2026, sequence=42, kind="advice", subject=title["Requests"], channel="phone",
        requester="enterprise", enterprise=firm_, office=office, opened_at=at, due_at=at,
        term={"reference": "L. 241/1990, art. 2", "steps": []},
    )  # fmt: skip
    fair = Initiative.objects.create(
        code="fiera", kind="fair", title_it=title["Initiatives"], title_en="x", direction=Direction.objects.first(),
        market_id="IT", starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 2), lead_office=office, created_at=at,
    )  # fmt: skip
    Selection.objects.create(initiative=fair, places=3)
    FollowUp.objects.create(
        initiative=fair, enterprise=firm_, months=0, made_on=fair.ends_on, answer_by=date(2026, 6, 1)
    )
    win = Win.objects.create(
        enterprise=firm_, what=title["Export wins"], customer="x", country_id="IT", kind="export", matter="goods",
        won_on=fair.ends_on, confirm_by=date(2027, 5, 2), without_help=0, told_at=at,
    )  # fmt: skip
    WinShare.objects.create(win=win, initiative=fair, percent=100)
    Agreement.objects.create(
        code="intesa", kind="protocol", title_it=title["Agreements"], title_en="x", office=office, source="x"
    )
    Opportunity.objects.create(
        code="area", kind="site", title_it=title["Opportunities to invest"], title_en="x", summary_it="x", summary_en="x",
        office=office, verified_on=date(2026, 1, 1), demonstration=True,
    )  # fmt: skip
    AwardAct.objects.create(call=call, line=line, title=title["Award acts"], created_at=at)
    Buyer.objects.create(name=title["Buyers"])
    Investor.objects.create(name=title["Known investors"])
    Institution.objects.create(name=title["Institutions"])
    ImportRun.objects.create(
        file_name=title["Imports of the business register"], path="x", sha256="0" * 64, requested_at=at, moved_at=at
    )
    RnaImport.objects.create(
        file_name=title["Imports of the RNA"], file_size=1, sha256="0" * 64, started_at=at, moved_at=at, state="running"
    )
    draft, actor, _ = filled(first_come)
    from levante.applications.api import submit_application

    return submit_application(actor=actor, application=draft)


def found(actor: Actor, text: str) -> dict[str, list[str]]:
    return {kind.label: [hit.title for hit in kind.hits] for kind in search_everything(actor, text)}


@pytest.mark.django_db
def test_each_kind_is_found_as_written_without_accents_and_with_a_mistake(things):
    known, missing = {str(one.label): one for one in providers()}, []
    for kind, texts in KINDS.items():
        for text, loose in zip(texts, (False, False, True), strict=True):
            answer = ask(system("test"), [known[str(names()[kind])]], text, loose=loose)
            titles = [hit.title for each in answer for hit in each.hits]
            if not titles or (kind != "Acts" and not any(texts[0] in title for title in titles)):
                missing.append((kind, text, titles))
    assert not missing, "\n".join(map(str, missing))


#: Our models whose rows the box finds, each by the kind that leads to the page where it stands.
FOUND = """
    aid.RnaImport applications.Application calls.Call cases.Case grants.Award grants.AwardAct identity.Office
    identity.RoleGrant identity.User initiatives.Initiative investment.Opportunity letters.Letter parties.Buyer
    participations.Selection parties.Enterprise parties.ImportRun parties.Institution parties.Investor parties.Person
    parties.ProductionDistrict
    parties.SupplyChain programme.Act programme.Action programme.BudgetLine programme.Direction programme.Fund
    programme.Indicator programme.Intervention programme.ParallelMeasure programme.PlannedInitiative programme.Sector
    programme.Strategy promotion.Agreement register.Entry wins.FollowUp wins.Win
"""
#: And those it does not, by why.
NOT_SEARCHED = {
    "a row of the page of an enterprise, which is found": """
        parties.Account parties.ChainMembership parties.DistrictMembership parties.OwnershipLink parties.Seat
        parties.RegisterDifference competences.ReadinessAssessment
        directory.Certification directory.Photo directory.Product directory.Profile
    """,
    "a row of the page of an application, of its evaluation or of its call, which is found": """
        applications.ApplicationEvent applications.ApplicationSignature applications.Attachment applications.Attendance
        applications.CheckOutcome applications.ConflictDeclaration applications.Deadline applications.Evaluation
        applications.EvaluationEvent applications.EvaluationFile applications.EvaluationSession applications.FileDecision
        applications.GroupMember applications.IntegrationRequest applications.LaterDocument applications.OfficeFilling
        applications.OrderMove applications.PlaceOffer applications.Presence applications.Ranking applications.RankingOrder
        applications.RankingRow applications.RejectionNotice applications.Saving applications.Score applications.Seat
        applications.SeatDeclaration applications.Sheet applications.SigningCopy applications.StampMark applications.Vote
        calls.CallBudgetLine calls.CallEvent calls.CallRevision calls.Criterion calls.FormVersion calls.Opening
        calls.OpeningLine grants.ArrivalOrder grants.ArrivalPlace grants.AwardOrder grants.RehearsalRun
    """,
    "a row of the page of a buyer, which is found": "directory.BuyerProfile directory.BuyerQualification",
    "a row of the page of a person, who is found": "parties.Consent parties.Mandate parties.Contact",
    "a row of the page of an initiative, an agreement, a request or a letter, which is found": """
        initiatives.ExpressionOfInterest initiatives.BuyerInterest initiatives.InitiativeStep promotion.AgreementParty
        promotion.Commitment cases.CaseMessage cases.Referral directory.SupplierEnquiry investment.Enquiry
        letters.Dispatch letters.LetterReceipt
    """,
    "a row of the page of the programme, of a budget line or of an indicator, which is found": """
        programme.ChosenValue programme.DirectionAction programme.Figure programme.Movement programme.Position programme.TieChange
    """,
    "there are one or two, named by every page of the programme": """
        programme.Programme programme.ProgrammingPeriod programme.Triennium
    """,
    "a few rows of one short list, that is an entry of the navigation": """
        initiatives.Fair initiatives.FairEdition competences.SupportOffer letters.Wording letters.WordingVersion
        letters.LetterRun letters.LetterRunItem applications.AssignmentRule applications.Absence applications.BulkRun
        applications.BulkItem identity.RoleOffer
    """,
    "what became of an award: reached from its application, which is found, and in the lists of claims, payments and controls": """
        claims.Acceptance claims.Charge claims.Claim claims.ClaimEvent claims.ClaimFile claims.ClaimRequest claims.ClaimReview
        claims.ExpenseDocument claims.Settlement claims.SimplifiedCost claims.Transfer claims.Variation claims.VariationEvent
        claims.ClaimTerm claims.KeptAward claims.Reduction claims.ResultReport claims.ResultValue
        grants.RegisterTask grants.Succession
        claims.VariationFile controls.Annulment controls.Appeal controls.ControlEvent controls.Due controls.DueIncoming
        controls.Incoming controls.Instalment
        controls.InstalmentPlan controls.PaymentNotice controls.PaymentReceipt controls.ReceiptMatch
        controls.Recovery controls.Refund controls.Revocation
        controls.RevocationPaper controls.Sample controls.SampleRow controls.ToldIncoming
        controls.Visit controls.VisitAnswer controls.VisitFinding
        controls.VisitObservation controls.VisitPhotograph participations.AidChange participations.Arrangement
        participations.ByHand participations.Contract
        participations.AcceptedTerms participations.BuyerInvitation participations.Hospitality participations.Participation
        participations.StandElement participations.Task meetings.Agenda meetings.AgendaEdit meetings.AgendaRun meetings.Arrival
        meetings.Attendee meetings.BlockedPair meetings.Feedback meetings.Interpreter meetings.Meeting meetings.MeetingRequest
        meetings.Shift meetings.Slot
        wins.CustomerAsk wins.CustomerLetter wins.ReturnsRead wins.WinChange wins.WinRealised wins.WinShare wins.WinYear
        payments.BankAccount payments.BankAnswer payments.BankFile payments.Check payments.Liquidation payments.LiquidationRow
        payments.Payment
        payments.DefaultOutcome payments.GuaranteeRelease payments.InsteadPayment payments.OrderStop payments.OrderWish
        payments.PaymentOrder payments.Undoing payments.WithholdingCertificate
    """,
    "work that waits, and is told on Today and in its list": """
        parties.Correction parties.Invitation parties.Merge applications.Reminder notices.Notice
    """,
    "asked by the tax code in the page of the aid, with its own box": """
        aid.AidRecord aid.AidRevision aid.QuarantinedAid aid.Reservation aid.UndertakingDecision aid.UndertakingEvent
        aid.RnaRegistration aid.RnaVariation aid.Visura
    """,
    "who asked from outside: found by their requests; their own page has its box and narrower roles": "cases.ExternalContact",
    "proofs of the register and of the click day: found by the number of the entry or of the application": """
        register.Anchor register.AuditRun register.Head register.Log register.Subtree intake.IntakeEntry intake.IntakeHead
        intake.IntakeLog intake.IntakeTicket
    """,
    "words by which others are found: a place, a country": "parties.Comune parties.Country parties.Province",
    "inner workings, which no page lists": """
        kernel.AuditEntry documents.GeneratedDocument documents.StoredFile exchange.Attempt exchange.ExternalRequest exchange.WireMessage
        exchange.PecMail exchange.PecMailbox cases.CaseCounter directory.EnquiryDraft
        investment.SubmissionAttempt identity.SavedView notices.MutedTopic api.ApiToken
    """,
}


def test_every_kind_of_thing_is_found_or_is_said_not_to_be():
    ours = {model._meta.label for model in apps.get_models() if model.__module__.startswith("levante.")}
    said = [name for text in (FOUND, *NOT_SEARCHED.values()) for name in text.split()]
    assert sorted(said) == sorted(ours)


@pytest.mark.django_db
def test_the_public_search_finds_what_stands_on_the_pages_of_the_programme(
    things, client, django_assert_max_num_queries
):
    def answered(text: str) -> str:
        with django_assert_max_num_queries(8):
            return client.get("/cerca/", {"q": text}).content.decode().split("<main", 1)[1]

    from levante.initiatives.api import Initiative
    from levante.initiatives.api import states as initiative_states
    from levante.investment.api import Opportunity
    from levante.investment.api import states as opportunity_states
    from levante.programme.api import Act, BudgetLine
    from levante.promotion.api import Agreement
    from levante.promotion.api import states as agreement_states

    call, act = things.opening.call, Act.objects.get(title_it=KINDS["Acts"][0])
    for kind in ("Initiatives", "Agreements", "Opportunities to invest"):
        assert KINDS[kind][0] not in answered(KINDS[kind][1]), f"{kind}: not public yet"
    assert KINDS["Calls"][0] not in answered(KINDS["Calls"][1]), "a call that is neither published nor announced"
    call.title_it = KINDS["Calls"][0]
    call.save(update_fields=["title_it"])
    line = BudgetLine.objects.order_by("pk").first()
    Initiative.objects.filter(code="fiera").update(state=initiative_states.APPROVED, act=act, budget_line=line)
    Agreement.objects.filter(code="intesa").update(state=agreement_states.SIGNED, signed_on=date(2026, 1, 1))
    Opportunity.objects.filter(code="area").update(state=opportunity_states.PUBLISHED)
    for text, link in (
        *((text, f"/bandi/{call.code}/") for text in KINDS["Calls"]),
        *((text, "/fiere/fiera/") for text in KINDS["Initiatives"]),
        *((text, "/accordi/intesa/") for text in KINDS["Agreements"]),
        *((text, "/investire/opportunita/area/") for text in KINDS["Opportunities to invest"]),
        *((text, f"/programma/atti/#{act.code}") for text in KINDS["Acts"]),
        (f"DGR {act.number}" if act.number else act.code, f"/programma/atti/#{act.code}"),
        ("rco77", "/programma/indicatori/#rco77"),
        ("indicatore RCO77", "/programma/indicatori/#rco77"),
        ("agenzia citta aperta", "/programma/#body-citta-aperta"),
        ("azione 9.9", "/programma/atti/#action-9.9"),
        ("misure parallele", "/programma/atti/#measure-sviluppo"),
        ("stratejia universita difusa", "/programma/atti/#strategy-diffusa"),
    ):
        assert f'href="{link}"' in answered(text), text
        page, _, place = link.partition("#")
        assert not place or f'id="{place}"' in client.get(page).content.decode(), link
    assert "Lo Russò" not in answered("lo russo"), "who works in the offices is for the offices"


@pytest.mark.django_db
def test_every_kind_has_its_words_here():
    """A kind added to the search is added to this table, or is searched by number alone."""
    assert names().keys() == KINDS.keys() | {"Applications", "Awards", "Entries of the register"}


@pytest.mark.django_db
def test_an_application_is_found_by_number_and_by_the_name_of_the_enterprise(things):
    name = things.enterprise.name
    year, place = things.number.split("/")
    wrong = re.sub(r"(\w{3})(\w)(\w+)", r"\1\3", name, count=1)
    for text in (things.number, f"{year}/{int(place)}", f"{year}-{int(place)}", name, name.upper(), wrong):
        assert [things.number in title for title in found(system("test"), text)["Domande"]] == [True], text


@pytest.mark.django_db
def test_the_enterprise_finds_its_own(things, representative, signed_in, enterprise):
    """By the number of its application, by its call, by its name; pages of its area; nothing of others."""
    firm_ = things.enterprise

    def links(client, text):
        page = client.get("/impresa/cerca/", {"q": text}).content.decode()
        return set(re.findall(r'<a href="([^"]+)"', page.split("<main", 1)[1].split("</main", 1)[0]))

    own = signed_in(representative(firm_, given="Rita"), firm_)
    address = f"/impresa/domande/{things.pk}/"
    assert 'action="/impresa/cerca/"' in own.get("/impresa/cerca/").content.decode()
    assert address in links(own, things.number)
    assert address in links(own, KINDS["Calls"][2]) or address in links(own, things.opening.call.title_it)
    assert "/impresa/la-mia-impresa/" in links(own, firm_.name)
    assert "/impresa/check-up/" in links(own, "check-up")
    other = enterprise("Altra S.r.l.")
    stranger = signed_in(representative(other, given="Olga"), other)
    for text in (things.number, things.opening.call.title_it, firm_.name):
        assert address not in links(stranger, text), text
        assert "/impresa/la-mia-impresa/" not in links(stranger, text), text


@pytest.mark.django_db
def test_a_receipts_number_leads_to_its_entry(things, officer, actor_for, signed_in):
    hits = found(actor_for(officer("auditor")), things.number)
    assert any(things.number in title for title in hits["Registrazioni del registro"])
    assert "Registrazioni del registro" not in found(actor_for(officer("finance")), things.number)


@pytest.mark.django_db
def test_only_what_the_actor_may_see(things, officer, actor_for, person):
    evaluator, agency = actor_for(officer("evaluator")), actor_for(officer("agency_staff", "agenzia"))
    known = names()

    def kinds(actor: Actor, kind: str) -> bool:
        return str(known[kind]) in found(actor, KINDS[kind][0])

    for kind in ("Enterprises", "People", "Requests", "Award acts", "Budget lines", "Imports of the RNA"):
        assert not kinds(evaluator, kind), kind
    for kind in ("Requests", "Award acts", "Imports of the business register", "Imports of the RNA", "Agreements"):
        assert not kinds(agency, kind), kind
    assert "Domande" not in found(agency, things.number)
    assert not found(actor_for(person("Nessuno", "Qui")), KINDS["Award acts"][0]).get("Atti di concessione")


@pytest.mark.django_db
def test_however_many_kinds_answer_the_page_asks_little(things, officer, signed_in):
    """Words of every kind, of none, of many, a number: nothing is asked once for each kind."""
    client, most = signed_in(officer("director")), {}
    for text in ("citta", "on", "it", "zzqqxx yyww", things.number, "R2026/42", "caffe martno", "2026"):
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/ufficio/cerca/", {"q": text}).content.decode()
        most[text] = (len(asked), page.count("<section><h2>"))
    assert max(kinds for _, kinds in most.values()) >= 15, most
    assert max(queries for queries, _ in most.values()) <= 14, most


@pytest.mark.django_db
@pytest.mark.slow  # every kind is searched, and every hit's page is opened
@pytest.mark.parametrize("role", ["director", "call_designer", "communication"])
def test_no_hit_leads_to_a_closed_door(things, officer, signed_in, actor_for, role):
    user = officer(role)
    client, actor, opened = signed_in(user), actor_for(user), set()
    for texts in KINDS.values():
        page = client.get("/ufficio/cerca/", {"q": texts[0]}, follow=False).content.decode()
        for link in re.findall(r'<li><a href="(/[^"]+)"', page.split("<main", 1)[1].split("</main", 1)[0]):
            if link in opened:
                continue
            opened.add(link)
            if link.startswith("/ufficio/atti/"):  # the act of this test has no text to show: its door is enough
                assert may_open(actor, resolve(link).view_name), (role, link)
            else:
                assert client.get(link).status_code == 200, (role, link)


@pytest.mark.django_db
def test_a_request_is_found_by_its_number_however_it_is_written(things):
    for text in ("R2026/000042", "r2026/42", "2026-42"):
        assert any("R2026/000042" in title for title in found(system("test"), text)["Richieste"]), text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026/0000123", ("", 2026, 123)),
        ("R2026/42", ("R", 2026, 42)),
        ("R2026-1234", ("R", 2026, 1234)),
        ("DOM-2026/0000123", ("DOM", 2026, 123)),
        ("let 2026 5", ("LET", 2026, 5)),
        ("CD12-2026/0000001", ("CD12", 2026, 1)),
        ("12345678901", None),
        ("2026", None),
        ("fiera 2018", None),
    ],
)
def test_numbers_as_people_quote_them(text, expected):
    found = quoted(text)
    assert (found and (found.prefix, found.year, found.place)) == expected


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["%", "_", "'; drop", "\\", "ﬁ", "a" * 100, "’", "….", "x y", "\N{BALLOT BOX}\ufe0f"])
def test_odd_texts_break_nothing(officer, signed_in, text):
    assert signed_in(officer("director")).get("/ufficio/cerca/", {"q": text}).status_code == 200


@pytest.mark.django_db
def test_likeness_goes_through_the_index():
    """What the planner does of a large table: the expression searched is the one indexed."""
    from levante.cases.api import Case
    from levante.parties.api import Person

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")  # of the primary key, which would sort by it
        for rows, index in (
            (answering(Case.objects.all(), "etichetta", "subject"), "case_by_likeness"),
            (answering(Person.objects.all(), "nicolo", "search_name"), "person_by_likeness"),
        ):
            sql, params = rows.order_by().query.sql_with_params()
            cursor.execute(f"EXPLAIN {sql}", params)
            assert index in "\n".join(row[0] for row in cursor.fetchall()), sql
        for table, held in (("cases_case", 'levante_plain("subject")'), ("parties_person", '"search_name"')):
            cursor.execute(f"EXPLAIN SELECT id FROM {table} WHERE 'etichetta' OPERATOR(public.<%) ({held})")
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "by_likeness" in plan, plan
