"""Tags one fills in: field, field_box, choice, photo_picker, error_summary, filter_bar."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import (
    BaseForm,
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    HiddenInput,
    RadioSelect,
)
from django.template import Context
from django.utils.safestring import SafeString

from linli.ui.checks import dicts, fail, icon_name, one_of, whole

register = template.Library()


def render_in(context: Context, name: str, values: dict[str, Any]) -> SafeString:
    """Render a part for a block tag with the engine and escaping of the page around it."""
    engine = context.template.engine  # type: ignore[union-attr]
    inner = context.new(values)
    if "csrf_token" in context:
        inner["csrf_token"] = context["csrf_token"]
    return SafeString(engine.get_template(name).render(inner))


@register.inclusion_tag("ui/components/field.html")
def field(bound: Any, help: Any = "", label: Any = "", columns: int = 1) -> dict[str, Any]:
    """`{% field form.place %}`: label, help, error and input of a Django form field.

    Radio and checkbox lists become big choice cards in a fieldset; a single checkbox becomes a
    row. Every field shows its error beside itself. help and label replace the form's own words.
    """
    if not isinstance(bound, BoundField):
        raise fail("field", "needs a form field, for instance form.title")
    widget = bound.field.widget
    shape = "input"
    if isinstance(widget, HiddenInput):
        shape = "hidden"
    elif isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        shape = "choices"
    elif isinstance(widget, CheckboxInput):
        shape = "check"
    return {
        "bound": bound,
        "shape": shape,
        "label": label or bound.label,
        "help": help or bound.help_text,
        "optional": not bound.field.required,
        "columns": whole("field", "columns", columns),
        "input_type": "checkbox" if isinstance(widget, CheckboxSelectMultiple) else "radio",
        "described": _described_by(bound, bool(help or bound.help_text)),
    }


def _described_by(bound: BoundField, has_help: bool) -> str:
    ids = [f"{bound.auto_id}_helptext"] if has_help else []
    if bound.errors:
        ids.append(f"{bound.auto_id}_error")
    return " ".join(ids)


@register.simple_tag
def bound_input(bound: BoundField, described: str) -> SafeString:
    """The bare input of a form field with the right aria-describedby; used inside `field`."""
    attrs: dict[str, str | bool] = {"aria-describedby": described} if described else {}
    return bound.as_widget(attrs=attrs)


@register.simple_block_tag(takes_context=True, end_name="endfield_box")
def field_box(
    context: Context,
    content: str,
    label: Any,
    for_id: str,
    help: Any = "",
    error: Any = "",
    optional: bool = False,
) -> SafeString:
    """`{% field_box label=_("Phone") for_id="phone" %}<input id="phone" …>{% endfield_box %}`.

    The same frame as `field` for an input written by hand. Give the input
    aria-describedby="<for_id>_helptext <for_id>_error" for the parts that are present.
    """
    return render_in(
        context,
        "ui/components/field_box.html",
        {
            "content": content,
            "label": label,
            "for_id": for_id,
            "help": help,
            "error": error,
            "optional": optional,
        },
    )


@register.inclusion_tag("ui/components/choice.html")
def choice(
    name: str,
    legend: Any,
    options: Any,
    value: Any = "",
    multiple: bool = False,
    columns: int = 1,
    help: Any = "",
    error: Any = "",
    required: bool = False,
) -> dict[str, Any]:
    """`{% choice name="kind" legend=_("What is it?") options=kinds columns=2 %}`.

    Big radio (or checkbox, with multiple) cards. options: dicts value, label and free: help, icon,
    checked, disabled. value: the chosen one, or a list of them.
    """
    chosen = {str(v) for v in (value if isinstance(value, list | tuple | set) else [value])}
    rows = []
    for number, option in enumerate(dicts("choice", "options", options, ("value", "label"))):
        rows.append(
            {
                **option,
                "icon": icon_name("choice", option.get("icon", "")),
                "id": f"id_{name}_{number}",
                "checked": bool(option.get("checked")) or str(option["value"]) in chosen,
            }
        )
    if not rows:
        raise fail("choice", "needs at least one option")
    one_of("choice", "columns", str(columns), ("1", "2", "3", "4"))
    return {
        "name": name,
        "legend": legend,
        "options": rows,
        "type": "checkbox" if multiple else "radio",
        "columns": columns,
        "help": help,
        "error": error,
        "required": required and not multiple,
    }


@register.inclusion_tag("ui/components/photo_picker.html")
def photo_picker(
    name: str = "photos",
    label: Any = "",
    multiple: bool = True,
    max_files: int = 3,
    capture: bool = False,
    required: bool = False,
    help: Any = "",
    error: Any = "",
) -> dict[str, Any]:
    """`{% photo_picker name="photos" max_files=3 %}` inside a form with multipart encoding.

    A plain file input without JavaScript. With it: previews, and every picture is made at most
    1600 px and loses its EXIF (place, device) before it leaves the phone. The server strips again.
    capture=True opens the camera at once instead of offering the album too.
    """
    return {
        "name": name,
        "label": label,
        "multiple": multiple,
        "max_files": whole("photo_picker", "max_files", max_files),
        "capture": capture,
        "required": required,
        "help": help,
        "error": error,
    }


@register.inclusion_tag("ui/components/error_summary.html")
def error_summary(form: Any = None, errors: Any = None, title: Any = "") -> dict[str, Any]:
    """`{% error_summary form %}` or `{% error_summary errors=list %}` at the top of a form.

    errors: dicts text and free: href ("#id_title"). Nothing is shown when there is no error.
    """
    rows: list[dict[str, Any]] = []
    if form is not None:
        if not isinstance(form, BaseForm):
            raise fail("error_summary", "the first argument must be a form")
        rows += [{"text": text, "href": ""} for text in form.non_field_errors()]
        for bound in form:
            target = bound.id_for_label or bound.auto_id
            rows += [
                {"text": text, "href": f"#{target}", "label": bound.label} for text in bound.errors
            ]
    rows += dicts("error_summary", "errors", errors, ("text",))
    return {"rows": rows, "title": title}


@register.simple_block_tag(takes_context=True, end_name="endfilter_bar")
def filter_bar(
    context: Context,
    content: str,
    label: Any = "",
    action: str = "",
    reset: str = "",
    active: int = 0,
) -> SafeString:
    """`{% filter_bar active=2 reset=url %}…fields…{% endfilter_bar %}`: a GET form in a fold.

    active: how many filters are set; the fold is open and says so when there are any.
    """
    return render_in(
        context,
        "ui/components/filter_bar.html",
        {"content": content, "label": label, "action": action, "reset": reset, "active": active},
    )
