"""Verbs of casework. Each is one transaction; each leaves a line of history and of audit."""

from linli.engines.casework.core.states import IllegalMove
from linli.engines.casework.learning import ensure_models
from linli.engines.casework.services.closing import confirm_case, reopen_case
from linli.engines.casework.services.common import NotAllowed, Stale
from linli.engines.casework.services.dispatching import (
    CannotSend,
    correct_case,
    dispatch_case,
)
from linli.engines.casework.services.importing import Tally, import_reports
from linli.engines.casework.services.intake import NothingSaid, Submitted, submit_report
from linli.engines.casework.services.work import (
    accept_assignment,
    arrive_assignment,
    finish_assignment,
    return_assignment,
)

__all__ = [
    "CannotSend",
    "IllegalMove",
    "NotAllowed",
    "NothingSaid",
    "Stale",
    "Submitted",
    "Tally",
    "accept_assignment",
    "arrive_assignment",
    "confirm_case",
    "correct_case",
    "dispatch_case",
    "ensure_models",
    "finish_assignment",
    "import_reports",
    "reopen_case",
    "return_assignment",
    "submit_report",
]
