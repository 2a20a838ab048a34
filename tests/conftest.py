"""Shared fixtures: the reference data (real lists and labelled cases), which a plain checkout does not have."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

hypothesis.settings.register_profile("tocsin", deadline=None)  # a busy machine is slow, not wrong
hypothesis.settings.load_profile("tocsin")

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real lists. Tests that ask for it skip without it, and fail without it when `CI=true`."""
    if not SHARED.is_dir():
        reason = "the reference data (../shared/data) is not here"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return SHARED
