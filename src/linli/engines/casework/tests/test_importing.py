"""Lists from elsewhere: taken in whole batches, resumed, and never tripped up by a row."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from linli.engines.casework import services
from linli.engines.casework.models import Case, Channel, Report
from linli.engines.casework.services import importing
from linli.engines.casework.services.importing import BATCH_ROWS, BadFile, Tally, import_reports
from linli.engines.casework.tests import world as w
from linli.engines.casework.tests.world import World

Take = Callable[..., Tally]


@pytest.fixture
def take(world: World, tmp_path: Path) -> Take:
    """Write a file and import it."""

    def run(content: str | bytes | list[Any], name: str = "list.jsonl", **more: Any) -> Tally:
        if isinstance(content, list):
            content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in content)
        data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        path = tmp_path / name
        path.write_bytes(data)
        more.setdefault("say", lambda tally: None)
        return import_reports(world.community, path, **more)

    return run


def rows(count: int, start: int = 1) -> list[dict[str, Any]]:
    return [{"id": n, "text": f"{w.BURST} {n}"} for n in range(start, start + count)]


def test_rows_become_cases(take: Take) -> None:
    tally = take(
        [
            {"id": "A1", "title": "水管爆了", "text": w.BURST, "time": "2026-03-01 08:30:00"},
            {"id": "A2", "text": w.UNCLEAR},
            {"id": "A3", "text": "  "},
        ]
    )
    assert tally.counts() == {
        "read": 3, "taken": 2, "dispatched": 1, "for_desk": 1, "joined": 0, "skipped": 0,
        "refused": 1,
    }  # fmt: skip
    assert tally.reasons == [{"line": 3, "reason": "the row has no text"}]
    report = Report.objects.get(external_ref="list.jsonl:A1")
    assert report.text == f"水管爆了\n{w.BURST}"
    assert report.channel == Channel.IMPORT
    assert report.reporter is None
    shanghai = ZoneInfo("Asia/Shanghai")
    assert report.said_at == datetime(2026, 3, 1, 8, 30, tzinfo=shanghai)


def test_names_and_phones_of_the_senders_are_not_taken(take: Take) -> None:
    take([{"id": 1, "text": w.BURST, "姓名": "张桂芳", "phone": "13912345678"}])
    stored = str(list(Report.objects.values())) + str(list(Case.objects.values()))
    assert "13912345678" not in stored
    assert "张桂芳" not in Report.objects.get().text


def test_a_second_import_skips_what_is_there(take: Take) -> None:
    assert take(rows(5)).taken == 5
    again = take(rows(7))
    assert (again.taken, again.skipped) == (2, 5)
    assert Case.objects.count() == 7
    # The same numbers from another source are other reports.
    assert take(rows(5), source="hotline").taken == 5


def test_the_same_number_twice_in_one_list_is_one_report(take: Take) -> None:
    tally = take([*rows(1), *rows(1)])
    assert (tally.taken, tally.skipped) == (1, 1)


def test_without_numbers_the_line_is_the_number(take: Take) -> None:
    lines = [{"text": w.BURST}, {"text": w.BURST}]
    assert take(lines).taken == 2
    assert take(lines).skipped == 2


def test_long_numbers_and_sources_do_not_run_together(take: Take) -> None:
    """Numbers that differ only at their end, sources that differ only at their beginning."""
    long = [{"id": "n" * 90 + str(n), "text": f"{w.BURST}{n}"} for n in range(3)]
    assert take(long, source="s" * 100).taken == 3
    assert take(long, source="x" + "s" * 99).taken == 3
    assert take(long, source="s" * 100).skipped == 3
    assert all(len(r) <= 120 for r in Report.objects.values_list("external_ref", flat=True))


def test_an_import_that_dies_keeps_whole_batches_and_is_run_again(
    take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 0
    submit = services.submit_report

    def dies(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == BATCH_ROWS + 10:
            raise KeyboardInterrupt
        return submit(*args, **kwargs)

    many = rows(BATCH_ROWS * 2 + 5)
    with monkeypatch.context() as patch:
        patch.setattr(importing, "submit_report", dies)
        with pytest.raises(KeyboardInterrupt):
            take(many)
    assert Case.objects.count() == BATCH_ROWS
    told: list[int] = []
    tally = take(many, say=lambda t: told.append(t.read))
    assert (tally.skipped, tally.taken) == (BATCH_ROWS, BATCH_ROWS + 5)
    assert told == [50, 100, 105]
    numbers = sorted(Case.objects.values_list("number", flat=True))
    assert [int(n[5:]) for n in numbers] == list(range(1, BATCH_ROWS * 2 + 6))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_encodings(take: Take, encoding: str, kind: str) -> None:
    text = f"工单号,诉求内容\n7,{w.BURST}\n"
    if kind == "jsonl":
        text = json.dumps({"工单号": 7, "诉求内容": w.BURST}, ensure_ascii=False) + "\n"
    take(text.encode(encoding), f"list.{kind}")
    report = Report.objects.get()
    assert report.text == w.BURST
    assert report.external_ref == f"list.{kind}:7"


def test_a_character_cut_by_the_sample_is_no_fault(take: Take) -> None:
    """The first million bytes end in the middle of a character."""
    head = "text\n"
    filler = "x" * (1_000_000 - len(head) - 2) + "\n"
    long = (head + filler).encode() + "啊".encode() * 10 + f"\n{w.BURST}\n".encode()
    assert take(long, "list.csv").taken == 3


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.xlsx", b"PK"),
        ("list", b"text\nx\n"),
        ("list.csv", b""),
        ("list.csv", b"a,b\n1,2\n"),
        ("list.csv", b"\xff\xfe\x00\x81\x00"),
        ("list.csv", b"text\n" + b"x" * 1_100_000 + b"\n"),
    ],
    ids=["kind", "no kind", "empty", "no column", "no text", "endless cell"],
)
def test_a_file_that_cannot_be_read_says_why(take: Take, name: str, content: bytes) -> None:
    with pytest.raises(BadFile) as refusal:
        take(content, name)
    assert str(refusal.value).startswith(name)


#: rows that must be refused or taken, never trip the import up: name -> (line, is taken)
STRANGE: dict[str, tuple[str, bool]] = {
    "not json": ("{", False),
    "not an object": ("[1, 2]", False),
    "null": ("null", False),
    "deep": ("[" * 200_000, False),
    "long": (json.dumps({"text": "x" * 1_000_001}), False),
    "nul text": ('{"text": "\\u0000"}', False),
    "nul inside": ('{"text": "水管\\u0000爆了"}', True),
    "surrogate": ('{"text": "水管爆了 \\ud83d"}', True),
    "surrogate only": ('{"text": "\\ud83d"}', False),
    "nul number": ('{"id": "\\u0000", "text": "水管爆了"}', True),
    "surrogate number": ('{"id": "a\\ud83d", "text": "水管爆了"}', True),
    "huge number": ('{"id": ' + "9" * 4000 + ', "text": "水管爆了"}', True),
    "text is a list": ('{"text": ["水管爆了"]}', True),
    "text is a number": ('{"text": 12345}', True),
    "bad time": ('{"text": "水管爆了", "time": "yesterday"}', False),
    "year one": ('{"text": "水管爆了", "time": "0001-01-01"}', False),
    "year 9999": ('{"text": "水管爆了", "time": "9999-12-31 23:59:59"}', False),
    "time is a list": ('{"text": "水管爆了", "time": [1]}', False),
}


@pytest.mark.parametrize(("line", "taken"), STRANGE.values(), ids=STRANGE.keys())
def test_a_strange_row_does_not_stop_the_others(take: Take, line: str, taken: bool) -> None:
    good = json.dumps({"id": "good", "text": w.BURST})
    tally = take(f"{line}\n\n{good}\n")
    assert (tally.read, tally.taken, tally.refused) == (2, 1 + taken, 1 - taken)
    if not taken:
        assert tally.reasons[0]["line"] == 1
    assert Report.objects.filter(external_ref="list.jsonl:good").exists()
    again = take(f"{line}\n\n{good}\n")
    assert again.skipped == tally.taken


def test_a_table_with_too_many_and_too_few_cells(take: Take) -> None:
    tally = take(f"id,text\n1,{w.BURST},more,and more\n2\n\n3,{w.UNCLEAR}\n", "list.csv")
    assert (tally.taken, tally.refused) == (2, 1)


def test_an_imported_list_stays_in_its_own_community(take: Take) -> None:
    other = w.build()
    take(rows(2))
    assert set(Case.objects.values_list("community_id", flat=True)) != {other.community.pk}
    from linli.kernel.scope import in_community

    with in_community(other.community.pk):
        assert not Case.objects.exists()
