"""Whatever is sent, the answer is one that the description promises, and never a failure of ours."""

from __future__ import annotations

import datetime as dt

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from jifen.core import clock

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
#: A handful that takes every kind of value: days, figures, texts, ids, filters, whole files.
OPERATIONS = [
    ("POST", "/api/v1/reports"),
    ("GET", "/api/v1/reports"),
    ("GET", "/api/v1/reports/{report_id}"),
    ("POST", "/api/v1/reports/approve"),
    ("POST", "/api/v1/reports/{report_id}/return"),
    ("GET", "/api/v1/members"),
    ("GET", "/api/v1/members/{member_id}/statement"),
    ("GET", "/api/v1/members/{member_id}/score"),
    ("GET", "/api/v1/rankings"),
    ("POST", "/api/v1/units"),
    ("POST", "/api/v1/posts"),
    ("POST", "/api/v1/members"),
    ("POST", "/api/v1/members/{member_id}/exemptions"),
    ("POST", "/api/v1/members/{member_id}/transfers"),
    ("POST", "/api/v1/rulebooks/check"),
    ("POST", "/api/v1/tokens"),
    ("GET", "/api/v1/audit"),
    ("GET", "/api/v1/me/data"),
    ("POST", "/api/v1/privacy-requests"),
    ("GET", "/api/v1/privacy-requests"),
    ("POST", "/api/v1/privacy-requests/{request_id}/answer"),
    ("POST", "/api/v1/members/{member_id}/erase"),
]


@pytest.fixture
def real(as_, town):
    """Ids that exist, so that what lies behind the first door is reached too."""
    day = (clock.today() - dt.timedelta(days=1)).isoformat()
    filed = as_("member").post("/reports", {"item": "志愿服务", "occurred_on": day, "quantity": "2"})
    wish = {"kind": "correct", "what": "name", "value": "陈国壮"}
    asked = as_("member").post("/privacy-requests", wish)
    return {
        "report_id": filed.get_json()["id"],
        "member_id": town.people["member"],
        "request_id": asked.get_json()["id"],
    }


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=lambda part: part)
def test_no_input_breaks_an_answer(app, as_, real, method, path):
    callers = [as_("leader"), as_("secretary"), as_("office")]
    operation = schemathesis.openapi.from_wsgi("/api/openapi.json", app)[path][method]
    known = {name: value for name, value in real.items() if f"{{{name}}}" in path} or None
    cases = st.one_of(
        operation.as_strategy(GenerationMode.POSITIVE, path_parameters=known),
        operation.as_strategy(GenerationMode.NEGATIVE, path_parameters=known),
        operation.as_strategy(GenerationMode.POSITIVE),
    )

    @settings(
        max_examples=20,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, number=st.integers(0, len(callers) - 1))
    def every(case, number):
        headers = {"Authorization": f"Bearer {callers[number].token}"}
        case.call_and_validate(headers=headers, checks=CHECKS)

    every()
