"""The service as a server of several processes starts it: each makes its own from the settings of the environment."""

from __future__ import annotations

from fastapi import FastAPI

from tocsin.app import build
from tocsin.settings import load_settings
from tocsin.web.service import make_web


def make() -> FastAPI:
    """The application, for `uvicorn --factory tocsin.web.factory:make`."""
    return make_web(build(load_settings()))
