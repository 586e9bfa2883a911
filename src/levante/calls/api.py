"""The door of calls: what a call is, what its form says, how much it gives, who may ask."""

from levante.calls import building, exclusions, schema
from levante.calls.allocation import Procedure, Reserve, Submission, Terms, allocate, in_order
from levante.calls.allocation_case import run as allocate_case
from levante.calls.allocation_terms import EVER, TooMuchAwarded
from levante.calls.amounts import Amount, amount_for, most
from levante.calls.call_words import call_words
from levante.calls.checker import Finding, errors_of
from levante.calls.conditions import Unknown, context_of, evaluate, holds
from levante.calls.definition import CallFile, call_of, read_calls
from levante.calls.document import document_of, entry_of, plain, read_entry
from levante.calls.editing import (
    AMENDABLE,
    PARTS,
    Malformed,
    Overtaken,
    Wrong,
    create_call,
    edit_call,
    edit_parts,
    new_code,
    problems_of,
    restore_call,
)
from levante.calls.eligibility import Check, Requirement, check_rules
from levante.calls.export import as_yaml, entry_as_yaml
from levante.calls.expressions import answers_named, literals_in
from levante.calls.facts import FACTS, Fact, enterprise_facts, facts_from, seats_for_facts
from levante.calls.faults import explain_expression
from levante.calls.forms import kinds as form_kinds
from levante.calls.forms import model as form_model
from levante.calls.forms.changes import Change, Effect, changes_between, effects_on
from levante.calls.forms.files import must_be_signed
from levante.calls.forms.model import PREVIOUS, DefinitionError, Field, Form, Section
from levante.calls.forms.parsing import read_form
from levante.calls.forms.reading import Problem, Reading, read_answers
from levante.calls.forms.samples import CannotFill, Sample, sample_answers
from levante.calls.holding import holds_openings
from levante.calls.lasting import Lapsed, lapsed
from levante.calls.limits import Counted, check_limits, counted_as, counted_by, counted_each, limits_of, most_in_opening
from levante.calls.loading import Outcome, load_calls, load_opening
from levante.calls.merging import Merged, merge
from levante.calls.models import (
    Call,
    CallBudgetLine,
    CallEvent,
    CallRevision,
    Criterion,
    FormVersion,
    Opening,
    OpeningLine,
)
from levante.calls.money_items import TIMES, ItemShare, capital_items, shares_of
from levante.calls.money_shares import divided
from levante.calls.money_words import MoneyWords, money_words
from levante.calls.opening_services import add_opening, change_opening, extend_opening, fixed_parts, fund_opening
from levante.calls.opening_terms import allocation_terms, budget_of
from levante.calls.opening_terms import reserves_of as opening_reserves
from levante.calls.payment import Instalment, instalments, payment_words, withheld_words, withholds_on_a_part
from levante.calls.phases import Phase
from levante.calls.plain_words import in_words
from levante.calls.procedures import LISTED, PROCEDURES, ProcedureRule
from levante.calls.queries import (
    CallCard,
    CallList,
    act_words,
    card_of,
    form_of,
    heading_of,
    letter_of,
    list_calls,
    openings_open_on,
    requirements_of,
    with_openings,
)
from levante.calls.ranking import (
    BELOW,
    DECIDED,
    FUNDED,
    NOT_FUNDED,
    PARTIAL,
    RENOUNCED,
    VOID,
    Entry,
    Placed,
    fully_funded,
    rank,
    rank_snapshot,
    round_points,
    score_of,
    ticket_of,
)
from levante.calls.ranking import Outcome as RankingOutcome
from levante.calls.recompute import FORMAT as RANKING_FORMAT
from levante.calls.recompute import NotARanking, recompute_ranking
from levante.calls.results import Expected, expected, moment_words, months_of, result_words, when_told
from levante.calls.schema import OpeningEntry
from levante.calls.services import adopted, move_call, move_opening, publish_form, write_seed
from levante.calls.tester import Seen, Tried, TriedEnterprise, TriedRule, try_on_enterprises, try_rules
from levante.calls.workflow import CALLS, OPENINGS, findings_in, findings_of, may_create, may_design
from levante.kernel.pure import drawn

__all__ = [
    "AMENDABLE",
    "BELOW",
    "CALLS",
    "DECIDED",
    "EVER",
    "FACTS",
    "FUNDED",
    "LISTED",
    "NOT_FUNDED",
    "OPENINGS",
    "PARTIAL",
    "PARTS",
    "PREVIOUS",
    "PROCEDURES",
    "RANKING_FORMAT",
    "RENOUNCED",
    "TIMES",
    "VOID",
    "Amount",
    "Call",
    "CallBudgetLine",
    "CallCard",
    "CallEvent",
    "CallFile",
    "CallList",
    "CallRevision",
    "CannotFill",
    "Change",
    "Check",
    "Counted",
    "Criterion",
    "DefinitionError",
    "Effect",
    "Entry",
    "Expected",
    "Fact",
    "Field",
    "Finding",
    "Form",
    "FormVersion",
    "Instalment",
    "ItemShare",
    "Lapsed",
    "Malformed",
    "Merged",
    "MoneyWords",
    "NotARanking",
    "Opening",
    "OpeningEntry",
    "OpeningLine",
    "Outcome",
    "Overtaken",
    "Phase",
    "Placed",
    "Problem",
    "Procedure",
    "ProcedureRule",
    "RankingOutcome",
    "Reading",
    "Requirement",
    "Reserve",
    "Sample",
    "Section",
    "Seen",
    "Submission",
    "Terms",
    "TooMuchAwarded",
    "Tried",
    "TriedEnterprise",
    "TriedRule",
    "Unknown",
    "Wrong",
    "act_words",
    "add_opening",
    "adopted",
    "allocate",
    "allocate_case",
    "allocation_terms",
    "amount_for",
    "answers_named",
    "as_yaml",
    "budget_of",
    "building",
    "call_of",
    "call_words",
    "capital_items",
    "card_of",
    "change_opening",
    "changes_between",
    "check_limits",
    "check_rules",
    "context_of",
    "counted_as",
    "counted_by",
    "counted_each",
    "create_call",
    "divided",
    "document_of",
    "drawn",
    "edit_call",
    "edit_parts",
    "effects_on",
    "enterprise_facts",
    "entry_as_yaml",
    "entry_of",
    "errors_of",
    "evaluate",
    "exclusions",
    "expected",
    "explain_expression",
    "extend_opening",
    "facts_from",
    "findings_in",
    "findings_of",
    "fixed_parts",
    "form_kinds",
    "form_model",
    "form_of",
    "fully_funded",
    "fund_opening",
    "heading_of",
    "holds",
    "holds_openings",
    "in_order",
    "in_words",
    "instalments",
    "lapsed",
    "letter_of",
    "limits_of",
    "list_calls",
    "literals_in",
    "load_calls",
    "load_opening",
    "may_create",
    "may_design",
    "merge",
    "moment_words",
    "money_words",
    "months_of",
    "most",
    "most_in_opening",
    "move_call",
    "move_opening",
    "must_be_signed",
    "new_code",
    "opening_reserves",
    "openings_open_on",
    "payment_words",
    "plain",
    "problems_of",
    "publish_form",
    "rank",
    "rank_snapshot",
    "read_answers",
    "read_calls",
    "read_entry",
    "read_form",
    "recompute_ranking",
    "requirements_of",
    "restore_call",
    "result_words",
    "round_points",
    "sample_answers",
    "schema",
    "score_of",
    "seats_for_facts",
    "shares_of",
    "ticket_of",
    "try_on_enterprises",
    "try_rules",
    "when_told",
    "with_openings",
    "withheld_words",
    "withholds_on_a_part",
    "write_seed",
]
