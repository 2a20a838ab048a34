"""Files that pages load (style, script, picture): each under an address with its digest, so that browsers may keep it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib import resources

import msgspec
from starlette.responses import Response

KINDS = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
FOREVER = "public, max-age=31536000, immutable"


class Asset(msgspec.Struct, frozen=True, kw_only=True):
    """One file: its address below `/static/`, and what is sent."""

    path: str
    kind: str
    data: bytes


def load_assets() -> dict[str, Asset]:
    """All files of the folder `static` that browsers load, by name, and the style of timelines, which reports have too."""
    found = {}
    timeline = resources.files("tocsin.registry").joinpath("data", "timeline.css")
    for file in (*resources.files("tocsin.web").joinpath("static").iterdir(), timeline):
        stem, _, ending = file.name.rpartition(".")
        if ending in KINDS:
            data = file.read_bytes()
            digest = hashlib.sha256(data).hexdigest()[:16]
            found[file.name] = Asset(path=f"{stem}.{digest}.{ending}", kind=KINDS[ending], data=data)
    return found


def answer_asset(assets: Mapping[str, Asset], path: str) -> Response | None:
    """The file of that address; `None` when there is none, also for one of another digest."""
    found = next((asset for asset in assets.values() if asset.path == path), None)
    if found is None:
        return None
    return Response(found.data, media_type=found.kind, headers={"Cache-Control": FOREVER})
