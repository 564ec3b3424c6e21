"""Rules about source text that no linter has: each takes a file's text and names its faults."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

#: (line, what is wrong)
Fault = tuple[int, str]
Check = Callable[[str], list[Fault]]
CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
FILE_LINES_MAX = 450
FUNCTION_LINES_MAX = 70


@dataclass(frozen=True)
class Rule:
    """One rule: which files it looks at, which of them may break it and why, what is a fault."""

    files: str
    check: Check
    #: a line that must pass, and one that must be caught
    good: str
    bad: str
    excepted: dict[str, str]
    suffix: str = ".py"

    def applies(self, path: str) -> bool:
        """Whether the rule looks at ``path`` (below src/linli)."""
        if not path.endswith(self.suffix) or not re.search(self.files, path):
            return False
        return not any(re.fullmatch(pattern, path) for pattern in self.excepted)


def _nodes(text: str) -> Iterator[ast.AST]:
    yield from ast.walk(ast.parse(text))


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def words(pattern: str, what: str) -> Check:
    """A rule about lines of text."""
    wanted = re.compile(pattern)

    def check(text: str) -> list[Fault]:
        lines = enumerate(text.splitlines(), 1)
        return [(number, what) for number, line in lines if wanted.search(line)]

    return check


def managers(text: str) -> list[Fault]:
    """Rows taken past the selectors."""
    doors = {"objects", "_base_manager", "_default_manager"}
    return [
        (node.lineno, f".{node.attr}")
        for node in _nodes(text)
        if isinstance(node, ast.Attribute) and node.attr in doors
    ]


def calls(*names: str) -> Check:
    """Calls (and decorators, and imports) of names, however they are reached."""

    def check(text: str) -> list[Fault]:
        found: list[Fault] = []
        for node in _nodes(text):
            if isinstance(node, ast.ImportFrom | ast.Import):
                found += [(node.lineno, a.name) for a in node.names if a.name in names]
            elif isinstance(node, ast.Name | ast.Attribute):
                last = _dotted(node).rpartition(".")[2] or getattr(node, "attr", "")
                if last in names:
                    found.append((node.lineno, last))
        return found

    return check


def called(*names: str) -> Check:
    """Calls of functions or methods by their last name; types and variables do not count."""

    def check(text: str) -> list[Fault]:
        return [
            (node.lineno, f"{name}()")
            for node in _nodes(text)
            if isinstance(node, ast.Call)
            and (name := getattr(node.func, "attr", getattr(node.func, "id", ""))) in names
        ]

    return check


def called_safe(text: str) -> list[Fault]:
    """Text that is not a constant, and that is said to need no escaping."""
    names = ("mark_safe", "SafeString", "SafeText", "html_safe")
    return [
        (node.lineno, _dotted(node.func))
        for node in _nodes(text)
        if isinstance(node, ast.Call)
        and _dotted(node.func).rpartition(".")[2] in names
        and not (len(node.args) == 1 and isinstance(node.args[0], ast.Constant))
    ]


def misused_format_html(text: str) -> list[Fault]:
    """format_html() of a text that is already put together, so that nothing is escaped."""
    found: list[Fault] = []
    for node in _nodes(text):
        if isinstance(node, ast.Call) and _dotted(node.func).endswith("format_html"):
            constant = node.args and isinstance(node.args[0], ast.Constant)
            if not constant or len(node.args) + len(node.keywords) < 2:
                found.append((node.lineno, "format_html"))
    return found


_CLOCKS = re.compile(r"(?:^|\.)(?:datetime\.(?:now|utcnow|today)|date\.today|time\.time)$")


def other_clocks(text: str) -> list[Fault]:
    """Asking somebody else than the kernel's clock what time it is."""
    found: list[Fault] = []
    for node in _nodes(text):
        if not isinstance(node, ast.Call):
            continue
        name = _dotted(node.func)
        if _CLOCKS.search(name) or name in ("timezone.now", "timezone.localdate"):
            found.append((node.lineno, name))
        if name in ("timezone.localtime", "localtime", "timezone.localtime") and not node.args:
            found.append((node.lineno, name))
    return found


def silent_handlers(text: str) -> list[Fault]:
    """A handler of every error that says and does nothing."""
    found: list[Fault] = []
    for node in _nodes(text):
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = _dotted(node.type) if node.type else ""
        bare = node.type is None or caught in ("Exception", "BaseException")
        nothing = all(isinstance(line, ast.Pass | ast.Continue) for line in node.body)
        if bare and nothing:
            found.append((node.lineno, "except … pass"))
    return found


def chinese_literals(text: str) -> list[Fault]:
    """Chinese in strings that the program uses; docstrings and comments may explain with it."""
    tree = ast.parse(text)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        (node.lineno, node.value[:20])
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docs
        and CHINESE.search(node.value)
    ]


def long_functions(text: str) -> list[Fault]:
    """Functions that nobody can hold in the head."""
    return [
        (node.lineno, f"{node.name}: {length} lines")
        for node in _nodes(text)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES_MAX
    ]


def long_files(text: str) -> list[Fault]:
    """Files that are two."""
    lines = len(text.splitlines())
    return [(lines, f"{lines} lines")] if lines > FILE_LINES_MAX else []


_PAGES = r"^(?:practices/\w+|site|ui)/(?:views\w*|surfaces|api|urls|context|pages)\.py$"
_LONG = "def f():\n" + "    x = 1\n" * FUNCTION_LINES_MAX

RULES: dict[str, Rule] = {
    "pages take rows through selectors": Rule(
        _PAGES, managers, "rows = selectors.list_own(actor)", "rows = Case.objects.all()", {}
    ),
    "the scope is switched off at known places only": Rule(
        r"",
        calls("across_communities", "scopes_disabled"),
        "with in_community(pk): pass",
        "from linli.kernel.scope import across_communities",
        {
            r"kernel/scope\.py": "defines it",
            r"kernel/outbox\.py": "the relay serves every community",
            r"engines/registry/selectors\.py": "signing in comes before the community is known",
            r"site/working\.py": "relay and ticker serve every community",
            r"site/commands/running\.py": "the ticker serves every community",
            r"site/doctor\.py": "looks at the installation, not at rows of people",
        },
    ),
    "no SQL by hand": Rule(
        r"",
        called("cursor", "raw", "extra", "RawSQL", "executescript"),
        "rows = Case.objects.filter(pk=1)",
        "connection.cursor()",
        {
            r"kernel/.*": "the ground below the models",
            r"site/doctor\.py": "asks the database about itself",
        },
    ),
    "no form without its token": Rule(
        r"",
        calls("csrf_exempt", "csrf_protect"),
        "x = csrf_failure",
        "@csrf_exempt\ndef f(): 0",
        {},
    ),
    "no text is called safe": Rule(
        r"",
        called_safe,
        "def f(x: SafeString) -> SafeString: return format_html('<b>{}</b>', x)",
        "x = mark_safe(y)",
        {r"ui/tags/forms\.py": "what a template rendered is escaped already"},
    ),
    "format_html gets its parts apart": Rule(
        r"",
        misused_format_html,
        "format_html('<b>{}</b>', name)",
        "format_html(f'<b>{name}</b>')",
        {},
    ),
    "templates escape": Rule(
        r"",
        words(r"\|\s*safe(?:seq)?\b|autoescape\s+off|\bscriptless\b", "unescaped"),
        "{{ name|default:'safe' }}",
        "{{ name | safe }}",
        {r"site/templates/site/help_practice\.html": "Markdown rendered with html disabled"},
        ".html",
    ),
    "no signals in the domain": Rule(
        r"^(?:engines|practices|kernel)/",
        calls("receiver", "post_save", "pre_save", "post_delete", "pre_delete", "m2m_changed"),
        "@outbox.handles('x')\ndef f(m): pass",
        "from django.db.models.signals import post_save",
        {},
    ),
    "one clock": Rule(
        r"", other_clocks, "clock.now()", "datetime.now(UTC)", {r"kernel/clock\.py": "the clock"}
    ),
    "nothing counted is a float": Rule(
        r"", calls("FloatField"), "models.IntegerField()", "models.FloatField()", {}
    ),
    "no error is swallowed": Rule(
        r"",
        silent_handlers,
        "try:\n    f()\nexcept OSError:\n    pass",
        "try:\n    f()\nexcept Exception:\n    pass",
        {},
    ),
    "Chinese is data, not code": Rule(
        r"^(?:engines|kernel)/",
        chinese_literals,
        '"""居委会"""\nx = _("Residents\' committee")',
        'x = "居委会"',
        {
            r"engines/casework/core/triage/\w+\.py": "how people speak: words that triage reads",
            r"engines/\w+/services/importing\.py": "names of columns in other systems' files",
            r"engines/registry/core/.*": "how addresses are written",
            r"engines/rulebook/core/sentences\.py": "steps of a deadline, in both languages",
        },
    ),
    "a function is held in the head": Rule(
        r"",
        long_functions,
        "def f(): pass",
        _LONG,
        {r"ui/samples\.py": "a list of sample parts, not a procedure"},
    ),
    "a long file is two": Rule(r"", long_files, "x = 1", "x = 1\n" * (FILE_LINES_MAX + 1), {}),
}
