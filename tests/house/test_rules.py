"""The rules that hold for every test do catch what they are for."""

import warnings
from types import SimpleNamespace

import pytest
from django.core.paginator import Paginator, UnorderedObjectListWarning
from django.template import Context, engines
from tests import house_rules

from levante.identity.models import Office

OURS, THEIRS = house_rules.SOURCE / "web/templates/page.html", "/somewhere/allauth/page.html"


@pytest.fixture
def strict(monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", house_rules.Undefined())


def render(text, file=OURS, **context):
    from django.template import Origin, Template

    engine = engines["django"].engine
    return Template(text, origin=Origin(str(file)), engine=engine).render(Context(context))


@pytest.mark.parametrize(
    "text", ["{{ missing }}", "{{ row.missing }}", "{{ missing|upper }}", "{% with a=missing %}{{ a }}{% endwith %}"]
)
def test_an_undefined_variable_in_our_templates_is_an_error(text, strict):
    with pytest.raises(house_rules.UndefinedVariable, match="missing"):
        render(text, row=SimpleNamespace(name="x"))


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("{% if missing %}a{% else %}b{% endif %}", "b"),
        ("{{ missing|default:'c' }}", "c"),
        ("{{ row.name }}{{ row.empty }}", "x"),
        ("{% for each in missing %}a{% endfor %}", ""),
    ],
)
def test_a_variable_that_may_be_missing_is_said(text, rendered, strict):
    assert render(text, row={"name": "x", "empty": ""}) == rendered


def test_templates_of_others_are_theirs(strict):
    assert render("{{ missing }}{{ missing|default:'c' }}", file=THEIRS) == "c"


@pytest.mark.django_db
def test_pages_of_rows_in_no_order_are_an_error():
    with pytest.raises(UnorderedObjectListWarning):
        Paginator(Office.objects.order_by(), 10).page(1)


def test_a_warning_is_an_error():
    with pytest.raises(UserWarning):
        warnings.warn("somebody should know", UserWarning, stacklevel=1)


@pytest.mark.slow  # processes of its own, one of which is slow on purpose
def test_a_slow_test_without_the_mark_is_named(pytester_like):
    named = "over a second of processor, and not marked slow"
    out = pytester_like(
        "def test_it_waits():\n    time.sleep(0.8)\n"
        "def test_it_works():\n    while time.process_time() - START < 1.5:\n        pass\n"
    )
    assert "2 passed" in out
    assert "::test_it_works\n" in out.partition(named)[2]
    assert "::test_it_waits" not in out, "to wait is not to work"


#: A rule ten times as strict, so that the test of it need not work for seconds.
HEAD = "import time\nfrom tests import house_rules\nhouse_rules.MOST = 0.1\nSTART = time.process_time()\n"


@pytest.fixture
def pytester_like(tmp_path):
    """Run one test under the house's rules, in a process of its own."""
    import subprocess
    import sys

    root = house_rules.SOURCE.parents[1]

    def run(test):
        (tmp_path / "test_one.py").write_text(HEAD + test)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "tests.conftest"]
        done = subprocess.run(
            [*command, "-c", str(root / "pyproject.toml"), f"--rootdir={root}", str(tmp_path / "test_one.py")],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout

    return run
