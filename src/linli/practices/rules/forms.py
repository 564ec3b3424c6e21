"""Forms of the rules practice. Each names exactly the fields that it takes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.engines.rulebook import selectors as rulebook
from linli.engines.rulebook.selectors import in_language
from linli.engines.rulebook.types import Hold, LifeStep, Pack
from linli.practices.rules import wording

HOLDS_MAX = 3


def day_input() -> forms.DateInput:
    """A date picker that keeps what was typed."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def time_input() -> forms.DateTimeInput:
    """A picker of a day and a time."""
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class HereForm(forms.Form):
    """A place and a day."""

    place = forms.ChoiceField(label=_("Where?"))
    day = forms.DateField(label=_("On which day?"), widget=day_input())
    q = forms.CharField(label=_("Only periods with this word"), required=False, max_length=60)

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places  # type: ignore[attr-defined]


class DueForm(forms.Form):
    """A rule, a start, and when the clock stood still."""

    rule = forms.ChoiceField(
        label=_("Which period?"),
        error_messages={
            "invalid_choice": _("It is not in force on that day. Choose another, or another day.")
        },
    )
    start = forms.DateTimeField(
        label=_("When did it begin?"),
        widget=time_input(),
        help_text=_("For a period before an event: when the event is."),
    )

    def __init__(self, *args: Any, pack: Pack, at: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"].choices = rule_groups(pack.code, at)  # type: ignore[attr-defined]
        for number in range(1, HOLDS_MAX + 1):
            self.fields[f"stop{number}"] = forms.DateTimeField(
                label=_("Stood still from"), required=False, widget=time_input()
            )
            self.fields[f"go{number}"] = forms.DateTimeField(
                label=_("and went on at"), required=False, widget=time_input()
            )
        self.zone = rulebook.get_calendar(pack.code).zone

    def hold_fields(self) -> list[tuple[Any, Any]]:
        """The pairs of fields of the holds."""
        return [(self[f"stop{n}"], self[f"go{n}"]) for n in range(1, HOLDS_MAX + 1)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        holds = []
        for number in range(1, HOLDS_MAX + 1):
            begin, end = data.get(f"stop{number}"), data.get(f"go{number}")
            if begin is None and end is None:
                continue
            if begin is None or end is None:
                self.add_error(
                    f"go{number}" if end is None else f"stop{number}",
                    _("Say from when and until when the clock stood still, or neither."),
                )
            elif end < begin:
                self.add_error(f"go{number}", _("It went on before it stood still."))
            else:
                holds.append(Hold(self.local(begin), self.local(end)))
        data["holds"] = tuple(holds)
        if "start" in data:
            data["start"] = self.local(data["start"])
        return data

    def local(self, typed: datetime) -> datetime:
        """What was typed is the wall clock of the jurisdiction."""
        return typed.replace(tzinfo=self.zone)


def rule_groups(jurisdiction: str, at: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """The rules in force by source, for a list to choose from."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for rule in rulebook.list_clock_rules(jurisdiction, at):
        group = groups.setdefault(in_language(rule.source.title), [])
        group.append((rule.id, in_language(rule.label)))
    return list(groups.items())


class StepForm(forms.Form):
    """What is written down when a step of a document's life is recorded."""

    on_day = forms.DateField(label=_("On which day?"), widget=day_input())
    until_day = forms.DateField(label=_("Until which day?"), widget=day_input())
    body = forms.CharField(label=_("Who decided?"), max_length=120)
    reference = forms.CharField(label=_("Number"), max_length=80, required=False)
    note = forms.CharField(
        label=_("What was said?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    #: step -> its fields with their words: (label, help)
    WORDS: dict[LifeStep, dict[str, tuple[Any, Any]]] = {
        LifeStep.POST: {
            "on_day": (_("Posted from"), ""),
            "until_day": (_("Posted until"), _("The last day on the boards.")),
            "note": (_("Where is it put up?"), _("Name the boards and gates.")),
        },
        LifeStep.ADOPT: {
            "on_day": (_("Day of the decision"), ""),
            "body": (_("Who decided?"), ""),
            "reference": (_("Number of the decision"), ""),
            "note": (
                _("How did the votes fall?"),
                _("As announced: heads, area, yes, no, abstained. No names."),
            ),
        },
        LifeStep.FILE: {
            "on_day": (_("Day of filing"), ""),
            "body": (_("With whom?"), ""),
            "reference": (_("Number that it got there"), ""),
        },
        LifeStep.ENFORCE: {"on_day": (_("In force from"), _("The first day on which it holds."))},
        LifeStep.REVOKE: {
            "on_day": (_("No longer in force from"), _("The first day on which it does not hold.")),
            "body": (_("By whose word?"), _("The meeting, the authority or the court.")),
            "note": (_("Why?"), ""),
        },
        LifeStep.WITHDRAW: {"note": (_("Why?"), _("Everybody who saw it posted can read this."))},
    }

    def __init__(self, *args: Any, step: LifeStep, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = self.WORDS[step]
        for name in list(self.fields):
            if name not in words:
                del self.fields[name]
                continue
            self.fields[name].label, self.fields[name].help_text = words[name]


def refuse(form: forms.Form, error: Exception) -> None:
    """Put a refusal on top of the form."""
    form.add_error(None, wording.refusal(error))
