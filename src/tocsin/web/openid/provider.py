"""The OpenID provider: where it is (OpenID Connect Discovery 1.0), its keys, and what it gives for a code."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx2
import msgspec

from tocsin.errors import BadInput, FetchFailed
from tocsin.settings import OpenId, is_safe_address
from tocsin.web.openid.tokens import AGAIN, Claims, choose_key, read_header, read_token

KEPT_S = 3600.0      # what the provider says of itself, and its keys
TIMEOUT_S = 10.0
MAX_BYTES = 1 << 20  # of one answer
BACK = "/sign-in/openid/back"
DOWN = "The provider could not be asked"


class Try(msgspec.Struct, frozen=True, kw_only=True):
    """One try to sign in, kept by the browser that makes it (in a cookie that scripts cannot read) until the provider sends
    it back: `state` ties the way back to that browser, `nonce` the token, `verifier` the code (RFC 7636)."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def make(cls) -> Try:
        return cls(**{name: secrets.token_urlsafe(32) for name in cls.__struct_fields__})

    @classmethod
    def read(cls, text: str) -> Try | None:
        """As `write` wrote it; `None` for anything else."""
        parts = text.split(".")
        return cls(state=parts[0], nonce=parts[1], verifier=parts[2]) if len(parts) == 3 and all(parts) else None

    def write(self) -> str:
        return f"{self.state}.{self.nonce}.{self.verifier}"


class Provider:
    """The provider of the settings. What it says of itself and its keys are kept for an hour; safe to share by threads."""

    def __init__(
        self, openid: OpenId, *, transport: httpx2.BaseTransport | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self.openid, self._transport, self._clock = openid, transport, clock
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, Mapping[str, Any]]] = {}

    def make_address(self, one: Try) -> str:
        """Where the browser goes to sign in. `FetchFailed` when the provider cannot be asked where that is."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(one.verifier.encode()).digest()).rstrip(b"=").decode()
        return _add_query(self._find_endpoint("authorization_endpoint"), {
            "response_type": "code", "client_id": self.openid.client_id, "redirect_uri": self.openid.address + BACK,
            "scope": "openid profile email", "state": one.state, "nonce": one.nonce, "code_challenge": challenge,
            "code_challenge_method": "S256",
        })

    def make_sign_out_address(self) -> str | None:
        """Where the browser goes to sign out at the provider too (OpenID Connect RP-Initiated Logout 1.0), if that is so."""
        if "end_session_endpoint" not in self._describe():
            return None
        return _add_query(self._find_endpoint("end_session_endpoint"), {
            "client_id": self.openid.client_id, "post_logout_redirect_uri": f"{self.openid.address}/sign-in",
        })

    def redeem(self, code: str, one: Try) -> Claims:
        """What the provider says of who signed in, for the code that the browser brought back. `BadInput` for a code or a
        token that is not believed, `FetchFailed` when the provider cannot be asked."""
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self.openid.address + BACK,
            "code_verifier": one.verifier,
        }
        headers = {"Accept": "application/json"}
        client, secret = self.openid.client_id, self.openid.client_secret
        methods = self._describe().get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if secret is not None and "client_secret_basic" in methods:
            pair = f"{quote(client, safe='')}:{quote(secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form.update({"client_id": client} if secret is None else {"client_id": client, "client_secret": secret})
        token = self._ask("POST", self._find_endpoint("token_endpoint"), form=form, headers=headers).get("id_token")
        if not isinstance(token, str):
            raise FetchFailed(f"The provider gave no token. {AGAIN}")
        return read_token(token, self._find_key(token), openid=self.openid, nonce=one.nonce, now=self._clock())

    def _find_key(self, token: str) -> Mapping[str, Any]:
        """The key that a token names; the provider's keys are asked for once more when it is not among those known."""
        header = read_header(token)
        for fresh in (False, True):
            keys = self._get("jwks", self._find_endpoint("jwks_uri"), fresh=fresh).get("keys")
            key = choose_key(header, [k for k in keys if isinstance(k, dict)]) if isinstance(keys, list) else None
            if key is not None:
                return key
        raise BadInput(f"The provider's token is signed by a key that the provider does not have. {AGAIN}")

    def _find_endpoint(self, name: str) -> str:
        address = self._describe().get(name)
        if not isinstance(address, str) or not is_safe_address(address.partition("?")[0]):
            raise FetchFailed(f"The provider does not say where its {name} is, or not with https. {AGAIN}")
        return address

    def _describe(self) -> Mapping[str, Any]:
        found = self._get("provider", f"{self.openid.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self.openid.issuer:
            raise FetchFailed(f"The provider calls itself otherwise than TOCSIN_OIDC_ISSUER says. {AGAIN}")
        return found

    def _get(self, name: str, address: str, *, fresh: bool = False) -> Mapping[str, Any]:
        with self._lock:
            at, kept = self._kept.get(name, (float("-inf"), {}))
            if not fresh and self._clock() - at < KEPT_S:
                return kept
        found = self._ask("GET", address, headers={"Accept": "application/json"})
        with self._lock:
            self._kept[name] = self._clock(), found
        return found

    def _ask(
        self, method: str, address: str, *, headers: Mapping[str, str], form: Mapping[str, str] | None = None
    ) -> Mapping[str, Any]:
        """A JSON object of the provider; nothing that it said otherwise gets into a message."""
        try:
            with (
                httpx2.Client(transport=self._transport, timeout=TIMEOUT_S, follow_redirects=False) as client,
                client.stream(method, address, headers=dict(headers), data=dict(form) if form else None) as response,
            ):
                body, status = b"", response.status_code
                for part in response.iter_bytes():
                    body += part
                    if len(body) > MAX_BYTES:
                        raise FetchFailed(f"{DOWN}: its answer is too long. {AGAIN}")
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            raise FetchFailed(f"{DOWN} ({type(error).__name__}). {AGAIN}") from None
        if form and status in (400, 401, 403):
            raise BadInput(f"The provider takes the code or this service for wrong (it answered {status}). {AGAIN}")
        if status != 200:
            raise FetchFailed(f"{DOWN}: it answered {status}. {AGAIN}")
        try:
            return msgspec.json.decode(body, type=dict[str, Any])
        except msgspec.DecodeError:
            raise FetchFailed(f"{DOWN}: its answer is no JSON object. {AGAIN}") from None


def _add_query(address: str, values: Mapping[str, str]) -> str:
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(values)}"
