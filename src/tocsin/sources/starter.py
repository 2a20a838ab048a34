"""The starter register: a small list of our own, inside the package, so that a new register answers without a network.

It is a demonstration and a bridge: for each subject it gives the references under which the United Nations, the United
States and India list it. It is not an official list and does not replace one; `docs/lists/starter.md` says more.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import resources
from typing import TypeVar

from tocsin.model import (
    CountryValue,
    DateSpan,
    DateValue,
    Fact,
    Listing,
    Measure,
    Name,
    Origin,
    PartialDate,
    Place,
    Relation,
)
from tocsin.model.listing import CountryRole, NameRole
from tocsin.names.countries import ALPHA2, country_name
from tocsin.names.scripts import script_of
from tocsin.sources.base import Parsed, RawFile, Source
from tocsin.sources.starter_yaml import (
    Authority,
    ListingEntry,
    NameEntry,
    Programme,
    StarterFile,
    SubjectEntry,
    read_starter,
    refused,
)

FILE_NAME = "starter.yaml"
T = TypeVar("T")


def load_embedded() -> tuple[RawFile, ...]:
    """The starter register that is part of this installation, as a file to give to `parse`."""
    data = resources.files("tocsin.sources").joinpath("data", FILE_NAME).read_bytes()
    return (RawFile(FILE_NAME, data),)


def parse(files: Sequence[RawFile]) -> Parsed:
    """One listing for each subject and authority, in the order of the file.

    `published_at` is the file's `as_of`, midnight UTC. `ListRefused` when the file is not exactly in the format or
    contradicts itself: a repeated key or reference, a relation to nobody, a date that cannot be, a subject without a
    listing. Nothing is taken from such a file.
    """
    if len(files) != 1:
        raise refused(f"expected one file, got {len(files)}")
    content = read_starter(files[0].data)
    as_of = _date(content.as_of, "the head of the file, field as_of", limit=None)
    if as_of.day is None:
        raise refused("expected a full date, YYYY-MM-DD", "the head of the file, field as_of")
    _check(content)
    builder = _Builder(content, as_of)
    listings = tuple(listing for subject in content.subjects for listing in builder.make_listings(subject))
    return Parsed(
        listings=listings,
        published_at=dt.datetime.combine(as_of.earliest, dt.time(), dt.UTC),
        records={"subjects": len(content.subjects), "listings": len(listings)},
        notes=tuple(f"{authority}: {state}" for authority, state in sorted(content.checked.items())),
    )


def _check(content: StarterFile) -> None:
    """What no single entry can know: that keys and references are unique and relations lead to somebody."""
    keys = Counter(s.key for s in content.subjects)
    refs = Counter((e.authority, e.ref) for s in content.subjects for e in s.listings)
    for subject in content.subjects:
        where = f"subject '{subject.key}'"
        if keys[subject.key] > 1:
            raise refused("the key is given to two subjects", where)
        if not subject.names:
            raise refused("expected at least one name", f"{where}, field names")
        if all(entry.ended for entry in subject.listings):
            raise refused("a subject needs a listing that has not ended", f"{where}, field listings")
        for relation in subject.relations:
            if relation.subject not in keys or relation.subject == subject.key:
                raise refused(f"'{relation.subject}' is not another subject here", f"{where}, field relations")
        _check_listings(subject.listings, refs, content.programmes, where)


def _check_listings(
    entries: Iterable[ListingEntry], refs: Counter[tuple[Authority, str]], programmes: dict[str, Programme], where: str
) -> None:
    seen: set[str] = set()
    for entry in entries:
        place = f"{where}, listing {entry.authority}"
        if entry.authority in seen:
            raise refused("expected one listing for each authority", place)
        seen.add(entry.authority)
        if refs[entry.authority, entry.ref] > 1:
            raise refused("the reference is used twice", f"{place}, field ref")
        for field, text in (("ref", entry.ref), ("source", entry.source)):
            if not text.strip():
                raise refused("expected text", f"{place}, field {field}")
        if not entry.measures:
            raise refused("expected at least one measure", f"{place}, field measures")
        for measure in entry.measures:
            programme = programmes.get(measure.programme)
            if programme is None or programme.authority != entry.authority:
                what = f"'{measure.programme}' is not a programme of {entry.authority}"
                raise refused(what, f"{place}, field measures")


class _Builder:
    """Makes listings out of checked entries; holds what all of them look up."""

    def __init__(self, content: StarterFile, as_of: PartialDate) -> None:
        self.as_of = as_of
        self.programmes = content.programmes
        self.captions = {s.key: s.caption for s in content.subjects}

    def make_listings(self, subject: SubjectEntry) -> Iterator[Listing]:
        where = f"subject '{subject.key}'"
        former = tuple(self._former(entry, i, where) for i, entry in enumerate(subject.listings) if entry.ended)
        births = self._spans(subject.births, "births", where)
        deaths = self._spans(subject.deaths, "deaths", where)
        for i, entry in enumerate(subject.listings):
            if entry.ended:
                continue
            path = f"listings[{i}]"
            place = f"{where}, listing {entry.authority}"
            yield Listing(
                list_key="starter",
                authority=entry.authority,
                ref=entry.ref,
                kind=subject.kind,
                subject=subject.key,
                names=_names(entry, path, subject, where),
                births=births,
                deaths=deaths,
                birth_places=_birth_places(subject, where),
                countries=_countries(subject, where),
                gender=subject.gender,
                measures=self._measures(entry, path, place),
                facts=(*_facts(subject, entry, path), *former),
                relations=self._relations(subject),
                listed_on=self._listed_on(entry, place),
            )

    def _listed_on(self, entry: ListingEntry, place: str) -> PartialDate | None:
        if entry.listed_on is None:
            return None
        return _date(entry.listed_on, f"{place}, field listed_on", limit=self.as_of)

    def _measures(self, entry: ListingEntry, path: str, place: str) -> tuple[Measure, ...]:
        return tuple(
            Measure(
                programme=m.programme,
                ground=self.programmes[m.programme].ground,
                since=None if m.since is None else _date(m.since, f"{place}, field measures", limit=self.as_of),
                origin=Origin(field=f"{path}.measures[{i}]"),
            )
            for i, m in enumerate(entry.measures)
        )

    def _relations(self, subject: SubjectEntry) -> tuple[Relation, ...]:
        return tuple(
            Relation(
                kind=r.kind, target=self.captions[r.subject], ref=r.subject, origin=Origin(field=f"relations[{i}]")
            )
            for i, r in enumerate(subject.relations)
        )

    def _former(self, entry: ListingEntry, position: int, where: str) -> Fact:
        assert entry.ended is not None
        place = f"{where}, listing {entry.authority}"
        since = self._listed_on(entry, place)
        ended = _date(entry.ended, f"{place}, field ended", limit=self.as_of)
        text = f"{entry.authority} {entry.ref}, listed {since or 'on a date not recorded here'}, gone by {ended}"
        return Fact(key="former_listing", text=text, origin=Origin(field=f"listings[{position}]", text=entry.source))

    def _spans(self, texts: tuple[str, ...], field: str, where: str) -> tuple[DateValue, ...]:
        out = []
        for i, text in enumerate(texts):
            span = _try(DateSpan.parse, text, f"{where}, field {field}")
            if span.first.earliest > self.as_of.latest:
                raise refused("the date is after as_of", f"{where}, field {field}")
            out.append(DateValue(span=span, origin=Origin(field=f"{field}[{i}]")))
        return tuple(out)


def _try(read: Callable[[str], T], text: str, where: str) -> T:
    try:
        return read(text)
    except ValueError as error:
        raise refused(str(error), where) from None


def _date(text: str, where: str, *, limit: PartialDate | None) -> PartialDate:
    date = _try(PartialDate.parse, text, where)
    if limit is not None and date.earliest > limit.latest:
        raise refused("the date is after as_of", where)
    return date


def _names(entry: ListingEntry, path: str, subject: SubjectEntry, where: str) -> tuple[Name, ...]:
    """The authority's own names, then the shared ones; a text that is in both is taken once."""
    found: dict[str, Name] = {}
    for prefix, names in ((f"{path}.names", entry.names), ("names", subject.names)):
        for i, item in enumerate(names):
            name = NameEntry(text=item) if isinstance(item, str) else item
            text = " ".join(name.text.split())
            if not text:
                raise refused("expected text", f"{where}, field {prefix}[{i}]")
            if text in found:
                continue
            script = script_of(text)
            found[text] = Name(
                text=text,
                role=_role(name, script, first=not found),
                quality=name.quality,
                script=script,
                note=name.note,
                origin=Origin(field=f"{prefix}[{i}]", text=None if text == name.text else name.text),
            )
    return tuple(found.values())


def _role(name: NameEntry, script: str, *, first: bool) -> NameRole:
    if first:
        return "primary"
    return name.role or ("alias" if script in ("Latn", "Zyyy") else "original_script")


def _birth_places(subject: SubjectEntry, where: str) -> tuple[Place, ...]:
    return tuple(
        Place(
            city=p.city,
            region=p.region,
            country=_country(p.country, f"{where}, field birth_places[{i}]"),
            country_text=country_name(p.country),
            origin=Origin(field=f"birth_places[{i}]"),
        )
        for i, p in enumerate(subject.birth_places)
    )


def _countries(subject: SubjectEntry, where: str) -> tuple[CountryValue, ...]:
    groups: tuple[tuple[CountryRole, str, tuple[str, ...]], ...] = (
        ("nationality", "nationalities", subject.nationalities),
        ("related", "related_countries", subject.related_countries),
    )
    return tuple(
        CountryValue(
            role=role,
            code=_country(code, f"{where}, field {field}[{i}]"),
            text=country_name(code),
            origin=Origin(field=f"{field}[{i}]", text=code),
        )
        for role, field, codes in groups
        for i, code in enumerate(codes)
    )


def _country(code: str, where: str) -> str:
    if code not in ALPHA2:
        raise refused("expected an ISO 3166-1 alpha-2 code in lower case", where)
    return code


def _facts(subject: SubjectEntry, entry: ListingEntry, path: str) -> Iterator[Fact]:
    yield Fact(key="source", text=entry.source, origin=Origin(field=f"{path}.source"))
    yield Fact(key="note", text=subject.note, origin=Origin(field="note"))
    for i, fact in enumerate(entry.facts):
        yield Fact(key=fact.key, text=fact.text, origin=Origin(field=f"{path}.facts[{i}]"))


SOURCES = (
    Source(
        key="starter",
        title="Starter register",
        publisher="The Tocsin project",
        authority="",
        law="None of its own: each listing names the authority and the law that it reports.",
        urls=(),
        format="YAML, see docs/lists/starter.md",
        licence="Apache-2.0 (part of the package)",
        stale_after_days=365,
        plausible=(1, 2_000),
        parse=parse,
        shrink_limit=0.5,
        embedded=True,
    ),
)
