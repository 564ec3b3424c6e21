"""The program ``linli``. One clear line for every wrong argument or file, never a traceback.

Help is in both languages side by side: at the command line nobody has chosen one yet.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from linli import __version__

Runner = Callable[[argparse.Namespace], int]


class CommandError(Exception):
    """What was asked cannot be done; the text is the one line that the user sees."""


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaint is one line with the way to help."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"linli: {message} (see: {self.prog} --help)\n")


def build_parser() -> Parser:
    """The whole command line."""
    parser = Parser(
        prog="linli",
        description="Linli, the operating system of a neighbourhood. 邻里：社区的操作系统。",
    )
    parser.add_argument("--version", action="version", version=f"linli {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    from linli.site.commands import community, importing, looking, running

    for module in (running, community, importing, looking):
        module.add(commands)
    test = commands.add_parser("test", add_help=False, help="run every check / 运行全部检查")
    test.set_defaults(run=None)
    return parser


def add_folders(parser: argparse.ArgumentParser) -> None:
    """``--data`` and ``--keys``, which most commands take."""
    parser.add_argument(
        "--data",
        metavar="DIR",
        type=Path,
        help="folder of database and files, default var / 数据目录，默认 var",
    )
    parser.add_argument(
        "--keys",
        metavar="DIR",
        type=Path,
        help="folder of the keys, default var-keys / 密钥目录，默认 var-keys",
    )


def prepare(args: argparse.Namespace, *, create: bool = False, demo: bool = False) -> None:
    """Turn folders into settings and start Django.

    Args:
        create: make the folders and the keys when they are missing.
        demo: data and keys may lie together.

    Raises:
        CommandError: the folders do not fit, or are missing.
    """
    from linli.site.config import BadSetting, read_config

    if getattr(args, "data", None):
        os.environ["LINLI_DATA"] = str(args.data)
    if getattr(args, "keys", None):
        os.environ["LINLI_KEYS"] = str(args.keys)
    try:
        config = read_config()
    except BadSetting as error:
        raise CommandError(str(error)) from None
    data, keys = config.data_dir.resolve(), config.keys_dir.resolve()
    os.environ["LINLI_DATA"], os.environ["LINLI_KEYS"] = str(data), str(keys)
    if not demo and (keys == data or data in keys.parents or keys in data.parents):
        raise CommandError("keys must not lie in the data folder; give another --keys DIR")
    _make_folders(data, create=create)
    if create:
        os.environ["LINLI_CREATE_KEYS"] = "1"
    os.environ["DJANGO_SETTINGS_MODULE"] = "linli.site.settings"
    _start_django()


def _make_folders(data: Path, *, create: bool) -> None:
    try:
        if create:
            data.mkdir(parents=True, exist_ok=True)
        elif not data.is_dir():
            raise CommandError(f"there is no folder {data}; start with: linli serve --data DIR")
    except OSError as error:
        raise CommandError(f"the folder {data} cannot be used: {error.strerror}") from None


def _start_django() -> None:
    import django

    from linli.kernel.crypto import CryptoError
    from linli.site.config import BadSetting

    try:
        django.setup()
    except (CryptoError, BadSetting) as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}") from None
    except ValueError as error:
        raise CommandError(f"a setting cannot be used: {error}") from None


def database_trouble(error: Exception) -> str:
    """What is wrong with the database in one line; empty when ``error`` is about something else."""
    from django.db import DatabaseError, InterfaceError

    if not isinstance(error, (DatabaseError, InterfaceError)):
        return ""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    missing = "no such table" in lines[0] or ("relation" in lines[0] and "not exist" in lines[0])
    if missing:
        return "the database is not set up yet; run: linli serve"
    return f"the database cannot be used: {lines[0]}"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (2 for a wrong call)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        # A terminal without Chinese letters shows escapes; it is no reason to fail.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if arguments[:1] == ["test"]:
        from linli.site import testing

        return testing.run(arguments[1:])
    if arguments[:1] == ["clock"]:
        return _clock(arguments[1:])
    parser = build_parser()
    args = parser.parse_args(arguments)
    if args.command is None:
        parser.print_help()
        return 2
    try:
        runner: Runner = args.run
        return runner(args)
    except CommandError as error:
        print(f"linli: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output went away ("| head"); nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        trouble = database_trouble(error)
        if not trouble:
            raise
        print(f"linli: {trouble}", file=sys.stderr)
        return 2


def _clock(argv: list[str]) -> int:
    from linli.site.commands.clock import run_clock

    return run_clock(argv, sys.stdout)


if __name__ == "__main__":
    # Run as a module this file would exist twice, with two CommandErrors: use the real one.
    from linli.site import cli

    sys.exit(cli.main())
