"""``import``: taking lists of reports in."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from linli.site.cli import CommandError, add_folders, prepare
from linli.site.commands.community import choose_community


def add(commands: Any) -> None:
    """Add the commands of this module."""
    parser = commands.add_parser("import", help="take lists in / 导入")
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    reports = kinds.add_parser("reports", help="reports from .jsonl or .csv / 导入报事")
    reports.add_argument("file", type=Path, metavar="FILE")
    reports.add_argument("--community", metavar="SLUG", help="default the only one / 社区代号")
    reports.add_argument(
        "--source",
        default="",
        metavar="NAME",
        help="where the list comes from, default the file's name / 来源",
    )
    reports.add_argument("--json", action="store_true", help="last line as JSON / 末行输出 JSON")
    add_folders(reports)
    reports.set_defaults(run=run_reports)
    people = kinds.add_parser("people", help="residents from .csv / 导入居民")
    people.add_argument("file", type=Path, metavar="FILE")
    people.add_argument("--community", metavar="SLUG", help="default the only one / 社区代号")
    people.add_argument(
        "--allow-real-people-in-demo",
        action="store_true",
        help="yes, I mean to bring real people into a demo / 确认把真实居民导入演示库",
    )
    add_folders(people)
    people.set_defaults(run=run_people)


def _check_file(path: Path) -> None:
    try:
        found = path.is_file()
    except OSError as error:
        raise CommandError(f"the file cannot be used: {error.strerror}") from None
    if not found:
        raise CommandError(f"there is no file {path}")


def run_reports(args: argparse.Namespace) -> int:
    """Import a file of reports; refused rows are written beside it with their reasons."""
    _check_file(args.file)
    prepare(args)
    from linli.engines.casework import services
    from linli.engines.casework.services.importing import BadFile

    community = choose_community(args.community)
    started = time.monotonic()

    def say(tally: Any) -> None:
        if sys.stderr.isatty():
            print(
                f"\r  {tally.read} read, {tally.taken} taken, {tally.refused} refused",
                end="",
                file=sys.stderr,
                flush=True,
            )

    try:
        tally = services.import_reports(community, args.file, source=args.source, say=say)
    except BadFile as error:
        raise CommandError(str(error)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{args.file}: cannot be read ({error})") from None
    if sys.stderr.isatty():
        print(file=sys.stderr)
    _report(args, tally, round(time.monotonic() - started, 1))
    return 0


def _report(args: argparse.Namespace, tally: Any, seconds: float) -> None:
    if tally.reasons:
        refused = args.file.with_name(f"{args.file.name}.refused.jsonl")
        try:
            with refused.open("w", encoding="utf-8") as out:
                for row in tally.reasons:
                    out.write(json.dumps(row, ensure_ascii=False) + "\n")
        except OSError as error:
            print(f"linli: {refused} cannot be written: {error.strerror}", file=sys.stderr)
        else:
            print(f"refused rows with reasons / 被拒行及原因: {refused}", file=sys.stderr)
    counts = {**tally.counts(), "seconds": seconds}
    if args.json:
        print(json.dumps(counts))
    else:
        print(", ".join(f"{name} {value}" for name, value in counts.items()))


def run_people(args: argparse.Namespace) -> int:
    """Import residents: all rows or none, each bad row named with its reason."""
    _check_file(args.file)
    prepare(args)
    from linli.engines.registry import services

    community = choose_community(args.community)
    try:
        added, bad = services.import_people(
            community, args.file, allow_real_people_in_demo=args.allow_real_people_in_demo
        )
    except services.RealPeopleInDemo as error:
        raise CommandError(f"{error}; if you mean it: --allow-real-people-in-demo") from None
    except (services.BadList, OSError) as error:
        raise CommandError(str(error)) from None
    for row in bad:
        print(f"line {row.line}: {row.reason}", file=sys.stderr)
    if bad:
        raise CommandError(f"{len(bad)} bad rows, nothing was imported; mend them and try again")
    print(f"added {added}")
    return 0
