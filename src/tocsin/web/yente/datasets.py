"""Datasets in yente's sense: each list in force is one, and collections of them are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from fastapi import HTTPException

from tocsin.app import App
from tocsin.errors import suggest
from tocsin.exchange.ftm_subject import write_moment
from tocsin.registry.lists import ListState
from tocsin.web.yente.values import DataCatalog, DatasetResponse, Publisher

ALL = ("default", "all", "sanctions")
Place = tuple[str, str]  # list, authority
# What OpenSanctions calls the lists that are read here: so that who asked its collection need not change what is asked.
ALIASES = {
    "un_sc_sanctions": "un", "us_ofac_sdn": "us_ofac", "us_ofac_cons": "us_ofac_nonsdn", "gb_fcdo_sanctions": "uk_sl",
    "gb_hmt_sanctions": "uk_sl", "au_dfat_sanctions": "au_dfat", "ca_dfatd_sema_sanctions": "ca_sema",
    "ca_listed_terrorists": "ca_listed", "ae_local_terrorists": "ae_local", "fr_tresor_gels_avoir": "fr_gels",
    "il_mod_terrorists": "il_nbctf", "jp_mof_sanctions": "jp_mof", "interpol_red_notices": "interpol_red",
    "worldbank_debarred": "wb_debarred", "pk_proscribed_persons": "pk_nacta",
}


class Dataset(msgspec.Struct, frozen=True, kw_only=True):
    """What a dataset holds: one list, the listings of one authority, or everything."""

    name: str
    title: str
    list_key: str | None = None
    authority: str | None = None

    def holds(self, place: Place) -> bool:
        return self.list_key in (None, place[0]) and self.authority in (None, place[1])


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """Where is looked: a dataset, only in those included, and in none of those excluded."""

    dataset: Dataset
    include: tuple[Dataset, ...] = ()
    exclude: tuple[Dataset, ...] = ()

    @property
    def is_whole(self) -> bool:
        return self.dataset.name in ALL and not self.include and not self.exclude

    def has(self, places: Iterable[Place]) -> bool:
        """Whether a subject with listings in these places is in the scope."""
        return any(
            self.dataset.holds(place) and (not self.include or any(d.holds(place) for d in self.include))
            and not any(d.holds(place) for d in self.exclude)
            for place in places
        )


def find_datasets(app: App) -> dict[str, Dataset]:
    """All datasets by name: collections of everything, lists in force, and authorities whose name no list has.
    Lists may be asked for under OpenSanctions' names for them too."""
    titles = {"default": "All lists in force", "all": "All lists in force", "sanctions": "All lists in force"}
    found = {name: Dataset(name=name, title=title) for name, title in titles.items()}
    for key, title in app.titles().items():
        found.setdefault(key, Dataset(name=key, title=title, list_key=key))
    for alias, key in ALIASES.items():
        if key in found and found[key].list_key:
            found.setdefault(alias, Dataset(name=alias, title=found[key].title, list_key=key))
    for authority in app.index().authorities:
        name = authority.lower()
        found.setdefault(name, Dataset(name=name, title=f"Lists of the authority {authority}", authority=authority))
    return found


def get_scope(
    app: App, name: str, *, include: Sequence[str] = (), exclude: Sequence[str] = ()
) -> Scope:
    """Where is looked. 404 for a dataset that is not here, also for one that is to be included: nobody would be found in it.
    One that is to be excluded need not be here."""
    known = find_datasets(app)
    for one in (name, *include):
        if one not in known:
            hint = "" if one == name else f" include_dataset '{one[:40]}': {suggest(one[:40], known)}"
            raise HTTPException(404, f"No such dataset.{hint}")
    return Scope(
        dataset=known[name], include=tuple(known[one] for one in include),
        exclude=tuple(known[one] for one in exclude if one in known),
    )


def make_catalog(app: App) -> DataCatalog:
    """All datasets, each with the number of its subjects."""
    states = {state.list_key: state for state in app.lists() if state.in_force}
    sources = find_publishers(app)
    register = app.index().register[:16]
    members = {
        name: _find_members(dataset, app, states) for name, dataset in find_datasets(app).items() if not dataset.list_key
    }
    known = find_datasets(app)
    counts = {name: sum(any(map(d.holds, row.places)) for row in app.directory().rows) for name, d in known.items()}
    datasets = [_describe_list(state, sources.get(key), counts.get(key, 0)) for key, state in states.items()]
    for name, dataset in known.items():
        if name in members:
            count = counts[name]
            datasets.append(DatasetResponse(
                name=name, title=dataset.title, load=False, version=register, index_version=register, index_current=True,
                children=members[name], entity_count=count, thing_count=count,
            ))
    return DataCatalog(datasets=datasets, current=sorted(states), outdated=[], index_stale=False)


def find_publishers(app: App) -> dict[str, tuple[str, str | None]]:
    """For each list who publishes it, and where."""
    from tocsin.registry.imports import find_every_source

    return {
        key: (source.publisher, source.urls[0] if source.urls else None)
        for key, source in find_every_source(app.settings).items()
    }


def make_etag(catalog: DataCatalog) -> str:
    """A strong tag: another when any list has another state."""
    said = "\n".join(f"{d.name}:{d.version}" for d in catalog.datasets)
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'


def _find_members(dataset: Dataset, app: App, states: Mapping[str, ListState]) -> list[str]:
    if dataset.authority is None:
        return sorted(states)
    return sorted(key for key, state in states.items() if dataset.authority in (state.authority, *_split(state, app)))


def _split(state: ListState, app: App) -> tuple[str, ...]:
    """The authorities of a list of several."""
    return app.index().authorities if state.list_key == "starter" else ()


def _describe_list(state: ListState, publisher: tuple[str, str | None] | None, count: int) -> DatasetResponse:
    version = (state.digest or "")[:16]
    moment = state.published_at or state.recorded_at
    return DatasetResponse(
        name=state.list_key, title=state.title, load=True, version=version, index_version=version, index_current=True,
        children=[], entity_count=count, thing_count=count,
        updated_at=write_moment(moment) if moment else None,
        last_export=write_moment(state.recorded_at) if state.recorded_at else None,
        url=publisher[1] if publisher else None,
        publisher=Publisher(name=publisher[0], official=state.list_key != "starter") if publisher and publisher[0] else None,
    )
