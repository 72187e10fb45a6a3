"""The description is true: what it allows is answered as it says, what it forbids is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    positive_data_acceptance,
    response_schema_conformance,
    status_code_conformance,
)

from cineblend.web.settings import Settings
from web_world import client_of, made_world

pytestmark = pytest.mark.slow
ALWAYS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


EXAMPLES = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_operation_keeps_to_its_description(tmp_path: Path, mode: GenerationMode) -> None:
    chosen = Settings(
        model=tmp_path, database=tmp_path / "people.db", reload_seconds=0, allowed_hosts=("testserver",)
    )
    with client_of(chosen, made_world()) as client:
        profile_id = client.post("/api/v1/profiles").json()["profile_id"]
        client.put(f"/api/v1/profiles/{profile_id}/ratings/700", json={"rating": 5})
        there = {"profile_id": profile_id, "item_id": "700"}
        schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", client.app)
        operations: list[Any] = [found.ok() for found in schema.get_all_operations()]  # type: ignore[union-attr]
        assert len(operations) == 41
        kept = [keep_to_it(operation, mode, there) for operation in operations]
    # Some take nothing, or any text in their path: nothing can be wrong with that.
    assert sum(kept) == {GenerationMode.POSITIVE: 41, GenerationMode.NEGATIVE: 19}[mode]


def keep_to_it(operation: Any, mode: GenerationMode, there: dict[str, str]) -> bool:
    """Ask what the description allows, or what it forbids, and judge the answers by it; False for nothing."""

    @EXAMPLES
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        answer = case.call()
        case.validate_response(answer, excluded_checks=[positive_data_acceptance])
        if case.meta.generation.mode is GenerationMode.POSITIVE and answer.status_code == 422:
            # What no schema says: films and genres that are not there, a range the wrong way round.
            assert answer.json()["type"] == "urn:cineblend:problem:invalid"
            assert "errors" not in answer.json(), answer.json()["errors"]
        # The same again with ids that are there: made-up ones are 404 and go no further.
        known = {name: value for name, value in there.items() if name in (case.path_parameters or {})}
        erases = case.method.upper() == "DELETE" and case.path.endswith("{profile_id}")
        if known and not erases:
            case.path_parameters = {**case.path_parameters, **known}
            case.validate_response(case.call(), checks=ALWAYS)

    try:
        ask()
    except Unsatisfiable:
        return False
    return True
