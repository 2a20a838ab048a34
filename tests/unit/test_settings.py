"""Settings are read once, and a wrong one is told by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tocsin.errors import BadInput
from tocsin.settings import DEFAULT_LIMIT, DEFAULT_THRESHOLD, Server, load_settings, parse_server


def test_without_variables_the_defaults_hold() -> None:
    settings = load_settings({"XDG_DATA_HOME": "/somewhere"})
    assert (settings.home, settings.threshold, settings.limit) == (Path("/somewhere/tocsin"), DEFAULT_THRESHOLD, DEFAULT_LIMIT)


def test_what_the_caller_says_goes_before_the_environment() -> None:
    assert load_settings({"TOCSIN_HOME": "/one"}, home=Path("/two")).home == Path("/two")
    assert load_settings({"TOCSIN_HOME": "/one"}).home == Path("/one")


@pytest.mark.parametrize(("name", "value"), [("TOCSIN_THRESHOLD", "1.5"), ("TOCSIN_LIMIT", "many"), ("TOCSIN_LIMIT", "nan"), ("TOCSIN_TIMEOUT_S", "0"), ("TOCSIN_KEEP_QUERIES", "some"), ("TOCSIN_KEEP_QUERIES_DAYS", "0")])
def test_a_value_out_of_range_is_refused_by_the_name_of_its_variable(name: str, value: str) -> None:
    with pytest.raises(BadInput, match=name):
        load_settings({name: value})


def test_nothing_is_kept_of_questions_unless_it_is_said() -> None:
    assert (load_settings({}).keep_queries, load_settings({}).keep_queries_days) == ("none", 30)
    told = load_settings({"TOCSIN_KEEP_QUERIES": " Full ", "TOCSIN_KEEP_QUERIES_DAYS": "7"})
    assert (told.keep_queries, told.keep_queries_days) == ("full", 7)


def test_a_misspelt_setting_is_not_taken_for_the_default() -> None:
    with pytest.raises(BadInput, match="did you mean 'TOCSIN_LIMIT'"):
        load_settings({"TOCSIN_LIMITT": "5"})


@pytest.mark.parametrize(("url", "told"), [
    ("postgresql://tocsin@db.example/register", "postgresql://tocsin@db.example:5432/register"),
    ("postgres://db.example:6000/register", "postgresql://db.example:6000/register"),
    ("postgresql://u:se%40cret%2F@[2001:db8::1]/register", "postgresql://u@[2001:db8::1]:5432/register"),
    ("postgresql:///register", "postgresql://localhost:5432/register"),
    ("postgresql://u@/register?host=/run/postgresql&port=5433", "postgresql://u@/register?host=/run/postgresql&port=5433"),
])
def test_the_database_may_be_on_a_server_and_its_name_never_tells_a_password(url: str, told: str) -> None:
    settings = load_settings({"TOCSIN_DATABASE": url, "TOCSIN_HOME": "/one"})
    assert isinstance(settings.database, Server)
    assert str(settings.database) == told
    assert "cret" not in repr(settings)
    assert parse_server(told, name="x").host == settings.database.host


def test_a_password_is_read_with_all_its_characters() -> None:
    server = parse_server("postgresql://u%3A:s%3A%2F%3F%23%5B%25@h/d%20b", name="x")
    assert (server.user, server.password, server.database) == ("u:", "s:/?#[%", "d b")


@pytest.mark.parametrize(("url", "mode"), [
    ("postgresql://db.example/r", "verify-full"), ("postgresql://localhost/r", "disable"), ("postgresql://127.0.0.1/r", "disable"),
    ("postgresql://db.example/r?sslmode=require", "require"), ("postgresql:///r?host=/run/postgresql", "disable"),
])
def test_a_server_on_another_machine_must_show_who_it_is_unless_the_url_says_otherwise(url: str, mode: str) -> None:
    assert parse_server(url, name="x").sslmode == mode


@pytest.mark.parametrize("url", [
    "mysql://u:secret@h/d", "postgresql:secret", "postgresql://u:secret@h", "postgresql://u:secret@h/", "secret",
    "postgresql://u:secret@h:port/d", "postgresql://u:secret@h/d?mode=x", "postgresql://u:secret?@h/d", "postgresql://u:s#ecret@h/d",
    "postgresql://u:secret/@h/d", "postgresql://u:secret@h/d?sslmode=maybe", "postgresql://u:secret@[h/d", "postgresql://u:secret@h/d?port=x",
    "postgresql://u:secret@h:99999/d",
])
def test_a_url_that_is_none_is_refused_without_showing_any_of_it(url: str) -> None:
    with pytest.raises(BadInput, match="Setting TOCSIN_DATABASE: expected postgresql://") as raised:
        load_settings({"TOCSIN_DATABASE": url})
    assert "ecret" not in str(raised.value)
