"""Signing in at an OpenID provider (OpenID Connect Core 1.0): authorization code flow with PKCE, state and nonce.

Loaded only where a provider is set, since the library that checks signatures takes time to load.
"""

from tocsin.web.openid.provider import Provider
from tocsin.web.openid.tokens import Claims, read_token

__all__ = ["Claims", "Provider", "read_token"]
