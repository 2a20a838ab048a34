"""The version of this code, as it goes into answers, snapshots and requests. A test keeps it equal to `pyproject.toml`.

A constant, because looking up the installed package costs more than opening the index.
"""

from __future__ import annotations

CODE_VERSION = "0.1.0"
