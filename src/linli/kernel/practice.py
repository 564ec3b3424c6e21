"""The manifest of a practice and how practices are found.

A practice is one folder under ``linli/practices`` with a ``practice.py`` that holds a
:class:`Practice` named ``PRACTICE``. Nothing else lists practices: settings, urls, navigation,
indicators, help and demo data all start from :func:`list_practices`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.apps import AppConfig


@dataclass(frozen=True, slots=True)
class Setting:
    """Something a community may set: a key within the practice, its default and its meaning."""

    key: str
    default: Any
    title: Any
    source: Any = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """A number that tells whether the practice works. ``compute`` runs in a community scope."""

    key: str
    title: Any
    unit: Any
    compute: Callable[[], int | None]


@dataclass(frozen=True, slots=True)
class NavItem:
    """An entry in a face's navigation, shown to the roles named (empty: everybody)."""

    face: str
    title: Any
    url_name: str
    icon: str
    roles: tuple[str, ...] = ()
    weight: int = 50


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What a practice keeps about people, for the register of processing (PIPL art. 55-56)."""

    what: Any
    purpose: Any
    keep_days: int


@dataclass(frozen=True, slots=True)
class Practice:
    """What a practice says about itself."""

    slug: str
    title: Any
    summary: Any
    source: Any
    roles: tuple[str, ...] = ()
    navigation: tuple[NavItem, ...] = ()
    settings: tuple[Setting, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    personal_data: tuple[PersonalData, ...] = ()
    #: where its urls are mounted; empty for the site's root
    url_prefix: str = ""

    def folder(self) -> Path:
        """The practice's folder on disk."""
        module = importlib.import_module(f"linli.practices.{self.slug}")
        return Path(module.__path__[0])

    def guide(self, language: str) -> str:
        """The help text in Markdown, English when there is none in ``language``."""
        for name in (f"guide.{language.split('-')[0]}.md", "guide.en.md"):
            path = self.folder() / name
            if path.exists():
                return path.read_text("utf-8")
        return ""


class PracticeConfig(AppConfig):
    """Base of a practice's AppConfig.

    Import this module and name the class through it: an AppConfig class imported by name into
    ``apps.py`` makes Django pick the wrong one silently. ``site`` asserts at start-up that as
    many practices loaded as there are folders.
    """

    default_auto_field = "django.db.models.BigAutoField"


def practice_slugs() -> list[str]:
    """The folders under ``linli/practices``, sorted."""
    package = importlib.import_module("linli.practices")
    return sorted(m.name for m in pkgutil.iter_modules(package.__path__) if m.ispkg)


@lru_cache(maxsize=1)
def list_practices() -> tuple[Practice, ...]:
    """The manifests of all practices.

    Raises:
        TypeError: a ``practice.py`` has no ``PRACTICE``, or its slug is not its folder's name.
    """
    found = []
    for slug in practice_slugs():
        module = importlib.import_module(f"linli.practices.{slug}.practice")
        practice = getattr(module, "PRACTICE", None)
        if not isinstance(practice, Practice) or practice.slug != slug:
            raise TypeError(f"linli/practices/{slug}/practice.py: PRACTICE is missing or misnamed")
        found.append(practice)
    return tuple(found)
