"""OFAC's advanced XML (SDN_ADVANCED.XML, CONS_ADVANCED.XML), root `Sanctions`, after the schema sdn_advanced.xsd.

Its parts stand in sections of their own and refer to one another by number: words, places and documents first, then the
parties, then their ties and the entries on OFAC's lists. The old namespace (un.org) and the new one have one layout.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from typing import Any

from tocsin.errors import ListRefused
from tocsin.model import PartialDate
from tocsin.sources.base import Parsed, RawFile
from tocsin.sources.ofac_features import add_feature
from tocsin.sources.ofac_gather import finish
from tocsin.sources.ofac_paths import IGNORED_ADVANCED, KNOWN_ADVANCED
from tocsin.sources.ofac_record import KINDS, ROLES, Gathered, OfacRecord, Role
from tocsin.sources.ofac_references import Document, Location, Words, read_day, read_document, read_location, read_period
from tocsin.sources.ofac_remarks import add_links
from tocsin.sources.ofac_stream import STAYS, count_unread, iter_items, say_span, strip_marks, text_of

ROOT = "Sanctions"
ITEMS = {
    "Locations": "Location", "IDRegDocuments": "IDRegDocument", "DistinctParties": "DistinctParty",
    "ProfileRelationships": "ProfileRelationship", "SanctionsEntries": "SanctionsEntry",
    "SanctionsEntryLinks": "SanctionsEntryLink",
}
# Kinds of parts of a name: those that the plain files write as family name, and as given name
FAMILY = ("Last Name", "Entity Name", "Vessel Name", "Aircraft Name")
GIVEN = ("First Name", "Middle Name", "Patronymic", "Matronymic", "Maiden Name", "Nickname")

def parse_advanced(file: RawFile, list_key: str) -> Parsed:
    """The list's state.

    `ListRefused`: see `ofac_stream.iter_items` and `ofac_gather.finish`; `different_document` also for a file of
    differences.
    """
    reader = _Reader()
    items = iter_items(file, root=ROOT, items=ITEMS, singles=("DateOfIssue", "ReferenceValueSets"), unread=reader.unread)
    for element in items:
        reader.read(element)
    reader.join()
    return finish(
        reader.records, list_key=list_key, published_at=reader.published_at, kinds=reader.kinds, gathered=reader.gathered,
        unread=reader.unread, notes=reader.notes,
    )


class _Reader:
    """Walks the parts of one file, and holds what later parts refer to."""

    def __init__(self) -> None:
        self.records: list[OfacRecord] = []
        self.profiles: dict[str, OfacRecord] = {}
        self.kinds: dict[str, str] = {}
        self.unread: Counter[str] = Counter()
        self.notes: Counter[str] = Counter()
        self.gathered = Gathered()
        self.published_at: dt.datetime | None = None
        self.words = Words(self.unread)
        self.places: dict[str, Location] = {}
        self.documents: dict[str, list[Document]] = defaultdict(list)
        self.ties: list[dict[str, str]] = []

    def read(self, element: Any) -> None:
        name = element.tag.rpartition("}")[2]
        if name == "DateOfIssue":
            if element.getparent().get("DeltaBaseVersion") not in (None, "0"):
                raise ListRefused(
                    f"This is a file of differences, not a whole OFAC list. {STAYS}", reason="different_document"
                )
            day = read_day(element)
            self.published_at = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC) if day else None
        elif name == "ReferenceValueSets":
            self.words.read(element)
        else:
            RULES[name](self, element)
            if name in KNOWN_ADVANCED:
                known = KNOWN_ADVANCED[name]
                count_unread(element, path=f"/{name}", known=known, ignored=IGNORED_ADVANCED, unread=self.unread)

    def _read_location(self, element: Any) -> None:
        self.places[element.get("ID") or ""] = read_location(element, self.words, self.unread)

    def _read_document(self, element: Any) -> None:
        document = read_document(element, self.words, self.places, self.unread)
        self.documents[element.get("IdentityID") or ""].append(document)

    def _read_party(self, element: Any) -> None:
        ref = element.get("FixedRef") or ""
        if not ref.isdigit():
            raise ListRefused(f"Party {len(self.records) + 1} of the OFAC file has no FixedRef. {STAYS}", reason="malformed")
        profiles = element.findall("{*}Profile")
        kind = self.words.get_party(profiles[0].get("PartySubTypeID")) if profiles else ""
        record = OfacRecord(ref, KINDS.get(kind.lower(), "unknown"), self.gathered)
        for comment in element.findall("{*}Comment"):
            add_links(record, text_of(comment), "DistinctParty/Comment")
        for profile in profiles:
            self.profiles[profile.get("ID") or ""] = record
            self._read_profile(record, profile)
        self.kinds[ref] = kind or "unknown"
        self.records.append(record)

    def _read_profile(self, record: OfacRecord, profile: Any) -> None:
        _add_comments(record, profile, "Profile/Comment")
        for identity in profile.findall("{*}Identity"):
            names = self._read_identity(record, identity)
            for document in self.documents.pop(identity.get("ID") or "", ()):
                self._add_document(record, document, names)
        for feature in profile.findall("{*}Feature"):
            kind = self.words.get("FeatureType", feature.get("FeatureTypeID"))
            for version in feature.findall("{*}FeatureVersion"):
                self._add_version(record, kind, version)

    def _read_identity(self, record: OfacRecord, identity: Any) -> dict[str, str]:
        """Add the names of an identity; gives each spelling's text by its number, but for the primary one."""
        groups = {
            group.get("ID") or "": self.words.get("NamePartType", group.get("NamePartTypeID"))
            for group in identity.findall("{*}NamePartGroups/{*}MasterNamePartGroup/{*}NamePartGroup")
        }
        _add_comments(record, identity, "Identity/Comment")
        names: dict[str, str] = {}
        for alias in identity.findall("{*}Alias"):
            _add_comments(record, alias, "Alias/Comment")
            for spelling in alias.findall("{*}DocumentedName"):
                before = len(record.names)
                primary = self._add_name(record, alias, spelling, groups, false=identity.get("False") == "true")
                if not primary and len(record.names) > before:
                    names[spelling.get("ID") or ""] = record.names[-1].text
        return names

    def _add_name(self, record: OfacRecord, alias: Any, spelling: Any, groups: dict[str, str], *, false: bool) -> bool:
        parts: dict[str, list[str]] = defaultdict(list)
        scripts: list[str] = []
        for value in spelling.findall("{*}DocumentedNamePart/{*}NamePartValue"):
            kind = groups.get(value.get("NamePartGroupID") or "", "")
            if kind and kind not in FAMILY + GIVEN:
                self.unread[f"/DistinctParty/NamePartType: {kind}"] += 1
            parts[kind].append(text_of(value))
            scripts.append(self.words.get("Script", value.get("ScriptID")))
        own = next((script for script in scripts if script not in ("", "Latin")), "")
        kind = self.words.get("AliasType", alias.get("AliasTypeID"))
        is_primary = alias.get("Primary") == "true" and not false
        role: Role = "primary" if is_primary else ROLES.get(kind.lower(), "alias")
        said = [own] if own else []
        said += ["now known as"] if kind.lower() == "n.k.a." else []
        said += ["formerly known as"] if own and role == "former" else []
        said += ["name of a false identity"] if false else []
        family, given = _order_parts(parts)
        record.add_name(
            strip_marks(family), strip_marks(given), role="original_script" if own else role,
            weak=alias.get("LowQuality") == "true", field="Alias/DocumentedName", note="; ".join(said) or None,
            parts=[(kind, text) for kind, texts in parts.items() for text in texts],
        )
        return is_primary and not own

    def _add_document(self, record: OfacRecord, document: Document, names: dict[str, str]) -> None:
        said = [*document.said, *([f"in the name of {names[document.name]}"] if document.name in names else [])]
        record.add_id(
            document.label, document.number, "IDRegDocument", country=document.country, issued=document.issued,
            expires=document.expires, note="; ".join(said) or None,
        )

    def _add_version(self, record: OfacRecord, kind: str, version: Any) -> None:
        """One version of a feature: a place, a word of a table, a text, or a date."""
        field = "Feature/FeatureVersion"
        reliability = self.words.get("Reliability", version.get("ReliabilityID"))
        comment = "; ".join(text_of(x) for x in version.findall("{*}Comment") if text_of(x))
        found = 0
        for reference in version.findall("{*}VersionLocation"):
            place = self.places.get(reference.get("LocationID") or "")
            found += 1
            if place is None:
                self.unread["/DistinctParty/VersionLocation: LocationID without Location"] += 1
            elif kind == "Location":
                place.add_to(record, field)
            elif str(place):
                add_feature(record, kind, str(place), field, reliability=reliability, comment=comment)
        for period in version.findall("{*}DatePeriod"):
            span = read_period(period)
            found += 1
            if span is None:
                self.unread[f"/DistinctParty/FeatureVersion/DatePeriod of {kind}, no dates"] += 1
            else:
                add_feature(record, kind, "", field, span=span, reliability=reliability, comment=comment)
        for detail in version.findall("{*}VersionDetail"):
            text = self.words.get("DetailReference", detail.get("DetailReferenceID")) or text_of(detail)
            if text:
                add_feature(record, kind, text, field, reliability=reliability, comment=comment)
            self.unread[f"/DistinctParty/FeatureVersion of {kind}, empty"] += not text and not found

    def _read_tie(self, element: Any) -> None:
        self.ties.append({**{k: str(v) for k, v in element.attrib.items()}, "said": "; ".join(
            text_of(x) for x in element.findall("{*}Comment") if text_of(x)
        )})

    def _read_entry(self, element: Any) -> None:
        record = self.profiles.get(element.get("ProfileID") or "")
        if record is None:
            self.unread["/SanctionsEntry: ProfileID without Profile"] += 1
            return
        self._add_events(record, element)
        for measure in element.findall("{*}SanctionsMeasure"):
            self._add_measure(record, measure)
        for path in ("Comment", "LimitationsToListing", "SupportingInfo/{*}Text", "SupportingInfo/{*}DirectURL"):
            for child in element.findall(f"{{*}}{path}"):
                record.add_fact("listing_note", text_of(child), f"SanctionsEntry/{path.replace('{*}', '')}")

    def _add_events(self, record: OfacRecord, element: Any) -> None:
        name = self.words.get("List", element.get("ListID"))
        for event in element.findall("{*}EntryEvent"):
            kind = self.words.get("EntryEventType", event.get("EntryEventTypeID"))
            day = read_day(event.find("{*}Date"))
            date = PartialDate.of(day) if day else None
            self.notes["dates of listing that could not be read"] += date is None
            if kind in ("", "Created"):
                record.add_list(name or "Unknown list", date, "SanctionsEntry/EntryEvent")
            else:
                record.add_fact("listing_event", f"{name}: {kind} {date or ''}".strip(), "SanctionsEntry/EntryEvent")
            basis = self.words.get("LegalBasis", event.get("LegalBasisID"))
            _add_once(record, "legal_authority", basis, "SanctionsEntry/EntryEvent")
            _add_comments(record, event, "SanctionsEntry/EntryEvent/Comment")

    def _add_measure(self, record: OfacRecord, measure: Any) -> None:
        kind = self.words.get("SanctionsType", measure.get("SanctionsTypeID"))
        texts = [text_of(x) for x in measure.findall("{*}Comment") if text_of(x)]
        period = measure.find("{*}DatePeriod")
        span = read_period(period) if period is not None else None
        if kind == "Program":
            for code in texts:
                if code not in {m.programme for m in record.measures}:
                    record.add_programme(code, "SanctionsMeasure/Comment", since=span.first if span else None)
            self.unread["/SanctionsEntry/SanctionsMeasure of Program without a code"] += not texts
        else:
            words = "; ".join([*([kind] if kind else []), *texts, *([say_span(span)] if span else [])])
            _add_once(record, "sanctions_type", words, "SanctionsEntry/SanctionsMeasure")

    def join(self) -> None:
        """Add the ties between records, and count what stayed without a record."""
        for tie in self.ties:
            record, other = self.profiles.get(tie.get("From-ProfileID", "")), self.profiles.get(tie.get("To-ProfileID", ""))
            if record is None:
                self.unread["/ProfileRelationship: From-ProfileID without Profile"] += 1
                continue
            ref = other.ref if other else tie.get("To-ProfileID", "")
            target = next((n.text for n in other.names if n.role == "primary"), ref) if other else ref
            kind = self.words.get("RelationType", tie.get("RelationTypeID"))
            kind += " (former)" if tie.get("Former") == "true" else ""
            record.add_relation(kind, target, "ProfileRelationship", ref=ref or None)
            quality = self.words.get("RelationQuality", tie.get("RelationQualityID"))
            said = "; ".join(x for x in (quality, tie["said"]) if x)
            if said:
                record.add_fact("relation_quality", f"{kind} {target}: {said}", "ProfileRelationship")
        left = sum(len(documents) for documents in self.documents.values())
        self.unread["/IDRegDocument: IdentityID without Identity"] += left
        self.unread["/DistinctParty without SanctionsEntry"] += sum(not record.lists for record in self.records)


def _order_parts(parts: dict[str, list[str]]) -> tuple[str, str]:
    """Family and given name as in the plain files; a name of given parts only is written as they stand."""
    family = " ".join(text for kind in (*FAMILY, "") for text in parts.get(kind, ()))
    given = " ".join(text for kind in GIVEN for text in parts.get(kind, ()))
    return (family, given) if family else (given, "")


def _add_once(record: OfacRecord, key: str, text: str, field: str) -> None:
    """A fact that each of OFAC's lists repeats is kept once."""
    if text and not any((fact.key, fact.text) == (key, text) for fact in record.facts):
        record.add_fact(key, text, field)


def _add_comments(record: OfacRecord, element: Any, field: str) -> None:
    for comment in element.findall("{*}Comment"):
        record.add_fact("comment", text_of(comment), field)


def _count_link(reader: _Reader, _: Any) -> None:
    reader.unread["/SanctionsEntryLinks/SanctionsEntryLink"] += 1  # none in any state seen


RULES = {
    "Location": _Reader._read_location, "IDRegDocument": _Reader._read_document, "DistinctParty": _Reader._read_party,
    "ProfileRelationship": _Reader._read_tie, "SanctionsEntry": _Reader._read_entry, "SanctionsEntryLink": _count_link,
}
