"""The clock of the command line: when is something due, and by which rule.

``linli clock --rule ID --from TIME`` answers one question; ``--list`` shows the rules. The
functions take plain arguments and a stream, so that the ``linli`` program only hands them on.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import NoReturn, TextIO
from zoneinfo import ZoneInfo

from linli.engines.rulebook import selectors
from linli.engines.rulebook.types import ClockRule, Deadline, Hold
from linli.kernel import clock

WRONG_ARGUMENT = 2

_DESCRIPTION = """\
When is it due? Shows the deadline of a clock rule, with its source and every step.
某事什么时候到期？按规则计算截止时间，并列出依据和每一步。"""

_EPILOG = """\
examples / 示例:
  linli clock --rule cn-12345-ordinary-7d --from 2026-11-20T15:00
  linli clock --rule cn-work-4h --from "2026-11-20 16:00" --hold 2026-11-23T09:00,2026-11-23T10:00
  linli clock --list --jurisdiction 110000
times without a zone are local to the jurisdiction / 未带时区的时间按所在地时区"""


_KINDS = {"statute": "法律", "standard": "标准", "contract": "合同", "reference": "参考"}


class WrongArgument(ValueError):
    """An argument that cannot be used; the sentence says which one and why."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise WrongArgument(message)


def run_clock(argv: Sequence[str], out: TextIO) -> int:
    """Answer ``linli clock …`` on ``out``; 0 when answered, 2 with one line when argv is wrong."""
    parser = _parser()
    try:
        if any(word in ("-h", "--help") for word in argv):
            out.write(parser.format_help())
            return 0
        arguments = parser.parse_args(list(argv))
        out.write(_answer(arguments))
    except (WrongArgument, LookupError) as error:
        out.write(f"linli clock: {_one_line(str(error))}\n")
        return WRONG_ARGUMENT
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="linli clock",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=False,
        allow_abbrev=False,
    )
    parser.add_argument("--rule", metavar="ID", help="clock rule / 时限规则编号")
    parser.add_argument(
        "--from", dest="start", metavar="TIME", help="start, e.g. 2026-11-20T15:00 / 起算时间"
    )
    parser.add_argument(
        "--hold",
        action="append",
        default=[],
        metavar="FROM,TO",
        help="approved stop, may be repeated / 经批准的暂停，可多次给出",
    )
    parser.add_argument(
        "--jurisdiction", default="CN", metavar="CODE", help="rule pack, CN / 规则包，默认 CN"
    )
    parser.add_argument(
        "--at", metavar="DATE", help="the day whose rules are listed, today / 规则日期，默认今天"
    )
    parser.add_argument(
        "--lang", choices=("zh-hans", "en"), help="language of the answer / 语言，默认随规则包"
    )
    parser.add_argument("--list", action="store_true", help="list the rules / 列出规则")
    parser.add_argument("--json", action="store_true", help="machine-readable / 输出 JSON")
    parser.add_argument("-h", "--help", action="store_true", help="this help / 帮助")
    return parser


def _answer(arguments: argparse.Namespace) -> str:
    pack = selectors.get_pack(arguments.jurisdiction)
    language = arguments.lang or pack.language
    if language not in pack.languages:
        spoken = ", ".join(pack.languages)
        raise WrongArgument(f"--lang {language}: the pack '{pack.code}' speaks {spoken}")
    zone = ZoneInfo(pack.time_zone)
    if arguments.list:
        if arguments.rule or arguments.start or arguments.hold:
            raise WrongArgument("--list goes without --rule, --from and --hold")
        day = _day(arguments.at) if arguments.at else clock.now().astimezone(zone).date()
        rules = selectors.list_clock_rules(pack.code, day)
        return _list_text(rules, language, as_json=arguments.json)
    if arguments.at:
        raise WrongArgument("--at belongs to --list; a deadline uses the rules of --from")
    if not arguments.rule:
        raise WrongArgument("--rule is missing (--list shows the rules)")
    if not arguments.start:
        raise WrongArgument("--from is missing")
    start = _time("--from", arguments.start, zone)
    holds = [_hold(text, zone) for text in arguments.hold]
    rule = selectors.get_clock_rule(pack.code, arguments.rule, start.astimezone(zone).date())
    try:
        deadline = selectors.compute_deadline(rule, start, pack.code, holds, language)
    except ValueError as error:
        raise WrongArgument(str(error)) from error
    except OverflowError as error:
        raise WrongArgument(f"--from {arguments.start}: too far from today") from error
    if arguments.json:
        return _json(_deadline_values(rule, deadline, language))
    return _deadline_text(rule, deadline, language)


def _deadline_values(rule: ClockRule, deadline: Deadline, language: str) -> dict[str, object]:
    alternative = deadline.alternative_due_at
    return {
        "due": deadline.due_at.isoformat(),
        "alternative_due": alternative.isoformat() if alternative else None,
        "provisional": deadline.provisional,
        "rule": rule.id,
        "source": _source_values(rule, language),
        "steps": list(deadline.steps),
    }


def _source_values(rule: ClockRule, language: str) -> dict[str, str]:
    return {
        "title": rule.source.title[language],
        "article": rule.source.article,
        "kind": rule.source.kind.value,
    }


def _deadline_text(rule: ClockRule, deadline: Deadline, language: str) -> str:
    chinese = language == "zh-hans"
    lines = [f"{'截止' if chinese else 'due'}: {deadline.due_at.isoformat()}"]
    if deadline.alternative_due_at:
        other = "另一种理解" if chinese else "other reading"
        lines.append(f"{other}: {deadline.alternative_due_at.isoformat()}")
    if deadline.provisional:
        lines.append("暂定" if chinese else "provisional")
    source = _source_values(rule, language)
    kind = _KINDS[source["kind"]] if chinese else source["kind"]
    parts = [source["title"], source["article"], kind]
    lines.append(f"{'依据' if chinese else 'source'}: {' · '.join(part for part in parts if part)}")
    lines += [f"  {step}" for step in deadline.steps]
    return "\n".join(lines) + "\n"


def _list_text(rules: Sequence[ClockRule], language: str, *, as_json: bool) -> str:
    if as_json:
        return _json(
            [
                {
                    "rule": rule.id,
                    "label": rule.label[language],
                    "amount": rule.amount,
                    "unit": rule.unit.value,
                    "roll": rule.roll.value,
                    "direction": rule.direction.value,
                    "source": _source_values(rule, language),
                    "effective_from": rule.effective_from.isoformat(),
                    "effective_to": rule.effective_to and rule.effective_to.isoformat(),
                }
                for rule in rules
            ]
        )
    return "".join(f"{rule.id}\t{rule.label[language]}\t{rule.source.kind}\n" for rule in rules)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _time(option: str, text: str, zone: ZoneInfo) -> datetime:
    try:
        given = datetime.fromisoformat(text.strip())
    except ValueError:
        raise WrongArgument(f"{option} {text}: expected a time like 2026-11-20T15:00") from None
    return given if given.tzinfo else given.replace(tzinfo=zone)


def _hold(text: str, zone: ZoneInfo) -> Hold:
    begin, comma, end = text.partition(",")
    if not comma:
        raise WrongArgument(f"--hold {text}: expected two times, FROM,TO")
    hold = Hold(_time("--hold", begin, zone), _time("--hold", end, zone))
    if hold.end < hold.start:
        raise WrongArgument(f"--hold {text}: it ends before it begins")
    return hold


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongArgument(f"--at {text}: expected a date like 2026-11-20") from None


def _one_line(text: str) -> str:
    return " ".join(text.split())
