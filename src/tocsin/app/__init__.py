"""Where the rooms are put together: what the doors call, and the only place that knows them all.

Importing this loads nothing heavy, and `match` and `who` never do: they read the mapped index and append to the audit
through the standard library. The database is opened by what needs it.
"""

from __future__ import annotations

from tocsin.app.asking import Answer
from tocsin.app.auditing import Auditing
from tocsin.app.browsing import Browsing
from tocsin.app.keeping import Keeping
from tocsin.app.monitoring import Monitoring
from tocsin.app.register import end_of_day
from tocsin.app.replaying import Replaying
from tocsin.settings import Settings

__all__ = ["Answer", "App", "build", "end_of_day"]


class App(Monitoring, Replaying, Auditing, Browsing, Keeping):
    """One register and all that can be asked of it. Safe to share by threads; processes each make their own."""


def build(settings: Settings) -> App:
    """The application over one register; touches no file until it is asked something."""
    return App(settings)
