"""`{% load linli_ui %}`: every part of the design system as a checked template tag.

The tags live in `linli.ui.tags` by family; this module only joins them into one library.
"""

from __future__ import annotations

from django import template

from linli.ui.tags import actions, data, forms, layout, show

register = template.Library()

for family in (actions, data, forms, layout, show):
    for tag_name, tag_function in family.register.tags.items():
        if tag_name in register.tags:
            raise RuntimeError(f"two ui tags are named {tag_name}")
        register.tags[tag_name] = tag_function
    register.filters.update(family.register.filters)
