"""What loading a folder would change: compared with the database, and said in sentences an officer reads."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import takewhile
from typing import Any

from levante.kernel.pure import Bilingual, format_euro
from levante.programme import vocabulary as words
from levante.programme.definitions import DirectionAction, TieChange
from levante.programme.frame import Programme
from levante.programme.money import Movement
from levante.programme.reading import MODELS, Folder, attributes
from levante.programme.schema import LINKS
from levante.programme.ties import held_at_desk

#: Sections as an officer calls them: with the article, and the noun alone.
NAMES: dict[str, tuple[str, str]] = {
    "programme": ("il programma", "programma"),
    "bodies": ("l’ufficio", "ufficio"),
    "triennia": ("il triennio", "triennio"),
    "acts": ("l’atto", "atto"),
    "strategies": ("la strategia", "strategia"),
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

#: Fields as an officer calls them.
FIELDS: dict[str, str] = {
    "name": "nome", "title": "titolo", "summary": "descrizione", "text": "testo", "short": "nome breve", "source": "fonte",
    "confidence": "certezza", "note": "nota", "demonstration": "dato dimostrativo", "kind": "tipo", "role": "ruolo",
    "triennium": "triennio", "number": "numero", "adopted_on": "data di adozione", "burp_number": "numero del BURP",
    "burp_date": "data del BURP", "url": "indirizzo", "amends": "atto modificato", "replaces": "atto sostituito",
    "first_year": "primo anno", "last_year": "ultimo anno", "previous": "triennio precedente", "act": "atto",
    "since": "dal", "until": "al", "period": "periodo", "fund": "fondo", "parent": "appartiene a", "position": "ordine",
    "direction": "direttrice", "action": "azione", "scope": "ambito", "definition": "definizione", "unit": "unità",
    "indicator": "indicatore", "value": "valore", "on": "data", "lead_office": "ufficio capofila", "offices": "uffici",
    "sectors": "settori", "tourism_tie": "legame con il turismo", "tourism_note": "nota sul turismo",
    "continues": "prosegue", "continuity": "continuità", "state": "stato", "country": "paese", "place": "luogo",
    "comuni": "comuni", "starts_on": "inizio", "ends_on": "fine", "intervention": "intervento", "state_on": "stato al",
    "directions": "direttrici", "indicators": "indicatori", "initiative": "iniziativa", "office": "ufficio",
    "year": "anno", "chapter": "capitolo", "email": "posta elettronica", "pec": "pec", "region": "regione",
    "nuts": "codice NUTS", "description": "testo", "code": "codice",
}  # fmt: skip

#: What may no longer change once money has moved on it: the register would be rewritten.
FROZEN = {"lines": {"triennium"}, "acts": {"triennium"}}


@dataclass(frozen=True, slots=True)
class Change:
    """One row added, changed or removed. ``before`` and ``after`` map each changed attribute to its value."""

    section: str
    code: str
    kind: str  # added, changed, removed; kept: changed at the desk
    label: str = ""
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    done: str = ""  # of what is kept: what the desk did
    why: str = ""  # of what is kept: when, who and the reason

    def sentence(self) -> str:
        the, _ = NAMES[self.section]
        name = f"{the} “{self.code}”" + (f" ({self.label})" if self.label else "")
        if self.kind == "added":
            return f"Si aggiunge {name}."
        if self.kind == "removed":
            return f"Si toglie {name}."
        if self.kind == "kept":
            where = {"added": "nella cartella non c’è", "removed": "nella cartella c’è ancora"}
            told = where.get(self.done, "nella cartella è scritto diversamente")
            return f"Resta com’è stato deciso alla scrivania {name} ({self.why}): {told}."
        parts = []
        for attribute in self.after:
            before, after = _where_they_differ(self.before[attribute], self.after[attribute])
            said = (_shown(_in_words(self.section, attribute, value)) for value in (before, after))
            parts.append(f"{_field(attribute)} da {' a '.join(said)}")
        return f"Cambia {name}: {'; '.join(parts)}."


@dataclass(slots=True)
class Changes:
    rows: list[Change]
    unchanged: int
    kept: list[Change] = field(default_factory=list)  # changed at the desk, and the folder says otherwise
    given_back: set[str] = field(default_factory=set)  # ties the desk had changed and the folder takes again

    def of(self, kind: str) -> list[Change]:
        return [change for change in self.rows if change.kind == kind]

    def __bool__(self) -> bool:
        return bool(self.rows)


def changes_of(folder: Folder, *, ties_from_folder: bool = False) -> Changes:
    """Compare a folder with the database. About one query a section.

    Ties changed at the desk are left alone and told apart (``kept``), unless they are to be taken from the folder again.
    """
    programme = Programme.objects.filter(code=folder.programme.code).first()
    found: list[Change] = []
    unchanged = 0
    wanted_head = programme_attributes(folder)
    if programme is None:
        found.append(Change("programme", folder.programme.code, "added", folder.programme.name.it, after=wanted_head))
    else:
        kept = {name: getattr(programme, name) for name in wanted_head}
        unchanged += _compare("programme", folder.programme.code, kept, wanted_head, found)
    at_desk = held_at_desk(programme)
    held = {} if ties_from_folder else at_desk
    kept_changes = [change for code in sorted(held) if (change := _held(code, held[code], folder)) is not None]
    for section in MODELS:
        kept_rows = stored(section, programme, folder)
        for code, entry in folder.rows[section].items():
            wanted = attributes(section, entry)
            if section == "direction_actions" and code in held:
                unchanged += 1
            elif code not in kept_rows:
                found.append(Change(section, code, "added", _label(wanted), after=wanted))
            else:
                unchanged += _compare(section, code, kept_rows[code], wanted, found)
        if section != "bodies":  # offices are shared with other programmes: a folder that is silent does not close them
            for code in kept_rows.keys() - folder.rows[section].keys():
                if section == "direction_actions" and code in held:
                    continue
                found.append(Change(section, code, "removed", _label(kept_rows[code])))
    known = recorded_movements(programme)
    for code, entry in folder.rows["movements"].items():
        if code in known:
            unchanged += 1
        else:
            label = f"{format_euro(entry.amount)} sulla linea {entry.line}"
            found.append(Change("movements", code, "added", label))
    return Changes(found, unchanged, kept_changes, set(at_desk) if ties_from_folder else set())


def _held(code: str, change: TieChange, folder: Folder) -> Change | None:
    """A tie that the desk holds, when the folder does not say the same of it."""
    entry = folder.rows["direction_actions"].get(code)
    wanted = attributes("direction_actions", entry) if entry is not None else {}
    told = {
        name: wanted[name].isoformat() if isinstance(wanted[name], date) else wanted[name]
        for name in change.after
        if wanted
    }
    if told == change.after:
        return None
    why = f"il {change.at:%d/%m/%Y} da {change.by_label or 'il sistema'}: {change.reason}"
    return Change("direction_actions", code, "kept", done=change.kind, why=why, before=change.after, after=told)


def programme_attributes(folder: Folder) -> dict[str, Any]:
    head = folder.programme
    return {
        "name_it": head.name.it,
        "name_en": head.name.en,
        "region_it": head.region.it,
        "region_en": head.region.en,
        "nuts": head.nuts,
        "description_it": folder.texts["it"],
        "description_en": folder.texts["en"],
        "source": head.source,
    }


def stored(section: str, programme: Programme | None, folder: Folder) -> dict[str, dict[str, Any]]:
    """The rows of a section as the database holds them, as attributes by code."""
    model, links = MODELS[section], LINKS.get(section, {})
    if section == "bodies":
        rows = model.objects.filter(code__in=folder.rows["bodies"])
    elif programme is None:
        return {}
    else:
        rows = model.objects.filter(programme=programme)
    if section == "acts":
        rows = rows.exclude(code__startswith=words.AT_WORK)
    concrete = {each.name for each in model._meta.fields if each.name != "programme"}
    many = [each.name for each in model._meta.many_to_many if each.name in links]
    rows = rows.select_related(*(name for name in links if name in concrete)).prefetch_related(*many)
    found = {}
    for row in rows.order_by("pk"):
        kept: dict[str, Any] = {}
        for name in concrete:
            if name in links:
                target = getattr(row, name)
                kept[name] = target.code if target is not None else None
            else:
                kept[name] = getattr(row, name)
        for name in many:
            kept[name] = tuple(sorted(target.code for target in getattr(row, name).all()))
        found[row.code] = kept
    return found


def movement_key(programme_code: str, code: str) -> str:
    return f"programme:{programme_code}:{code}"


def recorded_movements(programme: Programme | None) -> dict[str, Movement]:
    """The movements that loading this programme's folder has recorded, by their code."""
    if programme is None:
        return {}
    start = movement_key(programme.code, "")
    rows = Movement.objects.filter(idempotency_key__startswith=start).select_related("line", "act").order_by("pk")
    return {str(row.idempotency_key).removeprefix(start): row for row in rows}


def refusals(folder: Folder, *, ties_from_folder: bool = False) -> list[Bilingual]:
    """What is not allowed: a recorded movement changed or taken out of the folder, a line moved to another triennium, a tie
    that would run beside one decided at the desk."""
    programme = Programme.objects.filter(code=folder.programme.code).first()
    if programme is None:
        return []
    ties = [] if ties_from_folder else list(_tie_refusals(folder, programme))
    return [*_movement_refusals(folder, programme), *_frozen_refusals(folder, programme), *ties]


def _tie_refusals(folder: Folder, programme: Programme) -> Iterator[Bilingual]:
    held = held_at_desk(programme)
    decided = DirectionAction.objects.filter(programme=programme, code__in=held).select_related("direction", "action")
    for row in decided.order_by("pk"):
        for code, entry in folder.rows["direction_actions"].items():
            apart = (entry.until and row.since and entry.until < row.since) or (
                entry.since and row.until and row.until < entry.since
            )
            if (
                code not in held
                and (entry.direction, entry.action) == (row.direction.code, row.action.code)
                and not apart
            ):
                yield Bilingual(
                    f"Il legame “{code}” corre negli stessi giorni di “{row.code}”, deciso alla scrivania: cambialo nella "
                    "cartella, o riprendi i legami della cartella con --ties-from-folder.",
                    f"Tie “{code}” runs in the same days as “{row.code}”, decided at the desk: change it in the folder, or "
                    "take the folder's ties again with --ties-from-folder.",
                )


def _movement_refusals(folder: Folder, programme: Programme) -> Iterator[Bilingual]:
    for code, row in recorded_movements(programme).items():
        entry = folder.rows["movements"].get(code)
        if entry is None:
            amount = abs(row.amount)
            yield Bilingual(
                f"Il movimento “{code}” è registrato ({format_euro(amount)} sulla linea {row.line.code}) e non si può "
                "togliere: si corregge registrandone un altro.",
                f"Movement “{code}” is recorded ({format_euro(amount, 'en')} on line {row.line.code}) and cannot be taken "
                "away: another one mends it.",
            )
            continue
        line, act = (entry.to, entry.to_act or entry.act) if entry.to else (entry.line, entry.act)
        wanted = (entry.kind, line, act, entry.amount, entry.on, entry.exercise)
        if wanted != (row.kind, row.line.code, row.act.code, row.amount, row.on, row.exercise):
            yield Bilingual(
                f"Il movimento “{code}” è già registrato e non si può cambiare: si corregge registrandone un altro.",
                f"Movement “{code}” is already recorded and cannot be changed: another one mends it.",
            )


def _frozen_refusals(folder: Folder, programme: Programme) -> Iterator[Bilingual]:
    for section, path in (("lines", "line__code"), ("acts", "act__code")):
        used = set(Movement.objects.of(programme).order_by().values_list(path, flat=True).distinct())
        kept = stored(section, programme, folder)
        for code in sorted(used & folder.rows[section].keys()):
            for name in FROZEN[section]:
                if getattr(folder.rows[section][code], name) != kept[code][name]:
                    yield Bilingual(
                        f"Non si può cambiare il campo {_field(name)} di “{code}” ({NAMES[section][1]}): "
                        "vi sono già movimenti registrati.",
                        f"The {name} of “{code}” ({section}) cannot be changed: movements are already recorded.",
                    )


def _compare(section: str, code: str, kept: dict[str, Any], wanted: dict[str, Any], found: list[Change]) -> int:
    different = [name for name, value in wanted.items() if _plain(kept[name]) != _plain(value)]
    if not different:
        return 1
    before = {name: kept[name] for name in different}
    after = {name: wanted[name] for name in different}
    found.append(Change(section, code, "changed", _label(wanted), before, after))
    return 0


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _label(row: dict[str, Any]) -> str:
    text = row.get("short_it") or row.get("name_it") or row.get("title_it") or ""
    return text if len(text) <= 90 else text[:89] + "…"


def _field(attribute: str) -> str:
    for end, language in (("_it", ""), ("_en", " in inglese")):
        if attribute.endswith(end) and attribute[:-3] in FIELDS:
            return FIELDS[attribute[:-3]] + language
    return FIELDS.get(attribute, attribute)


#: Fields whose codes have words.
WORDS: dict[tuple[str, str], dict[str, Bilingual]] = {
    ("acts", "kind"): words.ACT_KINDS,
    ("acts", "role"): words.ACT_ROLES,
    ("sectors", "kind"): words.SECTOR_KINDS,
    ("funds", "kind"): words.FUND_KINDS,
    ("indicators", "kind"): words.INDICATOR_KINDS,
    ("indicators", "scope"): words.INDICATOR_SCOPES,
    ("figures", "kind"): words.FIGURE_KINDS,
    ("interventions", "tourism_tie"): words.TOURISM_TIES,
    ("interventions", "continuity"): words.CONTINUITY,
    ("initiatives", "kind"): words.INITIATIVE_KINDS,
    ("initiatives", "state"): words.INITIATIVE_STATES,
    ("measures", "state"): words.MEASURE_STATES,
}


def _in_words(section: str, attribute: str, value: Any) -> Any:
    labels = words.CONFIDENCE if attribute == "confidence" else WORDS.get((section, attribute), {})
    return labels[value].it if value in labels else value


def _where_they_differ(before: Any, after: Any) -> tuple[Any, Any]:
    """Two long texts, from shortly before the first letter that differs; anything else as it is."""
    if not (isinstance(before, str) and isinstance(after, str)) or max(len(before), len(after)) <= 80:
        return before, after
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    start = max(0, same - 20)
    return tuple(("…" if start else "") + text[start:] for text in (before, after))  # type: ignore[return-value]


def _shown(value: Any) -> str:
    if value in (None, "", ()):
        return "vuoto"
    if isinstance(value, bool):
        return "sì" if value else "no"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal):
        return str(value).replace(".", ",")
    if isinstance(value, (tuple, list)):
        return _listed(map(str, value))
    text = str(value)
    return f"“{text if len(text) <= 80 else text[:79] + '…'}”"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
