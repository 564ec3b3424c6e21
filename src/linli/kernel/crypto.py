"""Encryption of personal fields, bound to their row, with blind indexes for look-up.

Envelope (trust.md, section 6): ``version(1) | suite(1) | key id(2) | nonce(12) | ciphertext |
tag(16)``. The header, the column and the row's UUID are authenticated with it, so that a
database administrator cannot move one resident's phone into another's row. Suite 1 is
AES-256-GCM; the byte leaves room for others. Root keys live in a file outside the database.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

from linli.kernel import disk

VERSION = 1
SUITE_AES_256_GCM = 1
_HEADER_BYTES = 4
_NONCE_BYTES = 12
_TAG_BYTES = 16
_KEY_BYTES = 32
BLIND_INDEX_BYTES = 16


class CryptoError(Exception):
    """A protected value cannot be read: changed, moved to another row, or its key is missing."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """Root keys by id; new values are written under ``current``."""

    current: int
    roots: dict[int, bytes]
    index_root: bytes
    django_secret: str

    def root(self, key_id: int) -> bytes:
        """The root key ``key_id``; CryptoError when this machine does not have it."""
        try:
            return self.roots[key_id]
        except KeyError:
            raise CryptoError(f"root key {key_id} is not in the keys folder") from None


def load_or_create_keyring(folder: Path, *, create: bool) -> Keyring:
    """Read ``keys.json`` in ``folder`` (0700, file 0600), making both on first use if allowed.

    Raises:
        CryptoError: no keys and ``create`` is False, or the file is unreadable.
    """
    path = folder / "keys.json"
    if not path.exists():
        if not create:
            raise CryptoError(f"no keys in {folder}: restore them before starting")
        _write_new_keys(folder, path)
    try:
        data = json.loads(path.read_text("ascii"))
        ring = Keyring(
            current=data["current"],
            roots={int(k): bytes.fromhex(v) for k, v in data["roots"].items()},
            index_root=bytes.fromhex(data["index_root"]),
            django_secret=data["django_secret"],
        )
        # A file that was cut short or mistyped must not go on to seal under a worthless key.
        if {len(key) for key in (*ring.roots.values(), ring.index_root)} != {_KEY_BYTES}:
            raise ValueError(f"a key does not have {_KEY_BYTES} bytes")
        if ring.current not in ring.roots or len(ring.django_secret) < _KEY_BYTES:
            raise ValueError("the current key or the secret is missing")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CryptoError(f"{path} is not a Linli key file: {error}") from None
    return ring


def _write_new_keys(folder: Path, path: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    data = {
        "current": 1,
        "roots": {"1": secrets.token_hex(32)},
        "index_root": secrets.token_hex(32),
        "django_secret": secrets.token_urlsafe(64),
    }
    # Written beside and linked into place: two processes that start at once keep one file.
    draft = folder / f".keys-{secrets.token_hex(6)}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        json.dump(data, out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    # What is sealed from now on can be read only while this name is found again.
    disk.sync_folder(folder)
    disk.sync_folder(folder.parent)


def keyring() -> Keyring:
    """The key ring of this process, put into the settings at start-up."""
    ring: Keyring = settings.LINLI_KEYRING
    return ring


@lru_cache(maxsize=256)
def _derive(root: bytes, label: str) -> bytes:
    return HKDF(SHA256(), 32, None, label.encode()).derive(root)


def seal(plain: str, column: str, row: UUID) -> bytes:
    """Encrypt ``plain`` for one column of one row."""
    ring = keyring()
    header = bytes((VERSION, SUITE_AES_256_GCM)) + ring.current.to_bytes(2)
    nonce = os.urandom(_NONCE_BYTES)
    key = _derive(ring.root(ring.current), f"field:{column}")
    data = plain.encode("utf-8", "surrogatepass")
    return header + nonce + AESGCM(key).encrypt(nonce, data, _bound(header, column, row))


def unseal(box: bytes, column: str, row: UUID) -> str:
    """Decrypt what :func:`seal` made for this very column and row.

    Raises:
        CryptoError: plain text, a changed bit, another row's value, or a missing key.
    """
    if len(box) < _HEADER_BYTES + _NONCE_BYTES + _TAG_BYTES:
        raise CryptoError(f"{column} of {row} is not a sealed value")
    header = box[:_HEADER_BYTES]
    if header[:2] != bytes((VERSION, SUITE_AES_256_GCM)):
        raise CryptoError(f"{column} of {row} was sealed with an unknown suite")
    key = _derive(keyring().root(int.from_bytes(header[2:])), f"field:{column}")
    nonce, body = box[_HEADER_BYTES:][:_NONCE_BYTES], box[_HEADER_BYTES + _NONCE_BYTES :]
    try:
        plain = AESGCM(key).decrypt(nonce, body, _bound(header, column, row))
    except InvalidTag:
        raise CryptoError(f"{column} of {row} was changed or moved") from None
    return plain.decode("utf-8", "surrogatepass")


def _bound(header: bytes, column: str, row: UUID) -> bytes:
    return header + column.encode() + b"|" + row.bytes


def blind_index(value: str, column: str, community_id: UUID) -> bytes:
    """A keyed fingerprint of ``value`` for equality look-up within one community.

    The key differs per column and community, so equal phones in two communities do not show.
    ``value`` must be normalised by the caller (E.164 phone, upper-case identity number).
    """
    key = _derive(keyring().index_root, f"index:{column}:{community_id}")
    return hmac.new(key, value.encode(), sha256).digest()[:BLIND_INDEX_BYTES]


class _Sealed(bytes):
    """Bytes as they lie in the database, not yet opened."""


class _SealedAttribute:
    """Opens the value when somebody reads it, with the id of the row it stands in."""

    def __init__(self, field: EncryptedTextField) -> None:
        self.field = field

    def __get__(self, row: Any, owner: Any = None) -> Any:
        if row is None:
            return self
        name = self.field.attname
        if name not in row.__dict__:
            row.refresh_from_db(fields=[name])
        value = row.__dict__[name]
        if isinstance(value, _Sealed):
            value = unseal(bytes(value), self.field.column_label, row.pk) if value else ""
            row.__dict__[name] = value
        return value

    def __set__(self, row: Any, value: Any) -> None:
        row.__dict__[self.field.attname] = value


class EncryptedTextField(models.BinaryField):  # type: ignore[type-arg]
    """Text that the database only ever sees sealed. It cannot be filtered or bulk-updated."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["editable"] = True
        super().__init__(*args, **kwargs)

    @property
    def column_label(self) -> str:
        """What the value is bound to besides its row."""
        return f"{self.model._meta.db_table}.{self.column}"

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, name, _SealedAttribute(self))

    def from_db_value(self, value: Any, *args: Any) -> _Sealed | None:
        if isinstance(value, str):
            # SQLite hands plain text back that somebody wrote past Linli; opening it will fail.
            value = value.encode("utf-8", "surrogatepass")
        return None if value is None else _Sealed(bytes(value))

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        value = model_instance.__dict__.get(self.attname)
        if isinstance(value, str):
            return _Sealed(seal(value, self.column_label, model_instance.pk) if value else b"")
        if value is not None and not isinstance(value, _Sealed):
            raise CryptoError(f"{self.column_label} takes text, not {type(value).__name__}")
        if value and add:
            # A row copied under a new id would carry a value that nobody can open again.
            unseal(bytes(value), self.column_label, model_instance.pk)
        return value

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        if hasattr(value, "resolve_expression"):
            raise CryptoError(f"{self.column_label}: an expression would store plain text")
        return str(super().get_placeholder(value, compiler, connection))  # type: ignore[misc]

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is None or isinstance(value, _Sealed):
            return super().get_db_prep_value(value, connection, prepared)
        raise CryptoError(f"{self.column_label}: only save() may write a sealed column")

    def get_default(self) -> str:
        return ""
