"""What an operator may set: read once from the environment, each with its meaning.

The command line's ``--data`` and ``--keys`` set the same variables. Names and defaults are
printed by ``linli doctor`` and listed in ``docs/settings.md``; a test keeps the two in step.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class BadSetting(ValueError):
    """A setting cannot be used; the text names it and says what would do."""


def _doc(env: str, default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"env": env, "meaning": meaning})


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one process."""

    data_dir: Path = _doc("LINLI_DATA", Path("var"), "Folder of the database and the files.")
    keys_dir: Path = _doc(
        "LINLI_KEYS", Path("var-keys"), "Folder of the keys (mode 0700), never below the data."
    )
    database_url: str = _doc(
        "LINLI_DATABASE_URL", "", "postgresql://user:password@host:port/name; empty: SQLite."
    )
    hosts: str = _doc("LINLI_HOSTS", "", "Host names that pages may be asked for, comma separated.")
    events_url: str = _doc(
        "LINLI_EVENTS_URL", "", "Where pages find live events behind a proxy, e.g. /events."
    )
    tasks_backend: str = _doc(
        "LINLI_TASKS_BACKEND",
        "",
        "Dotted path of a django_tasks backend that runs handlers; empty: Linli's own relay.",
    )
    secure: bool = _doc("LINLI_SECURE", False, "Pages are served over TLS: 1 or 0.")
    log_level: str = _doc("LINLI_LOG_LEVEL", "INFO", "Least level that is logged.")
    shared_data: Path = _doc(
        "LINLI_SHARED_DATA", Path("../shared/data"), "Development data for tests and benches."
    )


def read_config(environ: dict[str, str] | None = None) -> Config:
    """Read the settings from ``environ`` (default: the process environment).

    Raises:
        BadSetting: a value has the wrong form.
    """
    env = dict(os.environ) if environ is None else environ
    values: dict[str, Any] = {}
    for item in fields(Config):
        raw = env.get(item.metadata["env"])
        if raw is None or raw == "":
            continue
        values[item.name] = _parse(item.metadata["env"], raw, item.default)
    config = Config(**values)
    if config.log_level not in LOG_LEVELS:
        raise BadSetting(f"LINLI_LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}")
    return config


def _parse(name: str, raw: str, default: Any) -> Any:
    if isinstance(default, bool):
        if raw not in ("0", "1"):
            raise BadSetting(f"{name} must be 1 or 0, not {raw!r}")
        return raw == "1"
    if isinstance(default, Path):
        return Path(raw).expanduser()
    return raw


def database(config: Config) -> dict[str, Any]:
    """Django's DATABASES entry.

    SQLite runs in WAL with full synchronisation: a community on a small machine without a
    battery must not lose a report that was acknowledged. Transactions take the write lock at
    once (IMMEDIATE), so that two writers queue up instead of failing halfway.
    """
    if not config.database_url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(config.data_dir / "linli.sqlite3"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
                "PRAGMA recursive_triggers=ON;",
            },
        }
    try:
        parts = urlsplit(config.database_url)
        port = parts.port
    except ValueError as error:
        raise BadSetting(f"LINLI_DATABASE_URL cannot be read: {error}") from None
    if parts.scheme not in ("postgresql", "postgres"):
        raise BadSetting("LINLI_DATABASE_URL must begin with postgresql://")
    if not parts.path.strip("/"):
        raise BadSetting("LINLI_DATABASE_URL must name a database: postgresql://host/name")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
