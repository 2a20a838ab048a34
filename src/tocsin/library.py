"""Tocsin as a library: `import tocsin; t = tocsin.open()`.

The same answers as the command line gives, as values. Names of parameters are those of the command's options.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.app import App, build
from tocsin.errors import BadInput, suggest
from tocsin.settings import load_settings

if TYPE_CHECKING:
    from tocsin.model import Basis, Comparison, Hit, Kind, Query
    from tocsin.model.receipt import Receipt
    from tocsin.registry.lists import ListState
    from tocsin.registry.show import SubjectView
    from tocsin.registry.who import WhoLists
    from tocsin.screen import RowResult

One = str | int | dt.date
Several = One | Sequence[One] | None


class Tocsin:
    """One register. Safe to share by threads; each process opens its own, over the same mapped files."""

    def __init__(self, app: App) -> None:
        self.app = app

    def match(
        self, name: Several = None, *, born: Several = None, country: Several = None, kind: str | None = None,
        id: Several = None, gender: str | None = None, birth_place: Several = None, address: Several = None,
        email: Several = None, phone: Several = None, website: Several = None, wallet: Several = None,
        threshold: float | None = None, limit: int | None = None, changes: bool = False, reference: str | None = None,
        decisions: bool = True, receipt: Callable[[Receipt], None] | None = None,
    ) -> tuple[Hit, ...]:
        """Who on the lists in force this may be: hits, best first, at or over the threshold.

        All but `kind` and `gender` may be one or several: `born` is `1965`, `1965-02-28`, ...; `country` a code or name;
        `id` a number, which may state its kind ("imo:9123456"). A name, `id`, `email`, `phone`, `website` or `wallet` finds
        candidates, all else speaks for or against them. `BadInput` when there is nothing to look for, or a value cannot
        be read: nothing is looked for then. With `changes` each hit says what would make it none. Hits that a person decided
        to be false are left out, by `reference` (the caller's own for whom is asked about) or by all that is asked; without
        `decisions` none is. `receipt` is given the receipt.

        >>> import tocsin
        >>> hits = tocsin.open().match("Hafiz Mohd Saeed", country="pk")  # doctest: +SKIP
        """
        query = make_query(
            name, born=born, country=country, kind=kind, id=id, gender=gender, birth_place=birth_place, address=address,
            email=email, phone=phone, website=website, wallet=wallet,
        )
        found = self.app.match(
            query, threshold=threshold, limit=limit, changes=changes, reference=reference, decisions=decisions
        )
        if receipt is not None and found.receipt is not None:
            receipt(found.receipt)
        return found.hits

    def screen(
        self, rows: Iterable[Mapping[str, Any]], *, threshold: float | None = None, limit: int | None = None,
        decisions: bool = True, receipt: Callable[[Receipt], None] | None = None,
    ) -> Iterator[RowResult]:
        """One result for each row, in order, as they come; memory does not grow with their number.

        Rows are mappings with the keys that columns of a file may have ("name", "born", "country", "id", ...).
        `BadInput`, with the nearest known name, for a key that nobody knows. A row that cannot be screened has an
        `error`. Hits that were decided to be false are left out, by the row's `id`, unless `decisions` is off. One audit
        line is written when the rows are through, or the caller stops; `receipt` is then given the receipt of those that
        were read.
        """
        import msgspec

        from tocsin.screen import Summary, make_plan, make_row
        from tocsin.screen.columns import PLANS, Plan
        from tocsin.screen.hit_decisions import screen_held
        from tocsin.screen.receipts import make_row_found

        plans: dict[tuple[str, ...], Plan] = {}

        def read() -> Iterator[Any]:
            for number, record in enumerate(rows, start=1):
                if not isinstance(record, Mapping):
                    raise BadInput(f"Row {number}: expected a mapping of columns to values. It was not screened.")
                keys = tuple(str(key) for key in record)
                if keys not in plans:
                    if len(plans) >= PLANS:
                        plans.pop(next(iter(plans)))
                    plans[keys] = make_plan(keys)
                yield make_row(number, record, plans[keys])

        (basis, index), totals = self.app.open_basis(threshold), Summary()
        most = self.app.settings.limit if limit is None else limit
        held = self.app.find_held() if decisions else None
        draft, is_whole = self.app.draft_receipt("screen", basis, limit=most, held=held), False
        try:
            for result in screen_held(draft.read(read()), index, held, threshold=basis.threshold, limit=most):
                totals.add(result)
                draft.answer(make_row_found(result))
                yield result
            is_whole = True
        finally:
            details = {**msgspec.structs.asdict(basis), **totals.to_dict(), "limit": most}
            if not is_whole:
                draft.break_off(self.app.record_screening, details)
        issued = draft.issue(self.app.record_screening, details)
        if receipt is not None:
            receipt(issued)

    def compare(
        self, query_name: str, candidate_name: str, *, kind: Kind | None = None, threshold: float | None = None
    ) -> Comparison:
        """The scorer's view of two names alone, with reasons. `BadInput` for an empty name or an unknown kind.

        With `threshold` it says what would bring the names over or under it.
        """
        from tocsin.match import compare_names
        from tocsin.model import KINDS

        if kind is not None and kind not in KINDS:
            raise BadInput(f"kind: {suggest(str(kind), KINDS)} Nothing was compared.")
        return compare_names(query_name, candidate_name, kind=kind, threshold=threshold)

    def who(self, name: str) -> tuple[WhoLists, ...]:
        """Who lists the subjects that `name` may mean, since when, and who does not."""
        return self.app.who(name)

    def show(self, ref: str) -> tuple[SubjectView, ...]:
        """The subjects of that reference, each value with the place that it was read from. `NotFound` when there is none."""
        return self.app.show(ref)

    def lists(self) -> tuple[ListState, ...]:
        """Every list that can be read, and the state of those in force."""
        return self.app.lists()

    @property
    def basis(self) -> Basis:
        """What an answer given now rests on."""
        return self.app.make_basis()


def make_query(
    name: Several = None, *, born: Several = None, country: Several = None, kind: str | None = None, id: Several = None,
    gender: str | None = None, birth_place: Several = None, address: Several = None, email: Several = None,
    phone: Several = None, website: Several = None, wallet: Several = None,
) -> Any:
    """The query that the parameters ask. `BadInput` names the parameter that cannot be read."""
    from tocsin.model import KINDS, Query
    from tocsin.names.countries import get_country
    from tocsin.screen.rows import EXPECTED, parse_birth, parse_gender, parse_kind

    try:
        births = tuple(parse_birth(text) for text in _each(born, "born"))
    except BadInput as error:
        raise BadInput(f"born: {error}. Nothing was looked for.") from error
    except ValueError as error:
        raise BadInput(f"born: expected {EXPECTED['born']}. Nothing was looked for.") from error
    try:
        of_kind = parse_kind(str(kind)) if kind is not None else None
    except ValueError as error:
        raise BadInput(f"kind: {suggest(str(kind), KINDS)} Nothing was looked for.") from error
    try:
        of_gender = parse_gender(str(gender)) if gender is not None else None
    except ValueError as error:
        raise BadInput("gender: expected male or female. Nothing was looked for.") from error
    if any(not any(c.isalnum() for c in text) for text in _each(id, "id")):
        raise BadInput("id: expected a number with letters or digits. Nothing was looked for.")
    return Query(
        names=_each(name, "name"), births=births,
        countries=tuple(get_country(text) for text in _each(country, "country")),
        kind=of_kind, identifiers=_each(id, "id"), gender=of_gender,
        birth_places=_read_details("birth_place", birth_place), addresses=_read_details("address", address),
        emails=_read_details("email", email), phones=_read_details("phone", phone),
        websites=_read_details("website", website), wallets=_read_details("wallet", wallet),
    )


def find_cleaned(
    query: Query, *, born: Several = None, country: Several = None, kind: str | None = None, gender: str | None = None
) -> dict[str, dict[str, str]]:
    """Which values of a query that `make_query` made are compared in another form than they were given ("14 Feb 1965" as
    1965-02-14, "Pakistan" as pk): by field, the form of each. All others are used as they stand."""
    read = {
        "born": zip(_each(born, "born"), map(str, query.births), strict=True),
        "country": zip(_each(country, "country"), query.countries, strict=True),
        "kind": [(kind, query.kind)], "gender": [(gender, query.gender)],
    }
    cleaned: dict[str, dict[str, str]] = {}
    for field, values in read.items():
        for given, used in values:
            if given and used and given.strip().casefold() != used.casefold():
                cleaned.setdefault(field, {})[given] = used
    return cleaned


def read_questions(data: bytes, what: str) -> tuple[tuple[Query, str | None], ...]:
    """The questions of a body of `POST /match`, each with its reference, in their order, without those that are not asked
    since they cannot be read. `what` names the body; `BadInput` when it is none."""
    import msgspec

    from tocsin.match import check_query

    try:
        queries = msgspec.convert(msgspec.json.decode(data)["queries"], dict[str, dict[str, Any]])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, KeyError, TypeError):
        raise BadInput(f'{what}: expected JSON with "queries", as `POST /match` takes it. Nothing was replayed.') from None
    found = []
    for number, one in enumerate(queries.values(), start=1):
        reference = one.pop("reference", None)
        try:
            query = make_query(**one)
            check_query(query)
        except BadInput:
            continue
        except TypeError:
            raise BadInput(f"{what}: query {number} has an unknown field. Nothing was replayed.") from None
        found.append((query, reference))
    return tuple(found)


def _read_details(field: str, value: Several) -> tuple[str, ...]:
    from tocsin.screen.details import parse_detail

    try:
        return tuple(parse_detail(field, text) for text in _each(value, field))
    except BadInput:
        raise
    except ValueError as error:
        raise BadInput(f"{field}: {error}. Nothing was looked for.") from error


def _each(value: Several, what: str) -> tuple[str, ...]:
    """One value or several as texts: a year may be a number, and a date a date."""
    several = value if isinstance(value, list | tuple | set | frozenset) else () if value is None else (value,)
    if not all(isinstance(one, str | int | dt.date) and not isinstance(one, bool) for one in several):
        raise BadInput(f"{what}: expected text, or a list of texts. Nothing was looked for.")
    return tuple(str(one) for one in several)


def open_register(home: str | Path | None = None) -> Tocsin:
    """The register in `home` (default: `TOCSIN_HOME`, else the user's data folder), made from the starter list if new."""
    app = build(load_settings(home=Path(home) if home is not None else None))
    app.ensure_register()
    return Tocsin(app)
