"""Writes of the registry. Only these write its tables."""

from linli.engines.registry.services.bulk import (
    add_residents,
)
from linli.engines.registry.services.common import (
    RegistryError,
)
from linli.engines.registry.services.estates import (
    add_facilities,
    add_facility,
    cover_with_grid,
    end_estate_state,
    set_area,
    set_estate_state,
    set_position,
)
from linli.engines.registry.services.homes import (
    add_household,
    add_residence,
    add_tie,
    end_tie,
)
from linli.engines.registry.services.identity import (
    merge_persons,
    split_person,
    undo_decision,
)
from linli.engines.registry.services.importing import (
    BadList,
    BadRow,
    RealPeopleInDemo,
    import_people,
)
from linli.engines.registry.services.keys import (
    count_left,
    rotate_keys,
)
from linli.engines.registry.services.life import (
    record_death,
    record_move,
    record_sale,
)
from linli.engines.registry.services.moving import (
    add_alias,
    move_place,
    remove_alias,
)
from linli.engines.registry.services.organisations import (
    add_organisation,
    add_roster,
    add_shift,
    end_mandate,
    end_sharing,
    fill_roster,
    get_or_add_legal_body,
    grant_mandate,
    hand_over,
    record_sharing,
)
from linli.engines.registry.services.places import (
    add_place,
    add_places,
    create_community,
    make_place,
)
from linli.engines.registry.services.records import (
    add_person,
    attach_person,
    erase_person,
    forget_expired,
    put_records,
)
from linli.engines.registry.services.rights import (
    bind_person,
    give_consent,
    grant_acting_for,
    revoke_acting_for,
    use_binding,
    withdraw_consent,
)
from linli.engines.registry.services.splitting import (
    split_community,
)

__all__ = [
    "BadList",
    "BadRow",
    "RealPeopleInDemo",
    "RegistryError",
    "add_alias",
    "add_facilities",
    "add_facility",
    "add_household",
    "add_organisation",
    "add_person",
    "add_place",
    "add_places",
    "add_residence",
    "add_residents",
    "add_roster",
    "add_shift",
    "add_tie",
    "attach_person",
    "bind_person",
    "count_left",
    "cover_with_grid",
    "create_community",
    "end_estate_state",
    "end_mandate",
    "end_sharing",
    "end_tie",
    "erase_person",
    "fill_roster",
    "forget_expired",
    "get_or_add_legal_body",
    "give_consent",
    "grant_acting_for",
    "grant_mandate",
    "hand_over",
    "import_people",
    "make_place",
    "merge_persons",
    "move_place",
    "put_records",
    "record_death",
    "record_move",
    "record_sale",
    "record_sharing",
    "remove_alias",
    "revoke_acting_for",
    "rotate_keys",
    "set_area",
    "set_estate_state",
    "set_position",
    "split_community",
    "split_person",
    "undo_decision",
    "use_binding",
    "withdraw_consent",
]
