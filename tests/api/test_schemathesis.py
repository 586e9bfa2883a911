"""The served API against its own description: every answer is what the document promises, whatever is sent."""

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings

#: Seconds for an answer: the first one of a web worker loads the whole portal, and the machine may be busy with other tests.
PATIENCE = 120


@pytest.mark.slow  # a served demonstration and many requests per operation
@pytest.mark.browser  # like the browser's journeys it needs the whole portal, once
def test_every_operation_keeps_its_promises(demo_portal):
    schema = schemathesis.openapi.from_url(f"{demo_portal.url}/api/v1/openapi.json", timeout=PATIENCE)
    tried = []
    for found in schema.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy())
        @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        def keeps_its_promises(case):
            case.call_and_validate(timeout=PATIENCE)

        keeps_its_promises()
        tried.append(operation.path)
    assert len(tried) >= 8


@pytest.mark.slow  # a served demonstration
@pytest.mark.browser
def test_open_data_walks_from_page_to_page(demo_portal):
    """Every award is met once, whatever the size of the page."""
    found, cursor = [], None
    while True:
        query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = requests.get(f"{demo_portal.url}/api/v1/budget-lines", params=query, timeout=20).json()
        found += [row["code"] for row in page["results"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(found) == len(set(found)) > 2
