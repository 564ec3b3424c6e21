"""The form of a draft: its clauses, and for each thing that the law leaves to it, which clause.

Works without JavaScript: every save leaves three empty clauses at the end, and a clause whose
text is emptied is gone. A setting without a clause is not settled: no clause, no switch.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext as _p

from linli.engines.rulebook import selectors as rulebook
from linli.engines.rulebook import services
from linli.engines.rulebook.selectors import in_language
from linli.engines.rulebook.types import (
    ClauseSetting,
    ClauseText,
    DocumentKind,
    SettingValue,
    ValueKind,
)
from linli.kernel.ids import uuid7
from linli.practices.rules import pages, wording

SPARE = 3
CLAUSES_MAX = 200


class ClauseForm(forms.Form):
    """One clause. Without text it is no clause."""

    order = forms.DecimalField(
        label=_("Position"), required=False, max_digits=7, decimal_places=2, min_value=0
    )
    number = forms.CharField(label=_("Number"), required=False, max_length=30)
    heading = forms.CharField(label=_("Heading"), required=False, max_length=120)
    text = forms.CharField(
        label=_("What it says"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class HeadForm(forms.Form):
    """What a document is: chosen once, when it is begun."""

    kind = forms.ChoiceField(label=_("What kind of document?"), widget=forms.RadioSelect)
    place = forms.ChoiceField(
        label=_("Where shall it hold?"),
        help_text=_("It holds there and in everything inside."),
    )
    title = forms.CharField(label=_("Title"), max_length=120)
    key = forms.CharField(widget=forms.HiddenInput, max_length=80)

    def __init__(self, *args: Any, kinds: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["place"].choices = places  # type: ignore[attr-defined]
        self.initial.setdefault("key", uuid7().hex)


class DraftForm:
    """The clauses and what they settle, as one form with many parts."""

    def __init__(
        self,
        where: pages.Here,
        kind: DocumentKind,
        clauses: Sequence[ClauseText],
        data: Any = None,
    ) -> None:
        self.digits = where.pack.minor_unit_digits
        found = rulebook.list_clause_settings(where.jurisdiction, where.today)
        self.settings = [setting for setting in found if kind in setting.documents]
        formset = forms.formset_factory(
            ClauseForm, extra=SPARE, max_num=CLAUSES_MAX, absolute_max=CLAUSES_MAX + SPARE
        )
        initial = [
            {"order": at, "number": c.number, "heading": c.heading, "text": c.text}
            for at, c in enumerate(clauses, 1)
        ]
        self.clauses = formset(data, initial=initial, prefix="c")
        rows = [
            (str(at), _row_name(at, clauses[at].number if at < len(clauses) else ""))
            for at in range(len(self.clauses.forms))
        ]
        self.parts = [
            SettlingForm(data, setting=setting, rows=rows, digits=self.digits, clauses=clauses)
            for setting in self.settings
        ]

    def is_valid(self) -> bool:
        """Whether every part is right by itself, and every chosen clause has a text."""
        fine = self.clauses.is_valid()
        for part in self.parts:
            fine = part.is_valid() and fine
        if not fine:
            return False
        for part in self.parts:
            row = part.cleaned_data.get("row")
            if row and not self._text_of(int(row)):
                part.add_error(
                    "row", _g("That clause has no text yet. Write it, or choose another.")
                )
                fine = False
        return fine

    def _text_of(self, row: int) -> str:
        return str(self.clauses.forms[row].cleaned_data.get("text", "")).strip()

    def texts(self) -> list[ClauseText]:
        """The clauses in their order, each with what it settles. Ask only when valid."""
        settles: dict[int, list[SettlingForm]] = {}
        for part in self.parts:
            if part.cleaned_data.get("row"):
                settles.setdefault(int(part.cleaned_data["row"]), []).append(part)
        rows: list[tuple[Decimal, int, ClauseText]] = []
        for at, form in enumerate(self.clauses.forms):
            if not self._text_of(at):
                continue
            data = form.cleaned_data
            order = data.get("order")
            settled = {part.setting.key: part.value() for part in settles.get(at, ())}
            clause = ClauseText(data["number"], data["heading"], data["text"], settled)
            rows.append((Decimal(10**6) if order is None else order, at, clause))
        return [clause for _order, _at, clause in sorted(rows, key=lambda row: row[:2])]

    def errors(self) -> list[dict[str, str]]:
        """Every fault with the field that it is about, for the summary on top."""
        found = []
        for form in (*self.clauses.forms, *self.parts):
            for bound in form:
                found += [
                    {"text": str(text), "href": f"#{bound.id_for_label}", "label": str(bound.label)}
                    for text in bound.errors
                ]
        return found + [{"text": str(text)} for text in self.clauses.non_form_errors()]


class SettlingForm(forms.Form):
    """One thing that the law leaves to the document: which clause, and what it says."""

    row = forms.ChoiceField(label=_("Which clause says so?"), required=False)

    def __init__(
        self,
        data: Any,
        *,
        setting: ClauseSetting,
        rows: list[tuple[str, str]],
        digits: int,
        clauses: Sequence[ClauseText],
    ) -> None:
        self.setting, self.digits = setting, digits
        at = next((n for n, c in enumerate(clauses) if setting.key in c.settles), None)
        initial = {}
        if at is not None:
            initial = {"row": str(at), "value": self._shown(clauses[at].settles[setting.key])}
        super().__init__(data, initial=initial, prefix=f"s-{setting.key}")
        self.fields["row"].choices = [("", _g("none: it is not settled")), *rows]  # type: ignore[attr-defined]
        self.fields["value"] = self._value_field()
        self.title = in_language(setting.title)
        self.help = in_language(setting.help)
        self.sources = [wording.source(source) for source in setting.sources]
        self.is_settled = at is not None

    def _shown(self, value: SettingValue | None) -> Any:
        if self.setting.kind is ValueKind.FLAG:
            return "yes" if value else "no"
        if self.setting.kind is ValueKind.MONEY and isinstance(value, int):
            return Decimal(value).scaleb(-self.digits)
        return value

    def _value_field(self) -> forms.Field:
        setting, label = self.setting, _("What does it say?")
        if setting.kind in (ValueKind.CHOICE, ValueKind.FLAG):
            options = [(key, in_language(text)) for key, text in setting.values.items()]
            if setting.kind is ValueKind.FLAG:
                options = [("yes", _p("value", "Yes")), ("no", _p("value", "No"))]
            return forms.ChoiceField(label=label, required=False, choices=[("", "–"), *options])
        if setting.kind is ValueKind.WHOLE:
            unit = in_language(setting.unit) if setting.unit else ""
            return forms.IntegerField(label=label, required=False, help_text=unit)
        if setting.kind is ValueKind.MONEY:
            return forms.DecimalField(
                label=label, required=False, min_value=0, decimal_places=self.digits, max_digits=12
            )
        return forms.CharField(label=label, required=False, max_length=500)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        has_value = data.get("value") not in (None, "")
        if data.get("row") and not has_value and "value" not in self.errors:
            self.add_error("value", _g("Say what the clause settles, or choose no clause."))
        elif has_value and not data.get("row"):
            self.add_error("row", _g("Say which clause settles it, or leave the value empty."))
        elif has_value and not self.errors:
            try:
                services.check_setting_value(self.setting, self._stored(data["value"]))
            except services.BadValue as error:
                self.add_error("value", wording.BAD_VALUES[error.code])
        return data

    def value(self) -> SettingValue:
        """The value as it is stored."""
        stored: SettingValue = self._stored(self.cleaned_data["value"])
        return stored

    def _stored(self, typed: Any) -> Any:
        if self.setting.kind is ValueKind.FLAG:
            return typed == "yes"
        if self.setting.kind is ValueKind.MONEY:
            return int(typed.scaleb(self.digits))
        return typed


def _row_name(at: int, number: str) -> str:
    name = _g("clause in position %(n)s") % {"n": at + 1}
    return f"{number} ({name})" if number else name
