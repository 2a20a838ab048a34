"""Values of a listing out of a record, by the rules of its mapping. Each keeps the path and the text that it came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal, TypeVar

from tocsin.model import (
    CountryValue,
    DateValue,
    Fact,
    Identifier,
    Measure,
    Name,
    NamePart,
    Origin,
    PartialDate,
    Place,
    Relation,
)
from tocsin.model.listing import NameRole, PartKind, Quality
from tocsin.names.countries import find_country
from tocsin.names.scripts import script_of
from tocsin.sources.imported import description as d
from tocsin.sources.imported.dates import make_date, parse_date, parse_span
from tocsin.sources.imported.scopes import Scope, tidy

GENDERS: dict[str, Literal["male", "female"]] = {
    **dict.fromkeys(("m", "male", "man"), "male"), **dict.fromkeys(("f", "female", "woman"), "female"),
}
ROLES: tuple[NameRole, ...] = ("primary", "alias", "former", "original_script")
QUALITIES: tuple[Quality, ...] = ("strong", "weak")
PARTS: tuple[PartKind, ...] = ("given", "family", "patronymic", "middle", "other")
Value = tuple[Scope, str, Origin]
T = TypeVar("T")


class Maker:
    """Makes values and counts what it could not understand in `odd`, by path; never the text itself."""

    def __init__(self, nothing: tuple[str, ...]) -> None:
        self.odd: Counter[str] = Counter()
        self._nothing = frozenset(n.casefold() for n in nothing)

    def values(self, rule: d.Rule, scope: Scope) -> Iterator[Value]:
        """Each value that a rule finds, with the object that it stands in and its origin."""
        if rule.each is None:
            for field, raw in scope.texts(rule.path):
                yield from self._split(rule, scope, field, raw)
            return
        for inner in scope.each(rule.each):
            texts = inner.texts(rule.text)
            if texts:
                yield from self._split(rule, inner, texts[0][0], rule.join.join(raw for _, raw in texts))

    def _split(self, rule: d.Rule, scope: Scope, field: str, raw: str) -> Iterator[Value]:
        pieces = [raw]
        for separator in rule.separators:
            pieces = [piece for whole in pieces for piece in whole.split(separator)]
        for piece in pieces[:1] if rule.first else pieces:
            text = tidy(piece)
            if text and text.casefold() not in self._nothing:
                yield scope, text, Origin(field=field, text=raw if raw != text else None)

    def pick(self, pick: str | d.Pick | None, scope: Scope, allowed: tuple[str, ...] = ()) -> str | None:
        """The word that is meant; `None` where none is. A plain word stands for itself where `allowed` closes the choice,
        and is a path where not."""
        if pick is None or isinstance(pick, str):
            return pick if allowed else self._known(scope.first(pick))
        if pick.fixed is not None:
            return pick.fixed
        for path, word in (pick.present or {}).items():
            if scope.has(path):
                return word
        text = self._known(scope.first(pick.path))
        if text is None:
            return pick.otherwise
        table = pick.values if pick.values is not None else {word: word for word in allowed}
        found = table.get(text, {k.casefold(): v for k, v in table.items()}.get(text.casefold()))
        if found is None and not table:
            return text
        if found is None and pick.otherwise is None:
            where = scope.field(str(pick.path if isinstance(pick.path, str) else (pick.path or ["?"])[0]))
            self.odd[f"{where}: a word that the mapping does not have"] += 1
        return (found if found is not None else pick.otherwise) or None

    def names(self, rule: d.NameRule, scope: Scope) -> Iterator[Name]:
        for inner, text, origin in self.values(rule, scope):
            role: NameRole = _closed(self.pick(rule.role, inner, ROLES), ROLES) or "alias"
            quality: Quality = _closed(self.pick(rule.quality, inner, QUALITIES), QUALITIES) or "strong"
            if not any(c.isalnum() for c in text):
                self.odd[f"{origin.field}: a name without letters"] += 1
                continue
            yield Name(
                text=text, role=role, quality=quality, script=script_of(text), origin=origin,
                parts=tuple(self._parts(rule.parts, inner)), note=inner.first(rule.note),
            )

    def _parts(self, rule: d.PartsRule | None, scope: Scope) -> Iterator[NamePart]:
        for inner in scope.each(rule.each) if rule else ():
            text = inner.first(rule.text) if rule else None
            kind = _closed(self.pick(rule.kind, inner, PARTS), PARTS) if rule else None
            if text and kind:
                yield NamePart(kind=kind, text=text)

    def dates(self, given: str | d.DateRule, scope: Scope) -> Iterator[DateValue | tuple[str, Origin]]:
        """Dates; a text that is none comes back as it is, so that it can be kept as a fact."""
        rule = d.DateRule(path=given) if isinstance(given, str) else given
        if rule.year is not None:
            for inner in scope.each(rule.each) if rule.each else (scope,):
                yield from self._parted(rule, inner)
            return
        for inner, text, origin in self.values(rule, scope):
            span = parse_span(text, rule.formats)
            if span is None:
                self.odd[f"{origin.field}: no date of the formats in the mapping"] += 1
                yield text, origin
                continue
            if self.pick(rule.circa, inner) == "true":
                span = type(span)(first=span.first, last=span.last, circa=True)
            origin = Origin(field=origin.field, text=origin.text or (text if text != str(span) else None))
            yield DateValue(span=span, origin=origin, note=inner.first(rule.note))

    def _parted(self, rule: d.DateRule, scope: Scope) -> Iterator[DateValue | tuple[str, Origin]]:
        pieces = [scope.first(path) for path in (rule.year, rule.month, rule.day)]
        if not any(pieces):
            return
        text = "-".join(piece or "" for piece in pieces)
        origin = Origin(field=scope.field(rule.year or ""), text=text.strip("-"))
        date = make_date(*pieces)
        span = parse_span(str(date)) if date else None
        if span is None:
            self.odd[f"{origin.field}: no date of the calendar"] += 1
            yield text, origin
        else:
            circa = self.pick(rule.circa, scope) == "true"
            yield DateValue(span=type(span)(first=span.first, last=span.last, circa=circa), origin=origin)

    def days(self, given: str | d.DateRule | None, scope: Scope, facts: list[Fact], key: str) -> Iterator[PartialDate]:
        """Dates of the list's own doings; one that cannot be read becomes one of `facts`."""
        for value in self.dates(given, scope) if given is not None else ():
            if isinstance(value, DateValue):
                yield value.span.first
            else:
                facts.append(Fact(key=key, text=value[0], origin=value[1]))

    def places(self, given: str | d.PlaceRule, scope: Scope, *, is_birth: bool) -> Iterator[Place]:
        rule = d.PlaceRule(path=given) if isinstance(given, str) else given
        if rule.path is not None or rule.text is not None:
            for _, text, origin in self.values(rule, scope):
                yield make_place(text, origin, is_birth=is_birth)
            return
        for inner in scope.each(rule.each) if rule.each else (scope,):
            parts = {name: inner.first(getattr(rule, name)) for name in ("city", "region", "postcode")}
            street = ", ".join(tidy(t) for _, t in inner.texts(rule.street)) or None
            country = inner.first(rule.country)
            if street or country or any(parts.values()):
                where = next(p for p in (rule.street, rule.city, rule.region, rule.postcode, rule.country) if p)
                yield Place(
                    origin=Origin(field=inner.field(where if isinstance(where, str) else where[0])), street=street, **parts,
                    country=find_country(country) if country else None, country_text=country,
                )

    def countries(self, rule: d.CountryRule, scope: Scope) -> Iterator[CountryValue]:
        table = {k.casefold(): v for k, v in (rule.values or {}).items()}
        for _, text, origin in self.values(rule, scope):
            code = find_country(table.get(text.casefold(), text))
            if code is None:
                self.odd[f"{origin.field}: a country that is not known (give it in values)"] += 1
            yield CountryValue(role=rule.role, text=text, code=code, origin=origin)

    def gender(self, pick: str | d.Pick | None, scope: Scope) -> Literal["male", "female"] | None:
        word = self.pick(pick, scope)
        found = GENDERS.get((word or "").casefold())
        if word and found is None:
            self.odd["gender: a word that the mapping does not have"] += 1
        return found

    def identifiers(self, rule: d.IdentifierRule, scope: Scope) -> Iterator[Identifier]:
        for inner, text, origin in self.values(rule, scope):
            country = inner.first(rule.country)
            yield Identifier(
                kind=self.pick(rule.kind, inner, d.IDENTIFIER_KINDS) or "other_id", number=text, origin=origin,
                label=self.pick(rule.label, inner), country=find_country(country) if country else None,
                issued=parse_date(inner.first(rule.issued) or ""), expires=parse_date(inner.first(rule.expires) or ""),
                note=inner.first(rule.note),
            )

    def measures(self, rule: d.MeasureRule, scope: Scope) -> Iterator[Measure]:
        if rule.path is not None or rule.text is not None:
            found: Iterator[Value] = self.values(rule, scope)
        else:
            inners = scope.each(rule.each) if rule.each else iter((scope,))
            found = ((s, text, _origin_of(rule.programme, s)) for s in inners if (text := self.pick(rule.programme, s)))
        for inner, text, origin in found:
            since = inner.first(rule.since)
            date = parse_date(since, rule.formats) if since else None
            if since and date is None:
                self.odd[f"{inner.field(rule.since or '')}: no date of the formats in the mapping"] += 1
            yield Measure(programme=text, ground=self.pick(rule.ground, inner), since=date, origin=origin)

    def facts(self, key: str, given: str | list[str] | d.Rule, scope: Scope) -> Iterator[Fact]:
        for _, text, origin in self.values(d.as_rule(given), scope):
            yield Fact(key=key, text=text, origin=origin)

    def relations(self, rule: d.RelationRule, scope: Scope) -> Iterator[Relation]:
        for inner, text, origin in self.values(rule, scope):
            kind = self.pick(rule.kind or None, inner) or "linked to"
            yield Relation(kind=kind, target=text, ref=inner.first(rule.ref), origin=origin)

    def _known(self, text: str | None) -> str | None:
        return None if text is None or text.casefold() in self._nothing else text


def _closed(word: str | None, allowed: tuple[T, ...]) -> T | None:
    return next((known for known in allowed if known == word), None)


def make_place(text: str, origin: Origin, *, is_birth: bool) -> Place:
    """A place that is one text: what stands after the last comma is its country, where it is one."""
    before, comma, last = text.rpartition(",")
    country = find_country(last.strip(" ."))
    rest = (before.strip(" ,") if comma else "") if country else text
    whole = origin.text or (text if country else None)
    return Place(
        origin=Origin(field=origin.field, text=whole), city=(rest or None) if is_birth else None,
        street=None if is_birth else (rest or None), country=country, country_text=last.strip() if country else None,
    )


def _origin_of(pick: Any, scope: Scope) -> Origin:
    """Where a programme stands; one that the mapping itself says stands in the mapping."""
    path = pick if isinstance(pick, str) else pick.path if isinstance(pick, d.Pick) else None
    if path is None:
        return Origin(field="mapping")
    return Origin(field=scope.field(path if isinstance(path, str) else path[0]))

