"""Writes of the registry. Only these write its tables."""

from linli.engines.registry.services.importing import (
    BadList,
    BadRow,
    RealPeopleInDemo,
    import_people,
)
from linli.engines.registry.services.people import (
    add_person,
    add_residence,
    add_shift,
    end_mandate,
    grant_mandate,
)
from linli.engines.registry.services.places import (
    RegistryError,
    add_organisation,
    add_place,
    add_places,
    create_community,
    make_place,
)

__all__ = [
    "BadList",
    "BadRow",
    "RealPeopleInDemo",
    "RegistryError",
    "add_organisation",
    "add_person",
    "add_place",
    "add_places",
    "add_residence",
    "add_shift",
    "create_community",
    "end_mandate",
    "grant_mandate",
    "import_people",
    "make_place",
]
