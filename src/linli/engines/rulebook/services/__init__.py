"""Writes of the rulebook: drafts of rule documents, and the steps of their life."""

from linli.engines.rulebook.core.documents import BadValue
from linli.engines.rulebook.core.documents import check_value as check_setting_value
from linli.engines.rulebook.services.drafting import (
    draft_document,
    revise_document,
    save_draft,
)
from linli.engines.rulebook.services.life import (
    adopt_version,
    enforce_version,
    file_version,
    post_version,
    revoke_version,
    withdraw_version,
)
from linli.engines.rulebook.services.refusals import (
    BadDocument,
    IllegalMove,
    Overlap,
    Stale,
)

__all__ = [
    "BadDocument",
    "BadValue",
    "IllegalMove",
    "Overlap",
    "Stale",
    "adopt_version",
    "check_setting_value",
    "draft_document",
    "enforce_version",
    "file_version",
    "post_version",
    "revise_document",
    "revoke_version",
    "save_draft",
    "withdraw_version",
]
