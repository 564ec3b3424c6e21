"""Forms of the dispatch practice. Each names exactly the fields that it takes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.engines.casework.models import Report
from linli.engines.registry import selectors as registry
from linli.engines.registry.models import Place
from linli.kernel import files
from linli.kernel.actors import Actor
from linli.kernel.ids import uuid7
from linli.practices.dispatch import wording

PHOTOS_MAX = 4


class ReportForm(forms.Form):
    """A photo or a sentence, and where. Everything else is guessed and shown."""

    text = forms.CharField(
        label=_("What is it?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 4000, "autofocus": False}),
        help_text=_("One sentence is enough: what, and where."),
    )
    place = forms.ChoiceField(
        label=_("Where?"),
        required=False,
        help_text=_("Leave it open if you said it in your sentence."),
    )
    naming = forms.ChoiceField(
        label=_("May they know who reports?"),
        choices=Report.Naming.choices,
        widget=forms.RadioSelect,
        initial=Report.Naming.NAMED,
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=80)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = place_choices(actor)  # type: ignore[attr-defined]
        self.initial.setdefault("key", uuid7().hex)
        self.photos: list[bytes] = []

    def take_photos(self, uploads: list[Any]) -> None:
        """Read the uploads; a bad one becomes an error of the form, in words."""
        if len(uploads) > PHOTOS_MAX:
            self.add_error(None, _("At most four photos, please."))
            return
        for upload in uploads:
            try:
                self.photos.append(files.read_upload(upload))
            except files.BadFile as error:
                self.add_error(None, wording.BAD_FILES[error.code])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("text", "").strip() and not self.photos and not self.errors:
            self.add_error("text", _("Say it in a sentence, or send a photo."))
        return data


def place_groups(actor: Actor) -> list[tuple[str, list[tuple[str, str]]]]:
    """Buildings and spaces of the community by estate."""
    groups: dict[str, list[tuple[str, str]]] = {}
    estates = {p.path: p.name for p in registry.list_estates(actor)}
    for place in registry.list_pickable_places(actor):
        estate = estates.get(place.path.split("/")[0], _("Public space"))
        groups.setdefault(str(estate), []).append((str(place.pk), place.name))
    return list(groups.items())


def place_choices(actor: Actor) -> list[Any]:
    """Where it may be: my home first, then the community's estates with their buildings."""
    home = registry.home_of(actor.person_id)
    first: list[Any] = [("", _("Said in my sentence"))]
    if home is not None:
        first.append((str(home.pk), _("My home: %(place)s") % {"place": home.full_name}))
    return [*first, *place_groups(actor)]


class ReasonForm(forms.Form):
    """A few words that are needed: why it is not solved, why a job is returned."""

    reason = forms.CharField(
        label=_("What is still wrong?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 1000}),
    )


class FinishForm(forms.Form):
    """What was done, in a word; photos come beside it."""

    note = forms.CharField(
        label=_("What was done?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 1000}),
    )


class CorrectForm(forms.Form):
    """What the desk may correct: the kind, the place."""

    service = forms.CharField(required=False, max_length=60)
    place = forms.UUIDField(required=False)
    version = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


def found_place(actor: Actor, value: str) -> Place | None:
    """The place behind a choice; None for "said in my sentence"."""
    return registry.get_place(actor, value) if value else None
