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
from dataclasses import dataclass, field
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

VERSION = 1
SUITE_AES_256_GCM = 1
_HEADER_BYTES = 4
_NONCE_BYTES = 12
_TAG_BYTES = 16
BLIND_INDEX_BYTES = 16


class CryptoError(Exception):
    """A protected value cannot be read: changed, moved to another row, or its key is missing."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """Root keys by id; new values are written under ``current``, new indexes under
    ``index_root``, whose id is ``index_current``. Old index roots stay until all rows moved."""

    current: int
    roots: dict[int, bytes]
    index_root: bytes
    django_secret: str
    index_current: int = 1
    old_index_roots: dict[int, bytes] = field(default_factory=dict)

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
        return Keyring(
            current=data["current"],
            roots={int(k): bytes.fromhex(v) for k, v in data["roots"].items()},
            index_root=bytes.fromhex(data["index_root"]),
            django_secret=data["django_secret"],
            index_current=data.get("index_current", 1),
            old_index_roots={
                int(k): bytes.fromhex(v) for k, v in data.get("old_index_roots", {}).items()
            },
        )
    except (OSError, ValueError, KeyError) as error:
        raise CryptoError(f"{path} is not a Linli key file: {error}") from None


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
    draft = _draft(folder, data)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _draft(folder: Path, data: dict[str, Any]) -> Path:
    draft = folder / f".keys-{secrets.token_hex(6)}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        json.dump(data, out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    return draft


def add_root_key(folder: Path) -> Keyring:
    """Make a new root key and a new index root; what is written from now on uses them.

    The old ones stay in the file, so that nothing becomes unreadable. Every process of the
    installation has to start again with the new file before rows are moved
    (``registry.services.rotate_keys``). Run it with the installation stopped.
    """
    path = folder / "keys.json"
    load_or_create_keyring(folder, create=False)
    data = json.loads(path.read_text("ascii"))
    index_id = data.get("index_current", 1)
    new_id = max(int(k) for k in data["roots"]) + 1
    data["roots"][str(new_id)] = secrets.token_hex(32)
    data.setdefault("old_index_roots", {})[str(index_id)] = data["index_root"]
    data |= {
        "current": new_id,
        "index_root": secrets.token_hex(32),
        "index_current": index_id + 1,
    }
    _draft(folder, data).replace(path)
    return load_or_create_keyring(folder, create=False)


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
    return _index_under(keyring().index_root, value, column, community_id)


def blind_indexes(value: str, column: str, community_id: UUID) -> list[bytes]:
    """The fingerprints under the current index key and under every older one that is kept.

    Look-ups ask for any of them: while keys are rotated, some rows carry the old one.
    """
    ring = keyring()
    roots = [ring.index_root, *ring.old_index_roots.values()]
    return [_index_under(root, value, column, community_id) for root in roots]


def _index_under(root: bytes, value: str, column: str, community_id: UUID) -> bytes:
    key = _derive(root, f"index:{column}:{community_id}")
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
        return value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is None or isinstance(value, _Sealed):
            return super().get_db_prep_value(value, connection, prepared)
        raise CryptoError(f"{self.column_label}: only save() may write a sealed column")

    def get_default(self) -> str:
        return ""
