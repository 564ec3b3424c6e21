"""The same words sent again a moment later are the same report.

The key of a form tells a repeat of that very form. The back button shows a *new* form with the
old words: its key is fresh, and its photos are mostly lost. So the session also remembers,
for a few minutes, a fingerprint of what was sent last (never the words) and what came of it.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from uuid import UUID

from linli.kernel import clock, idempotency
from linli.practices.dispatch.forms import ReportForm

REPEAT_WITHIN_S = 600
_SESSION_KEY = "linli_last_report"


def remember(request: Any, form: ReportForm, case_id: UUID) -> None:
    """Note what was just sent, and the matter that it became."""
    request.session[_SESSION_KEY] = {
        "words": _words(form),
        "photos": _photos(form),
        "case": str(case_id),
        "at": clock.now().timestamp(),
    }


def find_repeat(request: Any, form: ReportForm) -> UUID | None:
    """The matter that these very words became a moment ago; None when they are new.

    Other photos make another report; no photos are photos lost on the way back.
    """
    last = request.session.get(_SESSION_KEY)
    if not last or not form.cleaned_data["text"].strip():
        return None
    is_recent = clock.now().timestamp() - last["at"] < REPEAT_WITHIN_S
    is_same = last["words"] == _words(form) and _photos(form) in (last["photos"], [])
    return UUID(last["case"]) if is_recent and is_same else None


def _words(form: ReportForm) -> str:
    data = form.cleaned_data
    return idempotency.digest(data["text"].strip(), data["place"], data["naming"])


def _photos(form: ReportForm) -> list[str]:
    return [sha256(photo).hexdigest() for photo in form.photos]
