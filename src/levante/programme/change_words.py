"""The words in which the differences of a programme are told: sections, fields and the codes that have names."""

from levante.kernel.pure import Bilingual
from levante.programme import vocabulary as words

#: Sections as an officer calls them: with the article, and the noun alone.
NAMES: dict[str, tuple[str, str]] = {
    "programme": ("il programma", "programma"),
    "bodies": ("l’ufficio", "ufficio"),
    "triennia": ("il triennio", "triennio"),
    "acts": ("l’atto", "atto"),
    "strategies": ("la strategia", "strategia"),
    "values": ("il valore scelto dal programma", "valore scelto dal programma"),
    "periods": ("il periodo di programmazione", "periodo di programmazione"),
    "funds": ("il fondo", "fondo"),
    "actions": ("l’azione", "azione"),
    "directions": ("la direttrice", "direttrice"),
    "direction_actions": ("il legame tra direttrice e azione", "legame tra direttrice e azione"),
    "sectors": ("il settore", "settore"),
    "indicators": ("l’indicatore", "indicatore"),
    "figures": ("il dato", "dato"),
    "interventions": ("l’intervento", "intervento"),
    "initiatives": ("l’iniziativa", "iniziativa"),
    "measures": ("la misura", "misura"),
    "lines": ("la linea di bilancio", "linea di bilancio"),
    "movements": ("il movimento", "movimento"),
}

#: The same in English, the noun alone: English needs no article of its own.
NAMES_EN: dict[str, str] = {
    "programme": "programme", "bodies": "office", "triennia": "triennium", "acts": "act", "strategies": "strategy",
    "periods": "programming period",
    "values": "value chosen by the programme", "funds": "fund", "actions": "action", "directions": "direction",
    "direction_actions": "tie of direction and action", "sectors": "sector", "indicators": "indicator",
    "figures": "figure", "interventions": "intervention", "initiatives": "initiative", "measures": "measure",
    "lines": "budget line", "movements": "movement",
}  # fmt: skip

#: Fields as an officer calls them.
FIELDS: dict[str, str] = {
    "name": "nome", "title": "titolo", "summary": "descrizione", "text": "testo", "short": "nome breve", "source": "fonte",
    "confidence": "certezza", "note": "nota", "demonstration": "dato dimostrativo", "kind": "tipo", "role": "ruolo",
    "triennium": "triennio", "number": "numero", "adopted_on": "data di adozione", "burp_number": "numero del BURP",
    "burp_date": "data del BURP", "url": "indirizzo", "amends": "atto modificato", "replaces": "atto sostituito",
    "first_year": "primo anno", "last_year": "ultimo anno", "previous": "triennio precedente", "act": "atto",
    "since": "primo giorno", "until": "ultimo giorno", "period": "periodo", "fund": "fondo", "parent": "appartiene a", "position": "ordine",
    "direction": "direttrice", "action": "azione", "scope": "ambito", "definition": "definizione", "unit": "unità",
    "indicator": "indicatore", "value": "valore", "on": "data", "lead_office": "ufficio capofila", "offices": "uffici",
    "sectors": "settori", "tourism_tie": "legame con il turismo", "tourism_note": "nota sul turismo",
    "continues": "prosegue", "continuity": "continuità", "state": "stato", "country": "paese", "place": "luogo",
    "comuni": "comuni", "starts_on": "inizio", "ends_on": "fine", "intervention": "intervento", "state_on": "stato al",
    "directions": "direttrici", "indicators": "indicatori", "initiative": "iniziativa", "office": "ufficio",
    "year": "anno", "chapter": "capitolo", "email": "posta elettronica", "pec": "pec", "region": "regione",
    "nuts": "codice NUTS", "description": "testo", "code": "codice", "amount": "importo", "line": "linea",
    "exercise": "esercizio", "commitment_number": "numero di impegno", "subject": "soggetto", "reason": "motivo",
    "to": "linea di arrivo", "to_act": "atto di arrivo",
    "signatory": "chi firma gli atti", "act_kind": "tipo di atto", "act_verb": "verbo degli atti",
    "act_norms": "norme degli atti", "award_norms": "norme degli atti di concessione", "act_source": "fonte per gli atti",
    "parameter": "parametro", "act_on": "atti, al", "counts": "che cosa si conta",
    "initiative_kinds": "iniziative che sono un sostegno", "release_of": "che cosa si libera",
}  # fmt: skip

#: Fields whose codes have words.
WORDS: dict[tuple[str, str], dict[str, Bilingual]] = {
    ("acts", "kind"): words.ACT_KINDS,
    ("acts", "role"): words.ACT_ROLES,
    ("sectors", "kind"): words.SECTOR_KINDS,
    ("funds", "kind"): words.FUND_KINDS,
    ("indicators", "kind"): words.INDICATOR_KINDS,
    ("indicators", "scope"): words.INDICATOR_SCOPES,
    ("indicators", "counts"): words.INDICATOR_COUNTS,
    ("indicators", "initiative_kinds"): words.INITIATIVE_KINDS,
    ("figures", "kind"): words.FIGURE_KINDS,
    ("interventions", "tourism_tie"): words.TOURISM_TIES,
    ("interventions", "continuity"): words.CONTINUITY,
    ("initiatives", "kind"): words.INITIATIVE_KINDS,
    ("initiatives", "state"): words.INITIATIVE_STATES,
    ("measures", "state"): words.MEASURE_STATES,
}


#: Fields that a sentence “from … to …” cannot call by their own name.
DAYS_EN = {"since": "first day", "until": "last day"}


def field_named(attribute: str, language: str) -> str:
    """A field as an officer calls it; the English half of a text says so."""
    name, half = attribute, ""
    for end, it, en in (("_it", "", " in Italian"), ("_en", " in inglese", "")):
        if attribute.endswith(end) and attribute[:-3] in FIELDS:
            name, half = attribute[:-3], en if language == "en" else it
    return (DAYS_EN.get(name, name.replace("_", " ")) if language == "en" else FIELDS.get(name, name)) + half
