"""Taking in lists of reports from elsewhere: JSON lines or CSV, plainly.

A row needs a text; number, title and time are taken where they stand. Names, phones and
accounts of the senders are not taken in. What was taken before is skipped by its number, so an
interrupted import is simply run again.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from linli.engines.casework.core.states import CaseState
from linli.engines.casework.models import Case, Channel, Report
from linli.engines.casework.services.common import clean_words
from linli.engines.casework.services.intake import TEXT_CHARS_MAX, submit_report
from linli.engines.registry.models import Community
from linli.engines.rulebook import selectors as rulebook
from linli.kernel import clock
from linli.kernel.actors import SystemActor
from linli.kernel.scope import in_community

BATCH_ROWS = 50
LINE_CHARS_MAX = 1_000_000
#: of "source:number", which the database keeps unique
REFERENCE_CHARS_MAX = 120
YEAR_MIN = 1970
_TEXT = ("text", "content", "description", "描述", "内容", "留言详情", "诉求内容")
_TITLE = ("title", "subject", "标题", "主题", "留言主题", "诉求标题")
_NUMBER = ("id", "number", "工单号", "工单编号", "留言编号", "编号")
_TIME = ("time", "created", "created_at", "datetime", "时间", "留言时间", "来电时间", "诉求时间")
_TIME_FORMS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y年%m月%d日",
)


class BadFile(ValueError):
    """The file as a whole cannot be read; the text says why and what would do."""


@dataclass(slots=True)
class Tally:
    """What came of an import."""

    read: int = 0
    taken: int = 0
    dispatched: int = 0
    for_desk: int = 0
    joined: int = 0
    skipped: int = 0
    refused: int = 0
    reasons: list[dict[str, Any]] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """The numbers without the list of refused rows."""
        return {k: v for k, v in asdict(self).items() if k != "reasons"}


def import_reports(
    community: Community, path: Path, *, source: str = "", say: Callable[[Tally], None]
) -> Tally:
    """Take the reports of ``path`` in, in batches that each commit whole.

    Args:
        source: a name for where the list comes from; with the row's number it makes the
            reference by which a second import skips the row. Default: the file's name.
        say: called after each batch.

    Raises:
        BadFile: not a .jsonl, .json or .csv file, or not readable as UTF-8 or GB18030.
    """
    tally = Tally()
    source = clean_words(source or path.name, 200)
    with in_community(community.pk):
        batch: list[tuple[int, dict[str, Any]]] = []
        for line, row in _rows(path):
            tally.read += 1
            batch.append((line, row))
            if len(batch) == BATCH_ROWS:
                _take(community, source, batch, tally)
                batch = []
                say(tally)
        _take(community, source, batch, tally)
        say(tally)
    return tally


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    kind = path.suffix.lower()
    if kind not in (".jsonl", ".json", ".csv"):
        raise BadFile(f"{path.name}: give a .jsonl or .csv file")
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as lines:
        if kind == ".csv":
            yield from _table_rows(path, lines)
        else:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, _parsed(line)


def _table_rows(path: Path, lines: Iterable[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    csv.field_size_limit(LINE_CHARS_MAX)
    reader = csv.DictReader(lines)
    try:
        if not reader.fieldnames or not _pick(dict.fromkeys(reader.fieldnames, "x"), _TEXT):
            raise BadFile(f"{path.name}: no column is called {' or '.join(_TEXT[:4])}")
        yield from enumerate(reader, 2)
    except csv.Error as error:
        raise BadFile(f"{path.name}: line {reader.line_num} is no table row ({error})") from None


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(1_000_000)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            head.decode(encoding)
            return encoding
        except UnicodeDecodeError as error:
            # The sample may end in the middle of a character; that is no fault of the file.
            if error.start >= len(head) - 4 and len(head) == 1_000_000:
                return encoding
    raise BadFile(f"{path.name}: neither UTF-8 nor GB18030; save it as UTF-8")


def _parsed(line: str) -> dict[str, Any]:
    if len(line) > LINE_CHARS_MAX:
        return {"__error__": "the line is longer than a million characters"}
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return {"__error__": "not a line of JSON"}
    return row if isinstance(row, dict) else {"__error__": "not a JSON object"}


def _take(
    community: Community, source: str, batch: list[tuple[int, dict[str, Any]]], tally: Tally
) -> None:
    with transaction.atomic():
        refs = {_reference(source, line, row) for line, row in batch}
        have = set(
            Report.objects.filter(external_ref__in=refs).values_list("external_ref", flat=True)
        )
        for line, row in batch:
            reference = _reference(source, line, row)
            if reference in have:
                tally.skipped += 1
                continue
            have.add(reference)
            _take_one(community, reference, line, row, tally)


def _reference(source: str, line: int, row: dict[str, Any]) -> str:
    number = clean_words(str(_pick(row, _NUMBER) or ""), 1000) or f"line-{line}"
    reference = f"{source}:{number}"
    if len(reference) <= REFERENCE_CHARS_MAX:
        return reference
    # Too long to keep whole: a fingerprint tells it from others with the same beginning.
    mark = sha256(reference.encode()).hexdigest()[:32]
    return f"{reference[: REFERENCE_CHARS_MAX - 33]}#{mark}"


def _take_one(
    community: Community, reference: str, line: int, row: dict[str, Any], tally: Tally
) -> None:
    try:
        if "__error__" in row:
            raise ValueError(row["__error__"])
        with transaction.atomic():
            taken = submit_report(
                SystemActor(community.pk, "import"),
                text=_text(row),
                idempotency_key=sha256(reference.encode()).hexdigest(),
                channel=Channel.IMPORT,
                said_at=_time(row, community),
                external_ref=reference,
            )
    except (ValueError, OverflowError) as error:
        tally.refused += 1
        tally.reasons.append({"line": line, "reason": str(error)})
        return
    tally.taken += 1
    state = Case.objects.values_list("state", flat=True).get(pk=taken.case_id)
    if state == CaseState.AT_DESK:
        tally.for_desk += 1
    else:
        tally.dispatched += 1


def _pick(row: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((row[name] for name in names if row.get(name) not in (None, "")), None)


def _text(row: dict[str, Any]) -> str:
    parts = [str(part).strip() for part in (_pick(row, _TITLE), _pick(row, _TEXT)) if part]
    text = "\n".join(part for part in parts if part)
    if not text:
        raise ValueError("the row has no text")
    return text[:TEXT_CHARS_MAX]


def _time(row: dict[str, Any], community: Community) -> datetime | None:
    raw = _pick(row, _TIME)
    if raw is None:
        return None
    zone = ZoneInfo(rulebook.get_pack(community.jurisdiction).time_zone)
    for form in _TIME_FORMS:
        try:
            at = datetime.strptime(str(raw).strip(), form).replace(tzinfo=zone)
        except ValueError:
            continue
        if YEAR_MIN <= at.year <= clock.now().year + 1:
            return at
        break
    raise ValueError(f"the time {str(raw)[:40]!r} cannot be read")
