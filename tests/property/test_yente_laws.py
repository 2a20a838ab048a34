"""Whatever is asked of yente's routes is answered or refused, and never with a failure of the server."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tocsin.app import App
from tocsin.settings import Settings
from tocsin.store.access import add_key
from tocsin.store.desk import open_desk
from tocsin.web import make_web

NAMES = st.sampled_from([
    "q", "schema", "limit", "offset", "sort", "filter", "topics", "countries", "fuzzy", "simple", "facets", "filter_op",
    "target", "threshold", "cutoff", "algorithm", "include_dataset", "exclude_dataset", "exclude_schema", "changed_since",
    "exclude_entity_ids", "strict", "nested", "dataset", "entity_id", "canonical_id", "prop", "value", "prefix", "type",
    "queries", "extend", "banana",
])
TEXTS = st.text(max_size=20) | st.sampled_from([
    "default", "un", "Person", "Thing", "1", "-1", "nan", "1e400", "true", "caption:desc", "properties.birthDate:1960",
    "2020-01-01", "lakhvi", '"', "*", "(", "zaki-ur-rehman-lakhvi", "starter-QDi.264", "{}", '{"a": {}}', "\x00",
])
PARTS = st.sampled_from(["zaki-ur-rehman-lakhvi", "starter-QDi.264", "default", "un", "sanctions"]) | st.text(min_size=1, max_size=12)
VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=6,
)
EXAMPLES = st.fixed_dictionaries({"schema": TEXTS, "properties": st.dictionaries(
    st.sampled_from(["name", "birthDate", "country", "gender", "idNumber", "address", "x"]), VALUES, max_size=4
)})


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    app = App(Settings(home=tmp_path_factory.mktemp("home")))
    app.ensure_register()
    with open_desk(app.settings.desk, write=True) as connection:
        _, key = add_key(connection, "laws", "machine", by="test", at=dt.datetime.now(dt.UTC))
    return TestClient(make_web(app), headers={"Authorization": f"ApiKey {key}"}, raise_server_exceptions=False)


def check(found: Any) -> None:
    assert found.status_code in (200, 307, 308, 400, 403, 404, 405, 414, 422), found.text
    if found.status_code >= 400:
        assert set(found.json()) == {"detail"}


@settings(max_examples=150)
@given(
    route=st.sampled_from([
        "search/{}", "entities/{}", "entities/{}/adjacent", "entities/{}/adjacent/{}", "statements", "catalog", "algorithms",
        "reconcile/{}", "reconcile/{}/suggest/entity", "reconcile/{}/suggest/property", "reconcile/{}/suggest/type",
        "reconcile/{}/extend/property", "{}",
    ]), one=PARTS, other=PARTS, params=st.lists(st.tuples(NAMES, TEXTS), max_size=4),
)
def test_no_address_makes_the_server_fail(
    client: TestClient, route: str, one: str, other: str, params: list[tuple[str, str]]
) -> None:
    path = route.format(quote(one, safe=""), quote(other, safe=""))
    check(client.get(f"/yente/{path}", params=params, follow_redirects=False))


@settings(max_examples=150)
@given(queries=st.dictionaries(TEXTS, EXAMPLES | VALUES, max_size=3), params=st.lists(st.tuples(NAMES, TEXTS), max_size=3))
def test_no_query_makes_the_server_fail(client: TestClient, queries: Any, params: list[tuple[str, str]]) -> None:
    check(client.post("/yente/match/default", content=json.dumps({"queries": queries}), params=params))
    check(client.post("/yente/reconcile/default", data={"queries": json.dumps(queries)}))
    check(client.post("/yente/reconcile/default", data={"extend": json.dumps(queries)}))
