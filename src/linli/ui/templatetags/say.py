"""`{% load say %}`: two-language sample text for the style guide only."""

from __future__ import annotations

from typing import Any

from django import template

from linli.ui.samples import say as say_text

register = template.Library()


@register.simple_tag
def say(chinese: str, english: str) -> str:
    """`{% say "首页" "Home" %}`: the sample in the page's language."""
    return say_text(chinese, english)


@register.filter
def listed(first: Any, second: Any) -> list[Any]:
    """Join values to a list: `{{ a|listed:b|listed:c }}`."""
    return [*(first if isinstance(first, list) else [first]), second]
