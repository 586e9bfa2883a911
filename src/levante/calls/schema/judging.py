"""How applications are judged: criteria, points, precedence, checklists, days of the procedure."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from levante.calls.schema.basics import Both, Code, Coded, Days, Expression, Named, OnlyOnce, Points, Strict, wrong


class Judgement(Strict):
    """``scores``: one for all the evaluators (collegial) or the mean of theirs; ``threshold`` of the total; ``divergence``
    in points above which two evaluators must talk."""

    scores: Literal["collegial", "averaged"] = "collegial"
    evaluators: Annotated[int, Field(ge=1, le=50)] = 1
    blind: bool = False
    threshold: Points | None = None
    divergence: Points | None = None


class CriterionEntry(Strict):
    """A criterion. ``automatic_points`` is, of a mixed one, the part that the expression gives; evaluators give the rest,
    in multiples of ``step`` where there is one."""

    code: Annotated[Code, Field(max_length=60)]
    name: Named
    explanation: Both | None = None
    kind: Literal["automatic", "evaluated", "mixed"] = "automatic"
    max_points: Annotated[Points, Field(gt=0)]
    minimum: Points = Decimal(0)
    automatic_points: Annotated[Points, Field(gt=0)] | None = None
    step: Annotated[Points, Field(gt=0)] | None = None
    expression: Expression | None = None
    assumption: bool = False

    @model_validator(mode="after")
    def _agrees(self) -> "CriterionEntry":
        if self.step is not None and (self.kind == "automatic" or self.step > self.max_points):
            raise wrong(
                "il passo (step) è dei punti dei valutatori, e non supera il massimo.",
                "a step is of the evaluators’ points, and not above the most.",
            )
        if (self.kind == "evaluated") != (self.expression is None):
            raise wrong(
                "i criteri automatici e misti hanno un’espressione, quelli dei valutatori no.",
                "automatic and mixed criteria have an expression, those of evaluators have none.",
            )
        if (self.kind == "mixed") != (self.automatic_points is not None):
            raise wrong(
                "un criterio misto, e solo quello, dice quanti punti dà la sua espressione (automatic_points).",
                "a mixed criterion, and no other, says how many points its expression gives.",
            )
        if self.automatic_points is not None and self.automatic_points >= self.max_points:
            raise wrong(
                "i punti dell’espressione non lasciano nulla ai valutatori.",
                "the points of the expression leave nothing to the evaluators.",
            )
        if self.minimum > self.max_points:
            raise wrong("il minimo supera il massimo dei punti.", "the minimum is above the most points.")
        return self


class TieBreak(Coded):
    """A step of the tie-break chain before instant and order: an expression, and which end comes first."""

    expression: Expression
    first: Literal["lowest", "highest"]


class CheckItem(Coded):
    """One thing to verify. ``paper``, of the checks for the award: which paper it is, looked at again on the day of the act; without a good
    one a blocking item holds the act back."""

    reference: str = ""
    blocking: bool = True
    help: Both | None = None
    paper: Literal["durc"] | None = None


class Checklists(Strict):
    """What an officer verifies, by phase. A code is of one phase only."""

    formal: Annotated[list[CheckItem], OnlyOnce] = []
    merit: Annotated[list[CheckItem], OnlyOnce] = []
    award: Annotated[list[CheckItem], OnlyOnce] = []

    @model_validator(mode="after")
    def _apart(self) -> "Checklists":
        if any(item.paper for item in [*self.formal, *self.merit]):
            raise wrong(
                "un documento si guarda nelle verifiche per la concessione.",
                "a paper is checked for the award.",
            )
        codes = [item.code for phase in (self.formal, self.merit, self.award) for item in phase]
        if len(set(codes)) != len(codes):
            raise wrong("lo stesso codice è in due fasi.", "the same code in two phases.")
        return self


class Terms(Strict):
    """Days of the procedure that this call sets; what it does not set comes from the law (``law/data/1990-241.yaml``, ``revocation.yaml``).
    An award is accepted within ``acceptance_days`` of being told; none: no acceptance is wanted. ``result_days`` are those to tell the
    results reached, once asked; ``revocation_days`` those to answer the notice of a revocation, ``recovery_days`` those to give money
    back; ``variation_days`` those of the office to decide a variation."""

    examination_days: Days | None = None
    integration_days: Annotated[int, Field(ge=1, le=90)] = 10
    evaluation_days: Days | None = None
    acceptance_days: Annotated[int, Field(ge=1, le=90)] | None = None
    result_days: Annotated[int, Field(ge=1, le=180)] = 30
    revocation_days: Annotated[int, Field(ge=1, le=90)] | None = None
    recovery_days: Annotated[int, Field(ge=1, le=180)] | None = None
    variation_days: Annotated[int, Field(ge=1, le=180)] | None = None
    notice_applies: bool = True
    reference: str = ""


class Letter(Strict):
    """What this call says in a letter of a kind, instead of the house's template. Placeholders are those of the kind."""

    subject: Both | None = None
    body: Both


class ActText(Strict):
    """What this call says in an act: recitals added after those of the house, and provisions added to the operative part."""

    recitals: list[Both] = []
    provisions: list[Both] = []


#: The acts and minutes that are written from the data, each with what a call adds to it.
ActKind = Literal["award", "ranking", "minutes"]


class Templates(Strict):
    letters: dict[Code, Letter] = {}
    acts: dict[ActKind, ActText] = {}


class ResultEntry(Coded):
    """A result expected: asked in the application (``target`` is the field that holds what is promised), told with the last claim, or
    ``months`` after the project, or both."""

    unit: Both | None = None
    kind: Literal["number", "money", "text"]
    at: Literal["claim", "later", "both"]
    months: Annotated[int, Field(ge=1, le=60)] = 12
    target: str | None = None


Tie = Annotated[list[TieBreak], OnlyOnce]
Results = Annotated[list[ResultEntry], OnlyOnce]
Criteria = Annotated[list[CriterionEntry], OnlyOnce]
