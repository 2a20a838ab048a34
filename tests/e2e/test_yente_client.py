"""The client of yente's makers, as it is published, against a service on this machine."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from yente_client import AsyncClient, Client
from yente_client.entities import Company, Person
from yente_client.exceptions import AuthenticationError, BadRequestError, NotFoundError

from tocsin.app import App
from tocsin.settings import Settings
from tocsin.store.access import add_key
from tocsin.store.desk import open_desk
from tocsin.web import make_web

LAKHVI = Person(name=["Zakiur Rehman Lakhwi"], birthDate=["1960"], nationality=["pk"])


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a running service with the routes at its root too, and a machine's key."""
    app = App(Settings(home=tmp_path_factory.mktemp("home"), yente_at_root=True))
    app.ensure_register()
    with open_desk(app.settings.desk, write=True) as connection:
        _, key = add_key(connection, "client", "machine", by="test", at=dt.datetime.now(dt.UTC))
    server = uvicorn.Server(uvicorn.Config(make_web(app), log_level="error", lifespan="off", ws="none"))
    with socket.create_server(("127.0.0.1", 0)) as door:
        running = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
        running.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}", key
        server.should_exit = True
        running.join(timeout=30)
    assert not running.is_alive()


@pytest.fixture(params=["/yente", ""], ids=["under yente", "at the root"])
def client(service: tuple[str, str], request: pytest.FixtureRequest) -> Iterator[Client]:
    address, key = service
    with Client(base_url=address + request.param, api_key=key) as made:
        yield made


def test_the_service_tells_of_itself(client: Client) -> None:
    assert client.healthz().status == client.readyz().status == "ok"
    told = client.datasets()
    assert {"default", "starter", "un"} <= {d.name for d in told.datasets}
    assert told.current == ["starter"]
    assert client.datasets() == told  # the second time by its tag
    scorers = client.algorithms()
    assert scorers.best in {a.name for a in scorers.algorithms}


def test_a_subject_is_matched_with_reasons(client: Client) -> None:
    found = client.match(LAKHVI, threshold=0.7, limit=3, algorithm="best", datasets=["un", "default"])
    assert found.top is not None
    assert (found.top.id, found.top.match, found.top.target) == ("zaki-ur-rehman-lakhvi", True, True)
    assert "birth.year" in found.top.contributing_explanations
    assert found.query["properties"]["birthDate"] == ["1960"]
    assert client.match(LAKHVI, exclude_entities=["starter-QDi.264"]).results == []
    assert client.match(Company(name=["Nothing Like It Ltd"])).results == []


def test_many_are_matched_in_a_stream(client: Client) -> None:
    rows = [(f"row {n}", LAKHVI if n % 2 else Person(name=[f"Ella Thorsen {n}"])) for n in range(12)]
    found = dict(client.match_iter(rows, workers=3))
    assert {key for key, one in found.items() if one.results} == {f"row {n}" for n in range(1, 12, 2)}  # type: ignore[union-attr]


def test_the_register_is_searched_and_an_entity_fetched_with_what_is_next_to_it(client: Client) -> None:
    page = client.search("lakhvi", schema="Person", countries=["pk"], facets=["countries", "datasets"], limit=1)
    assert (page.total.value, page.results[0].id) == (1, "zaki-ur-rehman-lakhvi")
    assert page.facets["countries"].values[0].label == "Pakistan"
    entity = client.fetch("starter-QDi.264")
    assert (entity.id, len(entity.properties["sanctions"])) == ("zaki-ur-rehman-lakhvi", 3)
    assert entity.first_seen is not None
    assert client.adjacent(entity.id).adjacent["sanctions"].total.value == 3
    assert client.adjacent(entity.id, prop="unknownLinkTo").total.value == 1


def test_statements_tell_which_listing_says_a_value(client: Client) -> None:
    told = client.statements(canonical_id="zaki-ur-rehman-lakhvi", prop="birthDate")
    assert {s.entity_id for s in told.results} == {"starter-QDi.264", "starter-10690", "starter-UAPA-IV-3"}


def test_errors_are_those_that_the_client_knows(client: Client, service: tuple[str, str]) -> None:
    with pytest.raises(NotFoundError, match="No such entity!"):
        client.fetch("nobody")
    with pytest.raises(NotFoundError, match="No such dataset"):
        client.match(LAKHVI, datasets=["banana"])
    with pytest.raises(BadRequestError, match="Invalid algorithm"):
        client.match(LAKHVI, algorithm="neural-net")
    with Client(base_url=f"{service[0]}/yente") as nobody, pytest.raises(AuthenticationError):
        nobody.match(LAKHVI)


def test_the_client_that_does_not_wait_works_too(service: tuple[str, str]) -> None:
    async def ask() -> str:
        async with AsyncClient(base_url=f"{service[0]}/yente", api_key=service[1]) as made:
            found = await made.match(LAKHVI)
            return found.results[0].id

    assert asyncio.run(ask()) == "zaki-ur-rehman-lakhvi"
