"""Refetch the third-party browser files that the design system keeps in the repository.

For maintainers only: people who install Linli need no Node. The script asks the ordinary
`npm` client for exact versions, copies the named files, rebuilds the icon sprite and writes
`src/linli/ui/vendor.lock.json`.

    python tools/vendor.py           fetch, rewrite files and lock
    python tools/vendor.py --check   offline: do the files still match the lock?
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

UI = Path(__file__).resolve().parent.parent / "src" / "linli" / "ui"
LOCK = UI / "vendor.lock.json"
ICON_LIST = UI / "icons.txt"
SPRITE = "static/ui/icons.svg"
LICENCES = "static/ui/vendor/LICENSES.txt"

PACKAGES: list[dict[str, Any]] = [
    {
        "name": "htmx.org",
        "version": "4.0.1",
        "licence": "0BSD",
        "files": {"dist/htmx.min.js": "static/ui/vendor/htmx-4.0.1.min.js"},
    },
    {"name": "@tabler/icons", "version": "3.51.0", "licence": "MIT", "files": {}},
]


def read_icon_list(text: str) -> dict[str, str]:
    """Return {our name: tabler name} from the text of icons.txt."""
    names: dict[str, str] = {}
    for raw in text.splitlines():
        line = raw.split("#", 1)[0].strip()
        if line:
            ours, _, theirs = line.partition("=")
            names[ours.strip()] = theirs.strip() or ours.strip()
    return names


def build_sprite(icons_dir: Path, names: dict[str, str]) -> str:
    """Join single icon files into one sprite of <symbol>s; stroke settings stay on the symbol."""
    symbols = []
    for ours, theirs in sorted(names.items()):
        svg = (icons_dir / f"{theirs}.svg").read_text("utf-8")
        inner = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
        # Every Tabler icon starts with an invisible 24×24 box that a sprite does not need.
        inner = re.sub(r'<path\s+stroke="none"[^>]*/>', "", inner)
        inner = re.sub(r"\s+", " ", inner).replace("> <", "><").replace(" />", "/>").strip()
        symbols.append(f'<symbol id="{ours}" viewBox="0 0 24 24">{inner}</symbol>')
    head = (
        '<svg xmlns="http://www.w3.org/2000/svg" fill="none" stroke="currentColor" '
        'stroke-width="2" stroke-linecap="round" stroke-linejoin="round">'
    )
    return head + "\n" + "\n".join(symbols) + "\n</svg>\n"


def fetch(name: str, version: str, into: Path) -> Path:
    """Download one npm package with the npm client and return its unpacked folder."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is needed to refetch; use --check to only verify")
    done = subprocess.run(  # noqa: S603
        [npm, "pack", "--silent", f"{name}@{version}"],
        cwd=into,
        check=True,
        capture_output=True,
        text=True,
    )
    archive = into / done.stdout.strip().splitlines()[-1]
    target = into / archive.stem
    with tarfile.open(archive) as tar:
        tar.extractall(target, filter="data")
    return target / "package"


def entry(path: str, package: dict[str, Any], source: str) -> dict[str, Any]:
    """One line of the lock for a file that now lies under the ui folder."""
    data = (UI / path).read_bytes()
    return {
        "path": path,
        "name": package["name"],
        "version": package["version"],
        "licence": package["licence"],
        "source": source,
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def rebuild() -> None:
    """Fetch every package, write the files, the sprite, the licences and the lock."""
    files: list[dict[str, Any]] = []
    licences: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for package in PACKAGES:
            root = fetch(package["name"], package["version"], Path(folder))
            title = f"{package['name']} {package['version']} ({package['licence']})"
            licences.append(f"{title}\n\n{(root / 'LICENSE').read_text('utf-8').strip()}\n")
            for source, path in package["files"].items():
                text = (root / source).read_text("utf-8")
                # The source map is not kept, so its pointer would only cause a 404.
                text = re.sub(r"\n?//# sourceMappingURL=.*\s*$", "\n", text)
                (UI / path).parent.mkdir(parents=True, exist_ok=True)
                (UI / path).write_text(text, "utf-8")
                files.append(entry(path, package, f"npm:{package['name']}/{source}"))
            if package["name"] == "@tabler/icons":
                names = read_icon_list(ICON_LIST.read_text("utf-8"))
                (UI / SPRITE).write_text(build_sprite(root / "icons" / "outline", names), "utf-8")
                files.append(entry(SPRITE, package, "npm:@tabler/icons/icons/outline"))
    (UI / LICENCES).write_text("\n----\n\n".join(licences), "utf-8")
    LOCK.write_text(json.dumps({"files": files}, indent=2) + "\n", "utf-8")


def check(lock: Path = LOCK, base: Path = UI) -> list[str]:
    """Return what differs between the lock and the files; an empty list is good."""
    wrong = []
    for item in json.loads(lock.read_text("utf-8"))["files"]:
        path = base / item["path"]
        if not path.is_file():
            wrong.append(f"{item['path']}: missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != item["sha256"]:
            wrong.append(f"{item['path']}: content differs from the lock")
    return wrong


def main(argv: list[str] | None = None) -> int:
    """Command line entry."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--check", action="store_true", help="verify hashes offline")
    if not parser.parse_args(argv).check:
        rebuild()
    wrong = check()
    for line in wrong:
        sys.stderr.write(line + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
