from __future__ import annotations

import datetime as dt
import errno
import hashlib
import os
import sqlite3
from typing import Any

import msgspec
import pytest
from sqlalchemy import event

from tocsin.errors import Busy, FetchFailed, StoreFailed
from tocsin.match import open_index
from tocsin.registry.update import Request, update_register
from tocsin.sources import RawFile
from tocsin.sources.fetch import Fetched, Known, NotModified
from tocsin.store import database, raw
from tocsin.store.audit import read_audit
from tocsin.store.database import open_reader
from tocsin.store.history import find_confirmed, find_fetch_states, find_snapshots, find_state
from tocsin.store.lock import hold_update_lock
from tocsin.store.raw import load_raw

FIRST = "date 2026-01-01\nA.1 Amina Testova\nA.2 Boris Probin\nA.3 Carla Mustermann"
SECOND = "date 2026-02-01\nA.1 Amina Testova\nA.2 Boris B. Probin\nA.4 Dario Esempio"


def test_a_first_state_is_taken_whole(register: Any) -> None:
    result = register.update(FIRST)
    assert (result.outcome, result.added, result.removed, result.changed) == ("updated", 3, 0, 0)
    assert (result.listings, result.records, result.notes) == (3, {"persons": 3}, ("a note",))
    assert result.published_at == dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assert [(u.path, u.count) for u in result.unread] == [("REST", 2)]
    assert register.find_names() == {"Amina Testova", "Boris Probin", "Carla Mustermann"}
    assert load_raw(register.settings.raw, result.digest) == FIRST.encode()


def test_the_next_state_tells_what_it_changed_and_is_indexed(register: Any) -> None:
    register.update(FIRST)
    result = register.update(SECOND)
    assert (result.outcome, result.added, result.removed, result.changed) == ("updated", 1, 1, 1)
    assert register.find_names() == {"Amina Testova", "Boris B. Probin", "Dario Esempio"}
    assert register.built[-2][0] == register.built[-1][0] == open_index(register.settings.index).register
    assert [activate for _, activate in register.built] == [False, True, False, True]


def test_the_same_bytes_again_are_confirmed_and_make_no_snapshot(register: Any) -> None:
    register.update(FIRST)
    register.now += dt.timedelta(days=3)
    assert register.update(FIRST).outcome == "unchanged"
    with open_reader(register.settings.database) as connection:
        (snapshot,) = find_snapshots(connection)
        assert find_confirmed(connection, snapshot.id) == (register.now, "list.txt")
    assert len(register.built) == 2


def test_bytes_that_another_version_read_are_read_again(register: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.registry.update.CODE_VERSION", "0")
    register.update(FIRST)
    monkeypatch.setattr("tocsin.registry.update.CODE_VERSION", "1")
    before = register.built[-1][0]
    assert register.update(FIRST).outcome == "unchanged"
    assert register.built[-1][0] == before
    source = msgspec.structs.replace(
        register.source, parse=lambda files: register.source.parse([RawFile("x", files[0].data.upper().replace(b"DATE", b"date"))])
    )
    assert register.update(FIRST, source=source).outcome == "updated"
    assert "AMINA TESTOVA" in register.find_names()


@pytest.mark.parametrize(("text", "reason"), [
    ("date 2026-02-01\n" + "\n".join(f"A.{n} Name {n}" for n in range(7)), "implausible_count"),
    ("date 2026-02-01\nA.1 Amina Testova", "implausible_count"),
    ("date 2025-12-01\nA.1 Amina Testova\nA.2 Boris Probin\nA.3 Carla Mustermann", "older_state"),
    ("date 2026-02-01\nA.1 Amina Testova\nA.2 Boris Probin\nA.3 Carla Mustermann\nincomplete", "incomplete"),
])
def test_an_implausible_state_is_refused_unless_an_operator_accepts_it(register: Any, text: str, reason: str) -> None:
    register.update(FIRST)
    names = register.find_names()
    refused = register.update(text)
    assert (refused.outcome, refused.reason) == ("refused", reason)
    assert refused.digest == hashlib.sha256(text.encode()).hexdigest()
    assert register.find_names() == names
    accepted = register.update(text, accept=True)
    assert accepted.outcome == "updated"
    assert list(accepted.accepted) == [reason]
    with open_reader(register.settings.database) as connection:
        state = find_state(connection, "un")
    assert state is not None
    assert state.accepted == accepted.accepted
    assert [(x.details["outcome"], x.details["reason"], x.details["accepted"]) for x in read_audit(register.settings.audit)] == [
        ("updated", None, []), ("refused", reason, []), ("updated", None, [reason]),
    ]


def test_a_refusal_names_the_numbers_and_the_next_step(register: Any) -> None:
    register.update(FIRST)
    message = register.update("date 2026-02-01\nA.1 Amina Testova").message
    assert "1 listings were read, 3 are in force" in message
    assert "80%" in message
    assert "--accept" in message
    assert "expected 1 to 6" in register.update("date 2026-02-01").message


def test_one_reference_for_two_listings_is_refused_whoever_asks(register: Any) -> None:
    result = register.update("A.1 Amina Testova\nA.1 Boris Probin", accept=True)
    assert (result.outcome, result.reason) == ("refused", "malformed")
    assert "A.1" in result.message
    assert "Amina" not in result.message


def test_a_list_is_asked_for_changes_only_while_its_fetched_bytes_are_in_force(register: Any) -> None:
    url = "https://lists.example/un"
    register.published = Fetched((RawFile("un", FIRST.encode()),), {url: Known('"1"', "yesterday")})
    assert register.update(None).outcome == "updated"
    with open_reader(register.settings.database) as connection:
        assert [(s.url, s.etag, s.last_modified) for s in find_fetch_states(connection, "un")] == [(url, '"1"', "yesterday")]
    register.published = NotModified()
    assert register.update(None).outcome == "unchanged"
    register.update(SECOND)  # by file: what the address said no longer describes what is in force
    with open_reader(register.settings.database) as connection:
        assert find_fetch_states(connection, "un") == ()


def test_a_refused_state_does_not_pass_for_known(register: Any) -> None:
    register.update(FIRST)
    register.published = Fetched((RawFile("un", b"A.1 Amina Testova"),), {"https://lists.example/un": Known('"2"')})
    assert register.update(None).outcome == "refused"
    with open_reader(register.settings.database) as connection:
        assert find_fetch_states(connection, "un") == ()


def test_a_publisher_that_cannot_be_reached_leaves_the_state_in_force(register: Any) -> None:
    register.update(FIRST)
    register.published = FetchFailed("no answer")
    result = register.update(None)
    assert (result.outcome, result.message) == ("failed", "no answer")
    assert len(register.find_names()) == 3


def test_an_index_that_lags_behind_is_made_anew_by_the_next_update(register: Any) -> None:
    register.update(FIRST)
    (register.settings.index / "current").unlink()
    assert register.update(FIRST).outcome == "unchanged"
    assert len(register.find_names()) == 3


def test_a_second_updater_is_busy_at_once(register: Any) -> None:
    with hold_update_lock(register.settings.home), pytest.raises(Busy):
        register.update(FIRST)


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _fill_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server whose disk is full from the first row on that an update writes."""
    import pg8000.dbapi

    from tocsin.store import postgres

    def refuse(_rows: object) -> bytes:
        raise pg8000.dbapi.DatabaseError({"C": "53100", "M": "could not extend file: No space left on device"})

    monkeypatch.setattr(postgres, "_pack", refuse)


def _limit_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    make = database.make_file_engine

    def small(*args: Any, **kwargs: Any) -> Any:
        engine = make(*args, **kwargs)

        @event.listens_for(engine, "connect")
        def _limit(connection: sqlite3.Connection, _: object) -> None:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages}")

        return engine

    monkeypatch.setattr(database, "make_file_engine", small)


@pytest.mark.parametrize("where", ["database", "raw", "index", "audit"])
def test_a_full_disk_leaves_the_old_state_in_force(
    register: Any, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    register.update(FIRST)
    names, state = register.find_names(), open_index(register.settings.index).register
    with monkeypatch.context() as patch:
        if where == "database":
            _fill_server(patch) if register.settings.server else _limit_pages(patch)
        elif where == "raw":
            patch.setattr(raw.os, "fsync", full)
        elif where == "index":
            patch.setattr("tocsin.match.index.write_blobs", full)
        else:
            patch.setattr("tocsin.store.audit.sqlite3.connect", full)
        text = SECOND.replace("Dario", "Dario " * 3000)
        with pytest.raises(StoreFailed, match=r"full|No space"):
            register.update(text)
    assert register.find_names() == names
    assert open_index(register.settings.index).register == state
    with open_reader(register.settings.database) as connection:
        assert len(find_snapshots(connection)) == 1
    assert register.update(SECOND).outcome == "updated"


def test_several_lists_are_taken_in_one_go(register: Any) -> None:
    results = update_register(register.settings, [
        Request(source=register.source, load=lambda: (RawFile("a", FIRST.encode()),)),
        Request(source=register.source, load=lambda: (RawFile("b", b"A.1 Amina Testova"),)),
    ], register.tools())
    assert [r.outcome for r in results] == ["updated", "refused"]
    assert len(register.built) == 2


def test_a_register_with_nothing_in_force_gets_no_index(register: Any) -> None:
    register.published = FetchFailed("no answer")
    assert register.update(None).outcome == "failed"
    assert register.built == []


def test_a_file_of_a_sibling_list_is_taken_as_what_it_is(register: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sibling = msgspec.structs.replace(register.source, key="un_other", title="Other list")
    monkeypatch.setattr("tocsin.registry.update.find_sources", lambda: {"un_other": sibling})
    source = msgspec.structs.replace(register.source, identify=lambda _: "un_other")
    result = register.update(FIRST, source=source)
    assert (result.list_key, result.outcome) == ("un_other", "updated")
    assert "Other list" in result.notes[0]
    with open_reader(register.settings.database) as connection:
        assert [s.list_key for s in find_snapshots(connection)] == ["un_other"]
