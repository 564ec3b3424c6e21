"""A sealed value opens in its own row only, unchanged, under a key that is there."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.conf import settings as django_settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F, TextField, Value
from django.db.models.functions import Cast, Concat
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.crypto import (
    BLIND_INDEX_BYTES,
    CryptoError,
    EncryptedTextField,
    blind_index,
    seal,
    unseal,
)
from linli.kernel.tests.checks import add_person, assert_refused, linli_models

COLUMN, ROW = "registry_person.phone", UUID(int=0x0197_0000_0000_7000_8000_0000_0000_0001)
PHONE, NAME = "+8613800138000", "张桂芳"
TEXTS = ["", " ", PHONE, NAME, "👵🏽‍🦽", "\x00", "\ud800", "a\udfffb", "邻" * 20_000, "\r\n", "‮"]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text)[:20])
def test_round_trip(text: str) -> None:
    assert unseal(seal(text, COLUMN, ROW), COLUMN, ROW) == text


@given(st.text(alphabet=st.characters(categories=None)))
def test_round_trip_of_any_text(text: str) -> None:
    assert unseal(seal(text, COLUMN, ROW), COLUMN, ROW) == text


def test_equal_texts_do_not_look_equal() -> None:
    assert len({seal(PHONE, COLUMN, ROW) for _ in range(100)}) == 100


def flip(box: bytes, bit: int) -> bytes:
    changed = bytearray(box)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


Open = Callable[[bytes, str, UUID], str]


def assert_every_bit_counts(box: bytes, open_box: Open = unseal) -> None:
    """No value with one bit flipped may open."""
    for bit in range(len(box) * 8):
        assert_refused(lambda b=bit: open_box(flip(box, b), COLUMN, ROW), CryptoError)


def test_every_flipped_bit_is_refused() -> None:
    assert_every_bit_counts(seal(PHONE, COLUMN, ROW))


def test_flips_between_known_keys_are_refused(settings: Any) -> None:
    ring = settings.LINLI_KEYRING
    same = dict.fromkeys([0, *(1 << n for n in range(16))], ring.roots[1])
    settings.LINLI_KEYRING = replace(ring, roots={**same, 3: ring.roots[1]})
    assert_every_bit_counts(seal(PHONE, COLUMN, ROW))


def _unauthenticated(box: bytes, column: str, row: UUID) -> str:
    """The broken twin: a stream cipher without a tag, as CBC or CTR packages have it."""
    body = bytes(b ^ 0x5A for b in box[16:-16])
    return body.decode("latin-1")


def test_twin_without_a_tag_takes_flipped_bits() -> None:
    with pytest.raises(AssertionError):
        assert_every_bit_counts(seal(PHONE, COLUMN, ROW), _unauthenticated)


def test_cut_or_longer_values_are_refused() -> None:
    box = seal(PHONE, COLUMN, ROW)
    for changed in (*(box[:n] for n in range(len(box))), box + b"\0", b"\0" + box):
        assert_refused(lambda c=changed: unseal(c, COLUMN, ROW), CryptoError)


def assert_bound(seal_it: Callable[..., bytes], open_box: Open) -> None:
    """A value opens neither in another row nor in another column."""
    box = seal_it(PHONE, COLUMN, ROW)
    assert open_box(box, COLUMN, ROW) == PHONE
    assert_refused(lambda: open_box(box, COLUMN, uuid4()), CryptoError)
    assert_refused(lambda: open_box(box, "registry_person.name", ROW), CryptoError)


def test_a_value_is_bound_to_its_row_and_column() -> None:
    assert_bound(seal, unseal)


def test_twin_that_is_not_bound_opens_anywhere() -> None:
    gcm, nonce = AESGCM(b"k" * 32), b"n" * 12

    def open_box(box: bytes, column: str, row: UUID) -> str:
        try:
            return gcm.decrypt(nonce, box, None).decode()
        except InvalidTag:
            raise CryptoError from None

    with pytest.raises(AssertionError):
        assert_bound(lambda text, column, row: gcm.encrypt(nonce, text.encode(), None), open_box)


@pytest.mark.parametrize("text", [PHONE, NAME, "x" * 31, "x" * 32, "x" * 500, ""])
def test_plain_text_is_not_a_sealed_value(text: str) -> None:
    assert_refused(lambda: unseal(text.encode(), COLUMN, ROW), CryptoError)


def test_an_unknown_version_suite_or_key_is_refused() -> None:
    box = seal(PHONE, COLUMN, ROW)
    for header in (b"\x02\x01\x00\x01", b"\x01\x02\x00\x01", b"\x01\x01\x00\x09"):
        assert_refused(lambda h=header: unseal(h + box[4:], COLUMN, ROW), CryptoError)


def test_rotation_old_values_still_open_and_new_ones_use_the_new_key(settings: Any) -> None:
    old = seal(PHONE, COLUMN, ROW)
    ring = settings.LINLI_KEYRING
    settings.LINLI_KEYRING = replace(ring, current=2, roots={**ring.roots, 2: b"\x02" * 32})
    new = seal(PHONE, COLUMN, ROW)
    assert (old[2:4], new[2:4]) == (b"\x00\x01", b"\x00\x02")
    assert unseal(old, COLUMN, ROW) == unseal(new, COLUMN, ROW) == PHONE
    settings.LINLI_KEYRING = replace(settings.LINLI_KEYRING, roots={2: b"\x02" * 32})
    assert unseal(new, COLUMN, ROW) == PHONE
    assert_refused(lambda: unseal(old, COLUMN, ROW), CryptoError)


def test_a_current_key_that_is_missing_seals_nothing(settings: Any) -> None:
    settings.LINLI_KEYRING = replace(settings.LINLI_KEYRING, current=9)
    assert_refused(lambda: seal(PHONE, COLUMN, ROW), CryptoError)


def test_blind_indexes_differ_by_column_community_value_and_key(settings: Any) -> None:
    here, there = uuid4(), uuid4()
    index = blind_index(PHONE, "a", here)
    assert index == blind_index(PHONE, "a", here)
    assert len(index) == BLIND_INDEX_BYTES
    others = {blind_index(PHONE, "b", here), blind_index(PHONE, "a", there)}
    others.add(blind_index(PHONE + "1", "a", here))
    settings.LINLI_KEYRING = replace(settings.LINLI_KEYRING, index_root=b"\x07" * 32)
    others.add(blind_index(PHONE, "a", here))
    assert len(others | {index}) == 5


@pytest.fixture
def person(community: Any) -> Any:
    return add_person(community.pk, name=NAME, phone=PHONE)


def execute(sql: str, *values: Any) -> list[Any]:
    """Do what a database administrator could."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def reload(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def key_of(row: Any) -> str:
    """The row's id as its database writes it."""
    return row.pk.hex if connection.vendor == "sqlite" else str(row.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text)[:20])
def test_round_trip_through_the_database(community: Any, text: str) -> None:
    row = add_person(community.pk, name=text)
    assert reload(row).name == text
    changed = reload(row)
    changed.name = text + "!"
    changed.save(update_fields=["name"])
    assert reload(row).name == text + "!"
    assert type(row).objects.only("phone").get(pk=row.pk).name == text + "!"


@pytest.mark.django_db
def test_an_administrator_cannot_move_a_value(person: Any) -> None:
    other = add_person(person.community_id, name="李四", phone="+8613900139000")
    table = person._meta.db_table
    mine = execute(f"SELECT name, phone FROM {table} WHERE id = %s", key_of(person))[0]
    execute(f"UPDATE {table} SET phone = %s WHERE id = %s", bytes(mine[1]), key_of(other))
    execute(f"UPDATE {table} SET name = %s WHERE id = %s", bytes(mine[1]), key_of(person))
    assert_refused(lambda: reload(other).phone, CryptoError)
    assert_refused(lambda: reload(person).name, CryptoError)
    assert reload(other).name == "李四"
    assert reload(person).phone == PHONE


@pytest.mark.django_db
@pytest.mark.parametrize("plain", [b"+8613800138000", b"x" * 60])
def test_plain_bytes_in_the_column_are_refused(person: Any, plain: bytes) -> None:
    execute(f"UPDATE {person._meta.db_table} SET phone = %s", plain)
    assert_refused(lambda: reload(person).phone, CryptoError)
    assert reload(person).name == NAME


@pytest.mark.django_db
@pytest.mark.parametrize("plain", [PHONE, NAME, "x" * 60])
def test_plain_text_in_the_column_is_refused(person: Any, plain: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps text out of a bytea column by itself")
    execute(f"UPDATE {person._meta.db_table} SET phone = %s", plain)
    assert_refused(lambda: reload(person).phone, CryptoError)
    assert [row.name for row in type(person).objects.all()] == [NAME], "one bad cell, one bad read"


WRITES: dict[str, Callable[[Any], Any]] = {
    "update": lambda p: type(p).objects.update(name="new"),
    "update by value": lambda p: type(p).objects.update(name=Value("new")),
    "update by column": lambda p: type(p).objects.update(name=F("phone")),
    "update by expression": lambda p: type(p).objects.update(name=Concat(Value("a"), Value("b"))),
    "bulk_update": lambda p: type(p).objects.bulk_update([p], ["name"]),
    "create by value": lambda p: type(p).objects.create(name=Value("new")),
    "create by bytes": lambda p: type(p).objects.create(name=b"new"),
    "bulk_create by value": lambda p: type(p).objects.bulk_create([type(p)(name=Value("new"))]),
    "save a number": lambda p: (setattr(p, "name", 7), p.save()),
    "copy under a new id": lambda p: _copy(p).save(),
    "filter": lambda p: type(p).objects.filter(name=NAME).exists(),
    "get_or_create": lambda p: type(p).objects.get_or_create(name=NAME),
}


def _copy(person: Any) -> Any:
    clone = copy.copy(reload(person))
    clone.pk, clone.phone, clone._state.adding = uuid4(), "", True
    return clone


@pytest.mark.django_db
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_only_save_writes_and_nothing_filters(person: Any, write: Callable[[Any], Any]) -> None:
    def attempt() -> None:
        with transaction.atomic():
            write(person)

    assert_refused(attempt, CryptoError)
    assert reload(person).name == NAME
    assert_no_plain_text_in_tables()


@pytest.mark.django_db
def test_bulk_create_seals(community: Any) -> None:
    model = apps.get_model("registry", "Person")
    rows = model.objects.bulk_create([model(name=NAME, phone=PHONE) for _ in range(3)])
    assert [reload(row).phone for row in rows] == [PHONE] * 3
    assert_no_plain_text_in_tables()


READS: dict[str, Callable[[Any], Any]] = {
    "values": lambda rows: list(rows.values()),
    "values_list": lambda rows: list(rows.values_list("name", "phone")),
    "flat": lambda rows: list(rows.values_list("phone", flat=True)),
    "annotated": lambda rows: list(rows.annotate(n=F("name")).values("n")),
    "cast": lambda rows: _or_refused(lambda: list(rows.values(n=Cast("name", TextField())))),
    "query": lambda rows: str(rows.query),
    "repr": lambda rows: [repr(row) + str(row) for row in rows],
}


def _or_refused(read: Callable[[], Any]) -> Any:
    try:
        with transaction.atomic():
            return read()
    except (DatabaseError, UnicodeDecodeError):
        return "the database refuses"


def assert_no_plain_text(seen: Any) -> None:
    """Neither the name nor the phone, in any spelling, is in what was read."""
    text = repr(seen)
    for plain in (NAME, PHONE):
        assert plain not in text
        assert repr(plain.encode())[2:-1] not in text
        assert plain.encode().hex() not in text.lower()


@pytest.mark.django_db
@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
def test_values_never_give_plain_text(person: Any, read: Callable[[Any], Any]) -> None:
    assert_no_plain_text(read(type(person).objects.all()))


def assert_no_plain_text_in_tables() -> None:
    """A dump of every table with a sealed column shows no name and no phone."""
    for model in linli_models():
        if any(isinstance(f, EncryptedTextField) for f in model._meta.concrete_fields):
            rows = execute(f"SELECT * FROM {model._meta.db_table}")
            assert_no_plain_text([[bytes(c) if _is_raw(c) else c for c in r] for r in rows])


def _is_raw(cell: Any) -> bool:
    return isinstance(cell, bytes | memoryview)


@pytest.mark.django_db
def test_a_dump_shows_no_plain_text(person: Any) -> None:
    assert_no_plain_text_in_tables()


@pytest.mark.django_db
def test_twin_that_stores_plain_bytes_is_seen_in_the_dump(person: Any) -> None:
    execute(f"UPDATE {person._meta.db_table} SET phone = %s", PHONE.encode())
    with pytest.raises(AssertionError):
        assert_no_plain_text_in_tables()


def test_key_and_salt_are_not_the_secret_of_django() -> None:
    ring = django_settings.LINLI_KEYRING
    assert len({ring.index_root.hex(), ring.roots[1].hex(), ring.django_secret}) == 3
