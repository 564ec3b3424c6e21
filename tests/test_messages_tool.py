"""The catalogue tool finds every text, and every planted fault."""

from __future__ import annotations

import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))

import messages  # noqa: E402
from messages_extract import Placeholders, extract  # noqa: E402

PYTHON = """
from django.utils.translation import gettext_lazy as lazily, ngettext, pgettext
from django.utils import translation

TITLE = lazily("Report it")
WHO = pgettext("role", "Lead")

def tell(count, name, _):
    '''Shown as _("not a call, a docstring").'''
    dynamic = _(name)
    branch = _("open" if count else "closed")
    joined = _("One " "sentence.")
    method = translation.gettext("by module")
    other = name._("somebody else's underscore")
    return ngettext("%(n)d day", "%(n)d days", count) % {"n": count}
"""
TEMPLATE = """{% load i18n %}
<h1>{% translate "Title" %}</h1>{% trans 'Old tag' %}{% translate "Lead" context "role" %}
<p title="{{ x|default:_("fallback") }}">{{ _("shown") }}{% button _("Send") kind="primary" %}</p>
{% translate "kept" as later %}{% translate "100% sure" %}{# translate "comment" #}
{% comment %}{% translate "commented out" %}{% endcomment %}
{% blocktranslate trimmed with name=who.name %}
  Dear {{ name }},
  welcome
{% endblocktranslate %}
{% blocktranslate count n=things asvar sum %}{{ n }} thing{% plural %}{{ n }} things
{% endblocktranslate %}
{% blocktranslate context "role" %}Support{% endblocktranslate %}
"""


def _tree(root: Path, **files: str) -> Path:
    """A source tree with one application, ``desk``; keys are paths with ``__`` for ``/``."""
    source = root / "src"
    (source / "desk").mkdir(parents=True)
    (source / "desk" / "apps.py").write_text("", "utf-8")
    for key, content in files.items():
        path = source / key.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return source


def _run(source: Path, *args: str) -> int:
    return messages.main(["--source", str(source), *args])


def _catalogue(source: Path, app: str = "desk") -> Path:
    return source / app / "locale/zh_Hans/LC_MESSAGES/django.po"


def _translate_all(source: Path) -> None:
    """Fill every catalogue with a translation that keeps the placeholders, and compile."""
    for path in source.rglob("django.po"):
        catalogue = polib.pofile(str(path), wrapwidth=0)
        for entry in catalogue:
            if entry.msgid_plural:
                entry.msgstr_plural = {0: "译:" + entry.msgid_plural}
            else:
                entry.msgstr = "译:" + entry.msgid
        path.write_text(f"{catalogue}\n", "utf-8")
    _run(source)


@pytest.fixture
def complete(tmp_path: Path) -> Path:
    """A tree without any fault."""
    source = _tree(tmp_path, desk__views_dot_py=PYTHON, desk__templates__a_dot_html=TEMPLATE)
    _run(source)
    _translate_all(source)
    assert _run(source, "--check") == 0
    return source


def test_python_texts(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(PYTHON, "utf-8")
    texts, problems = extract(path, "a.py")
    assert not problems
    assert {(t.context, t.msgid, t.plural) for t in texts} == {
        (None, "Report it", None),
        ("role", "Lead", None),
        (None, "open", None),
        (None, "closed", None),
        (None, "One sentence.", None),
        (None, "by module", None),
        (None, "%(n)d day", "%(n)d days"),
    }


def test_template_texts(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(TEMPLATE, "utf-8")
    texts, problems = extract(path, "a.html")
    assert not problems
    assert {(t.context, t.msgid, t.plural) for t in texts} == {
        (None, "Title", None),
        (None, "Old tag", None),
        ("role", "Lead", None),
        (None, "fallback", None),
        (None, "shown", None),
        (None, "Send", None),
        (None, "kept", None),
        (None, "100%% sure", None),
        (None, "Dear %(name)s, welcome", None),
        (None, "%(n)s thing", "%(n)s things\n"),
        ("role", "Support", None),
    }


def test_writing_twice_changes_nothing(complete: Path) -> None:
    files = sorted(complete.rglob("django.*"))
    before = [path.read_bytes() for path in files]
    _run(complete)
    assert [path.read_bytes() for path in files] == before
    text = _catalogue(complete).read_text("utf-8")
    assert "#: desk/views.py\n" in text
    assert "Date" not in text


def test_the_compiled_catalogue_is_what_django_reads(complete: Path) -> None:
    import gettext

    with _catalogue(complete).with_suffix(".mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    assert catalogue.gettext("Report it") == "译:Report it"
    assert catalogue.pgettext("role", "Lead") == "译:Lead"
    assert catalogue.ngettext("%(n)d day", "%(n)d days", 1) == "译:%(n)d days"


def test_a_new_text_takes_over_what_another_application_says(complete: Path) -> None:
    other = complete / "fund"
    other.mkdir()
    (other / "apps.py").write_text('from x import _\nA = _("Report it")\n', "utf-8")
    assert _run(complete) == 0
    assert 'msgstr "译:Report it"' in _catalogue(complete, "fund").read_text("utf-8")


def test_a_vanished_text_is_dropped_and_an_empty_catalogue_goes(complete: Path) -> None:
    (complete / "desk/views.py").unlink()
    (complete / "desk/templates/a.html").unlink()
    assert _run(complete) == 0
    assert not _catalogue(complete).exists()
    assert not _catalogue(complete).with_suffix(".mo").exists()


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def _edit_catalogue(source: Path, old: str, new: str) -> None:
    """Plant a fault in the .po and compile it, so that the .mo is not what is found."""
    path = _catalogue(source)
    _edit(path, old, new)
    path.with_suffix(".mo").write_bytes(polib.pofile(str(path)).to_binary())


CATALOGUE_FAULTS = {
    "missing": (
        '#: desk/views.py\nmsgid "Report it"\nmsgstr "译:Report it"\n',
        "",
        "missing: 'Report it'",
    ),
    "empty": ('msgstr "译:Report it"', 'msgstr ""', "empty: 'Report it'"),
    "empty plural": ('msgstr[0] "译:%(n)d days"', 'msgstr[0] ""', "empty: '%(n)d day'"),
    "fuzzy": (
        '#: desk/views.py\nmsgid "Report it"',
        '#: desk/views.py\n#, fuzzy\nmsgid "Report it"',
        "fuzzy: 'Report it'",
    ),
    "obsolete": ('msgid "Report it"', 'msgid "Report that"', "obsolete: 'Report that'"),
    "obsolete comment": (
        'msgid "Title"',
        '#~ msgid "Gone"\n#~ msgstr "无"\n\nmsgid "Title"',
        "obsolete: 'Gone'",
    ),
    "placeholder lost": (
        'msgstr "译:Dear %(name)s, welcome"',
        'msgstr "欢迎"',
        "placeholders differ: 'Dear %(name)s, welcome'",
    ),
    "placeholder renamed": (
        'msgstr[0] "译:%(n)d days"',
        'msgstr[0] "%(m)d 天"',
        "placeholders differ: '%(n)d day'",
    ),
    "context": ('msgctxt "role"\n', "", "missing: 'role|Lead'"),
}


@pytest.mark.parametrize(("old", "new", "report"), CATALOGUE_FAULTS.values(), ids=CATALOGUE_FAULTS)
def test_a_fault_in_a_catalogue_is_found(
    complete: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, report: str
) -> None:
    _edit_catalogue(complete, old, new)
    capsys.readouterr()
    assert _run(complete, "--check") == 1
    out = capsys.readouterr().out
    assert f"desk/locale/zh_Hans/LC_MESSAGES/django.po: {report}\n" in out
    assert "out of step" not in out


SOURCE_FAULTS = {
    "f-string": ('_(f"Hello {name}")', "text is built before it is translated"),
    "percent": ('_("Hello %(x)s" % name)', "text is built before it is translated"),
    "format": ('_("Hello {x}".format(x=1))', "text is built before it is translated"),
    "sum": ('_("Hello " + name)', "text is built before it is translated"),
    "positional": ('_("%s of %s")', "more than one unnamed placeholder"),
    "positional braces": ('_("{} of {}")', "more than one unnamed placeholder"),
    "new text": ('_("Nobody translated this")', "missing"),
    "not python": ("_('", "cannot be read"),
}


@pytest.mark.parametrize(("line", "report"), SOURCE_FAULTS.values(), ids=SOURCE_FAULTS)
def test_a_fault_in_the_source_is_found(
    complete: Path, capsys: pytest.CaptureFixture[str], line: str, report: str
) -> None:
    (complete / "desk/planted.py").write_text(f"from x import _, name\nA = {line}\n", "utf-8")
    capsys.readouterr()
    assert _run(complete, "--check") == 1
    assert report in capsys.readouterr().out


def test_a_percent_sign_that_django_would_double_is_found(
    complete: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _edit(complete / "desk/templates/a.html", '{{ _("shown") }}', '{{ _("50% off") }}')
    assert _run(complete, "--check") == 1
    assert "% inside _()" in capsys.readouterr().out


def test_a_stale_compiled_catalogue_is_found(
    complete: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _edit(_catalogue(complete), 'msgstr "译:Report it"', 'msgstr "报一下"')
    assert _run(complete, "--check") == 1
    assert "django.mo is out of step" in capsys.readouterr().out


def test_two_translations_of_one_text_are_found(
    complete: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Django joins the catalogues of all applications: one of the two would never be seen."""
    (complete / "fund").mkdir()
    (complete / "fund/apps.py").write_text('from x import _\nA = _("Report it")\n', "utf-8")
    _run(complete)
    _edit(_catalogue(complete, "fund"), 'msgstr "译:Report it"', 'msgstr "另一种说法"')
    assert _run(complete) == 1
    assert "translated otherwise in desk/locale" in capsys.readouterr().out


def test_a_text_outside_every_application_is_found(
    complete: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (complete / "loose.py").write_text('from x import _\nA = _("Nobody\'s")\n', "utf-8")
    assert _run(complete, "--check") == 1
    assert "loose.py: belongs to no application" in capsys.readouterr().out


def test_another_language_may_be_unfinished_but_not_wrong(
    complete: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (complete / "desk/locale/fr/LC_MESSAGES").mkdir(parents=True)
    assert _run(complete) == 0
    path = complete / "desk/locale/fr/LC_MESSAGES/django.po"
    _edit(path, 'msgstr[0] ""\nmsgstr[1] ""', 'msgstr[0] "un jour"\nmsgstr[1] "%(n)d jours"')
    assert _run(complete) == 0
    _edit(path, 'msgstr[1] "%(n)d jours"', 'msgstr[1] "des jours"')
    assert _run(complete) == 1
    assert "fr/LC_MESSAGES/django.po: placeholders differ" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "named", "positional"),
    [
        ("50%% of %(n)d", {"%(n)s"}, 0),
        ("{name:>3} and {{literal}}", {"{name}"}, 0),
        ("%s and {}", set(), 2),
        ("100 % sure", set(), 0),
    ],
)
def test_placeholders(text: str, named: set[str], positional: int) -> None:
    assert Placeholders.of(text) == Placeholders(frozenset(named), positional)
