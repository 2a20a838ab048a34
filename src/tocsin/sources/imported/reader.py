"""A list of the user's own as a `Source`: what its description says it is, and how its files are read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import msgspec

from tocsin.errors import BadInput, ListRefused, suggest
from tocsin.model import KINDS, DateValue, Fact, Kind, Listing, Name
from tocsin.sources.base import Parsed, RawFile, Source, Unread
from tocsin.sources.imported import description as d
from tocsin.sources.imported.dates import compile_format
from tocsin.sources.imported.making import PARTS, QUALITIES, ROLES, Maker
from tocsin.sources.imported.paths import check_paths, describe_ignored, find_unread, iter_rules
from tocsin.sources.imported.records import find_format, read_table, refuse
from tocsin.sources.imported.scopes import Scope, count_paths, make_scope

MAP_NAME = "tocsin-import.yaml"  # the name under which a description is among the files of a state
PARTED = ("year", "street", "city", "region", "postcode", "country", "programme")  # make a value without a whole text
SHOWN = 5                        # places that a message names


def make_source(described: d.Description) -> Source:
    """The list that a description describes. `BadInput` for a mapping that could never be right."""
    _check_rules(described)
    about = described.list
    return Source(
        key=about.key, title=about.title, publisher=about.publisher, authority=about.authority, law=about.law, urls=(),
        format=described.file.format or "", licence=about.licence, stale_after_days=about.stale_after_days,
        plausible=about.plausible, shrink_limit=about.shrink_limit, parse=lambda files: parse(files, described),
        ignored=describe_ignored(described), by_hand=f"`tocsin import FILE --as {about.key}` takes it too.",
    )


def parse(files: Sequence[RawFile], described: d.Description) -> Parsed:
    """The listings of a state. `ListRefused`, naming the place, when the file does not fit its description."""
    data = [file for file in files if file.name != MAP_NAME]
    if len(data) != 1:
        raise ListRefused(f"{described.list.title}: expected one file, got {len(data)}.", reason="different_document")
    found = find_format(data[0], described.file)
    if found in ("ftm", "statements"):
        from tocsin.sources.imported.ftm import parse_ftm

        return parse_ftm(data[0], described, is_statements=found == "statements")
    if found == "senzing":
        from tocsin.sources.imported.senzing import parse_senzing

        return parse_senzing(data[0], described)
    if described.fields is None:
        raise refuse(data[0], "the mapping has no fields; say which columns mean what (docs/importing.md)")
    return _Reading(data[0], described, described.fields).read()


class _Reading:
    """Reading one file by a mapping."""

    def __init__(self, file: RawFile, described: d.Description, fields: d.Fields) -> None:
        self._file, self._described, self._fields = file, described, fields
        self._maker = Maker(described.file.nothing)
        self._leaves: Counter[str] = Counter()
        self._met: set[str] = set()
        self._nameless: list[str] = []

    def read(self) -> Parsed:
        table = read_table(self._file, self._described.file)
        if table.columns is not None:
            check_paths(self._file, self._described, columns=table.columns, met=self._met)
        places: dict[str, list[str]] = defaultdict(list)
        listings: list[Listing] = []
        count = 0
        for record in table.records:
            count += 1
            scope = make_scope(record, is_table=table.columns is not None)
            count_paths(scope, self._leaves, self._met)
            ref = scope.first(self._fields.reference) or ""
            places[ref].append(record.place)
            listing = self._make_listing(ref, scope)
            if listing.names:
                listings.append(listing)
            else:
                self._nameless.append(record.place)
        if not count:
            raise refuse(self._file, "it has no records", reason="empty")
        if table.columns is None:
            check_paths(self._file, self._described, columns=None, met=self._met)
        self._check_references(places)
        return Parsed(
            listings=tuple(listings), published_at=None, records={"records": count},
            unread=(*find_unread(self._described, self._leaves, self._maker.odd), *self._describe_nameless()),
        )

    def _describe_nameless(self) -> tuple[Unread, ...]:
        if not self._nameless:
            return ()
        return (Unread(path=f"records without a name ({_few(self._nameless)})", count=len(self._nameless)),)

    def _check_references(self, places: dict[str, list[str]]) -> None:
        path = self._fields.reference
        if "" in places:
            raise refuse(
                self._file, f"{len(places[''])} records have no reference ({path}): {_few(places[''])}; expected one in "
                "each. If the file has no reference of its own, give each record a number that stays the same"
            )
        twice = {ref: where for ref, where in places.items() if len(where) > 1}
        if twice:
            ref, where = next(iter(twice.items()))
            raise refuse(
                self._file, f"reference '{ref[:60]}' ({path}) stands for {len(where)} records: {_few(where)}; expected one "
                f"({len(twice)} such references)"
            )

    def _make_listing(self, ref: str, scope: Scope) -> Listing:
        fields, make, about = self._fields, self._maker, self._described.list
        facts = [fact for key, rule in fields.facts.items() for fact in make.facts(key, rule, scope)]
        births = self._make_dates(fields.births, scope, facts, "birth_date")
        deaths = self._make_dates(fields.deaths, scope, facts, "death_date")
        listed = next(make.days(fields.listed_on, scope, facts, "listed_on"), None)
        updated = make.days(fields.updated_on, scope, facts, "updated_on")
        updated_on = tuple(sorted(updated, key=lambda day: day.earliest))
        return Listing(
            list_key=about.key, authority=about.authority, ref=ref, kind=self._make_kind(scope),
            record_id=scope.first(fields.record_id), names=self._make_names(scope), births=births, deaths=deaths,
            birth_places=tuple(p for r in fields.birth_places for p in make.places(r, scope, is_birth=True)),
            addresses=tuple(p for r in fields.addresses for p in make.places(r, scope, is_birth=False)),
            countries=tuple(c for r in fields.countries for c in make.countries(r, scope)),
            gender=make.gender(fields.gender, scope),
            identifiers=tuple(i for r in fields.identifiers for i in make.identifiers(r, scope)),
            measures=tuple(m for r in fields.measures for m in make.measures(r, scope)),
            facts=tuple(facts), relations=tuple(x for r in fields.relations for x in make.relations(r, scope)),
            listed_on=listed, updated_on=updated_on,
        )

    def _make_names(self, scope: Scope) -> tuple[Name, ...]:
        """The primary name first, the others in the order of the rules; where none is primary the first becomes it."""
        names = [name for rule in self._fields.names for name in self._maker.names(rule, scope)]
        names.sort(key=lambda name: name.role != "primary")
        if names and names[0].role != "primary":
            names[0] = msgspec.structs.replace(names[0], role="primary")
        return tuple(dict.fromkeys(names))

    def _make_dates(
        self, rules: tuple[str | d.DateRule, ...], scope: Scope, facts: list[Fact], key: str
    ) -> tuple[DateValue, ...]:
        found = []
        for rule in rules:
            for value in self._maker.dates(rule, scope):
                if isinstance(value, DateValue):
                    found.append(value)
                else:
                    facts.append(Fact(key=key, text=value[0], origin=value[1]))
        return tuple(dict.fromkeys(found))

    def _make_kind(self, scope: Scope) -> Kind:
        word = self._maker.pick(self._fields.kind, scope, KINDS)
        return next((kind for kind in KINDS if kind == word), "unknown")


def _few(places: Sequence[str]) -> str:
    more = f" and {len(places) - SHOWN} more" if len(places) > SHOWN else ""
    return ", ".join(places[:SHOWN]) + more


def _check_rules(described: d.Description) -> None:
    """`BadInput` for a word that its place does not have, a date format that is none, and a rule without a place."""
    fields = described.fields
    if fields is None:
        return
    if not fields.names:
        raise BadInput("The mapping, fields.names: expected at least one rule, such as {path: name, role: primary}.")
    _check_pick(fields.kind, KINDS, "fields.kind")
    for where, rule in iter_rules(described):
        _check_rule(where, rule)


def _check_rule(where: str, rule: object) -> None:
    if isinstance(rule, d.NameRule):
        _check_pick(rule.role, ROLES, f"{where}.role")
        _check_pick(rule.quality, QUALITIES, f"{where}.quality")
        if rule.parts is not None:
            _check_pick(rule.parts.kind, PARTS, f"{where}.parts.kind")
    if isinstance(rule, d.IdentifierRule):
        _check_pick(rule.kind, d.IDENTIFIER_KINDS, f"{where}.kind")
    if isinstance(rule, d.DateRule | d.MeasureRule):
        for written in rule.formats:
            compile_format(written)
    if isinstance(rule, d.Rule):
        inner = [option for option in PARTED if getattr(rule, option, None)]
        has_place = rule.path is not None or (rule.each is not None and rule.text is not None) or inner
        if not has_place or (rule.path is not None and rule.each is not None) or "" in rule.separators:
            raise BadInput(f"The mapping, {where}: expected path, or each and text, and separators that are not empty.")


def _check_pick(pick: str | d.Pick, allowed: Sequence[str], where: str) -> None:
    words = [pick] if isinstance(pick, str) else [
        *(pick.values or {}).values(), *(pick.present or {}).values(), *(w for w in (pick.otherwise, pick.fixed) if w)
    ]
    for word in filter(None, words):  # an empty word says that nothing is meant
        if word not in allowed:
            hint = suggest(word, allowed)
            raise BadInput(f"The mapping, {where}: there is no '{word[:40]}'; {hint} Nothing was imported.")
