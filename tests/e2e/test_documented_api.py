"""What the OpenAPI document says is what the service does: no failure, no status or body that is not described."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from tocsin.app import App
from tocsin.settings import Settings
from tocsin.store.access import add_key
from tocsin.store.desk import open_desk
from tocsin.web import Options, make_web
from tocsin.web.bodies import make_document
from tocsin.web.service import find_kinds

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def key(service: App) -> str:
    with open_desk(service.settings.desk, write=True) as connection:
        return add_key(connection, "test", "administrator", by="test", at=dt.datetime.now(dt.UTC))[1]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> App:
    app = App(Settings(home=tmp_path_factory.mktemp("service"), timeout_s=0.1))
    app.ensure_register()
    return app


@pytest.fixture(scope="module")
def document(service: App) -> schemathesis.schemas.BaseSchema:
    return schemathesis.openapi.from_asgi("/api/openapi.json", make_web(service, Options(jobs=False)))


def iter_operations() -> Iterator[tuple[str, str]]:
    """All but those that ask publishers over the network."""
    web = make_web(App(Settings(home=Path("nowhere"))), Options(jobs=False))
    for path, methods in make_document(web, find_kinds())["paths"].items():
        yield from ((path, method.upper()) for method in methods if not path.endswith("/update"))


@pytest.mark.parametrize(("path", "method"), list(iter_operations()), ids=str)
def test_an_operation_answers_as_it_is_described(
    document: schemathesis.schemas.BaseSchema, key: str, path: str, method: str
) -> None:
    @given(case=document[path][method].as_strategy())
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {key}"}, checks=CHECKS)

    ask()
