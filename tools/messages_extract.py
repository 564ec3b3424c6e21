"""Find the texts to translate in Python files and Django templates, without GNU gettext.

Python is read as a syntax tree, so a call in a docstring or a comment is no call. Templates go
through Django's own ``templatize``, so what is found is what the template asks for when it runs.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation.template import templatize


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something to be mended, shown as one line: file, what is wrong, which text."""

    file: str
    what: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}: {self.what}: {self.text!r}"


@dataclass(slots=True)
class Text:
    """A text to translate. ``plural`` is None for a text without a number."""

    context: str | None
    msgid: str
    plural: str | None = None
    files: set[str] = field(default_factory=set)

    @property
    def key(self) -> tuple[str | None, str]:
        """What a catalogue knows an entry by."""
        return (self.context, self.msgid)


@dataclass(frozen=True, slots=True)
class _Places:
    """Where a gettext function takes its texts: positions of its arguments."""

    context: int | None
    singular: int
    plural: int | None


_PLAIN = _Places(None, 0, None)
FUNCTIONS = {
    "_": _PLAIN,
    "_l": _PLAIN,
    "_noop": _PLAIN,
    "gettext": _PLAIN,
    "gettext_lazy": _PLAIN,
    "gettext_noop": _PLAIN,
    "ngettext": _Places(None, 0, 1),
    "ngettext_lazy": _Places(None, 0, 1),
    "pgettext": _Places(0, 1, None),
    "pgettext_lazy": _Places(0, 1, None),
    "npgettext": _Places(0, 1, 2),
    "npgettext_lazy": _Places(0, 1, 2),
}
_STRING = r"""u?(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
#: A call as templatize writes it. All other text has become X, B, F, S and P.
_TEMPLATE_CALL = re.compile(
    rf"(?<!\w)(_|gettext|ngettext|pgettext|npgettext)"
    rf"\(\s*({_STRING}(?:\s*,\s*{_STRING})*)\s*(?:,\s*count\s*)?\)"
)
_NAMED = re.compile(r"%\((\w+)\)[-+ #0]*\d*(?:\.\d+)?[a-zA-Z]")
_BRACES = re.compile(r"\{(\w*)(?:![rsa])?(?::[^{}]*)?\}")
_POSITIONAL = re.compile(r"%[sdrif]")


@dataclass(frozen=True, slots=True)
class Placeholders:
    """The slots of a text: names of ``%(x)s`` and ``{x}``, and how many ``%s`` and ``{}``."""

    named: frozenset[str]
    positional: int

    @classmethod
    def of(cls, text: str) -> Placeholders:
        text = text.replace("%%", "").replace("{{", "").replace("}}", "")
        braces = _BRACES.findall(text)
        named = {f"%({name})s" for name in _NAMED.findall(text)}
        named |= {f"{{{name}}}" for name in braces if name}
        return cls(frozenset(named), len(_POSITIONAL.findall(text)) + braces.count(""))


def extract(path: Path, name: str) -> tuple[list[Text], list[Problem]]:
    """The texts of one file, which is called ``name`` in what is shown and written."""
    source = path.read_text("utf-8")
    if path.suffix == ".py":
        texts, problems = _from_python(source, name)
    else:
        texts, problems = _from_template(source, name)
    for text in texts:
        text.files.add(name)
        for form in filter(None, (text.msgid, text.plural)):
            if Placeholders.of(form).positional > 1:
                # Another language orders the parts otherwise, and cannot say so.
                problems.append(Problem(name, "more than one unnamed placeholder", form))
    return texts, problems


def _from_python(source: str, name: str) -> tuple[list[Text], list[Problem]]:
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        return [], [Problem(name, "cannot be read", str(error))]
    functions = FUNCTIONS | _aliases(tree)
    texts: list[Text] = []
    problems: list[Problem] = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        places = _called(node.func, functions)
        if places is None:
            continue
        needed = [p for p in (places.context, places.singular, places.plural) if p is not None]
        if len(node.args) <= max(needed):
            continue
        for bad in _built_while_running([node.args[place] for place in needed]):
            problems.append(Problem(name, "text is built before it is translated", bad))
        texts += _texts_of(node.args, places)
    return texts, problems


def _aliases(tree: ast.Module) -> dict[str, _Places]:
    """``from django.utils.translation import gettext_lazy as t`` makes ``t`` one of ours."""
    return {
        alias.asname: FUNCTIONS[alias.name]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.asname and alias.name in FUNCTIONS
    }


def _called(function: ast.expr, functions: dict[str, _Places]) -> _Places | None:
    if isinstance(function, ast.Name):
        return functions.get(function.id)
    # translation.gettext(…) is ours, something._(…) may be anything.
    if isinstance(function, ast.Attribute) and not function.attr.startswith("_"):
        return FUNCTIONS.get(function.attr)
    return None


def _built_while_running(args: list[ast.expr]) -> Iterator[str]:
    """What cannot be looked up: f-strings, ``%`` and ``+`` and ``.format()`` inside the call."""
    for arg in args:
        formatted = (
            isinstance(arg, ast.Call)
            and isinstance(arg.func, ast.Attribute)
            and arg.func.attr == "format"
        )
        if formatted or isinstance(arg, ast.JoinedStr | ast.BinOp):
            yield ast.unparse(arg)


def _texts_of(args: list[ast.expr], places: _Places) -> Iterator[Text]:
    contexts = [None] if places.context is None else _constants(args[places.context])
    plurals = [None] if places.plural is None else _constants(args[places.plural])
    if len(contexts) == 1 and len(plurals) == 1:
        for msgid in _constants(args[places.singular]):
            # The empty text is the name of a catalogue's header.
            if msgid:
                yield Text(contexts[0], msgid, plurals[0])


def _constants(arg: ast.expr) -> list[str]:
    """The texts an argument may be; none when only the running program knows."""
    if isinstance(arg, ast.Constant) and isinstance(arg.value, str):
        return [arg.value]
    if isinstance(arg, ast.IfExp):
        return _constants(arg.body) + _constants(arg.orelse)
    return []


def _from_template(source: str, name: str) -> tuple[list[Text], list[Problem]]:
    texts: list[Text] = []
    problems: list[Problem] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            calls = templatize(source, origin=name)
    except SyntaxError as error:
        return [], [Problem(name, "cannot be read", str(error))]
    for function, arguments in _TEMPLATE_CALL.findall(calls):
        literals = [ast.literal_eval(found) for found in re.findall(_STRING, arguments)]
        places = FUNCTIONS[function]
        if function == "_" and "%" in literals[0]:
            # Django doubles the sign before it looks the text up, and does not undo it.
            problems.append(Problem(name, "% inside _(); use {% translate %}", literals[0]))
        context = None if places.context is None else literals[places.context]
        plural = None if places.plural is None else literals[places.plural]
        if literals[places.singular]:
            texts.append(Text(context, literals[places.singular], plural))
    return texts, problems
