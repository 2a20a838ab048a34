"""While a list changes, every question is answered, each from one state of the register, the one that it names."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

from starlette.testclient import TestClient

from tocsin.app import App
from tocsin.settings import Settings
from tocsin.store.access import add_key
from tocsin.store.desk import open_desk
from tocsin.web import Options, make_web

STATES = 6
ROW = (
    "<INDIVIDUAL><DATAID>{n}</DATAID><FIRST_NAME>{name}</FIRST_NAME><UN_LIST_TYPE>Haiti</UN_LIST_TYPE>"
    "<REFERENCE_NUMBER>HTi.{n}</REFERENCE_NUMBER><LISTED_ON>2022-10-21</LISTED_ON></INDIVIDUAL>"
)
REST = "".join(ROW.format(n=n, name=f"INVENTED NUMBER {n}") for n in range(100, 750))


def write_state(folder: Path, number: int) -> Path:
    """A state in which one record bears a name of that state alone."""
    file = folder / f"un-{number}.xml"
    row = ROW.format(n=1, name=f"Qorbanzadeh{'abcdefgh'[number] * 3} Testpur")
    file.write_text(
        f'<CONSOLIDATED_LIST dateGenerated="2026-01-{number + 1:02}T08:00:00Z"><INDIVIDUALS>{row}{REST}</INDIVIDUALS><ENTITIES/>'
        "</CONSOLIDATED_LIST>"
    )
    return file


def test_no_question_fails_and_none_is_answered_from_two_states(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    served, other = App(settings), App(settings)
    other.update(["un"], files=[write_state(tmp_path, 0)])
    with open_desk(settings.desk, write=True) as connection:
        _, key = add_key(connection, "test", "machine", by="test", at=dt.datetime.now(dt.UTC))
    client = TestClient(make_web(served, Options(jobs=False)), headers={"Authorization": f"Bearer {key}"})
    names = {str(n): {"name": f"Qorbanzadeh{'abcdefgh'[n] * 3} Testpur"} for n in range(STATES)}
    over, seen, faults = threading.Event(), {}, []

    def ask() -> None:
        while not over.is_set():
            answer = client.post("/api/v1/match", json={"queries": names, "threshold": 0.99})
            if answer.status_code != 200:
                faults.append(answer.text)
                return
            results = answer.json()["results"]
            registers = {r["answer"]["basis"]["register"] for r in results.values()}
            met = tuple(sorted(n for n, r in results.items() if r["answer"]["hits"]))
            if len(registers) != 1 or len(met) != 1:
                faults.append(f"{registers} {met}")
            seen.setdefault(registers.pop(), set()).add(met)

    threads = [threading.Thread(target=ask, daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        results = [other.update(["un"], files=[write_state(tmp_path, number)])[0] for number in range(1, STATES)]
    finally:
        over.set()
        for thread in threads:
            thread.join(timeout=60)
    assert {result.outcome for result in results} == {"updated"}
    assert faults == []
    assert all(len(met) == 1 for met in seen.values()), "one state gives one answer"
    assert len(seen) > 1
