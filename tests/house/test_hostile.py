"""Every page with a value that means nothing in each parameter it reads: a page that says so, never an error of ours."""

import inspect
import re
import sys

import pytest
from django.db import transaction
from tests.house.people import everybody

#: A digit that is no decimal, a negative number, one that no column holds, what the database cannot hold, the first and
#: the last day there are, a cursor with a number beyond every float.
HOSTILE = ("²", "-1", "1" + "0" * 30, "\0", "0001-01-01", "9999-12-31", "WyJhIiwgMWU5OTld")

_READ = re.compile(r'GET(?:\.get(?:list)?\(|\[)"(\w+)"')
_FORM = re.compile(r"<form[^>]*method=\"get\".*?</form>", re.S | re.I)
_NAME = re.compile(r'<(?:input|select)[^>]*\bname="([\w-]+)"')


def parameters(view, page: str) -> set[str]:
    """What a page reads of its query: what its module says, and the fields of the forms that lead to it."""
    found = set(_READ.findall(inspect.getsource(sys.modules[view.__module__])))
    for form in _FORM.findall(page):
        found |= set(_NAME.findall(form))
    return found - {"csrfmiddlewaretoken"}


@pytest.mark.slow  # every page of the desk and of the site, each parameter, each value
@pytest.mark.timeout(1500)
def test_no_page_breaks_on_a_hostile_value(demonstration, pages, url_table):
    """One value in turn for each parameter of each page: all seven would cost the walk over again six times."""
    views = {name: view for name, _, view in url_table}
    director = everybody()["director"]
    director.raise_request_exception = False
    wrong, asked, known = [], 0, set()
    for visit in pages:
        if visit.who != "director" or visit.status != 200 or visit.name in known:
            continue
        known.add(visit.name)
        path = visit.path.partition("?")[0]
        with transaction.atomic():
            answer = director.get(path)
        html = "" if answer.streaming or "html" not in answer.get("Content-Type", "") else answer.content.decode()
        if answer.streaming:
            answer.getvalue()
        for turn, name in enumerate(sorted(parameters(views[visit.name], html)), len(known)):
            asked += 1
            value = HOSTILE[turn % len(HOSTILE)]
            with transaction.atomic():
                answer = director.get(path, {name: value})
                if answer.streaming:
                    answer.getvalue()
            if answer.status_code >= 500:
                wrong.append(f"{path}?{name}={value!r}: {answer.status_code}")
    assert not wrong, f"{len(wrong)} of {asked}:\n" + "\n".join(wrong)
    assert asked > 250
