"""What can go wrong in the rulebook: data that is wrong, and questions without an answer."""

from __future__ import annotations


class RuleError(ValueError):
    """A pack file is wrong. The sentence begins with file, line and entry."""

    def __init__(
        self, problem: str, *, file: str, line: int | None = None, entry: str = ""
    ) -> None:
        place = file if line is None else f"{file}:{line}"
        where = f"{place}: {entry}" if entry else place
        super().__init__(f"{where}: {problem}")
        self.problem = problem
        self.file = file
        self.line = line
        self.entry = entry


class RulebookLookupError(LookupError):
    """Nothing of that name in the rulebook. The sentence says what was asked and where."""


class UnknownPack(RulebookLookupError):
    """No pack has that jurisdiction code."""


class UnknownRule(RulebookLookupError):
    """No clock rule of that id is in force in that jurisdiction on that day."""


class UnknownServiceType(RulebookLookupError):
    """No service type of that code is in force in that jurisdiction on that day."""


class UnknownEmergencyKind(RulebookLookupError):
    """The pack names no number for that kind of emergency."""


class UnknownSetting(RulebookLookupError):
    """No pack has a clause setting of that key."""
