"""The legal acts that an EU record cites, its programmes, and the dates that follow from them.

The element `regulation` of a record is the latest act that touched it, not the one that listed it; each value of the
record names, in `regulationSummary`, the act that it was entered with. All of them together date the record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from tocsin.model import Fact, Origin, PartialDate
from tocsin.sources.eu_xml import Node, tidy

FIRST_DATE = dt.date(1990, 1, 1)  # before any act that can stand on the list; the oldest seen is of 2002, a UN date of 2000

# programme: what it is about, and the regulations that it rests on.
PROGRAMMES: dict[str, str] = {
    "AFG": "Afghanistan (Taliban): Regulation (EU) No 753/2011",
    "BDI": "Burundi: Regulation (EU) 2015/1755",
    "BLR": "Belarus: Regulation (EC) No 765/2006",
    "CAF": "Central African Republic: Regulation (EU) No 224/2014",
    "CHEM": "Chemical weapons: Regulation (EU) 2018/1542",
    "COD": "Democratic Republic of the Congo: Regulation (EC) No 1183/2005",
    "CYB": "Cyber-attacks: Regulation (EU) 2019/796",
    "EGY": "Egypt: Regulation (EU) No 270/2011",
    "EUAQ": "ISIL (Da'esh) and Al-Qaida, the EU's own listings: Regulation (EU) 2016/1686",
    "GIN": "Guinea: Regulation (EU) No 1284/2009",
    "GNB": "Guinea-Bissau: Regulation (EU) No 377/2012",
    "GTM": "Guatemala: Regulation (EU) 2024/287",
    "HAM": "Hamas and Palestinian Islamic Jihad: Regulation (EU) 2024/386",
    "HR": "Human rights: Regulation (EU) 2020/1998",
    "HTI": "Haiti: Regulation (EU) 2022/2309",
    "IRN": "Iran: Regulations (EU) No 359/2011, No 267/2012 and 2023/1529",
    "IRQ": "Iraq: Regulation (EC) No 1210/2003",
    "LBN": "Lebanon: Regulations (EC) No 305/2006 and (EU) 2021/1275",
    "LBY": "Libya: Regulation (EU) 2016/44",
    "MDA": "Moldova: Regulation (EU) 2023/888",
    "MLI": "Mali: Regulation (EU) 2017/1770",
    "MMR": "Myanmar: Regulation (EU) No 401/2013",
    "NIC": "Nicaragua: Regulation (EU) 2019/1716",
    "PRK": "Democratic People's Republic of Korea: Regulation (EU) 2017/1509",
    "RUS": "Russia, repression: Regulation (EU) 2024/1485",
    "RUSDA": "Russia, destabilising activities: Regulation (EU) 2024/2642",
    "SDN": "Sudan: Regulation (EU) No 747/2014",
    "SDNZ": "Sudan, the EU's own listings: Regulation (EU) 2023/2147",
    "SOM": "Somalia: Regulation (EU) No 356/2010",
    "SSD": "South Sudan: Regulation (EU) 2015/735",
    "SYR": "Syria: Regulation (EU) No 36/2012",
    "TAQA": "ISIL (Da'esh) and Al-Qaida: Regulation (EC) No 881/2002",
    "TERR": "Terrorism: Regulation (EC) No 2580/2001",
    "TUN": "Tunisia: Regulation (EU) No 101/2011",
    "TUR": "Drilling in the Eastern Mediterranean (Turkey): Regulation (EU) 2019/1890",
    "UKR": "Ukraine: Regulations (EU) No 208/2014 and No 269/2014",
    "UNLI": "Listed by the United Nations, the EU's act still to come",
    "VEN": "Venezuela: Regulation (EU) 2017/2063",
    "YEM": "Yemen: Regulation (EU) No 1352/2014",
    "ZWE": "Zimbabwe: Regulation (EC) No 314/2004",
}


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """A published act: `title` as the list writes it ("2024/753 (OJ L23022024)"), `kind` ("amendment"), its dates."""

    title: str
    kind: str | None
    published: PartialDate | None
    url: str | None
    issuer: str | None = None
    in_force: PartialDate | None = None

    def __str__(self) -> str:
        parts = (
            self.title, self.kind, self.issuer, f"published {self.published}" if self.published else None,
            f"in force {self.in_force}" if self.in_force else None, self.url,
        )
        return ", ".join(part for part in parts if part)


def read_date(text: str | None) -> PartialDate | None:
    """An xs:date, without its time zone; `None` when there is none or it cannot be read."""
    try:
        return PartialDate.parse((text or "")[:10])
    except ValueError:
        return None


def read_act(node: Node) -> Act:
    """An act from `regulation`, `regulationSummary` or `corrigendum`."""
    url = node.find_node("publicationUrl")
    address = tidy(url.get_text()) if url else node.find("publicationUrl")
    return Act(
        title=node.find("numberTitle") or "an act without a number", kind=node.find("regulationType"), url=address,
        published=read_date(node.find("publicationDate")), issuer=node.find("organisationType"),
        in_force=read_date(node.find("entryIntoForceDate")),
    )


def make_act_facts(acts: Iterable[Act]) -> tuple[Fact, ...]:
    """One fact "legal_act" for each act, oldest first; what names an act most fully is kept."""
    fullest: dict[tuple[str, PartialDate | None], Act] = {}
    for act in sorted(acts, key=lambda a: (len(str(a)), str(a))):
        fullest[(act.title, act.published)] = act
    return tuple(
        Fact(key="legal_act", text=str(act), origin=Origin(field="regulation+regulationSummary"))
        for act in sorted(fullest.values(), key=lambda a: (str(a.published), str(a)))
    )


def find_dates(
    designated: PartialDate | None, acts: Iterable[Act], *, until: dt.date
) -> tuple[PartialDate | None, tuple[PartialDate, ...]]:
    """When the record was listed, and the days of the acts that amended it since, oldest first.

    Listed is the earliest of the date of designation and the publication of any act that the record cites. Neither alone
    does: where names were entered anew the acts are too young, and where the EU listed a subject again (Iran, 2023) or the
    UN came later (North Korea, 2016) the designation is. Days before 1990 and after the list's own date are slips.
    """
    published = {act.published for act in acts if act.published}
    sound = sorted({d for d in (designated, *published) if d and FIRST_DATE <= d.earliest <= until}, key=str)
    listed = sound[0] if sound else None
    return listed, tuple(d for d in sound if d != listed and d in published)
