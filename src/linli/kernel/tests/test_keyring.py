"""The key file: made once, for one reader, and never guessed when it is missing or broken."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from linli.kernel import disk
from linli.kernel.crypto import CryptoError, Keyring, load_or_create_keyring
from linli.kernel.tests.checks import assert_refused

CREATE = """
import hashlib, pathlib, sys, time
from linli.kernel.crypto import load_or_create_keyring
print("ready", flush=True)
sys.stdin.readline()
ring = load_or_create_keyring(pathlib.Path(sys.argv[1]), create=True)
print(hashlib.sha256(ring.index_root + ring.roots[1]).hexdigest())
"""


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def assert_private(folder: Path) -> None:
    """Folder and file are for their owner only, and nothing else lies there."""
    assert mode_of(folder) == 0o700
    assert mode_of(folder / "keys.json") == 0o600
    assert [path.name for path in folder.iterdir()] == ["keys.json"]


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_keys_are_made_for_their_owner_only(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        load_or_create_keyring(tmp_path / "a" / "keys", create=True)
    finally:
        os.umask(before)
    assert_private(tmp_path / "a" / "keys")


def test_an_open_folder_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o755)
    load_or_create_keyring(folder, create=True)
    assert_private(folder)


def test_twin_written_plainly_is_not_private(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "keys.json").write_text("{}")
    with pytest.raises(AssertionError):
        assert_private(tmp_path)


def test_keys_are_made_once(tmp_path: Path) -> None:
    first = load_or_create_keyring(tmp_path, create=True)
    assert load_or_create_keyring(tmp_path, create=True) == first
    assert load_or_create_keyring(tmp_path, create=False) == first
    other = load_or_create_keyring(tmp_path / "other", create=True)
    assert {first.index_root, first.roots[1]}.isdisjoint({other.index_root, other.roots[1]})


def test_missing_keys_are_not_made_up(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    assert_refused(lambda: load_or_create_keyring(folder, create=False), CryptoError)
    assert not folder.exists()


def test_processes_that_start_at_once_share_one_key_file(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    command = [sys.executable, "-c", CREATE, str(folder)]
    options: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started = [subprocess.Popen(command, **options) for _ in range(6)]
    for process in started:
        assert process.stdout.readline() == "ready\n"
    for process in started:
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = {process.communicate(timeout=60)[0] for process in started}
    assert len(answers) == 1
    assert answers != {""}
    assert_private(folder)


def test_the_new_name_survives_a_power_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(disk, "sync_folder", synced.append)
    load_or_create_keyring(tmp_path / "keys", create=True)
    assert synced == [tmp_path / "keys", tmp_path]


def test_syncing_a_folder_reaches_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[bool] = []
    monkeypatch.setattr(os, "fsync", lambda fd: synced.append(stat.S_ISDIR(os.fstat(fd).st_mode)))
    disk.sync_folder(tmp_path)
    assert synced == [True]


def good() -> dict[str, Any]:
    return {
        "current": 1,
        "roots": {"1": "11" * 32},
        "index_root": "22" * 32,
        "django_secret": "s" * 64,
    }


BROKEN: dict[str, str] = {
    "empty": "",
    "not json": "{",
    "a list": "[]",
    "a number": "7",
    "null": "null",
    "no keys": "{}",
    "roots are a list": json.dumps(good() | {"roots": ["11" * 32]}),
    "no roots": json.dumps(good() | {"roots": {}}),
    "key id is a word": json.dumps(good() | {"roots": {"one": "11" * 32}}),
    "key is not hex": json.dumps(good() | {"roots": {"1": "zz" * 32}}),
    "key is short": json.dumps(good() | {"roots": {"1": "11" * 8}}),
    "key is empty": json.dumps(good() | {"roots": {"1": ""}}),
    "index key is short": json.dumps(good() | {"index_root": "22"}),
    "index key is null": json.dumps(good() | {"index_root": None}),
    "current key is missing": json.dumps(good() | {"current": 2}),
    "current key is a word": json.dumps(good() | {"current": "1"}),
    "secret is missing": json.dumps({k: v for k, v in good().items() if k != "django_secret"}),
    "secret is empty": json.dumps(good() | {"django_secret": ""}),
    "not ascii": json.dumps(good() | {"django_secret": "密" * 64}, ensure_ascii=False),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_key_file_is_told_and_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(text, "utf-8")
    for create in (False, True):
        assert_refused(lambda c=create: load_or_create_keyring(tmp_path, create=c), CryptoError)
    assert path.read_text("utf-8") == text


def test_a_good_key_file_with_two_keys_is_read(tmp_path: Path) -> None:
    roots = {"1": "11" * 32, "2": "33" * 32}
    (tmp_path / "keys.json").write_text(json.dumps(good() | {"roots": roots, "current": 2}))
    ring = load_or_create_keyring(tmp_path, create=False)
    assert ring == Keyring(2, {1: b"\x11" * 32, 2: b"\x33" * 32}, b"\x22" * 32, "s" * 64)
    assert_refused(lambda: ring.root(3), CryptoError)
