"""What a list's programmes are about, in five words: terrorism, proliferation, country, crime, other.

Every list cuts its programmes in its own way, so that "listed for terrorism by both" needs a table. This is it, by
authority; it was made by hand and each line can be argued with. A programme has one regime: what its legal ground says
that it is about, not what each subject on it has done (Al-Shabaab stands on the UN's list under Somalia, a "country").
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, get_args

from tocsin.model import Listing

Regime = Literal["terrorism", "proliferation", "country", "crime", "other"]
REGIMES: tuple[Regime, ...] = get_args(Regime)
DEFAULT: Regime = "other"  # of a programme that the table does not have; `tocsin gaps` says which those were

# Lists that are all about one thing, or nearly: the regime of their programmes that the table does not have.
OF_LIST: dict[str, Regime] = {
    "ae_local": "terrorism", "ca_listed": "terrorism", "ca_sema": "country", "il_nbctf": "terrorism", "in_uapa": "terrorism",
    "in_uapa_individuals": "terrorism", "pk_nacta": "terrorism", "us_fto": "terrorism",
}

_TABLE: dict[str, dict[Regime, tuple[str, ...]]] = {
    "UN": {
        "terrorism": ("Al-Qaida", "ISIL (Da'esh) and Al-Qaida", "Taliban"),
        "proliferation": ("Democratic People's Republic of Korea", "Iran"),
        "country": (
            "Central African Republic", "Democratic Republic of the Congo", "Guinea-Bissau", "Haiti", "Iraq", "Lebanon",
            "Libya", "Mali", "Somalia", "South Sudan", "Sudan", "Yemen",
        ),
    },
    "US": {
        # NS-PLC rests on the regulations on global terrorism (31 CFR part 594), SDT on Executive Order 12947 (Middle East
        # peace process), HIFPAA on the act on the financing of Hizballah.
        "terrorism": ("FTO", "HIFPAA", "NS-PLC", "SDGT", "SDT"),
        "proliferation": (
            "CAATSA - IRAN", "DPRK", "DPRK-NKSPEA", "DPRK2", "DPRK3", "DPRK4", "FSE-WMD", "IRAN-CON-ARMS-EO", "ISA", "NPWMD",
            "NS-ISA",
        ),
        "crime": ("ILLICIT-DRUGS-EO14059", "SDNT", "SDNTK", "TCO"),
        # IFSR and IRGC mark ties to Iran's government; who of these is designated for terrorism has SDGT too.
        "country": (
            "561-Related", "561List", "BALKANS", "BALKANS-EO14033", "BELARUS", "BELARUS-EO14038", "BPI-RUSSIA-EO14024",
            "BURMA-EO14014", "BURUNDI", "CAATSA - RUSSIA", "CAR", "CMIC-EO13959", "CUBA", "DARFUR", "DRCONGO", "EO13599",
            "ETHIOPIA-EO14046", "FSE-IR", "FSE-SY", "HK-EO13936", "HRIT-IR", "HRIT-SY", "IFCA", "IFSR", "IRAN",
            "IRAN-EO13846", "IRAN-EO13871", "IRAN-EO13876", "IRAN-EO13902", "IRAN-HR", "IRAN-TRA", "IRAQ2", "IRAQ3", "IRGC",
            "LEBANON", "LIBYA2", "LIBYA3", "MALI-EO13882", "NICARAGUA", "NICARAGUA-NHRAA", "PEESA", "PEESA-EO14039",
            "RUSSIA-EO14024", "RUSSIA-EO14024-D1A", "RUSSIA-EO14065", "SOMALIA", "SOUTH SUDAN", "SSIDES", "SUDAN-EO14098",
            "SYRIA", "SYRIA-CAESAR", "SYRIA-EO13894", "UHRPA", "UKRAINE-EO13660", "UKRAINE-EO13661", "UKRAINE-EO13662",
            "UKRAINE-EO13685", "VENEZUELA", "VENEZUELA-EO13850", "VENEZUELA-EO13884", "WEST-BANK-EO14115", "YEMEN",
            "ZIMBABWE",
        ),
        "other": ("CYBER2", "ELECTION-EO13848", "GLOMAG", "HOSTAGES-EO14078", "ICCP-EO13928", "MAGNIT"),
    },
    "EU": {
        "terrorism": ("AFG", "EUAQ", "HAM", "TAQA", "TERR"),
        "proliferation": ("CHEM", "PRK"),
        # IRN joins three regulations, of which one is about proliferation; the list does not say which holds.
        "country": (
            "BDI", "BLR", "CAF", "COD", "EGY", "GIN", "GNB", "GTM", "HTI", "IRN", "IRQ", "LBN", "LBY", "MDA", "MLI", "MMR",
            "NIC", "RUS", "RUSDA", "SDN", "SDNZ", "SOM", "SSD", "SYR", "TUN", "TUR", "UKR", "VEN", "YEM", "ZWE",
        ),
        "other": ("CYB", "HR", "UNLI"),
    },
    "UK": {
        "terrorism": (
            "Afghanistan", "Counter-Terrorism (Domestic)", "Counter-Terrorism (International)", "ISIL (Da'esh) and Al-Qaida",
        ),
        "proliferation": ("Chemical Weapons", "Democratic People's Republic of Korea", "Iran (Nuclear)"),
        "crime": ("Global Irregular Migration and Trafficking in Persons",),
        "country": (
            "Belarus", "Bosnia and Herzegovina", "Burundi", "Central African Republic", "Democratic Republic of the Congo",
            "Guinea", "Guinea-Bissau", "Haiti", "Iran", "Iraq", "Lebanon", "Libya", "Mali", "Myanmar", "Nicaragua", "Russia",
            "Somalia", "South Sudan", "Sudan", "Syria", "Venezuela", "Yemen", "Zimbabwe",
        ),
        "other": ("Cyber", "Global Anti-Corruption", "Global Human Rights"),
    },
    "IN": {"terrorism": ("UAPA-I", "UAPA-IV")},
    "AE": {"terrorism": ("Local Terrorist List",)},
    "CA": {
        "terrorism": ("Listed terrorist entities",),
        "other": ("Justice for Victims of Corrupt Foreign Officials Regulations (JVCFOR)",),
    },
    "AU": {
        "terrorism": ("1267/1989/2253 (ISIL (Da'esh) and Al-Qaida)", "1373 (2001)", "1988 (Taliban)"),
        "proliferation": ("1718 (DPRK)", "Autonomous (DPRK)"),
        # 2713 took the place of 751: the same subjects, which the UN still lists under Somalia.
        "country": (
            "1518 (Iraq)", "1533 (Democratic Republic of the Congo)", "1591 (Sudan)", "1970 (Libya)",
            "1970 (Libya) 1973 (Libya)", "1973 (Libya)", "2093 (2013)", "2127 (Central African Republic)", "2140 (Yemen)",
            "2206 (South Sudan)", "2713 (Al-Shabaab)", "751 (Somalia and Eritrea)", "Autonomous (FFRY)", "Autonomous (Iran)",
            "Autonomous (Libya)", "Autonomous (Myanmar)", "Autonomous (Russia)", "Autonomous (Syria)",
            "Autonomous (Ukraine)", "Autonomous (Zimbabwe)",
        ),
        "other": (
            "Autonomous (Thematic - Cyber)", "Autonomous (Thematic - Human Rights)", "Autonomous (Thematic – Corruption)",
        ),
    },
}
_REGIME_OF: dict[tuple[str, str], Regime] = {
    (authority, programme): regime
    for authority, regimes in _TABLE.items() for regime, programmes in regimes.items() for programme in programmes
}


def find_regime(authority: str, programme: str) -> Regime | None:
    """The regime of an authority's programme; `None` when the table does not have it."""
    return _REGIME_OF.get((authority, programme))


def regimes_of(listing: Listing) -> tuple[Regime, ...]:
    """The regimes of a listing, in the order of its measures.

    A programme that the table does not have is of the regime of its list (`OF_LIST`), else `DEFAULT`; a listing without any
    programme too.
    """
    default = OF_LIST.get(listing.list_key, DEFAULT)
    found = (find_regime(listing.authority, m.programme) or default for m in listing.measures)
    return tuple(dict.fromkeys(found)) or (default,)


def iter_unmapped(listing: Listing) -> Iterator[str]:
    """The programmes of a listing that neither the table nor its list's regime covers."""
    if listing.list_key not in OF_LIST:
        yield from (m.programme for m in listing.measures if find_regime(listing.authority, m.programme) is None)


def iter_programmes() -> Iterator[tuple[str, str, Regime]]:
    """The whole table: authority, programme, regime."""
    for (authority, programme), regime in _REGIME_OF.items():
        yield authority, programme, regime
