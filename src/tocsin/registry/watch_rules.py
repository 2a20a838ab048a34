"""What the watchdog looks for in a list, from how many cases on it says so, and what was measured to set that number.

Each rule was run over the states at hand: 121 of the UN list (2017-07 to 2026-02, 114 of them in a row), 32 of OFAC's
non-SDN list, four of the SDN list, two of the EU's (2021, 2024), one each of Australia, Canada (SEMA), UAE, India, and
the starter. "None" under `measured` means that no value of these states meets the rule: some 181,000 names in the 20
states that lie furthest apart. `tests/reference/test_watch_states.py` holds these numbers.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Severity = Literal["info", "warning", "error"]
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error")

PUBLISHER = "Look at the raw file and ask the publisher; a name that is mangled is not found."
LOOK = "Look at these listings in the publisher's own view of the list."
COLUMNS = "Compare the raw file with the one before: its layout may have changed, or it is damaged."


class Level(msgspec.Struct, frozen=True):
    """From which number of listings, and which share of those that could be met, a finding is this severe."""

    severity: Severity
    least: int = 1
    share: float = 0.0


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to look for. `what` completes "3 of 1,003 listings: ..."; `levels` go from mild to severe."""

    code: str
    what: str
    levels: tuple[Level, ...]
    measured: str
    next: str


def _mangled(code: str, what: str, measured: str = "None.", next_: str = PUBLISHER) -> Rule:
    """A rule on text: one case is worth a look, one listing in a hundred is a damaged file."""
    return Rule(code=code, what=what, levels=(Level("warning"), Level("error", 5, 0.01)), measured=measured, next=next_)


RULES: dict[str, Rule] = {rule.code: rule for rule in (
    # Text that was mangled on its way.
    _mangled("text.mojibake", "text in one encoding was read as another (such as 'Ã©' for 'é')"),
    _mangled("text.replaced", "replacement characters (U+FFFD) stand for letters that were lost",
             "UN: QDi.203 in 2025-08, TAi.068 in 2025-11 and 2026-02; none in the 118 other states."),
    _mangled("text.question_marks", "question marks stand in place of letters"),
    _mangled("text.markup", "HTML entities or tags were left in",
             "None but one remark of OFAC, '<Head Office>'; remarks are left aside."),
    _mangled("text.escapes", "escapes such as '\\u00e9' or '%C3%A9' were left in"),
    _mangled("text.control", "control or private-use characters are in the text"),
    _mangled("text.bidi", "characters that turn the direction of writing are in the text",
             "EU 2024: one name (EU.9474.84).", "Look at the raw file: such characters can make a name look like another."),
    Rule(code="text.invisible", what="invisible characters (zero-width space, soft hyphen, direction mark) are in the text",
         levels=(Level("info"), Level("warning", 20, 0.05)), measured="Australia: 7 comments of 3,062 listings (0.2 %).",
         next="Nothing, while it is few: they are left aside in matching."),
    # Text in the wrong column.
    _mangled("column.date_as_name", "a date stands in a name", next_=COLUMNS),
    _mangled("column.number_as_name", "a name is only a number",
             "None of 3 digits or more for a person, 5 for others; there are four of two digits (OFAC), '7-28' (a vessel), "
             "'764' (a group).", COLUMNS),
    _mangled("column.country_as_name", "the first name of a person or organisation is that of a country",
             "None; aliases 'Israel' and 'So' and a vessel 'JAMAICA' are not looked at.", COLUMNS),
    _mangled("column.date_as_place", "a country is a date or a number, or a town or province a date", next_=COLUMNS),
    Rule(code="column.number_as_place", what="a town or province is a number",
         levels=(Level("info"), Level("warning", 5, 0.02)),
         measured="At most 26 of 8,976 (0.3 %, postcodes in OFAC's town), 2 of 639 in the non-SDN list.", next=COLUMNS),
    _mangled("column.country_as_date", "a date of birth is a country", next_=COLUMNS),
    Rule(code="column.unread_births", what="a date of birth could not be read",
         levels=(Level("info"), Level("warning", 5, 0.03)), measured="At most 6 of 1,098 (0.5 %, UN 2018).",
         next="Look whether the publisher writes dates in a new way."),
    Rule(code="column.unread_countries", what="a country could not be read",
         levels=(Level("info"), Level("warning", 5, 0.10)),
         measured="At most 43 of 639 (6.7 %, non-SDN 2018, 'None Identified'), else under 1 %.",
         next="Look whether another column's text stands there."),
    # Dates.
    Rule(code="date.future", what="a date of listing, amendment, issue or birth lies after the day of this state",
         levels=(Level("warning"), Level("error", 5, 0.05)),
         measured="OFAC 2024-05-07: a document issued 2024-11-03 (45019); UN 2023-08-03 to 2023-09-02: a day of "
         "amendment in the future (KPi.078); none elsewhere.", next=LOOK),
    Rule(code="date.old", what="a birth before 1850", levels=(Level("warning"), Level("error", 5, 0.05)),
         measured="None; none before 1900 either.", next=LOOK),
    Rule(code="date.order", what="dates in an impossible order (born after listing, dead before birth, amended a year "
         "before listing, a document that ends before it begins or was issued before birth)",
         levels=(Level("warning"), Level("error", 5, 0.05)),
         measured="Australia 2024: 4 of 3,062 amended before listing; none elsewhere.", next=LOOK),
    # Records given twice.
    Rule(code="reference.twice", what="a reference stands for two listings", levels=(Level("error"),), measured="None.",
         next="The state should not be in force: bring the state before back."),
    Rule(code="reference.near", what="a reference differs from another only in case, spaces or punctuation",
         levels=(Level("warning"),), measured="None.", next="Look whether one record was given twice."),
    Rule(code="record.near", what="a listing has the names, births and numbers of another one",
         levels=(Level("info"), Level("warning", 5, 0.02)),
         measured="At most 11 of 7,379 (0.15 %, OFAC: branches of one company) and 6 of 1,369 (0.44 %, Canada).",
         next="Nothing, while it is few: lists name one subject under two programmes."),
    # Against the state before.
    Rule(code="column.moved", what="the text of one column stands in another one now",
         levels=(Level("warning", 8, 0.10), Level("warning", 3, 0.80), Level("error", 8, 0.50)),
         measured="In a row of states at most 3 of 47 (6.4 %); EU 2021 to 2024 6 of 52; OFAC's CSV after its XML 154 "
         "of 1,626.",
         next=COLUMNS),
    Rule(code="column.emptied", what="a column that was filled is empty now",
         levels=(Level("warning", 5, 0.20), Level("error", 20, 0.80)),
         measured="UN 2023-08-03: 618 of 618 Interpol links, 10 of 47 former names; else under 7 % in a row of states. "
         "Over three years and other layouts more (EU comments 12 %).", next=COLUMNS),
    Rule(code="column.emptied_core", what="a column that was filled is empty now",
         levels=(Level("warning", 5, 0.08), Level("error", 20, 0.30)),
         measured="At most 6.3 % (names' parts, EU 2021 to 2024); in a row of states under 3 %.", next=COLUMNS),
    Rule(code="share.fell", what="fewer listings have it than in the state before",
         levels=(Level("warning", 5, 0.10), Level("error", 20, 0.40)),
         measured="At most 8.2 points (countries, UN 2025-08 to 2025-11, when 121 sparse records came).", next=COLUMNS),
    Rule(code="reference.renumbered", what="a listing is gone and stands under another reference",
         levels=(Level("warning", 3), Level("error", 20, 0.50)),
         measured="UN 2023-08-12: five (KPi.063.1 and others) got their former references back; none elsewhere.",
         next="Decisions and joins name references: look whether the publisher renumbered its list."),
    Rule(code="unread.new", what="something came that no rule of the reader consumed", levels=(Level("warning"),),
         measured="None in 114 UN states in a row.",
         next="Look whether the publisher has a new field, and tell the makers of Tocsin."),
    # Over the states of a list.
    Rule(code="shrunk.step", what="listings fewer than in the state before", levels=(Level("warning", 5, 0.05),),
         measured="UN 2023-10-20: 84 of 946 (8.9 %) were delisted; else at most 3.1 % in a row of states.",
         next="`tocsin changes` names them: look whether the authority announced it."),
    Rule(code="shrunk.kind", what="listings of this kind fewer than in the state before",
         levels=(Level("warning", 5, 0.20),),
         measured="UN 2023-10-20: 61 of 253 organisations; non-SDN 2021-08: 11 of 11 vessels; else at most 9.8 %.",
         next="`tocsin changes` names them: look whether the authority announced it."),
    Rule(code="shrunk.slowly", what="listings fewer than the most within a year", levels=(Level("warning", 5, 0.12),),
         measured="At most 10.0 % in any year (UN 2023), 3.7 % for non-SDN.",
         next="Compare with the publisher's own total; records may be getting lost one by one."),
    Rule(code="rhythm", what="", levels=(Level("info"),), measured="", next="Nothing."),
    Rule(code="rhythm.stale", what="", levels=(Level("warning"),), measured="`stale_after_days` of the list's reader.",
         next="Run `tocsin update`, or bring the list by file."),
    Rule(code="rhythm.silent", what="", levels=(Level("warning"),),
         measured="After half a year no pause was longer than 1.24 times the longest before it (UN; non-SDN 1.20); in the "
         "first half year one of the UN's was, 2.1 times.",
         next="Look at the publisher's page: its file may have stopped being renewed, or moved."),
)}

MANY = 10             # references that a finding names; counts are always whole
SILENT_FACTOR = 1.5   # how much longer than the longest pause so far a list may be silent
SILENT_PAUSES = 8     # from how many pauses on, and
SILENT_DAYS = 180     # from how many days of history on, a rhythm is known
YEAR_DAYS = 365       # what `shrunk.slowly` looks back over
GRACE_DAYS = 1        # publishers' clocks are in other time zones than ours
OLDEST_BIRTH = 1850
AMENDED_BEFORE_DAYS = 365  # instruments are dated some days before the listing (Australia: 5 of 3,062), not a year
DIGITS = {"person": 3}     # from how many digits on a name without letters is a number; `OTHER_DIGITS` for other kinds
OTHER_DIGITS = 5
COUNTRY_LETTERS = 4        # shorter names are codes to `find_country`: "IM", "So"
MARKS_IN_A_ROW = 4         # accented Latin letters in a row: real names have two at most
# Columns without which a person is hardly found; `column.emptied_core` is stricter about them.
CORE = frozenset({
    "births", "listed_on", "measures", "country.nationality", "country.citizenship", "country.flag", "number.passport",
    "number.national_id", "number.imo", "part.given", "part.family", "part.other", "name.primary",
    "birth place.country", "address.country",
})


def find_severity(rule: Rule, count: int, of: int) -> Severity | None:
    """How severe `count` cases out of `of` are; `None` when they are too few to tell."""
    found: Severity | None = None
    for level in rule.levels:
        meets = count >= level.least and count >= level.share * of
        if meets and (found is None or SEVERITIES.index(level.severity) > SEVERITIES.index(found)):
            found = level.severity
    return found
