"""``triage`` and ``doctor``: trying and checking, without changing anything."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from linli.site.cli import CommandError, add_folders, prepare
from linli.site.commands.community import choose_community


def add(commands: Any) -> None:
    """Add the commands of this module."""
    triage = commands.add_parser("triage", help="what Linli thinks of a report / 试一试自动分派")
    triage.add_argument("text", nargs="?", help="one report / 一段报事")
    triage.add_argument("--file", type=Path, help="one report a line / 每行一条")
    triage.add_argument("--community", metavar="SLUG")
    triage.add_argument("--json", action="store_true", help="one JSON line a text / 输出 JSON")
    add_folders(triage)
    triage.set_defaults(run=run_triage)
    doctor = commands.add_parser("doctor", help="check this installation / 检查运行环境")
    add_folders(doctor)
    doctor.set_defaults(run=run_doctor)
    catalogue = commands.add_parser("clock", add_help=False, help="compute a deadline / 计算时限")
    catalogue.set_defaults(run=None)


def run_triage(args: argparse.Namespace) -> int:
    """Triage texts without storing anything."""
    if bool(args.text) == bool(args.file):
        raise CommandError("give either a text or --file FILE")
    texts = [args.text] if args.text else _lines(args.file)
    prepare(args)
    from linli.engines.casework import selectors as casework
    from linli.kernel.scope import in_community

    community = choose_community(args.community)
    with in_community(community.pk):
        for text in texts:
            print(_shown(casework.explain_triage(community, text), as_json=args.json))
    return 0


def _lines(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text("utf-8").splitlines() if line.strip()]
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CommandError(f"{path}: not UTF-8; save it as UTF-8") from None


def _shown(answer: dict[str, Any], *, as_json: bool) -> str:
    if as_json:
        return json.dumps(answer, ensure_ascii=False)
    place = answer["place"]["path"] if answer["place"] else "?"
    who = ", ".join(o["name"] for o in answer["organisations"]) or "-"
    head = f"{answer['service_type'] or '?'} {answer['confidence']:.2f}  {answer['priority']}"
    return "\n".join(
        [f"{head}  {place}  -> {who}", *(f"  · {reason}" for reason in answer["reasons"])]
    )


def run_doctor(args: argparse.Namespace) -> int:
    """Look at the installation and say what is wrong and how to mend it."""
    prepare(args)
    from linli.site.doctor import examine

    findings = examine()
    for finding in findings:
        print(
            f"{finding.mark}  {finding.what}" + (f"\n    -> {finding.mend}" if finding.mend else "")
        )
    worst = max((f.grade for f in findings), default=0)
    if worst == 2:
        print("\nSomething needs mending / 有问题需要处理", file=sys.stderr)
    return 1 if worst == 2 else 0
