"""The floors hold for foreign keys and migrations too; every view says who it is for; no call is named in the code."""

import importlib
import re
from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "levante"

FLOORS = [
    {"kernel"},
    {"identity"},
    {"register"},
    {"documents", "notices", "exchange"},
    {"parties"},
    {"letters"},
    {"programme"},
    {"aid", "cases"},
    {"calls"},
    {"intake"},
    {"applications"},
    {"grants", "initiatives", "promotion", "investment", "competences", "directory"},
    {"claims"},
    {"payments"},
    {"controls"},
    {"participations"},
    {"meetings"},
    {"wins"},
    {"api"},
    {"web"},
]
FLOOR = {label: level for level, labels in enumerate(FLOORS) for label in labels}


def ours():
    return [config for config in apps.get_app_configs() if config.name.startswith("levante.")]


def test_every_room_has_a_floor():
    assert {config.label for config in ours()} == set(FLOOR)


def test_foreign_keys_point_down():
    wrong = []
    for config in ours():
        for model in config.get_models():
            for field in model._meta.get_fields():
                target = getattr(field, "related_model", None)
                if not field.concrete or target is None or target._meta.app_label not in FLOOR:
                    continue
                here, there = config.label, target._meta.app_label
                # The audit entry names who acted: the one key of the kernel that looks at identity.
                if (here, there) == ("kernel", "identity"):
                    continue
                if here != there and FLOOR[there] >= FLOOR[here]:
                    wrong.append(f"{model._meta.label}.{field.name} → {target._meta.label}")
    assert not wrong, wrong


def test_migrations_depend_downwards():
    wrong = []
    for (label, name), migration in MigrationLoader(None, ignore_no_migrations=True).disk_migrations.items():
        if label not in FLOOR:
            continue
        for there, _ in migration.dependencies:
            if (
                there in FLOOR
                and there != label
                and FLOOR[there] >= FLOOR[label]
                and (label, there) != ("kernel", "identity")
            ):
                wrong.append(f"{label}.{name} → {there}")
    assert not wrong, wrong


def test_every_view_says_who_it_is_for(url_table):
    silent = [name for name, _, view in url_table if not hasattr(view, "audience")]
    assert not silent, silent
    assert len(url_table) > 5


def test_public_views_are_exactly_the_site_s(url_table):
    """A public view lives in the public site, and nothing else is public."""
    wrong = [name for name, _, view in url_table if (view.audience == "public") and not name.startswith("site:")]
    assert not wrong, wrong


def test_no_call_is_named_in_the_code():
    names = set()
    for path in (ROOT / "programmes").glob("*/calls/*.y*ml"):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        code = data.get("code") or data.get("call", {}).get("code")
        assert code, f"{path.name} has no code"
        names |= {code, path.stem}
    for path in SOURCE.rglob("*.py"):
        if "demo" in path.relative_to(SOURCE).parts:
            continue
        text = path.read_text(encoding="utf-8")
        found = [name for name in names if re.search(rf"\b{re.escape(name)}\b", text)]
        assert not found, f"{path.relative_to(SOURCE)} names {found}"


def test_no_office_is_named_in_the_code():
    """Whose programme it is stands in its folder: another region's Section has another code."""
    codes = {
        body["code"]
        for path in (ROOT / "programmes").glob("*/programma.yaml")
        for body in yaml.safe_load(path.read_text(encoding="utf-8"))["bodies"]
    }
    assert len(codes) > 4
    for path in SOURCE.rglob("*.py"):
        if "demo" in path.relative_to(SOURCE).parts:
            continue
        text = path.read_text(encoding="utf-8")
        found = [code for code in codes if re.search(rf"""["']{re.escape(code)}["']""", text)]
        assert not found, f"{path.relative_to(SOURCE)} names {found}"


def test_every_service_is_keyword_only_and_told_who_acts():
    import inspect

    seen = 0
    for path in SOURCE.rglob("*.py"):
        if "@service(" not in path.read_text(encoding="utf-8") or path.parts[-2:] == ("kernel", "services.py"):
            continue
        module = importlib.import_module("levante." + ".".join(path.relative_to(SOURCE).with_suffix("").parts))
        for function in vars(module).values():
            if getattr(function, "is_service", False) and function.__module__ == module.__name__:
                parameters = inspect.signature(function).parameters
                assert "actor" in parameters, f"{module.__name__}.{function.__name__}"
                kinds = {p.kind for p in parameters.values()}
                assert kinds <= {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}, function.__name__
                seen += 1
    assert seen


@pytest.mark.parametrize("pattern", [r"@receiver\(", r"\bpost_save\b", r"\bpre_save\b", r"metaclass="])
def test_no_hidden_work(pattern):
    """No signals, no metaclasses: what happens is written where it happens."""
    found = [
        str(p.relative_to(SOURCE)) for p in SOURCE.rglob("*.py") if re.search(pattern, p.read_text(encoding="utf-8"))
    ]
    assert not found, found


def test_numbers_typed_by_people_have_one_reader():
    """Django's own fields read ``1,50`` on an English page as 150: ``NumberField`` and ``EuroField`` stand in their place."""
    own = SOURCE / "web" / "components" / "forms.py"
    wrong = re.compile(r"\bforms\.(DecimalField|FloatField)\b|sanitize_separators|\blocalized_fields\b")
    found = [
        str(p.relative_to(SOURCE))
        for p in SOURCE.rglob("*.py")
        if p != own and wrong.search(p.read_text(encoding="utf-8"))
    ]
    assert not found, found


def test_nothing_names_a_machine_or_a_registry():
    """No absolute path of somebody's machine, no host of a package registry in what is committed."""
    wrong = re.compile(r"/home/\w+/|/Users/\w+/|files\.pythonhosted\.org|pypi\.org/simple|registry\.npmjs\.org")
    found = []
    for folder in ("src", "docs", "requirements", "scripts", "programmes", "bench", ".ci"):
        for path in (ROOT / folder).rglob("*"):
            if not path.is_file() or path.suffix not in {
                ".py",
                ".md",
                ".txt",
                ".in",
                ".sh",
                ".yaml",
                ".yml",
                ".toml",
                "",
            }:
                continue
            if wrong.search(path.read_text(encoding="utf-8", errors="ignore")):
                found.append(str(path.relative_to(ROOT)))
    assert not found, found


#: What a page never reads a request with, and what it uses in its place.
NEVER_IN_A_PAGE = {
    ".isdigit(": "components.numbers.whole_number: isdigit says yes to “²”, and int() takes numbers that no column holds",
    ".isdecimal(": "components.numbers.whole_number",
    ".isnumeric(": "components.numbers.whole_number",
    "forms.DateField(": "components.forms.DayField: a day of the year 1 or 9999 has no month before or after",
}


def test_pages_read_numbers_and_days_in_one_way():
    allowed = {ROOT / "src/levante/web/components" / name for name in ("numbers.py", "forms.py")}
    wrong = [
        f"{path.relative_to(ROOT)}:{number}: {found} – use {instead}"
        for path in sorted((ROOT / "src/levante/web").rglob("*.py"))
        if path not in allowed
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for found, instead in NEVER_IN_A_PAGE.items()
        if found in line
    ]
    assert not wrong, "\n".join(wrong)
