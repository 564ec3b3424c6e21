"""The packs that ship: complete, translated, lawful in what they promise, quick to load."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from linli.engines.rulebook import selectors
from linli.engines.rulebook.core.catalogue import FAMILIES
from linli.engines.rulebook.core.errors import (
    UnknownEmergencyKind,
    UnknownPack,
    UnknownRule,
    UnknownServiceType,
)
from linli.engines.rulebook.types import (
    Authority,
    ClockKind,
    DutyRole,
    Privacy,
    SourceKind,
)

DAY = date(2026, 11, 20)
CITIES = ("110000", "310000", "330100")
CODES = ("110000", "310000", "330100", "CN", "generic")
HAN = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")


def everything_said(code: str) -> str:
    return "\n".join(
        [repr(selectors.get_pack(code))]
        + [repr(kind) for kind in selectors.list_service_types(code, DAY)]
        + [repr(rule) for rule in selectors.list_clock_rules(code, DAY)]
    )


def test_the_packs_are_there_by_code() -> None:
    assert tuple(pack.code for pack in selectors.list_packs()) == CODES


@pytest.mark.parametrize("code", ["CN", *CITIES])
def test_a_chinese_pack_has_every_family_and_many_types(code: str) -> None:
    types = selectors.list_service_types(code, DAY)
    assert {kind.family for kind in types} == set(FAMILIES)
    assert len(types) >= 60
    for kind in types:
        assert set(kind.name) == {"zh-hans", "en"}
        assert len(kind.seeds) >= 15, kind.code
        assert all(HAN.search(seed) for seed in kind.seeds), kind.code
        assert kind.keyword_weights.keys() == set(kind.keywords)


def test_no_sentence_teaches_two_types() -> None:
    for code in CODES:
        seeds = [s for kind in selectors.list_service_types(code, DAY) for s in kind.seeds]
        assert len(seeds) == len(set(seeds)), code


def test_the_generic_pack_speaks_english_only() -> None:
    said = everything_said("generic")
    assert not HAN.search(said)
    assert "119" not in said
    assert "party" not in said.lower().replace("party next door", "").replace("having a party", "")
    assert "party_branch" not in selectors.get_pack("generic").bodies
    assert set(selectors.get_pack("generic").emergency_numbers.values()) == {"112"}
    types = selectors.list_service_types("generic", DAY)
    assert len(types) >= 30
    assert {kind.family for kind in types} == set(FAMILIES)
    assert all(len(kind.seeds) >= 5 for kind in types)
    assert all(
        rule.id.startswith("generic-") for rule in selectors.list_clock_rules("generic", DAY)
    )


@pytest.mark.parametrize("code", CODES)
def test_every_clock_of_a_duty_is_in_force(code: str) -> None:
    for kind in selectors.list_service_types(code, DAY):
        for duty in kind.duties:
            assert duty.body in selectors.get_pack(code).bodies
            for rule_id in duty.clocks.values():
                assert selectors.get_clock_rule(code, rule_id, DAY).id == rule_id
        lead = next(duty for duty in kind.duties if duty.role is DutyRole.LEAD)
        assert ClockKind.RESPOND in lead.clocks
        assert ClockKind.FINISH in lead.clocks


def test_a_burst_pipe_goes_to_property_and_water() -> None:
    kind = selectors.get_service_type("CN", "water.burst_pipe", DAY)
    lead, support = kind.duties
    assert (lead.body, lead.role, lead.authority) == ("property", DutyRole.LEAD, Authority.ORDER)
    assert (support.body, support.authority) == ("water_company", Authority.REQUEST)
    minutes = [selectors.get_clock_rule("CN", lead.clocks[k], DAY) for k in ("respond", "arrive")]
    assert [(rule.amount, rule.unit.value) for rule in minutes] == [(30, "minute")] * 2
    assert lead.clocks[ClockKind.FINISH] == "cn-12345-utility-24h"
    assert support.clocks[ClockKind.FINISH] == "cn-12345-utility-24h"
    assert ClockKind.ARRIVE not in support.clocks


@pytest.mark.parametrize(
    "code",
    [
        "security.fight",
        "security.domestic_violence",
        "care.child_harm",
        "care.child_alone",
        "care.elder_abuse",
        "care.mental_crisis",
        "public_affairs.staff_misconduct",
        "property_service.staff_complaint",
    ],
)
def test_what_must_be_sealed_is_sealed(code: str) -> None:
    assert selectors.get_service_type("CN", code, DAY).privacy is Privacy.SEALED


def test_whoever_is_complained_about_has_no_part_in_it() -> None:
    for code in CODES:
        staff = selectors.get_service_type(code, "property_service.staff_complaint", DAY)
        assert "property" not in {duty.body for duty in staff.duties}
        misconduct = selectors.get_service_type(code, "public_affairs.staff_misconduct", DAY)
        assert "residents_committee" not in {duty.body for duty in misconduct.duties}


def test_neighbours_never_learn_of_harm_to_a_child() -> None:
    near = {"property", "grid_worker", "building_leader", "owners_committee"}
    for code in CODES:
        harm = selectors.get_service_type(code, "care.child_harm", DAY)
        assert not near & {duty.body for duty in harm.duties}
        assert "police" in harm.emergency


def test_the_bands_are_settings_not_law() -> None:
    for rule in selectors.list_clock_rules("CN", DAY):
        if re.match("cn-(p[0-4]|12345|work|dispute|pet|privacy)-", rule.id):
            assert rule.source.kind is SourceKind.REFERENCE, rule.id
        if rule.source.kind is not SourceKind.REFERENCE:
            assert rule.source.article, rule.id


def test_a_city_lays_its_rule_over_the_country_s() -> None:
    country = selectors.get_clock_rule("CN", "cn-owner-notice-15d", DAY)
    beijing = selectors.get_clock_rule("110000", "cn-owner-notice-15d", DAY)
    shanghai = selectors.get_clock_rule("310000", "cn-owner-notice-15d", DAY)
    assert (country.jurisdiction, country.source.article) == ("CN", "14")
    assert (beijing.jurisdiction, beijing.source.article) == ("110000", "35")
    assert shanghai == country
    before = selectors.get_clock_rule("330100", "cn-owner-notice-15d", date(2022, 2, 28))
    assert before == country, "Hangzhou's regulation was not yet in force"


def test_a_city_adds_its_words() -> None:
    shanghai = selectors.get_service_type("310000", "sanitation.mixed_collection", DAY)
    country = selectors.get_service_type("CN", "sanitation.mixed_collection", DAY)
    assert "干湿不分" in shanghai.keywords
    assert "干湿不分" not in country.keywords
    assert len(shanghai.seeds) > len(country.seeds)
    assert selectors.get_pack("310000").place_labels["building"]["zh-hans"].format(7) == "7号"
    assert selectors.get_pack("330100").place_labels["building"]["zh-hans"].format(7) == "7幢"
    assert selectors.get_pack("310000").place_labels["unit"]["zh-hans"].format(2) == "2单元"


def test_rules_speak_only_while_in_force() -> None:
    with pytest.raises(UnknownRule, match="not in force on 2025-12-31"):
        selectors.get_clock_rule("CN", "cn-electors-roll-20d", date(2025, 12, 31))
    assert selectors.get_clock_rule("CN", "cn-electors-roll-20d", date(2026, 1, 1)).amount == 20
    ids = {rule.id for rule in selectors.list_clock_rules("CN", date(2025, 12, 31))}
    assert "cn-electors-roll-20d" not in ids
    assert "cn-12345-ordinary-7d" in ids


def test_what_is_not_there_is_a_lookup_error_with_a_sentence() -> None:
    with pytest.raises(UnknownPack, match="no rule pack '440100'"):
        selectors.get_pack("440100")
    with pytest.raises(UnknownRule, match="no clock rule 'x'"):
        selectors.get_clock_rule("CN", "x", DAY)
    with pytest.raises(UnknownServiceType, match=r"no service type 'water\.x'"):
        selectors.get_service_type("CN", "water.x", DAY)
    with pytest.raises(UnknownServiceType):
        selectors.get_service_type("CN", "water.burst_pipe", date(2020, 1, 1))
    with pytest.raises(UnknownEmergencyKind, match="'comet'"):
        selectors.get_emergency_number("CN", "comet")
    assert issubclass(UnknownEmergencyKind, LookupError)


def test_emergency_numbers() -> None:
    assert selectors.get_emergency_number("CN", "fire") == "119"
    assert selectors.get_emergency_number("330100", "medical") == "120"
    assert selectors.get_emergency_number("generic", "fire") == "112"


@pytest.mark.parametrize(
    ("reader", "expected"), [("zh-hans", "水"), ("en", "Water"), ("fr", "Water"), (None, "Water")]
)
def test_names_fall_back_to_english(
    monkeypatch: pytest.MonkeyPatch, reader: str | None, expected: str
) -> None:
    monkeypatch.setattr(selectors, "get_language", lambda: reader)
    assert selectors.in_language({"zh-hans": "水", "en": "Water"}) == expected
    assert selectors.in_language({"zh-hans": "水"}) == "水"
    assert selectors.in_language({}) == ""


@pytest.mark.parametrize(("year", "rest", "make_up"), [(2024, 28, 8), (2025, 28, 5), (2026, 33, 6)])
def test_the_holiday_lists_have_the_days_that_were_announced(
    year: int, rest: int, make_up: int
) -> None:
    found = {entry.year: entry for entry in selectors.list_holiday_lists("CN")}[year]
    assert len(found.holidays) == rest
    assert len(found.make_up_workdays) == make_up
    assert found.source.article.startswith("国办发明电")


def test_the_year_s_working_days_agree_with_an_independent_count() -> None:
    """251, 248 and 248 working days: as two public calendar libraries count them."""
    calendar = selectors.get_calendar("310000")
    for year, expected in ((2024, 251), (2025, 248), (2026, 248)):
        days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
        assert sum(calendar.is_working_day(d) for d in days if d.year == year) == expected
    assert not calendar.knows(date(2027, 1, 1))
