"""Runs inside bench/.peer, not in Tocsin's environment: nomenklatura's logic-v2 on the cases of a JSON Lines file.

    python peer_run.py CASES SCORES

Lines read, in this order: `{"pair": [name, name], "schema": ...}`; `{"entity": id, "schema": ..., "names": [...],
"weak": [...]}`; `{"query": name, "schema": ..., "against": [id, ...]}`, of which `null` for `against` means all entities of
that schema. One line written for each pair (`{"pair": score}`) and query (`{"query": {id: score}}`), and at the end
`{"seconds": {...}}`. Public interface only: `get_algorithm`, and entities of followthemoney's model.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from followthemoney import model
from nomenklatura.matching import get_algorithm

LEAST = 0.3


def main(source: str, target: str) -> None:
    logic = get_algorithm("logic-v2")
    config = logic.default_config()
    entities: dict[str, Any] = {}
    seconds = {"pair": 0.0, "some": 0.0, "whole": 0.0}

    def compare(query: Any, candidate: Any) -> float:
        return float(logic.compare(query, candidate, config).score)

    compare(*(make_entity(name, "Person", [name]) for name in ("John Smith", "Jon Smith")))  # loads its tables
    with Path(source).open(encoding="utf-8") as lines, Path(target).open("w", encoding="utf-8") as out:
        for number, line in enumerate(lines):
            case = json.loads(line)
            if "entity" in case:
                entities[case["entity"]] = make_entity(case["entity"], case["schema"], case["names"], case["weak"])
                continue
            asked = case["pair"] if "pair" in case else [case["query"]]
            query, *others = (make_entity(f"{at}-{number}", case["schema"], [name]) for at, name in enumerate(asked))
            start = time.perf_counter()
            if "pair" in case:
                answer: Any = {"pair": compare(query, others[0])}
                kind = "pair"
            else:
                ids = case["against"]
                chosen = entities if ids is None else {i: entities[i] for i in ids}
                scores = {i: compare(query, e) for i, e in chosen.items() if e.schema.name == case["schema"]}
                answer = {"query": {i: s for i, s in scores.items() if s >= LEAST}}
                kind = "some" if case["against"] is not None else "whole"
            seconds[kind] += time.perf_counter() - start
            out.write(json.dumps(answer) + "\n")
        out.write(json.dumps({"seconds": seconds}) + "\n")


def make_entity(key: str, schema: str, names: list[str], weak: list[str] | None = None) -> Any:
    entity = model.make_entity(schema)
    entity.id = key
    entity.add("name", names)
    entity.add("weakAlias", weak or [])
    return entity


if __name__ == "__main__":
    main(*sys.argv[1:3])
