"""What a third party rendered of Canada's feed in 2026, put back into the feed's layout, is read whole.

The publisher's own file was not at hand: this shows that its texts are understood, not that its bytes are.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import etree

from tocsin.sources.base import Parsed, RawFile
from tocsin.sources.ca_listed import parse

pytestmark = pytest.mark.reference


@pytest.fixture(scope="module")
def parsed(shared_data: Path) -> Parsed:
    path = shared_data / "lists/ca/ca_listed_terrorist_entities_misp_2026.json"
    feed = etree.Element("feed", xmlns="http://www.w3.org/2005/Atom")
    for value in json.loads(path.read_bytes())["values"]:
        entry = etree.SubElement(feed, "entry")
        for name in ("title", "id", "summary", "content", "published", "updated"):
            text = value["meta"][name]
            etree.SubElement(entry, name).text = text if isinstance(text, str) else text[0]
    return parse([RawFile("lstd-ntts-eng.xml", etree.tostring(feed))])


def test_every_entry_is_read_and_nothing_is_left(parsed: Parsed) -> None:
    assert (len(parsed.listings), parsed.unread, parsed.notes) == (90, (), ())
    assert len({x.ref for x in parsed.listings}) == 90
    assert all(x.listed_on for x in parsed.listings)
    assert sum(not x.updated_on for x in parsed.listings) == 19


def test_facts_checked_by_hand(parsed: Parsed) -> None:
    names = {x.ref: [n.text for n in x.names] for x in parsed.listings}
    assert names["2025-121"] == ["764"]
    assert names["19"] == ["Caucasus Emirate", "Imarat Kavkaz", "Islamic Emirate of the Caucasus"]
    assert names["2025-123"] == ["Maniac Murder Cult", "Maniacs: Cult of Killing", "Manyaki", "Kult Ubiystva", "MKY", "M.K.Y.", "MKU"]
    assert "World Islamic Front for Jihad Against Jews and Crusaders" in {n for all_names in names.values() for n in all_names}
    assert str(next(x.listed_on for x in parsed.listings if x.ref == "2")) == "2003-02-12"
