"""ID tokens: what a provider says of who signed in, believed only when all that OpenID Connect Core §3.1.3.7 asks is so."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry

from tocsin.errors import BadInput, FetchFailed
from tocsin.settings import OpenId

# Signatures by the provider's private key alone: neither `none` nor those that whoever knows our secret can make.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
KINDS = ("RSA", "EC", "OKP")  # of keys
LEEWAY_S = 60  # clocks differ
MAX_TOKEN = 100_000  # characters
AGAIN = "Nobody was signed in; try again."

Claims = Mapping[str, Any]


def read_header(token: str) -> Mapping[str, Any]:
    """The header of a token, of which nothing is believed yet. `BadInput` when it is none, or not signed as it must be."""
    try:
        part = token.split(".")[0] if token.count(".") == 2 and len(token) <= MAX_TOKEN else ""
        header = msgspec.json.decode(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)), type=dict[str, Any])
    except (ValueError, msgspec.DecodeError):
        raise BadInput(f"The provider's token cannot be read. {AGAIN}") from None
    if header.get("alg") not in ALGORITHMS:
        raise BadInput(f"The provider's token is not signed in a way that is believed ({', '.join(ALGORITHMS)}). {AGAIN}")
    return header


def choose_key(header: Mapping[str, Any], keys: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The provider's key by which a token says that it is signed; without a word, the only one. `None` when none is it."""
    fit = [key for key in keys if key.get("kty") in KINDS and key.get("use", "sig") == "sig"]
    if "kid" in header:
        fit = [key for key in fit if key.get("kid") == header["kid"]]
    return fit[0] if len(fit) == 1 else None


def read_token(token: str, key: Mapping[str, Any], *, openid: OpenId, nonce: str, now: float) -> Claims:
    """The claims of a token that the provider signed with that key for this service and this try to sign in, and that is in
    force now. `BadInput`, saying which of these it is not."""
    try:
        made = JWKRegistry.import_key(dict(key))
        content = jws.deserialize_compact(token.encode(), made, algorithms=list(ALGORITHMS)).payload
        claims = msgspec.json.decode(content or b"", type=dict[str, Any])
    except (JoseError, ValueError, TypeError, msgspec.DecodeError):
        raise BadInput(f"The provider's token is not signed by the provider's key. {AGAIN}") from None
    audience = claims.get("aud")
    whom = [audience] if isinstance(audience, str) else audience if isinstance(audience, list) else []
    party = claims.get("azp")
    if claims.get("iss") != openid.issuer:
        raise BadInput(f"The token is another provider's. {AGAIN}")
    if openid.client_id not in whom or (party or (len(whom) == 1 and openid.client_id)) != openid.client_id:
        raise BadInput(f"The provider's token is meant for another service. {AGAIN}")
    if not _is_before(now - LEEWAY_S, claims.get("exp")) or not _is_after(now + LEEWAY_S, claims.get("iat")):
        raise BadInput(f"The provider's token is not in force now; the clocks of both machines should agree. {AGAIN}")
    if "nbf" in claims and not _is_after(now + LEEWAY_S, claims["nbf"]):
        raise BadInput(f"The provider's token is not in force yet; the clocks of both machines should agree. {AGAIN}")
    if not isinstance(claims.get("nonce"), str) or not hmac.compare_digest(claims["nonce"].encode(), nonce.encode()):
        raise BadInput(f"The provider's token belongs to another try to sign in. {AGAIN}")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise FetchFailed(f"The provider did not say who signed in. {AGAIN}")
    return claims


def _is_before(moment: float, claim: Any) -> bool:
    return isinstance(claim, int | float) and not isinstance(claim, bool) and moment < claim


def _is_after(moment: float, claim: Any) -> bool:
    return isinstance(claim, int | float) and not isinstance(claim, bool) and claim <= moment
