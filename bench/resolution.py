"""How well listings are joined to subjects: python bench/resolution.py [--wrong]

The official cross-references between the UN's list and those of the UK and the EU tell which pairs are one subject. They
are first hidden from the resolver, then given to it. Pairs are counted among the listings of the table, and, for all that
carry a UN reference, over both whole lists. `--wrong` names each pair that is missed or joined wrongly.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Sequence

import msgspec

from measure import SHARED, describe_machine
from tocsin.model import REFERENCES, Listing
from tocsin.registry.joining import Joined, Pair, iter_members, join_listings
from tocsin.registry.references import find_refs, fold_ref, member_of
from tocsin.registry.resolving import compare_listings
from tocsin.sources import RawFile, get_source
from tocsin.sources.files import load_files
from uk_archive import make_xml

LISTS = SHARED / "lists"
# Rows of the EU table that are no cross-reference: read from remarks on other subjects, or from a number that lacks digits.
KNOWN_WRONG = {("TAe.012", "EU.2272.60"), ("TAe.010", "EU.3701.11"), ("CFi.002", "EU.3883.11"), ("QDe.014", "EU.5341.25"),
               ("KPi.045", "EU.4076.89"), ("KPi.045", "EU.4075.27"), ("LYi.028", "")}


def load_listings(key: str, *paths: str) -> tuple[Listing, ...]:
    files = load_files([LISTS / path for path in paths], max_bytes=10**9)
    return get_source(key).parse(files).listings


def load_uk() -> tuple[Listing, ...]:
    data = make_xml(LISTS / "uk/uk_yaml_2026-02-23.tar.xz", LISTS / "uk")
    return get_source("uk_sl").parse((RawFile("uk.xml", data),)).listings


def hide_references(listings: Sequence[Listing], *, source: bool) -> tuple[Listing, ...]:
    """Listings without cross-references; with `source` also without the word that a designation is the UN's."""
    return tuple(
        msgspec.structs.replace(
            x, identifiers=tuple(i for i in x.identifiers if i.kind not in REFERENCES),
            facts=tuple(f for f in x.facts if not (source and f.key == "designation_source")),
        )
        for x in listings
    )


def load_table(name: str) -> set[Pair]:
    with (SHARED / "resolution" / name).open(encoding="utf-8") as file:
        return {(row[0], row[1]) for row in list(csv.reader(file, delimiter="\t"))[1:]}


def find_joined(joined: Joined, list_key: str) -> set[Pair]:
    """Pairs of a UN reference and a reference of the other list that are one subject."""
    of = dict(iter_members(joined.groups))
    its: dict[int, list[str]] = {}
    for member, number in of.items():
        if member.startswith(f"{list_key}:"):
            its.setdefault(number, []).append(member.partition(":")[2])
    return {(m.partition(":")[2], ref) for m, n in of.items() if m.startswith("un:") for ref in its.get(n, ())}


def find_referenced(listings: Sequence[Listing], known: set[str]) -> set[Pair]:
    """Pairs that the other list's cross-references name, of UN references in force."""
    by_folded = {ref.casefold(): ref for ref in known}
    return {
        (by_folded[ref], fold_ref(x.ref)) for x in listings
        for ref in find_refs(x, own=False).get("un_ref", ()) if ref in by_folded
    }


def report(what: str, truth: set[Pair], found: set[Pair], names: dict[str, str], *, wrong: bool) -> None:
    """Precision of the joined pairs that touch a listing of the table, and recall."""
    un, its = {a for a, _ in truth}, {b for _, b in truth}
    touched = {p for p in found if p[0] in un or p[1] in its}
    good = touched & truth
    precision, recall = len(good) / max(1, len(touched)), len(good) / len(truth)
    print(f"  {what:<44} {len(truth):>5} pairs  precision {precision:.4f}  recall {recall:.4f}")
    if wrong:
        for label, pairs in (("missed", truth - found), ("joined wrongly", touched - truth)):
            for a, b in sorted(pairs):
                print(f"      {label}: {a} {names.get(a, '')} | {b} {names.get(b, '')}")


def measure(title: str, table: str, un: Sequence[Listing], other: Sequence[Listing], *, wrong: bool) -> None:
    key = other[0].list_key
    print(f"{title}: {len(un):,} and {len(other):,} listings")
    names = {fold_ref(x.ref): x.caption for x in (*un, *other)}
    rows = load_table(table) if table else set()
    stated = find_referenced(other, {fold_ref(x.ref) for x in un})
    every = (*un, *other)
    for what, listings in (
        ("references hidden", hide_references(every, source=False)),
        ("references and source of designation hidden", hide_references(every, source=True)),
        ("references given", every),
    ):
        start = time.process_time()
        joined = join_listings(listings, compare_listings(listings), (), author="bench")
        seconds = time.process_time() - start
        found = find_joined(joined, key)
        print(f" {what}: {len(found):,} pairs joined, {len(joined.waiting):,} wait, {seconds:.1f} s of processor")
        if rows:
            report(table, rows - KNOWN_WRONG, found, names, wrong=wrong)
        report("all that the list's own references name", stated, found, names, wrong=wrong)
        for pair in sorted(KNOWN_WRONG & rows):
            print(f"      known to be wrong in the table: {' '.join(pair)} {'joined' if pair in found else 'not joined'}")


def main() -> None:
    wrong = "--wrong" in sys.argv
    print(describe_machine())
    uk = load_uk()
    assert len({member_of(x) for x in uk}) == len(uk)
    un26 = load_listings("un", "un/un_consolidated_2026-02-27.xml.gz")
    un24 = load_listings("un", "un/un_consolidated_2024-05-15.xml.gz")
    eu = load_listings("eu_fsf", "eu/eu_fsf_2024-05-13.xml.gz")
    au = load_listings("au_dfat", "au/au_dfat_regulation8_consolidated_2024-12.xlsx")
    measure("UN and UK, February 2026", "xref_un_uk_2026_dev.tsv", un26, uk, wrong=wrong)
    measure("UN and EU, May 2024", "xref_un_eu_2024.tsv", un24, eu, wrong=wrong)
    measure("UN of May and Australia of November 2024", "", un24, au, wrong=wrong)


if __name__ == "__main__":
    main()
