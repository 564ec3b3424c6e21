"""Nobody sees rows of a model without a policy; what one may not know of is 404."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.apps.registry import Apps
from django.core.exceptions import EmptyResultSet
from django.http import Http404

import linli
from linli.kernel import actors
from linli.kernel.actors import NoPolicy, Purpose, SystemActor, get_visible_or_404
from linli.kernel.models import AuditEntry, User
from linli.kernel.scope import in_community
from linli.kernel.tests.checks import add_place, assert_refused, label, scoped_models

pytestmark = pytest.mark.django_db

SOURCE = Path(linli.__file__).parent
MALFORMED = [
    "garbage",
    "",
    "0",
    0,
    -1,
    10**40,
    "1e400",
    "é邻",
    "\x00",
    "\ud800",
    "' OR 1=1 --",
    "00000000-0000-0000-0000-00000000000g",
    b"bytes",
    ["list"],
    {"a": 1},
    object(),
    3.5,
    True,
]


def _actor(community: Any) -> SystemActor:
    return SystemActor(community.pk)


def _places() -> Any:
    return apps.get_model("registry", "Place").objects


@pytest.fixture
def open_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody sees every place."""
    place = apps.get_model("registry", "Place")
    policies = {**actors._policies, place: lambda rows, actor, purpose: rows}
    monkeypatch.setattr(actors, "_policies", policies)


def test_a_model_without_policy_shows_nothing(community: Any) -> None:
    actor = _actor(community)
    for purpose in Purpose:
        rows = AuditEntry.objects
        assert_refused(lambda p=purpose, r=rows: r.visible_to(actor, p), NoPolicy)
    assert_refused(
        lambda: get_visible_or_404(AuditEntry.objects.all(), actor, Purpose.OWN), NoPolicy
    )


def test_twin_with_a_policy_is_not_refused(community: Any, open_policy: None) -> None:
    with pytest.raises(AssertionError):
        assert_refused(lambda: _places().visible_to(_actor(community), Purpose.OWN), NoPolicy)


def test_a_subclass_does_not_inherit_a_policy(community: Any, open_policy: None) -> None:
    place = apps.get_model("registry", "Place")
    proxy = type(
        "PlaceProxy",
        (place,),
        {
            "__module__": __name__,
            "Meta": type("Meta", (), {"proxy": True, "app_label": "registry", "apps": Apps()}),
        },
    )
    assert_refused(lambda: proxy.objects.visible_to(_actor(community), Purpose.OWN), NoPolicy)


def test_one_policy_per_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actors, "_policies", {})
    first = actors.policy(User)(lambda rows, actor, purpose: rows)
    assert actors.policy(User)(first) is first
    assert_refused(lambda: actors.policy(User)(lambda rows, actor, purpose: rows), ValueError)


def test_an_unknown_purpose_is_refused(community: Any, open_policy: None) -> None:
    assert_refused(lambda: _places().visible_to(_actor(community), "curiosity"), ValueError)


def _models_read_by(path: Path) -> set[str]:
    """Names of models on which a file calls ``visible_to`` or ``get_visible_or_404``."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and _is_read(node):
            names |= {n.value.id for n in ast.walk(node) if _is_manager(n)}
    return names


def _is_read(node: ast.Call) -> bool:
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    return name in ("visible_to", "get_visible_or_404")


def _is_manager(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "objects"
        and isinstance(node.value, ast.Name)
    )


def test_every_model_that_is_shown_has_a_policy() -> None:
    files = [p for p in SOURCE.rglob("*.py") if not {"tests", "migrations"} & set(p.parts)]
    shown = set().union(*(_models_read_by(path) for path in files))
    assert shown, "no read was found: the search is broken"
    with_policy = {model.__name__ for model in actors._policies}
    assert shown <= with_policy


def test_twin_read_without_policy_is_found(tmp_path: Path) -> None:
    planted = tmp_path / "selectors.py"
    planted.write_text("rows = AuditEntry.objects.all().visible_to(actor, purpose)\n")
    assert _models_read_by(planted) == {"AuditEntry"}
    with pytest.raises(AssertionError):
        assert _models_read_by(planted) <= {m.__name__ for m in actors._policies}


@pytest.mark.parametrize("model", list(actors._policies), ids=label)
def test_linli_itself_has_no_way_round_the_scope(model: Any, community: Any) -> None:
    assert model in scoped_models()
    for purpose in Purpose:
        rows = model.objects.visible_to(_actor(community), purpose)
        assert rows.model is model
        assert _names_community(rows, community.pk)


def _names_community(rows: Any, community_id: UUID) -> bool:
    """Whether the SQL is bound to the community, or Django knows that nothing can come of it."""
    try:
        return community_id.hex in str(rows.query).replace("-", "")
    except EmptyResultSet:
        return True


@pytest.mark.parametrize("key", MALFORMED, ids=[str(n) for n in range(len(MALFORMED))])
def test_malformed_ids_are_not_found(community: Any, open_policy: None, key: object) -> None:
    add_place(community.pk)
    assert_not_found(_places().all(), _actor(community), key)


def assert_not_found(rows: Any, actor: Any, key: object) -> None:
    """Asking for ``key`` must say 404, and the connection must stay usable."""
    assert_refused(lambda: get_visible_or_404(rows, actor, Purpose.OWN, pk=key), Http404)
    assert rows.count() >= 0


def test_foreign_and_unknown_ids_answer_alike(
    community: Any, other_community: Any, open_policy: None
) -> None:
    foreign = add_place(other_community.pk)
    actor = _actor(community)
    answers = []
    for key in (foreign.pk, UUID(int=7)):
        with pytest.raises(Http404) as caught:
            get_visible_or_404(_places().all(), actor, Purpose.OWN, pk=key)
        answers.append(str(caught.value))
    assert len(set(answers)) == 1
    with in_community(other_community.pk):
        found = get_visible_or_404(_places().all(), actor, Purpose.OWN, pk=str(foreign.pk))
        assert found == foreign


def test_twin_unguarded_get_tells_malformed_from_missing(community: Any, open_policy: None) -> None:
    def unguarded(key: object) -> Any:
        return _places().get(pk=key)

    with pytest.raises(Exception, match="UUID"):
        assert_refused(lambda: unguarded("garbage"), Http404)


def test_a_hidden_row_is_not_found(community: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    place = add_place(community.pk)
    closed = {type(place): lambda rows, actor, purpose: rows.none()}
    monkeypatch.setattr(actors, "_policies", closed)
    assert_not_found(_places().all(), _actor(community), place.pk)


def test_the_system_actor_is_nobody(community: Any) -> None:
    actor = _actor(community)
    assert isinstance(actor, actors.Actor)
    assert not actor.has_role("chair", "dispatcher")
    assert list(actor.subtrees("chair")) == []
    assert actor.person_id is None
    assert actor.organisation_ids == frozenset()
