"""`linli test`: which lanes run, what they are given, and what is said at the end."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest

from linli.site import testing
from linli.site.testing import Lane, Options


@pytest.fixture
def lanes(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Replace the lanes by ones that only note that they ran; verdicts by name."""
    ran: list[str] = []

    def install(**verdicts: bool | BaseException) -> list[str]:
        def lane(name: str, verdict: bool | BaseException) -> Lane:
            def go(options: Options) -> bool:
                ran.append(name)
                if isinstance(verdict, BaseException):
                    raise verdict
                return verdict

            return Lane(name, name, go)

        monkeypatch.setattr(testing, "LANES", [lane(n, v) for n, v in verdicts.items()])
        return ran

    monkeypatch.setattr(signal, "signal", lambda *args: None)
    return install


def _picked(*argv: str) -> list[str]:
    return [lane.name for lane in testing._pick(testing._parse(list(argv)))]


def test_all_lanes_by_default() -> None:
    assert _picked() == [lane.name for lane in testing.LANES]
    assert _picked()[-3:] == ["sqlite", "browser", "postgres"]


def test_lanes_can_be_named() -> None:
    assert _picked("types", "style") == ["style", "types"]
    assert _picked("postgres", "--fast") == ["postgres"]


def test_asking_for_certain_tests_runs_only_tests() -> None:
    assert _picked("-k", "clock") == ["sqlite", "postgres"]
    assert _picked("--fast", "-k", "clock") == ["sqlite"]
    assert _picked("--", "-x") == ["sqlite", "postgres"]


def test_an_unknown_lane_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        testing.run(["styel"])
    assert stop.value.code == 2
    assert "no lane styel" in capsys.readouterr().err


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        testing.run(["--list"])
    assert stop.value.code == 0
    assert len(capsys.readouterr().out.splitlines()) == len(testing.LANES)


def test_a_failure_does_not_stop_the_others(
    lanes: Callable[..., list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    ran = lanes(one=True, two=False, three=True)
    assert testing.run([]) == 1
    assert ran == ["one", "two", "three"]
    out = capsys.readouterr().out
    assert "FAIL two" in out
    assert "3 lanes" in out
    assert "not passed: two" in out


def test_success_is_zero(lanes: Callable[..., list[str]]) -> None:
    lanes(one=True, two=True)
    assert testing.run([]) == 0


def test_interrupted_work_is_not_a_success(
    lanes: Callable[..., list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    ran = lanes(one=True, two=KeyboardInterrupt(), three=True)
    assert testing.run([]) == 130
    assert ran == ["one", "two"]
    assert "not passed: two" in capsys.readouterr().out


def test_without_the_test_tools_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(testing, "TEST_MODULES", ("no_such_module_here",))
    assert testing.run([]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "./linli test" in error


def test_a_testers_own_installation_does_not_leak_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_DATABASE_URL", "postgresql://real/one")
    monkeypatch.setenv("LINLI_DATA", "/srv/linli")
    monkeypatch.setenv("LINLI_SHARED_DATA", "/srv/shared")
    given = testing._environment()
    assert [name for name in given if name.startswith("LINLI_")] == ["LINLI_SHARED_DATA"]
    assert given["DJANGO_SETTINGS_MODULE"] == "linli.site.settings_test"
    assert given["PATH"] == os.environ["PATH"]


def test_the_postgres_lane_takes_the_server_it_is_given(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: dict[str, str] = {}
    monkeypatch.setenv("LINLI_TEST_DATABASE_URL", "postgresql://me:secret@db.example:5433/x")
    monkeypatch.setattr(
        testing, "_run_pytest", lambda options, *more, **env: seen.update(env) or True
    )
    assert testing._test_on_postgres(Options())
    assert seen == {"LINLI_DATABASE_URL": "postgresql://me:secret@db.example:5433/x"}
    said = capsys.readouterr().out
    assert "db.example:5433" in said
    assert "secret" not in said


def test_options_reach_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, ...]] = []
    monkeypatch.setattr(testing, "_python", lambda *args, **env: bool(calls.append(args)) or True)
    testing._run_pytest(testing._parse(["-k", "clock", "--fast", "--", "-x"]))
    assert calls[0][-5:] == ("-m", testing.FAST_MARKERS, "-k", "clock", "-x")
