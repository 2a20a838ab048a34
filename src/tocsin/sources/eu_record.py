"""One EU record on its way to a listing: values are added as the rules meet them."""

from __future__ import annotations

import re
from collections import Counter

from tocsin.model import Fact, Identifier, Origin
from tocsin.sources.eu_acts import Act, read_act
from tocsin.sources.eu_xml import Node, tidy

# A reference of the UN list: two letters for the regime, "i" or "e" for the kind of subject, three digits.
UN_REFERENCE = re.compile(r"\b([A-Z]{2}[ie])\s?\.\s?(\d{3}(?:\.\d+)?)(?!\w)")
# Where a remark gives the record's own reference, not that of a subject that it mentions.
_OWN = re.compile(
    rf"^\W*(?:un(?:ited nations)?|unsc|permanent)\b[\w\s.]*(?:reference|number|no|id|ref)\b[\w\s.]*:?\s*"
    rf"({UN_REFERENCE.pattern})\W*$|^\W*({UN_REFERENCE.pattern})\W*$",
    re.IGNORECASE,
)
_INTERPOL = re.compile(r"https?://\S*interpol\S*(?:\s?\S*notice\S*)?[\w/]", re.IGNORECASE)


class Record:
    """What has been read of one `sanctionEntity`: the acts cited, the facts, and what was odd, by kind."""

    def __init__(self, node: Node, *, is_person: bool) -> None:
        self.node, self.is_person = node, is_person
        self.acts: list[Act] = []
        self.facts: list[Fact] = []
        self.identifiers: list[Identifier] = []
        self.notes: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()

    def open_values(self, tag: str) -> list[tuple[Node, tuple[str, ...]]]:
        """The record's values of one kind with their remarks, in order of the publisher's numbers; acts are noted.

        In the file their order is another at each publication.
        """
        nodes = sorted(self.node.get_nodes(tag), key=lambda n: (len(n.find("logicalId") or ""), n.find("logicalId") or ""))
        return [(node, self.open(node, tag)) for node in nodes]

    def open(self, node: Node, field: str) -> tuple[str, ...]:
        """The remarks on a value, tidied; its act and its additional information are noted."""
        self.acts += [read_act(act) for tag in ("regulationSummary", "corrigendum") for act in node.get_nodes(tag)]
        for extra in node.get_nodes("additionalInformation"):
            key, value = extra.find("key"), extra.find("value")
            text = ": ".join(part for part in (key, value) if part)
            self.add_fact("additional_information", text, f"{field}/additionalInformation")
        remarks = (tidy(remark.get_text()) for remark in node.get_nodes("remark"))
        return tuple(remark for remark in remarks if remark)

    def add_fact(self, key: str, text: str | None, field: str) -> None:
        """A fact that says something, once."""
        if text and not any((fact.key, fact.text) == (key, text) for fact in self.facts):
            self.facts.append(Fact(key=key, text=text, origin=Origin(field=field)))

    def add_comment(self, text: str, field: str) -> None:
        """A remark on the subject: a comment, with the notices and references to the UN list that it holds."""
        self.add_fact("comment", text, field)
        for link in _INTERPOL.findall(text):
            self.add_fact("interpol_notice", "".join(link.split()), field)
        self.add_mentions(text, field)

    def add_mentions(self, text: str, field: str) -> None:
        """UN references in a text. Nearly all name another subject ("a leader of X (QDe.999)"), so they are facts.

        The one that is a cross-reference stands alone, or behind the words "UN reference", and is of the record's kind.
        """
        found = [".".join(parts) for parts in UN_REFERENCE.findall(text)]
        own = _OWN.match(text)
        if own and len(found) == 1 and (found[0][2] == "i") is self.is_person:
            self.identifiers.append(make_un_ref(found[0], text, field))
            return
        for ref in found:
            self.add_fact("un_ref_mentioned", ref, field)

    def add_un_id(self, raw: str | None) -> None:
        """The attribute unitedNationId, as published.

        A number that lacks digits is no cross-reference: in 2024 "QDi.43" stood for QDi.433 and for QDi.434.
        """
        text = tidy(raw)
        if not text or raw is None:
            return
        field, found = "@unitedNationId", UN_REFERENCE.fullmatch(text)
        if found is None:
            self.add_fact("un_ref_unclear", text, field)
            self.notes["UN references (unitedNationId) that are not written as the UN does, kept as facts"] += 1
        elif (found[1][2] == "i") is not self.is_person:
            self.add_fact("un_ref_unclear", text, field)
            self.notes["UN references (unitedNationId) of the other kind of subject, kept as facts"] += 1
        else:
            self.identifiers.append(make_un_ref(f"{found[1]}.{found[2]}", raw, field))


def make_un_ref(ref: str, text: str, field: str) -> Identifier:
    """A cross-reference to the UN list, from the text that gives it."""
    origin = Origin(field=field, text=None if text == ref else text)
    return Identifier(kind="un_ref", number=ref, label="UN reference", origin=origin)
