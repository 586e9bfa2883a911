"""Who may ask: rules, kinds of applicant, limits."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from levante.calls.schema.basics import Amount, Both, Coded, Expression, Name, OnlyOnce, Strict, wrong

ApplicantKind = Literal["single", "network", "consortium", "district", "supply_chain"]


class Ask(Both):
    """How a requirement is asked in the self-check: the question, and which answer means that it is met."""

    met_by: Literal["yes", "no"]


class Rule(Coded):
    """A requirement in plain words, the expression that decides it on facts and answers, the question that asks it."""

    expression: Expression | None = None
    ask: Ask | None = None
    when_no: Both | None = None
    reference: str = ""


Rules = Annotated[list[Rule], OnlyOnce]


class Members(Strict):
    """How many firms a group has, the lead among them."""

    least: Annotated[int, Field(ge=1, le=1000)]
    most: Annotated[int, Field(ge=1, le=1000)] | None = None

    @model_validator(mode="after")
    def _order(self) -> "Members":
        if self.most is not None and self.most < self.least:
            raise wrong("il massimo è minore del minimo.", "at most fewer than at least.")
        return self


class Applicants(Strict):
    """Which kinds of applicant; of a group, how many members, the rules each satisfies, how the money is divided.

    ``share_field`` is the column (of the group field of the costs) that names the member a cost is of: the money is divided
    by each member's own costs. ``join`` is how a member enters: it ``accept``s with its own mandate, or the lead
    ``declare``s it on a power of attorney, or ``either``. ``unnamed_persons``: who applies may be in hardship, and the names of natural
    persons are not published (art. 26(4) D.Lgs. 33/2013).
    """

    kinds: Annotated[list[ApplicantKind], Field(min_length=1)] = ["single"]
    members: Members | None = None
    member_rules: Rules = []
    share_field: Name | None = None
    join: Literal["accept", "declare", "either"] = "accept"
    unnamed_persons: bool = False


class Limit(Coded):
    """How many applications: of one enterprise or of its whole undertaking, in an opening or in the call; ``by`` is the
    field of the form whose answers are counted apart (one for each type of fair)."""

    of: Literal["enterprise", "undertaking"] = "enterprise"
    within: Literal["opening", "call"] = "opening"
    by: Name | None = None
    most: Annotated[int, Field(ge=1, le=100)] = 1
    reference: str = ""


Limits = Annotated[list[Limit], OnlyOnce]


class Exemption(Coded):
    reference: str = ""


class StampDuty(Strict):
    """*Imposta di bollo*: how much, and who is exempt."""

    amount: Amount
    exemptions: Annotated[list[Exemption], OnlyOnce] = []


class Delivery(Strict):
    """How an application is handed in: signed outside or not, with stamp duty, sealed before the opening, taken back until
    when, and whether another may follow."""

    signature: Literal["none", "required"] = "none"
    stamp_duty: StampDuty | None = None
    sealed: bool = False
    withdrawal: Literal["until_closing", "until_decision", "never"] = "until_decision"
    resubmission: bool = True
