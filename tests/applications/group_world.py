"""A call for networks of at least three firms, each with its own costs, declarations and account."""

from tests.applications.conftest import IBAN, field

LABEL = {"it": "Spese", "en": "Costs"}
ITEMS = [
    {
        "code": code,
        "it": code,
        "en": code,
        "legal": legal,
        "legal_reference": "",
        "basis": {"kind": "real"},
        "proof": [],
    }
    for code, legal in (("stand", "eligible"), ("dinner", "excluded"))
]
MONEY = {
    "kind": "items", "field": "costs", "item": "what", "amount": "net", "items": ITEMS, "rate": "50", "rates": [],
    "premiums": [], "caps": [], "cap": "30000.00", "reference": "",
}  # fmt: skip
APPLICANTS = {
    "kinds": ["network"], "members": {"least": 3, "most": 4}, "share_field": "firm", "join": "either",
    "member_rules": [
        {"code": "sme", "it": "PMI", "en": "SME", "expression": "facts.size in ['micro', 'small', 'medium']"},
    ],
}  # fmt: skip


def definition():
    choices = [{"code": item["code"], "it": item["it"], "en": item["en"]} for item in ITEMS]
    costs = field(
        "costs", "group", label=LABEL,
        fields=[
            field("what", "choice", choices=choices), field("firm"), field("amount", "money"),
            field("net", "computed", result="money", formula="row.amount * 1.0"),  # a cost may be reckoned
        ],
    )  # fmt: skip
    known = field("firm_name", required=False, prefill="enterprise.name")
    own = [costs, field("true", "declaration"), field("iban", "iban"), known]
    return [
        {"id": "project", "title": {"it": "Progetto", "en": "Project"}, "fields": [field("title")]},
        {"id": "own", "title": {"it": "La tua parte", "en": "Your part"}, "each": "member", "fields": own},
    ]


def own_answers(*amounts):
    rows = [{"what": what, "amount": amount} for what, amount in amounts]
    return {"costs": rows, "true": True, "iban": IBAN}
