"""``demo``, ``serve``, ``work``, ``tick``: starting Linli and its parts."""

from __future__ import annotations

import argparse
import os
import socket
import sys
import time
from typing import Any

from linli.site.cli import CommandError, add_folders, prepare

DATABASE_PATIENCE_S = 30


def add(commands: Any) -> None:
    """Add the commands of this module."""
    demo = commands.add_parser("demo", help="start a made-up neighbourhood / 启动演示社区")
    serve = commands.add_parser("serve", help="start real work / 正式运行")
    for parser, run in ((demo, run_demo), (serve, run_serve)):
        parser.add_argument(
            "--port", type=_port, default=8000, help="default 8000 / 端口，默认 8000"
        )
        parser.add_argument("--host", default="127.0.0.1", help="default 127.0.0.1 / 监听地址")
        add_folders(parser)
        parser.set_defaults(run=run)
    work = commands.add_parser("work", help="run background work only / 只运行后台任务")
    work.add_argument(
        "--once", action="store_true", help="handle what is due, then end / 处理完到期任务即退出"
    )
    add_folders(work)
    work.set_defaults(run=run_work)
    tick = commands.add_parser("tick", help="run periodic work that is due / 运行到期的定时任务")
    add_folders(tick)
    tick.set_defaults(run=run_tick)


def _port(text: str) -> int:
    try:
        port = int(text)
    except ValueError:
        port = 0
    if not 1 <= port <= 65534:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 1 to 65534")
    return port


def run_demo(args: argparse.Namespace) -> int:
    """Install the demo neighbourhood if need be, and serve it."""
    os.environ["LINLI_DEMO"] = "1"
    prepare(args, create=True, demo=True)
    _check_ports(args.host, args.port)
    _migrate()
    _mark(is_demo=True)
    _load_demo()
    return _serve(args, is_demo=True)


def run_serve(args: argparse.Namespace) -> int:
    """Serve a real installation; a demo's database is refused."""
    os.environ["LINLI_DEMO"] = "0"
    prepare(args, create=True)
    _check_ports(args.host, args.port)
    _refuse_demo()
    _migrate()
    _mark(is_demo=False)
    _warn()
    return _serve(args, is_demo=False)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _check_ports(host: str, port: int) -> None:
    for number in (port, port + 1):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, number))
            except (OSError, TypeError, UnicodeError) as error:
                why = getattr(error, "strerror", None) or error
                raise CommandError(
                    f"port {number} on {host} cannot be used ({why}); "
                    f"Linli needs it and its neighbour, choose others with --port"
                ) from None


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import DatabaseError

    _say("linli: bringing the database up to date / 正在更新数据库 …")
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        first = str(error).strip().splitlines()[0]
        raise CommandError(f"the database cannot be used: {first}") from None


def _refuse_demo() -> None:
    """Look before migrating: a demo's database is not even brought up to date by ``serve``."""
    from django.db import DatabaseError, connection

    from linli.kernel import installation

    try:
        if "kernel_installation" not in connection.introspection.table_names():
            return
        mark = installation.get_installation()
    except DatabaseError as error:
        raise CommandError(f"the database cannot be used: {str(error).splitlines()[0]}") from None
    if mark is not None and mark.is_demo:
        _mark(is_demo=False)


def _mark(*, is_demo: bool) -> None:
    from linli.kernel import installation

    try:
        installation.mark(is_demo=is_demo)
    except installation.WrongInstallation as error:
        raise CommandError(str(error)) from None


def _load_demo() -> None:
    from django.db import transaction

    from linli.engines.registry import selectors as registry
    from linli.site.demo.load import load

    if registry.list_communities():
        return
    _say("linli: drawing the neighbourhood / 正在布置和睦里社区 …")
    # All or nothing: a demo interrupted halfway starts afresh the next time.
    with transaction.atomic():
        load(lambda step: _say(f"  · {step}"))


def _serve(args: argparse.Namespace, *, is_demo: bool) -> int:
    from django.db import connections

    from linli.site import supervisor

    _teach()

    os.environ["LINLI_BIND_HOST"] = args.host
    os.environ["LINLI_EVENTS_PORT"] = str(args.port + 1)
    os.environ.pop("LINLI_CREATE_KEYS", None)
    connections.close_all()
    shown = "127.0.0.1" if args.host in ("0.0.0.0", "::") else args.host  # noqa: S104
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{args.port}"
    parts = supervisor.children(args.host, args.port)
    return supervisor.run(
        parts,
        on_ready=lambda: _welcome(address, is_demo=is_demo),
        is_ready=lambda: _is_healthy(shown, args.port),
    )


def _warn() -> None:
    """Say at every start what may silently cost data (trust.md, 0.3): never to be got used to."""
    from linli.site import doctor

    for finding in doctor.examine():
        if finding.grade == doctor.BAD:
            _say(f"linli: WARNING / 警告: {finding.what}\n    -> {finding.mend}")


def _teach() -> None:
    """Train the triage models that are not kept yet, for every rule pack in use."""
    from linli.engines.casework import services as casework
    from linli.engines.registry import selectors as registry

    for jurisdiction in sorted({c.jurisdiction for c in registry.list_communities()}):
        if casework.ensure_models(jurisdiction):
            _say(f"linli: taught the triage of {jurisdiction} / 已训练自动分派模型")


def _is_healthy(host: str, port: int) -> bool:
    import http.client

    try:
        connection = http.client.HTTPConnection(host, port, timeout=2)
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _welcome(address: str, *, is_demo: bool) -> None:
    from linli.site.demo.cast import CAST

    print(f"\nLinli is ready / 邻里已启动:  {address}/")
    if is_demo:
        print("\nPick a person to be / 选一个身份:")
        for part in CAST:
            print(f"  {address}/demo/as/{part.slug}/".ljust(52) + f"{part.name}  {part.title}")
    print("\nCtrl-C ends it / 按 Ctrl-C 结束", flush=True)


def run_work(args: argparse.Namespace) -> int:
    """The relay and the ticker, without pages."""
    prepare(args)
    from linli.site import working

    if args.once:
        print(f"handled {working.run_until_idle()}")
        return 0
    working.run_until_stopped()
    return 0


def run_tick(args: argparse.Namespace) -> int:
    """Periodic work that is due, once; for a machine that has a scheduler of its own."""
    prepare(args)
    from linli.kernel import leases, tick
    from linli.kernel.scope import across_communities

    holder = leases.Holder()
    started = time.monotonic()
    with across_communities("the ticker serves every community"):
        ran = tick.run_due(holder)
    holder.let_go()
    if ran is None:
        print("another process does the periodic work")
        return 0
    print(
        f"ran {len(ran)} in {time.monotonic() - started:.1f} s: {', '.join(ran) or 'nothing due'}"
    )
    return 0
