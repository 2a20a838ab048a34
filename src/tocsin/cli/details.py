"""What can be said of somebody beside the name: the options of all commands that ask about one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

if TYPE_CHECKING:
    from tocsin.model import Query

AskedKind = Literal["person", "organization", "vessel", "aircraft"]
Several = list[str] | None


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Details:
    """The options, as they were given."""

    born: Annotated[Several, Parameter(help="Date of birth: 1965, 1965-02 or 1965-02-28. May be repeated.")] = None
    country: Annotated[Several, Parameter(help="Country by code or name. May be repeated.")] = None
    kind: Annotated[AskedKind | None, Parameter(help="Only subjects of this kind.")] = None
    id: Annotated[Several, Parameter(help="Number of a document, or imo:9123456, ... May be repeated.")] = None
    gender: Annotated[Literal["male", "female"] | None, Parameter(help="Stated gender.")] = None
    birth_place: Annotated[Several, Parameter(help="Town, province or country of birth. May be repeated.")] = None
    address: Annotated[Several, Parameter(help="Street and town. May be repeated.")] = None
    email: Annotated[Several, Parameter(help="E-mail address. May be repeated.")] = None
    phone: Annotated[Several, Parameter(help="Phone number. May be repeated.")] = None
    website: Annotated[Several, Parameter(help="Website, or the page of an account. May be repeated.")] = None
    wallet: Annotated[Several, Parameter(help="Address of a crypto wallet. May be repeated.")] = None

    def list_given(self) -> dict[str, Any]:
        """The options that were given, by name."""
        return {name: value for name, value in vars(self).items() if value is not None}

    def make_query(self, name: str | None) -> Query:
        """The query of a name and these. `BadInput` names the option that cannot be read."""
        from tocsin.library import make_query

        query: Query = make_query(name, **self.list_given())
        return query


NO_DETAILS = Details()
