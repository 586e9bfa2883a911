"""States of initiatives and of expressions of interest, as people read them."""

from levante.kernel.pure import Bilingual

PLANNED, APPROVED, CALLING, CLOSED = "planned", "approved", "calling", "closed"
PREPARING, ON_SITE, FOLLOWING, DONE, CANCELLED = "preparing", "on_site", "following", "done", "cancelled"
STATES: dict[str, Bilingual] = {
    PLANNED: Bilingual("in programmazione", "being planned"),
    APPROVED: Bilingual("approvata", "approved"),
    CALLING: Bilingual("raccolta di adesioni", "call for interest"),
    CLOSED: Bilingual("adesioni chiuse", "call for interest closed"),
    PREPARING: Bilingual("in preparazione", "being prepared"),
    ON_SITE: Bilingual("in corso", "on site"),
    FOLLOWING: Bilingual("si segue che cosa ne viene", "follow-up"),
    DONE: Bilingual("conclusa", "done"),
    CANCELLED: Bilingual("annullata", "cancelled"),
}
TONES = {
    PLANNED: "draft",
    APPROVED: "active",
    CALLING: "done",
    CLOSED: "waiting",
    PREPARING: "waiting",
    ON_SITE: "active",
    FOLLOWING: "waiting",
    DONE: "neutral",
    CANCELLED: "refused",
}
#: What the public calendar shows.
PUBLIC = (APPROVED, CALLING, CLOSED, PREPARING, ON_SITE, FOLLOWING, DONE, CANCELLED)

#: Kinds that go to the market they aim at. Of the others the market may come here (buyers, press, investors), or nobody moves.
GO_THERE = ("fair", "mission", "showroom", "retail")

#: While it is in one of these, and before it begins, a buyer may ask to take part.
TAKES_BUYERS = (APPROVED, CALLING, CLOSED, PREPARING)

#: Approved and not over: its first day makes it begin, whatever was done of it.
TO_COME = (APPROVED, CALLING, CLOSED, PREPARING)

#: Its call for interest, closed, may open again with a new end.
CALLS_AGAIN = (CLOSED, PREPARING)

#: It can still be cancelled: until its last day.
CANCELLABLE = (PLANNED, *TO_COME, ON_SITE)

#: Its cost varies by an act: from the approval until it is concluded.
VARIES = (*TO_COME, ON_SITE, FOLLOWING)

EXPRESSED, WITHDRAWN = "expressed", "withdrawn"
INTEREST_STATES: dict[str, Bilingual] = {
    EXPRESSED: Bilingual("presentata", "expressed"),
    WITHDRAWN: Bilingual("ritirata", "withdrawn"),
}
INTEREST_TONES = {EXPRESSED: "done", WITHDRAWN: "neutral"}

#: Of a buyer the office may say no to it for this initiative.
DECLINED = "declined"
BUYER_STATES: dict[str, Bilingual] = INTEREST_STATES | {DECLINED: Bilingual("non ammessa", "not admitted")}
BUYER_TONES = INTEREST_TONES | {DECLINED: "refused"}

#: How the enterprise would take part.
WAYS: dict[str, Bilingual] = {
    "stand": Bilingual("con uno spazio nello stand della Regione", "with a space in the Region’s stand"),
    "meetings": Bilingual("solo incontri con operatori", "meetings with operators only"),
    "catalogue": Bilingual("con i prodotti in catalogo", "with products in the catalogue"),
}


def choices(table: dict[str, Bilingual]) -> list[tuple[str, str]]:
    return [(code, label.en) for code, label in table.items()]
