"""Tags render what they promise and refuse wrong words. Needs linli.ui among the installed apps."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

pytestmark = pytest.mark.skipif(
    not apps.ready or not apps.is_installed("linli.ui"), reason="linli.ui is not installed"
)


def render(source: str, **values: object) -> str:
    return Template("{% load linli_ui %}" + source).render(Context(values))


def test_button_and_escaping() -> None:
    html = render(
        '{% button label href=u icon="camera" hx_get="/y" %}', label="<b>", u="/x?a=1&b=2"
    )
    assert "&lt;b&gt;" in html
    assert 'href="/x?a=1&amp;b=2"' in html
    assert 'hx-get="/y"' in html
    assert "icons.svg" in html


@pytest.mark.parametrize(
    "bad",
    [
        '{% button "x" kind="loud" %}',
        '{% button "x" icon="no-such" %}',
        '{% button "" %}',
        '{% button "x" hx_headers="{}" %}',
        '{% button "x" onclick="x()" %}',
        '{% icon "no-such" %}',
        '{% pill "" %}',
        '{% pill "x" kind="red" %}',
        "{% amount 1.5 %}",
        '{% amount 1 currency="XXX" %}',
        '{% clock minutes_left="soon" %}',
        "{% step_bar steps %}",
        '{% table columns rows caption="c" %}',
        '{% plan shapes label="p" %}',
    ],
)
def test_wrong_arguments_raise(bad: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        render(
            bad,
            steps=[{"label": "a", "state": "almost"}],
            columns=[{"label": "a"}],
            rows=[[1, 2]],
            shapes=[{"kind": "castle"}],
        )


def test_card_escapes_title_and_keeps_content() -> None:
    html = render("{% card title=t %}<p>{{ t }}</p>{% endcard %}", t="<i>")
    assert html.count("&lt;i&gt;") == 2
    assert "<p>" in html


def test_fold_is_a_named_details_and_opens_when_told() -> None:
    html = render("{% fold label=t open=errors %}<p>in</p>{% endfold %}", t="<i>", errors={"a": 1})
    assert '<details class="fold" open>' in html
    assert "&lt;i&gt;" in html
    assert "<p>in</p>" in html
    assert " open" not in render('{% fold label="x" open=errors %}y{% endfold %}', errors={})
    with pytest.raises(TemplateSyntaxError):
        render('{% fold label="" %}y{% endfold %}')


def test_quote_and_photos_escape_and_need_words() -> None:
    html = render("{% quote t meta=m %}", t="<b>", m=["now", "<i>"])
    assert "&lt;b&gt;" in html
    assert "&lt;i&gt;" in html
    photos = [{"src": "/files/1", "label": "Photo 1"}]
    html = render("{% photo_row p %}", p=photos)
    assert 'href="/files/1"' in html
    assert 'alt="Photo 1"' in html
    assert render("{% photo_row p %}", p=[]).strip() == ""
    with pytest.raises(TemplateSyntaxError):
        render("{% photo_row p %}", p=[{"src": "/files/1"}])


def test_a_number_is_not_broken_in_two() -> None:
    assert render("{{ '6555 0110'|unbroken }}") == "6555\u00a00110"


def test_person_is_masked_unless_told() -> None:
    assert "桂芳" not in render("{% person_chip n %}", n="张桂芳")
    assert "张桂芳" in render("{% person_chip n masked=False %}", n="张桂芳")


def test_plan_names_start_with_the_seen_label() -> None:
    shape = {"kind": "building", "label": "7", "name": "Building 7", "href": "/7", "count": 3}
    with translation.override("en"):
        html = render('{% plan s label="p" %}', s=[{**shape, "x": 0, "y": 0, "w": 9, "h": 3}])
    assert 'aria-label="Building 7, 3' in html
    assert '<g class="plan-badges" aria-hidden="true">' in html


def test_plan_that_fills_a_select_names_it() -> None:
    shape = {"kind": "building", "label": "7", "href": "/r?place=7", "x": 0, "y": 0, "w": 9, "h": 3}
    assert 'data-plan-pick="id_place"' in render(
        '{% plan s label="p" pick="id_place" %}', s=[shape]
    )
    assert "data-plan-pick" not in render('{% plan s label="p" %}', s=[shape])


def test_numbers_in_svg_are_never_localised() -> None:
    with translation.override("de"):
        html = render('{% meter "a" value=1 max=3 %}')
    assert 'width="33.33%"' in html
