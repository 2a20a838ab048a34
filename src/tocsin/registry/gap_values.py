"""What is asked and answered about gaps between authorities."""

from __future__ import annotations

import datetime as dt

import msgspec

from tocsin.model import Basis, Kind, PartialDate
from tocsin.registry.aliases import AliasGap
from tocsin.registry.positions import Lag, Position
from tocsin.registry.regimes import Regime


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Who lists, who does not. `listed_by` are all needed unless `any_of` is set; `not_by` may be empty, and then the
    answer is who lists them, since when and with what lag.

    With `regime` only listings under it count, on both sides. `since` keeps what one of `listed_by` listed on that day or
    later. `own` leaves derived listings out. `aliases` asks for names too, `threshold` says from which score two are one.
    """

    listed_by: tuple[str, ...]
    not_by: tuple[str, ...] = ()
    any_of: bool = False
    regime: Regime | None = None
    since: PartialDate | None = None
    kind: Kind | None = None
    own: bool = False
    aliases: bool = False
    threshold: float


class Alike(msgspec.Struct, frozen=True, kw_only=True):
    """A listing of the other side with a name alike, not joined with this subject: perhaps the same, so perhaps no gap."""

    authority: str
    list_key: str
    ref: str
    caption: str
    score: float


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """One subject: the position of every authority of which a list is in force, and lags behind the first."""

    subject: str
    caption: str
    kind: Kind
    positions: tuple[Position, ...]
    lags: tuple[Lag, ...]
    alike: tuple[Alike, ...] = ()


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """How many of the row's subjects the column's authority lists itself, and how many it only covers by reference."""

    authority: str
    listed: int
    derived: int


class MatrixRow(msgspec.Struct, frozen=True, kw_only=True):
    """Of the subjects that `authority` lists itself, how many each authority lists; its own cell is their number."""

    authority: str
    cells: tuple[Cell, ...]


class ListUsed(msgspec.Struct, frozen=True, kw_only=True):
    """A list that the answer rests on: how many of its listings are in force, and the date of its state."""

    list_key: str
    authority: str
    listings: int
    state_of: str | None = None


class Gaps(msgspec.Struct, frozen=True, kw_only=True):
    """The answer, newest listing first. `as_of` is the day that it is of; `known_on` is absent for what is known now.

    `undated` subjects were left out because none of the first authorities gives a date (with `since` only); `unmapped`
    programmes have no line in the table of regimes. `notes` are what a reader must know.
    """

    basis: Basis
    question: Question
    as_of: dt.date
    known_on: dt.date | None
    authorities: tuple[str, ...]
    lists: tuple[ListUsed, ...]
    subjects: tuple[Gap, ...]
    aliases: tuple[AliasGap, ...]
    matrix: tuple[MatrixRow, ...]
    undated: int
    unmapped: tuple[str, ...]
    notes: tuple[str, ...]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What `find_gaps` gives: the parts of `Gaps` that come of the register's listings."""

    lists: tuple[ListUsed, ...]
    subjects: tuple[Gap, ...]
    aliases: tuple[AliasGap, ...]
    matrix: tuple[MatrixRow, ...]
    undated: int
    unmapped: tuple[str, ...]
    notes: tuple[str, ...]
