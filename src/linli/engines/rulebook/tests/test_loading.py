"""A pack that is wrong stops with one sentence: file, line, entry, problem."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from linli.engines.rulebook import selectors
from linli.engines.rulebook.core.errors import RuleError
from linli.engines.rulebook.core.loading import load_packs

MARK = "- {id: generic-ordinary-7d,"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the generic pack that a test may spoil."""
    shutil.copytree(selectors.PACKS / "generic", tmp_path / "generic")
    return tmp_path


def spoil(root: Path, file: str, old: str, new: str) -> RuleError:
    path = root / "generic" / file
    text = path.read_text(encoding="utf-8")
    assert old in text, "the test spoils a line that exists"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        load_packs(root)
    return caught.value


def line_of(root: Path, file: str, text: str) -> int:
    lines = (root / "generic" / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("amount: 7, unit: natural_day", "amount: 7, unit: fortnight", "'fortnight' is not one of"),
        ("amount: 7, unit: natural_day", "amount: 7.5, unit: natural_day", "whole number"),
        ("amount: 7, unit: natural_day", "amount: 0, unit: natural_day", "whole number"),
        ("amount: 7, unit: natural_day", "unit: natural_day", "key 'amount' is missing"),
        (
            "amount: 7, unit: natural_day",
            "amount: 7, unit: natural_day, colour: red",
            "unknown key 'colour'",
        ),
        (
            "amount: 7, unit: natural_day",
            "amount: 7, unit: hour, roll: rest_days",
            "can roll over rest days",
        ),
        (
            "amount: 7, unit: natural_day",
            "amount: 7, unit: working_hour, direction: before",
            "cannot be counted back",
        ),
    ],
)
def test_a_wrong_rule_is_named_with_file_and_line(
    root: Path, old: str, new: str, problem: str
) -> None:
    line = line_of(root, "clocks.yaml", MARK)
    found = spoil(root, "clocks.yaml", f"done in 7 days}}, {old}", f"done in 7 days}}, {new}")
    assert problem in str(found)
    assert str(found).startswith(f"generic/clocks.yaml:{line}: generic-ordinary-7d: ")


def test_an_undated_rule(root: Path) -> None:
    found = spoil(
        root,
        "clocks.yaml",
        "unit: natural_day, source: default, from: 2021-01-01}",
        "unit: natural_day, source: default}",
    )
    assert "key 'from' is missing" in str(found)


def test_a_date_that_is_none(root: Path) -> None:
    found = spoil(root, "clocks.yaml", "from: 2021-01-01", "from: 2021-02-30")
    assert "expected a date like 2026-01-31" in str(found)


def test_a_period_that_ends_before_it_begins(root: Path) -> None:
    found = spoil(root, "clocks.yaml", "from: 2021-01-01", "from: 2021-01-01, to: 2020-01-01")
    assert "ends before it begins" in str(found)


def test_overlapping_periods(root: Path) -> None:
    path = root / "generic" / "clocks.yaml"
    again = "- {id: generic-ordinary-7d, label: {en: A}, amount: 5, unit: natural_day, "
    text = path.read_text(encoding="utf-8")
    path.write_text(text + again + "source: default, from: 2025-01-01}\n", encoding="utf-8")
    with pytest.raises(RuleError, match="overlaps the one from 2021-01-01"):
        load_packs(root)


def test_periods_that_follow_each_other_are_fine(root: Path) -> None:
    path = root / "generic" / "clocks.yaml"
    text = path.read_text(encoding="utf-8")
    mark = "done in 7 days}, amount: 7, unit: natural_day, source: default, from: 2021-01-01}"
    assert mark in text
    text = text.replace(mark, mark[:-1] + ", to: 2025-01-01}")
    again = "- {id: generic-ordinary-7d, label: {en: A}, amount: 5, unit: natural_day, "
    path.write_text(text + again + "source: default, from: 2025-01-01}\n", encoding="utf-8")
    periods = load_packs(root)["generic"].rules["generic-ordinary-7d"]
    assert [rule.amount for rule in periods] == [7, 5]


def test_a_gap_between_periods_under_a_service_type(root: Path) -> None:
    found = spoil(
        root,
        "clocks.yaml",
        "done in 7 days}, amount: 7, unit: natural_day, source: default, from: 2021-01-01}",
        "done in 7 days}, amount: 7, unit: natural_day, source: default, "
        "from: 2021-01-01, to: 2025-01-01}",
    )
    assert "'generic-ordinary-7d' is not in force all the time" in str(found)


def test_a_rule_that_does_not_exist(root: Path) -> None:
    found = spoil(root, "clocks.yaml", "finish: generic-work-4h}", "finish: generic-work-5h}")
    assert "there is no clock rule 'generic-work-5h'" in str(found)
    assert "clocks.yaml: set P2" in str(found)


def test_an_unknown_rule_on_a_duty(root: Path) -> None:
    found = spoil(
        root,
        "services/water.yaml",
        "{body: property, role: lead, authority: order}",
        "{body: property, role: lead, authority: order, clocks: {finish: nobody-knows}}",
    )
    assert str(found).startswith("generic/services/water.yaml:4: water.burst_pipe: ")
    assert "property: there is no clock rule 'nobody-knows'" in str(found)


def test_a_statute_without_article(root: Path) -> None:
    found = spoil(root, "clocks.yaml", "kind: reference", "kind: statute")
    assert "a statute needs its article" in str(found)


def test_a_source_that_nobody_uses(root: Path) -> None:
    extra = "sources:\n  spare: {title: {en: Spare}, kind: reference}\n"
    found = spoil(root, "clocks.yaml", "sources:\n", extra)
    assert "source 'spare' is used by no rule" in str(found)


def test_a_missing_translation(root: Path) -> None:
    found = spoil(root, "services/water.yaml", "{en: Burst water pipe}", "{de: Rohrbruch}")
    assert "the translation into 'en' is missing" in str(found)
    assert "water.burst_pipe" in str(found)


def test_a_language_too_many(root: Path) -> None:
    found = spoil(root, "pack.yaml", "name: {en: Generic}", "name: {en: Generic, fr: General}")
    assert "'fr' is not a language of this pack" in str(found)


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("pack.yaml", "time_zone: UTC", "time_zone: Mars/Olympus", "not a known time zone"),
        ("pack.yaml", "time_zone: UTC", "time_zones: UTC", "unknown key 'time_zones'"),
        ("pack.yaml", "code: generic", "code: other", "must be the folder's name"),
        ("pack.yaml", 'building: {en: "Building {}"}', "building: {en: Building}", "exactly one"),
        ("pack.yaml", "  P4: {en: Complex matter}\n", "", "P0 to P4"),
        ("pack.yaml", "  pets: {en: Pets}\n", "", "families must be exactly"),
        ("pack.yaml", "weekend: [6, 7]", "weekend: [8]", "whole number from 1 to 7"),
        ("pack.yaml", '"09:00-12:30"', '"09:00-08:30"', "not in order"),
        ("pack.yaml", "currency: EUR\n", "currency: EUR\ncurrency: USD\n", "appears twice"),
        ("pack.yaml", "currency: EUR\n", "currency: [EUR\n", "not YAML"),
        ("services/water.yaml", "privacy: open", "privacy: hidden", "'hidden' is not one of"),
        ("services/water.yaml", "priority: P1", "priority: P9", "'P9' is not one of"),
        ("services/water.yaml", "body: property", "body: wizard", "names no body 'wizard'"),
        ("services/water.yaml", "role: lead", "role: support", "exactly one lead"),
        ("services/water.yaml", "code: water.no_water", "code: water.burst_pipe", "twice"),
        ("services/water.yaml", "code: water.no_water", "code: air.no_water", "water.some_kind"),
        ("services/water.yaml", "family: water", "family: fire", "named after"),
        (
            "services/water.yaml",
            "strong: [burst pipe,",
            "strong: [burst pipe, burst pipe,",
            "twice",
        ),
        ("services/care.yaml", "emergency: [medical]", "emergency: [dragon]", "'dragon'"),
        ("seeds/water.yaml", "water.no_water:", "power.no_water:", "belong in this file"),
    ],
)
def test_other_mistakes(root: Path, file: str, old: str, new: str, problem: str) -> None:
    found = spoil(root, file, old, new)
    assert problem in str(found)
    assert str(found).startswith(f"generic/{file}:")


def test_a_type_without_seeds(root: Path) -> None:
    found = spoil(root, "seeds/water.yaml", "water.no_water:", "water.no_wine:")
    assert str(found).startswith("generic/services/water.yaml:")
    assert str(found).endswith("water.no_water: the type has no seed sentences")


def test_seeds_for_nothing(root: Path) -> None:
    path = root / "generic" / "seeds" / "water.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "water.wine:\n- Too much wine\n", encoding="utf-8")
    with pytest.raises(RuleError, match="seeds for a type that does not exist"):
        load_packs(root)


def child(root: Path, extra: str = "", overrides: str = "", parent: str = "generic") -> None:
    folder = root / "child"
    folder.mkdir()
    pack = f"code: child\nparent: {parent}\nname: {{en: Child}}\n{extra}"
    (folder / "pack.yaml").write_text(pack, encoding="utf-8")
    clocks = (
        "sources:\n  own: {title: {en: Own}, kind: statute}\nrules:\n"
        "- {id: generic-ordinary-7d, label: {en: Own}, amount: 5, unit: natural_day, "
        "source: own, article: '3', from: 2025-01-01}\n"
    )
    (folder / "clocks.yaml").write_text(clocks, encoding="utf-8")
    if overrides:
        (folder / "overrides.yaml").write_text(overrides, encoding="utf-8")


def test_a_child_has_what_its_parent_has_and_its_own(root: Path) -> None:
    overrides = (
        "types:\n- code: water.no_water\n  strong: [dry as dust]\n"
        "  clocks: {water_company: {finish: generic-emergency-2h}}\n"
    )
    child(root, "time_zone: Europe/Berlin\n", overrides)
    packs = load_packs(root)
    made, parent = packs["child"], packs["generic"]
    assert made.pack.time_zone == "Europe/Berlin"
    assert made.pack.currency == parent.pack.currency
    assert str(made.calendar.zone) == "Europe/Berlin"
    assert [rule.amount for rule in made.rules["generic-ordinary-7d"]] == [5, 7]
    kind = made.catalogue["water.no_water"][0].type
    assert "dry as dust" in kind.keywords
    assert kind.duties[0].clocks["finish"] == "generic-emergency-2h"
    assert kind.duties[0].clocks["respond"] == "generic-p1-respond-30min"
    assert "dry as dust" not in parent.catalogue["water.no_water"][0].type.keywords


@pytest.mark.parametrize(
    ("overrides", "problem"),
    [
        ("types:\n- code: water.wine\n", "the parent pack has no such type"),
        ("types:\n- code: water.no_water\n- code: water.no_water\n", "overridden twice"),
        ("types:\n- code: water.no_water\n  privacy: open\n", "unknown key 'privacy'"),
        (
            "types:\n- code: water.no_water\n  clocks: {police: {}}\n",
            "'police' has no duty here",
        ),
        (
            "types:\n- code: water.no_water\n  clocks: {property: {finish: never}}\n",
            "there is no clock rule 'never'",
        ),
    ],
)
def test_wrong_overrides(root: Path, overrides: str, problem: str) -> None:
    child(root, overrides=overrides)
    with pytest.raises(RuleError) as caught:
        load_packs(root)
    assert problem in str(caught.value)
    assert str(caught.value).startswith("child/overrides.yaml:")


def test_a_parent_that_is_not_there_or_is_the_child_itself(root: Path) -> None:
    child(root, parent="nowhere")
    with pytest.raises(RuleError, match="no pack 'nowhere' to be the parent"):
        load_packs(root)
    shutil.rmtree(root / "child")
    child(root, parent="child")
    with pytest.raises(RuleError, match="its own ancestor"):
        load_packs(root)


HOLIDAYS = """\
year: 2026
source: {title: {en: Notice}, article: "1"}
holidays:
- {name: {en: New Year}, from: 2026-01-01, to: 2026-01-03}
make_up_workdays: [2026-01-04]
"""


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("to: 2026-01-03", "to: 2025-12-31", "ends before it begins"),
        ("from: 2026-01-01", "from: 2025-12-31", "is not in 2026"),
        ("[2026-01-04]", "[2026-01-05]", "no weekend day outside the holidays"),
        ("[2026-01-04]", "[2026-01-03]", "no weekend day outside the holidays"),
        ("[2026-01-04]", "[2026-01-04, 2026-01-04]", "appears twice"),
        ("year: 2026", "year: 2025", "is not in 2025"),
    ],
)
def test_wrong_holidays(root: Path, old: str, new: str, problem: str) -> None:
    folder = root / "generic" / "calendars"
    folder.mkdir()
    (folder / "2026.yaml").write_text(HOLIDAYS, encoding="utf-8")
    assert load_packs(root)["generic"].calendar.known_years == {2026}
    (folder / "2026.yaml").write_text(HOLIDAYS.replace(old, new), encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        load_packs(root)
    assert problem in str(caught.value)


def test_a_holiday_file_is_named_after_its_year(root: Path) -> None:
    folder = root / "generic" / "calendars"
    folder.mkdir()
    (folder / "2027.yaml").write_text(HOLIDAYS, encoding="utf-8")
    with pytest.raises(RuleError, match="named after its year"):
        load_packs(root)


def test_an_empty_place_has_no_packs(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="there is no pack"):
        load_packs(tmp_path)
