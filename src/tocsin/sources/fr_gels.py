"""France's national register of asset freezes (Registre national des gels), from the JSON of the Trésor.

The register has the French national freezes and takes over those of the EU and the UN, with their reference numbers.
`docs/lists/fr_gels.md` has the table of fields.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from tocsin.sources.base import Parsed, RawFile, Source, refused
from tocsin.sources.fr_fields import TITLE, Record
from tocsin.sources.json_rows import Row, Seen, get_one_file, get_rows, read_json


def parse(files: Sequence[RawFile]) -> Parsed:
    """One listing for each PublicationDetail, in the list's order; its reference is IdRegistre.

    `published_at` is DatePublication. `ListRefused` for what is not one whole register, and when an IdRegistre or a Nom is
    missing or an IdRegistre stands on two records.
    """
    document = read_json(get_one_file(files, TITLE).data, TITLE)
    body = document.get("Publications") if isinstance(document, dict) else None
    if not isinstance(body, dict) or "PublicationDetail" not in body:
        raise refused(TITLE, "different_document", "expected an array Publications/PublicationDetail")
    seen = Seen()
    seen.unread.update(f"{key[:60]}" for key in document if key != "Publications")
    head = Row(body, seen, "Publications/")
    published = _find_moment(head.find_text("DatePublication"), seen)
    head.report_unread(("PublicationDetail",))
    rows = get_rows(body["PublicationDetail"], TITLE, where="Publications/PublicationDetail", seen=seen)
    listings = tuple(Record(row, number, seen).build() for number, row in enumerate(rows, start=1))
    if len({x.ref for x in listings}) < len(listings):
        raise refused(TITLE, "malformed", "an IdRegistre stands on two records")
    kinds = [x.kind for x in listings]
    words = {"persons": "person", "organizations": "organization", "ships": "vessel"}
    records = {word: sum(kind == known for kind in kinds) for word, known in words.items()}
    return Parsed(
        listings=listings, published_at=published, records=records, unread=seen.make_unread(), notes=seen.make_notes()
    )


def _find_moment(text: str | None, seen: Seen) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text or "")
        moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        seen.notes["date of publication (DatePublication) that could not be read"] += 1
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


SOURCES = (
    Source(
        key="fr_gels", title="France: national register of asset freezes (Registre national des gels)",
        publisher="Ministère de l'Économie, Direction générale du Trésor", authority="FR",
        law="Code monétaire et financier, articles L. 562-1 and following; EU and UN measures named in each record",
        urls=("https://gels-avoirs.dgtresor.gouv.fr/ApiPublic/api/v1/publication/derniere-publication-fichier-json",),
        format="JSON", licence="Public register of the French state; no licence is stated with the file",
        stale_after_days=7, plausible=(1_500, 20_000), parse=parse,
    ),
)  # fmt: skip
