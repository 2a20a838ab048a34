"""The words in which gaps are told, in the terminal and on the page."""

from __future__ import annotations

from tocsin.registry.gap_values import Question
from tocsin.registry.positions import Lag, Position, Stand

STARTER = "starter"


def tell_question(question: Question) -> str:
    """The question as a sentence."""
    kind = {"person": "Persons", "organization": "Organisations", "vessel": "Vessels", "aircraft": "Aircraft"}
    parts = [f"{kind.get(question.kind or '', 'Subjects')} listed by {_join(question.listed_by, any_of=question.any_of)}"]
    if question.not_by:
        parts.append(f"and not by {_join(question.not_by, any_of=True)}")
    if question.regime:
        parts.append(f"under programmes on {question.regime}" if question.regime != "other" else "under other programmes")
    if question.since:
        parts.append(f"since {question.since}")
    if question.own:
        parts.append("counting own listings only")
    return " ".join(parts) + "."


def tell_date(stand: Stand) -> str:
    """The date of a listing, marked where it is from the starter register and not from the list."""
    if stand.since is None:
        return "" if stand.status == "derived" else "not stated"
    return f"{stand.since}*" if stand.since_from == STARTER and stand.list_key != STARTER else str(stand.since)


def tell_position(position: Position) -> str:
    """An authority's position in a few characters: its date, or why there is none."""
    first = next((s for s in position.stands if s.status == position.status and s.since == position.since), None)
    date = tell_date(first) if first else ""
    if position.status == "listed":
        return date
    if position.status == "ended":
        until = max(s.until for s in position.stands if s.until)
        return f"until {until}"
    word = {"derived": "by reference", "other_regime": "other regime", "not_listed": "no"}[position.status]
    return f"{word} {date}".strip() if date != "not stated" else word


def tell_lag(lag: Lag) -> str:
    """"IN 1,219 days after US", or "between 3 and 368 days" where a date is not full."""
    if lag.most_days == 0:
        return f"{lag.authority} on the same day as {lag.after}"
    days = f"{lag.most_days:,}" if lag.least_days == lag.most_days else f"between {lag.least_days:,} and {lag.most_days:,}"
    return f"{lag.authority} {days} {'day' if lag.most_days == 1 else 'days'} after {lag.after}"


def _join(authorities: tuple[str, ...], *, any_of: bool) -> str:
    word = " or " if any_of else " and "
    return word.join((", ".join(authorities[:-1]), authorities[-1])) if len(authorities) > 1 else authorities[0]
