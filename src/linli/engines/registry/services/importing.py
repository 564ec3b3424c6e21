"""Taking a list of residents in: a CSV file, checked whole before a row is written.

Plain on purpose: name, phone, dwelling, relation. Every bad row is named with its reason, and
one bad row keeps the whole list out, so that nothing is half imported.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from linli.engines.registry import selectors
from linli.engines.registry.models import (
    Community,
    LegalBasis,
    Person,
    Place,
    RecordKind,
    Residence,
)
from linli.engines.registry.services.homes import add_residence
from linli.engines.registry.services.records import attach_person
from linli.engines.registry.types import Provenance
from linli.kernel import installation
from linli.kernel.actors import SystemActor
from linli.kernel.crypto import blind_index
from linli.kernel.scope import in_community

ROWS_MAX = 50_000
_COLUMNS = {
    "name": ("name", "姓名"),
    "phone": ("phone", "手机", "电话", "手机号"),
    "dwelling": ("dwelling", "房屋", "地址", "住址"),
    "relation": ("relation", "关系"),
}
_RELATIONS = {
    "owner": Residence.Relation.OWNER,
    "业主": Residence.Relation.OWNER,
    "tenant": Residence.Relation.TENANT,
    "租户": Residence.Relation.TENANT,
    "承租人": Residence.Relation.TENANT,
    "family": Residence.Relation.FAMILY,
    "家属": Residence.Relation.FAMILY,
    "家庭成员": Residence.Relation.FAMILY,
    "": Residence.Relation.FAMILY,
}
#: E.164, or a mainland mobile as people write it
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_MOBILE_CN = re.compile(r"1[3-9]\d{9}")


class BadList(ValueError):
    """The list as a whole cannot be taken: the text says why."""


class RealPeopleInDemo(Exception):
    """Somebody wants to bring real people into a demo without saying that this is meant."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """One row that keeps the list out, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    phone: str
    place: Place
    relation: Residence.Relation


def import_people(
    community: Community, path: Path, *, allow_real_people_in_demo: bool = False
) -> tuple[int, list[BadRow]]:
    """Take the residents of ``path`` in: all of them, or none.

    Returns:
        How many persons were added, and the rows that kept the list out.

    Raises:
        RealPeopleInDemo: the database is a demo and nobody said that this is meant.
        BadList: not a CSV in UTF-8 or GB18030 with the columns name and dwelling.
    """
    mark = installation.get_installation()
    in_demo = mark is not None and mark.is_demo
    if in_demo and not allow_real_people_in_demo:
        raise RealPeopleInDemo("this database is a demo; real people do not belong into it")
    with in_community(community.pk):
        rows, bad = _read(community, path)
        if bad:
            return 0, bad
        with transaction.atomic():
            if in_demo:
                installation.allow_real_people()
            added = sum(_take_in(community, row, path.name) for row in rows)
    return added, []


def _take_in(community: Community, row: _Row, source: str) -> bool:
    """Attach one row to its person, or make one; returns whether the person is new."""
    told = Provenance(f"import:{source}"[:80], LegalBasis.STATUTORY_DUTY, "resident_roll")
    values = {RecordKind.NAME: row.name, RecordKind.PHONE: row.phone}
    found = attach_person(SystemActor(community.pk), None, values, told)
    homes = Residence.objects.filter(
        selectors.in_force(community), person_id=found.person_id, place=row.place
    )
    if not homes.filter(relation=row.relation).exists():
        person = Person.objects.get(pk=found.person_id)
        add_residence(person, row.place, row.relation, selectors.local_day(community))
    return found.basis == "new"


def _read(community: Community, path: Path) -> tuple[list[_Row], list[BadRow]]:
    dwellings = {p.full_name: p for p in Place.objects.filter(kind="dwelling")}
    dwellings |= {p.path: p for p in dwellings.values()}
    rows: list[_Row] = []
    bad: list[BadRow] = []
    seen: dict[bytes, int] = {}
    for line, raw in _lines(path):
        try:
            row = _checked(raw, dwellings)
            if row.phone:
                index = blind_index(row.phone, "registry.person.phone", community.pk)
                if index in seen:
                    raise ValueError(f"the phone stands in line {seen[index]} already")
                seen[index] = line
            rows.append(row)
        except ValueError as error:
            bad.append(BadRow(line, str(error)))
    return rows, bad


def _lines(path: Path) -> list[tuple[int, dict[str, str]]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = path.read_text(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise BadList(f"{path.name}: neither UTF-8 nor GB18030; save it as UTF-8")
    reader = csv.DictReader(text.splitlines())
    heads = [(head or "").strip() for head in reader.fieldnames or ()]
    for wanted in ("name", "dwelling"):
        if not any(head in _COLUMNS[wanted] for head in heads):
            raise BadList(f"{path.name}: no column is called {' or '.join(_COLUMNS[wanted])}")
    rows = [
        (n, {(k or "").strip(): v or "" for k, v in row.items() if k})
        for n, row in enumerate(reader, 2)
    ]
    if len(rows) > ROWS_MAX:
        raise BadList(f"{path.name}: more than {ROWS_MAX} rows; send it in parts")
    return rows


def _checked(raw: dict[str, str], dwellings: dict[str, Place]) -> _Row:
    name = _cell(raw, "name")
    if not name or len(name) > 80:
        raise ValueError("a name of 1 to 80 characters is needed")
    place = dwellings.get(_cell(raw, "dwelling").replace(" ", ""))
    if place is None:
        raise ValueError("this community has no such dwelling")
    relation = _RELATIONS.get(_cell(raw, "relation").lower())
    if relation is None:
        raise ValueError("the relation must be owner, tenant or family")
    return _Row(name, _phone(_cell(raw, "phone")), place, relation)


def _phone(text: str) -> str:
    digits = re.sub(r"[\s\-()]", "", text)
    if not digits or _E164.fullmatch(digits):
        return digits
    if _MOBILE_CN.fullmatch(digits):
        return f"+86{digits}"
    raise ValueError("the phone is neither a mobile number nor an international one")


def _cell(raw: dict[str, str], column: str) -> str:
    return next((raw[head].strip() for head in _COLUMNS[column] if raw.get(head)), "")
