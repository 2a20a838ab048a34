"""The web door: one ASGI application over one register. A route reads, calls and writes; it screens nothing itself."""

from tocsin.web.service import Options, make_web

__all__ = ["Options", "make_web"]
