"""Import contracts that import-linter does not bring: the engines' doors, and plain cores.

Both are configured in ``.importlinter`` and take no list of ignored imports.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

#: A folder of tests may use whatever a test needs: pytest, Django, the rooms of its own engine.
TESTS = "tests"


class _DirectImports(Contract):
    """A contract that judges every single import by itself."""

    #: Said before the list of broken imports.
    complaint = ""

    def find_broken(self, graph: ImportGraph) -> Iterator[tuple[str, str]]:
        """Yield (importer, imported) for every import that breaks the contract."""
        raise NotImplementedError

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        broken = []
        for importer, imported in sorted(self.find_broken(graph)):
            details = graph.get_import_details(importer=importer, imported=imported)
            lines = sorted({detail["line_number"] for detail in details})
            broken.append((importer, imported, lines))
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        output.print(self.complaint)
        for importer, imported, lines in check.metadata["broken"]:
            at = f" (l. {', '.join(map(str, lines))})" if lines else ""
            output.print_error(f"- {importer} -> {imported}{at}", bold=False)
        output.new_line()


class EngineDoors(_DirectImports):
    """From outside an engine only its doors may be imported, and what lies behind them.

    Options:
        - engines: the package that holds the engines.
        - doors:   the modules of an engine that others may import.
    """

    complaint = "Only an engine's doors may be imported from outside it:"
    engines: Any = fields.StringField()
    doors: Any = fields.SetField(subfield=fields.StringField())

    def find_broken(self, graph: ImportGraph) -> Iterator[tuple[str, str]]:
        for engine in graph.find_children(self.engines):
            inside = {engine, *graph.find_descendants(engine)}
            for imported in inside:
                # The engine's own package counts as inside: names in it would be a side door.
                room = imported.removeprefix(engine).removeprefix(".").split(".")[0]
                if room not in self.doors:
                    for importer in graph.find_modules_that_directly_import(imported) - inside:
                        yield importer, imported


class PlainCore(_DirectImports):
    """Rooms of rules and values import the standard library, named libraries and each other.

    Options:
        - root:        the package to look in.
        - plain_rooms: names of folders or modules that must be plain (``core``, ``types``).
        - libraries:   top-level packages from elsewhere that they may use.
    """

    complaint = "Plain rooms may use plain rooms, the standard library and the listed libraries:"
    root: Any = fields.StringField()
    plain_rooms: Any = fields.SetField(subfield=fields.StringField())
    libraries: Any = fields.SetField(subfield=fields.StringField())

    def find_broken(self, graph: ImportGraph) -> Iterator[tuple[str, str]]:
        for importer in graph.find_descendants(self.root):
            if not self._is_plain(importer) or TESTS in importer.split("."):
                continue
            for imported in graph.find_modules_directly_imported_by(importer):
                if not self._may_be_used(imported):
                    yield importer, imported

    def _is_plain(self, module: str) -> bool:
        return not self.plain_rooms.isdisjoint(module.split("."))

    def _may_be_used(self, module: str) -> bool:
        top = module.split(".")[0]
        if top == self.root.split(".")[0]:
            return self._is_plain(module)
        return top in sys.stdlib_module_names or top in self.libraries
