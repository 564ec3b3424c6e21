"""The vendored files are the ones that the lock names, and nothing else lies beside them."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

UI = Path(__file__).resolve().parent.parent
LOCK = json.loads((UI / "vendor.lock.json").read_text("utf-8"))["files"]


@pytest.mark.parametrize("item", LOCK, ids=lambda item: item["path"])
def test_hash_matches_lock(item: dict) -> None:
    data = (UI / item["path"]).read_bytes()
    assert len(data) == item["bytes"]
    assert hashlib.sha256(data).hexdigest() == item["sha256"]
    assert item["licence"] in {"MIT", "0BSD"}


def test_no_unlocked_file_in_vendor() -> None:
    there = {f"static/ui/vendor/{p.name}" for p in (UI / "static/ui/vendor").iterdir()}
    assert there - {item["path"] for item in LOCK} == {"static/ui/vendor/LICENSES.txt"}


def test_sprite_is_what_the_list_asks_for() -> None:
    listed = {
        line.split("=")[0].strip()
        for line in (UI / "icons.txt").read_text("utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    }
    in_sprite = set(re.findall(r'<symbol id="([^"]+)"', (UI / "static/ui/icons.svg").read_text()))
    assert in_sprite == listed
