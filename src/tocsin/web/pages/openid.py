"""Signing in at an OpenID provider: the way there, the way back, and out again."""

from __future__ import annotations

import hmac
import re
from typing import TYPE_CHECKING, Any, cast

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from tocsin.app.people import Identity
from tocsin.errors import BadInput, NotFound, TocsinError
from tocsin.settings import PROVIDED_ROLES, OpenId
from tocsin.store.access import Role
from tocsin.web.access import get_people
from tocsin.web.pages.frame import PageRoute, go
from tocsin.web.pages.letting_in import let_in, show_sign_in

if TYPE_CHECKING:
    from tocsin.web.openid import Claims, Provider

COOKIE = "tocsin_openid"
KEPT_S = 600
_CODE = re.compile(r"[a-z_]{1,40}")


def make_router() -> APIRouter:
    router = APIRouter(route_class=PageRoute)

    @router.get("/sign-in/openid")
    def leave(request: Request) -> Response:
        from tocsin.web.openid.provider import Try

        one = Try.make()
        try:
            response = go(get_provider(request).make_address(one))
        except TocsinError as error:
            return show_sign_in(request, error)
        secure = request.app.state.options.secure
        response.set_cookie(
            _name_cookie(request), one.write(), max_age=KEPT_S, httponly=True, samesite="lax", secure=secure
        )
        return response

    @router.get("/sign-in/openid/back")
    async def come_back(request: Request) -> Response:
        response = await run_in_threadpool(_come_back, request)
        response.delete_cookie(_name_cookie(request), secure=request.app.state.options.secure)
        return response

    @router.get("/sign-out/openid")
    def leave_for_good(request: Request) -> Response:
        try:
            return go(get_provider(request).make_sign_out_address() or "/sign-in")
        except TocsinError as error:
            return show_sign_in(request, error)

    return router


def get_provider(request: Request) -> Provider:
    """The provider of the settings. `NotFound` when none is set."""
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise NotFound("No OpenID provider is set.")
    return provider


def make_provider(openid: OpenId | None) -> Provider | None:
    if openid is None:
        return None
    from tocsin.web.openid import Provider

    return Provider(openid)


def _come_back(request: Request) -> Response:
    from tocsin.web.openid.provider import Try

    provider, told = get_provider(request), request.query_params
    try:
        one = Try.read(request.cookies.get(_name_cookie(request), ""))
        if one is None or not hmac.compare_digest(told.get("state", "").encode(), one.state.encode()):
            raise BadInput("This is the end of no try to sign in that this browser began, or it took too long. Try again.")
        if told.get("iss", provider.openid.issuer) != provider.openid.issuer:  # RFC 9207
            raise BadInput("Another provider sent this browser back. Nobody was signed in; try again.")
        if "error" in told or not told.get("code"):
            code = f" ({told['error']})" if _CODE.fullmatch(told.get("error", "")) else ""
            raise BadInput(f"The provider did not sign you in{code}.")
        identity = make_identity(provider.openid, provider.redeem(told["code"], one))
        return let_in(request, get_people(request).let_in(identity))
    except TocsinError as error:
        return show_sign_in(request, error)


def make_identity(openid: OpenId, claims: Claims) -> Identity:
    """Who signed in, with the greatest role that the provider's claim gives. `BadInput` without a name."""
    name = claims.get(openid.name_claim)
    if not isinstance(name, str) or not name.strip():
        raise BadInput(
            f"The provider does not say how you are called (claim {openid.name_claim}). Ask an administrator "
            "(TOCSIN_OIDC_NAME_CLAIM)."
        )
    given = find_claim(claims, openid.role_claim)
    values = given if isinstance(given, list) else [given]
    roles = {role for value, role in openid.roles if value in values}
    greatest = max(roles, key=PROVIDED_ROLES.index, default=None)
    return Identity(
        issuer=openid.issuer, subject=claims["sub"], name=name, by_provider=bool(openid.roles),
        role=cast("Role | None", greatest), new_role=cast("Role | None", openid.new_users),
    )


def find_claim(claims: Claims, name: str) -> Any:
    """A claim by its name, else by its path: `realm_access.roles` as Keycloak has it."""
    found: Any = claims
    if name in claims:
        return claims[name]
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _name_cookie(request: Request) -> str:
    """With https the name keeps other hosts of the same domain from setting it (RFC 6265bis §4.1.3.2)."""
    return f"__Host-{COOKIE}" if request.app.state.options.secure else COOKIE


