"""``linli clock``: answers, lists, and one clear line for every wrong argument."""

from __future__ import annotations

import io
import json

import pytest

from linli.site.commands.clock import run_clock


def clock(*argv: str) -> tuple[int, str]:
    out = io.StringIO()
    return run_clock(argv, out), out.getvalue()


def test_json_has_the_due_time_the_rule_its_source_and_the_steps() -> None:
    code, text = clock("--rule", "cn-12345-ordinary-7d", "--from", "2026-11-20T15:00", "--json")
    answer = json.loads(text)
    assert code == 0
    assert answer["due"] == "2026-11-28T00:00:00+08:00"
    assert answer["provisional"] is False
    assert answer["rule"] == "cn-12345-ordinary-7d"
    assert answer["source"]["kind"] == "reference"
    assert any("2026-11-27" in step for step in answer["steps"])


def test_holds_push_it_back() -> None:
    code, text = clock(
        *("--rule", "cn-12345-utility-24h", "--from", "2026-11-20 15:00", "--json"),
        *("--hold", "2026-11-20T16:00,2026-11-20T17:00"),
        *("--hold", "2026-11-20T20:00,2026-11-20T20:30"),
    )
    assert code == 0
    assert json.loads(text)["due"] == "2026-11-21T16:30:00+08:00"


def test_text_speaks_the_pack_s_language_or_the_one_asked_for() -> None:
    argv = ("--rule", "cn-judicial-confirmation-30d", "--from", "2026-01-31")
    assert "截止: 2026-03-03T00:00:00+08:00" in clock(*argv)[1]
    english = clock(*argv, "--lang", "en")[1]
    assert "due: 2026-03-03T00:00:00+08:00" in english
    assert "People's Mediation Law · 33 · statute" in english


def test_a_time_with_zone_is_taken_as_it_is() -> None:
    text = clock("--rule", "cn-12345-utility-24h", "--from", "2026-11-20T07:00:00Z", "--json")[1]
    assert json.loads(text)["due"] == "2026-11-21T15:00:00+08:00"


def test_both_readings_and_provisional_are_shown() -> None:
    argv = ("--rule", "cn-owner-revocation-1y", "--from", "2026-02-28", "--lang", "en")
    text = clock(*argv)[1]
    assert "other reading: 2027-03-01T00:00:00+08:00" in text
    assert "\nprovisional\n" in text


def test_list() -> None:
    code, text = clock("--list", "--at", "2026-11-20")
    assert code == 0
    assert "cn-work-4h\t暴露垃圾4个工作时\treference\n" in text
    rows = json.loads(clock("--list", "--at", "2026-11-20", "--json", "--lang", "en")[1])
    assert {"rule", "label", "amount", "unit", "source", "effective_from"} <= rows[0].keys()
    assert "generic-work-4h" in clock("--list", "--jurisdiction", "generic")[1]


def test_help_speaks_both_languages() -> None:
    code, text = clock("--help")
    assert code == 0
    assert "When is it due?" in text
    assert "什么时候到期" in text
    for option in ("--rule", "--from", "--hold", "--list", "--json", "--jurisdiction"):
        assert option in text


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        ((), "--rule is missing"),
        (("--rule", "cn-work-4h"), "--from is missing"),
        (("--rule", "nothing", "--from", "2026-11-20"), "no clock rule 'nothing'"),
        (("--rule", "cn-work-4h", "--from", "yesterday"), "--from yesterday"),
        (("--rule", "cn-work-4h", "--from", "2026-13-01"), "--from 2026-13-01"),
        (("--rule", "cn-work-4h", "--from", "2010-01-01"), "not in force on 2010-01-01"),
        (("--rule", "cn-p0-respond-5min", "--from", "9999-12-31T23:59"), "too far"),
        (("--rule", "cn-work-4h", "--from", "9999-12-31T23:59"), "too far"),
        (("--rule", "cn-work-4h", "--from", "0001-01-01T00:00"), "0001-01-01"),
        (("--rule", "cn-work-4h", "--from", "2026-11-20", "--hold", "x"), "--hold x"),
        (("--rule", "cn-work-4h", "--from", "2026-11-20", "--hold", "x,y"), "--hold x"),
        (
            ("--rule", "cn-work-4h", "--from", "2026-11-20", "--hold", "2026-11-22,2026-11-21"),
            "ends before it begins",
        ),
        (
            (
                *("--rule", "cn-owner-notice-15d", "--from", "2026-12-20"),
                *("--hold", "2026-11-21,2026-11-22"),
            ),
            "cannot be on hold",
        ),
        (("--jurisdiction", "mars", "--list"), "no rule pack 'mars'"),
        (("--list", "--rule", "cn-work-4h"), "--list goes without"),
        (("--list", "--at", "soon"), "--at soon"),
        (("--rule", "cn-work-4h", "--from", "2026-11-20", "--at", "2026-11-20"), "--at belongs"),
        (("--list", "--lang", "fr"), "--lang"),
        (("--list", "--lang", "zh-hans", "--jurisdiction", "generic"), "speaks en"),
        (("--rul", "cn-work-4h"), "unrecognized arguments"),
        (("--rule",), "--rule"),
        (("surprise",), "surprise"),
    ],
)
def test_wrong_arguments_get_one_line_and_exit_code_2(argv: tuple[str, ...], says: str) -> None:
    code, text = clock(*argv)
    assert code == 2
    assert text.startswith("linli clock: ")
    assert text.count("\n") == 1
    assert says in text
