"""Keep the message catalogues in step with the texts in the code; needs no GNU gettext.

    python tools/messages.py            add new texts, drop vanished ones, compile
    python tools/messages.py --check    change nothing; exit 1 and say what is wrong

Every application (a folder with ``apps.py`` or ``locale/``) keeps its own catalogue, in
``locale/<language>/LC_MESSAGES/django.po`` and ``django.mo``. English is the language of the
source and needs none. Entries carry the names of their files without line numbers, and no
dates, so that a catalogue changes only when a text does.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polib

from messages_extract import Placeholders, Problem, Text, extract

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "linli"
#: Languages that every application must have complete.
REQUIRED = ("zh_Hans",)
PLURAL_FORMS = {"zh_Hans": "nplurals=1; plural=0;", "ja": "nplurals=1; plural=0;"}
OTHER_PLURAL_FORMS = "nplurals=2; plural=(n != 1);"
TEMPLATE_SUFFIXES = {".html", ".txt", ".svg", ".xml", ".ics", ".eml", ".md"}
LEFT_OUT = {"tests", "migrations", "static", "__pycache__"}

Texts = dict[tuple[str | None, str], Text]


@dataclass(frozen=True, slots=True)
class Application:
    """A folder with a catalogue of its own, and the texts found in it."""

    folder: Path
    texts: Texts

    def languages(self) -> list[str]:
        """The languages it must have, and those that it has besides."""
        present = [path.name for path in (self.folder / "locale").glob("*") if path.is_dir()]
        return sorted({*REQUIRED, *present})

    def catalogue(self, language: str) -> Path:
        return self.folder / "locale" / language / "LC_MESSAGES" / "django.po"


def main(argv: list[str]) -> int:
    """Run the tool; 0 when all is well."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing, report faults")
    parser.add_argument("--source", type=Path, default=SOURCE, help="the package (src/linli)")
    args = parser.parse_args(argv)
    source: Path = args.source.resolve()
    applications, problems = read_source(source)
    if not args.check:
        write(applications)
    problems += check(applications, source)
    for problem in sorted(problems):
        print(problem)
    count = sum(len(app.texts) for app in applications)
    print(f"{count} texts in {len(applications)} applications, {len(problems)} problems")
    return 1 if problems else 0


def read_source(source: Path) -> tuple[list[Application], list[Problem]]:
    """The applications below ``source`` with their texts, and what is wrong in the source."""
    folders = {path.parent for path in (*source.rglob("apps.py"), *source.rglob("locale"))}
    found: dict[Path, Texts] = {
        folder: {} for folder in sorted(folders) if _is_ours(folder, source)
    }
    problems: list[Problem] = []
    for path in _files(source):
        texts, bad = extract(path, path.relative_to(source).as_posix())
        problems += bad
        owner = next((parent for parent in path.parents if parent in found), None)
        for text in texts:
            if owner is None:
                name = path.relative_to(source).as_posix()
                problems.append(Problem(name, "belongs to no application", text.msgid))
            else:
                problems += _add(found[owner], text)
    return [Application(folder, texts) for folder, texts in found.items()], problems


def _is_ours(path: Path, source: Path) -> bool:
    return LEFT_OUT.isdisjoint(path.relative_to(source).parts)


def _files(source: Path) -> Iterator[Path]:
    for path in sorted(source.rglob("*")):
        parts = path.relative_to(source).parts
        is_template = path.suffix in TEMPLATE_SUFFIXES and "templates" in parts
        if (path.suffix == ".py" or is_template) and _is_ours(path, source) and path.is_file():
            yield path


def _add(texts: Texts, new: Text) -> Iterator[Problem]:
    """Join equal texts; one that is used with and without a number keeps the number."""
    old = texts.setdefault(new.key, new)
    if old is new:
        return
    old.files |= new.files
    if old.plural is None:
        old.plural = new.plural
    elif new.plural not in (None, old.plural):
        yield Problem(min(new.files), "has two plurals", new.msgid)


def write(applications: Iterable[Application]) -> None:
    """Bring the catalogues up to date. A new text takes a translation that another one has."""
    applications = list(applications)
    memory: dict[tuple[str, str | None, str, str | None], polib.POEntry] = {}
    for app in applications:
        for language in app.languages():
            for entry in _load(app.catalogue(language)):
                if entry.translated() and not entry.obsolete:
                    key = (language, entry.msgctxt, entry.msgid, entry.msgid_plural or None)
                    memory.setdefault(key, entry)
    for app in applications:
        for language in app.languages():
            _write_catalogue(app, language, memory)


def _load(path: Path) -> polib.POFile:
    if path.exists():
        return polib.pofile(path.read_text("utf-8"), wrapwidth=0)
    return polib.POFile(wrapwidth=0)


def _write_catalogue(
    app: Application,
    language: str,
    memory: dict[tuple[str, str | None, str, str | None], polib.POEntry],
) -> None:
    path = app.catalogue(language)
    old = _load(path)
    known = {(entry.msgctxt, entry.msgid): entry for entry in old if not entry.obsolete}
    fresh = polib.POFile(wrapwidth=0)
    fresh.metadata = {
        "Project-Id-Version": "linli",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": old.metadata.get("Plural-Forms")
        or PLURAL_FORMS.get(language, OTHER_PLURAL_FORMS),
    }
    for _key, text in sorted(app.texts.items(), key=lambda item: (item[0][1], item[0][0] or "")):
        entry = known.get(text.key)
        if entry is None or not entry.translated() or (entry.msgid_plural or None) != text.plural:
            entry = memory.get((language, *text.key, text.plural)) or entry
        fresh.append(_entry(text, entry, _plural_count(fresh)))
    for key in known.keys() - app.texts.keys():
        print(f"dropped from {language} of {app.folder.name}: {key[1]!r}")
    if not app.texts:
        path.unlink(missing_ok=True)
        path.with_suffix(".mo").unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    _replace(path, f"{fresh}\n".encode())
    _replace(path.with_suffix(".mo"), fresh.to_binary())


def _entry(text: Text, old: polib.POEntry | None, forms: int) -> polib.POEntry:
    """An entry for ``text`` with the translation of ``old`` as far as that still fits."""
    entry = polib.POEntry(
        msgctxt=text.context,
        msgid=text.msgid,
        msgid_plural=text.plural or "",
        occurrences=[(name, "") for name in sorted(text.files)],
    )
    if old is not None:
        entry.tcomment = old.tcomment
        entry.flags = [flag for flag in old.flags if flag == "fuzzy"]
    if text.plural:
        kept = dict(old.msgstr_plural) if old is not None else {}
        entry.msgstr_plural = {form: kept.get(form, "") for form in range(forms)}
    elif old is not None and not old.msgid_plural:
        entry.msgstr = old.msgstr
    return entry


def _plural_count(catalogue: polib.POFile) -> int:
    rule = catalogue.metadata.get("Plural-Forms", OTHER_PLURAL_FORMS)
    return int(rule.split("nplurals=")[1].split(";")[0])


def _replace(path: Path, content: bytes) -> None:
    if not path.exists() or path.read_bytes() != content:
        partial = path.with_suffix(path.suffix + ".new")
        partial.write_bytes(content)
        partial.replace(path)


def check(applications: Iterable[Application], source: Path) -> list[Problem]:
    """What is wrong in the catalogues."""
    problems: list[Problem] = []
    said: dict[tuple[str, str | None, str], tuple[str, str]] = {}
    for app in applications:
        for language in app.languages():
            path = app.catalogue(language)
            name = path.relative_to(source).as_posix()
            catalogue = _load(path)
            problems += _check_catalogue(app, language, catalogue, name)
            compiled = path.with_suffix(".mo")
            wanted = catalogue.to_binary() if path.exists() else None
            if (compiled.read_bytes() if compiled.exists() else None) != wanted:
                problems.append(Problem(name, "django.mo is out of step", compiled.name))
            for entry in catalogue.translated_entries():
                # Django joins all catalogues: of two translations it shows an accidental one.
                text = entry.msgstr or entry.msgstr_plural.get(0, "")
                key = (language, entry.msgctxt, entry.msgid)
                where, other = said.setdefault(key, (name, text))
                if other != text:
                    problems.append(Problem(name, f"translated otherwise in {where}", entry.msgid))
    return problems


def _check_catalogue(
    app: Application, language: str, catalogue: polib.POFile, name: str
) -> Iterator[Problem]:
    seen = set()
    for entry in catalogue:
        label = _label(entry.msgctxt, entry.msgid)
        if entry.obsolete or (entry.msgctxt, entry.msgid) not in app.texts:
            yield Problem(name, "obsolete", label)
            continue
        seen.add((entry.msgctxt, entry.msgid))
        text = app.texts[entry.msgctxt, entry.msgid]
        forms = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if (entry.msgid_plural or None) != text.plural:
            yield Problem(name, "plural differs from the source", label)
        elif entry.fuzzy:
            yield Problem(name, "fuzzy", label)
        elif not all(form.strip() for form in forms):
            if language in REQUIRED:
                yield Problem(name, "empty", label)
        elif not _placeholders_fit(text, forms):
            yield Problem(name, "placeholders differ", label)
    if language in REQUIRED:
        for key in app.texts.keys() - seen:
            yield Problem(name, "missing", _label(*key))


def _label(context: str | None, msgid: str) -> str:
    return msgid if context is None else f"{context}|{msgid}"


def _placeholders_fit(text: Text, forms: list[str]) -> bool:
    """Each form has the slots of its source. A form for few (one, two) may leave the number out."""
    singular = Placeholders.of(text.msgid)
    if text.plural is None:
        return all(Placeholders.of(form) == singular for form in forms)
    plural = Placeholders.of(text.plural)
    found = [Placeholders.of(form) for form in forms]
    return found[-1] == plural and all(
        form.named <= plural.named | singular.named and form.positional <= plural.positional
        for form in found
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
