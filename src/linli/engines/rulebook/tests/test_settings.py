"""What the law leaves to a document is read from a clause, or it is not there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from linli.engines.rulebook import selectors, services
from linli.engines.rulebook.core.documents import BadValue, check_value
from linli.engines.rulebook.core.errors import RuleError, UnknownSetting
from linli.engines.rulebook.core.life import fingerprint, scopes_of
from linli.engines.rulebook.core.loading import load_packs
from linli.engines.rulebook.selectors.documents import list_in_force, list_settled, read_setting
from linli.engines.rulebook.tests.document_builders import chair, clause, draft, enforce
from linli.engines.rulebook.tests.test_loading import root, spoil  # noqa: F401
from linli.engines.rulebook.types import ClauseText, DocumentKind, Matter, SourceKind
from linli.kernel import clock

DAY = date(2026, 6, 1)
COVENANT = DocumentKind.MANAGEMENT_COVENANT
PACT = DocumentKind.RESIDENTS_PACT


@pytest.fixture(autouse=True)
def in_november() -> Any:
    with clock.frozen(datetime(2026, 11, 20, 4, tzinfo=UTC)):
        yield


def setting(key: str, jurisdiction: str = "310000") -> Any:
    return selectors.get_clause_setting(jurisdiction, key, DAY)


def test_no_clause_no_value(community: Any) -> None:
    for jurisdiction in ("CN", "310000", "generic"):
        for known in selectors.list_clause_settings(jurisdiction, DAY):
            assert read_setting(known.key, "mingzhu/b1", DAY) is None
    assert list_settled("mingzhu", DAY) == {}


def test_a_slip_of_the_pen_is_not_a_missing_clause(community: Any) -> None:
    with pytest.raises(UnknownSetting):
        read_setting("silence_rules", "mingzhu", DAY)


def test_the_value_cites_its_clause(community: Any) -> None:
    actor = chair(community)
    version = enforce(actor, draft(actor, clause("12", "silence_rule", "follow_majority")), DAY)
    found = read_setting("silence_rule", "mingzhu/b7/u2", DAY)
    assert found is not None
    assert (found.value, found.clause.number) == ("follow_majority", "12")
    assert found.document_id == version.document_id
    assert found.setting.sources[0].article == "18"
    assert read_setting("silence_rule", "mingzhu", date(2026, 5, 31)) is None
    assert read_setting("silence_rule", "mingzhu2", DAY) is None
    assert read_setting("silence_rule", "", DAY) is None


def test_one_clause_may_settle_several_things(community: Any) -> None:
    actor = chair(community)
    both = ClauseText(
        "9", "", "Seven members, five years.", {"committee_size": 7, "committee_term_years": 5}
    )
    enforce(actor, draft(actor, both), DAY)
    values = {key: found.value for key, found in list_settled("mingzhu", DAY).items()}
    assert values == {"committee_size": 7, "committee_term_years": 5}
    found = read_setting("committee_size", "mingzhu", DAY)
    assert found is not None
    assert found.clause == both


def test_only_what_holds_speaks(community: Any) -> None:
    actor = chair(community)
    version = draft(actor, clause("1", "proxies_max", 3))
    assert read_setting("proxies_max", "mingzhu", DAY) is None
    services.post_version(actor, version.pk, from_day=DAY, to_day=DAY, where="Gate")
    services.adopt_version(actor, version.pk, on_day=DAY, body="x", votes="x")
    assert read_setting("proxies_max", "mingzhu", DAY) is None
    services.enforce_version(actor, version.pk, from_day=DAY)
    assert read_setting("proxies_max", "mingzhu", DAY) is not None
    services.revoke_version(actor, version.pk, on_day=DAY, body="x", reason="x")
    assert read_setting("proxies_max", "mingzhu", DAY) is None


def test_the_nearest_place_wins(community: Any) -> None:
    actor = chair(community)
    whole, estate, house = "13:00-14:00", "12:00-14:00", "22:00-07:00"
    enforce(actor, draft(actor, clause("1", "quiet_hours", whole), kind=PACT, place=""), DAY)
    enforce(actor, draft(actor, clause("1", "quiet_hours", estate), kind=COVENANT), DAY)
    pact = draft(
        actor,
        clause("1", "quiet_hours", house),
        kind=DocumentKind.BUILDING_PACT,
        place="mingzhu/b7",
    )
    enforce(actor, pact, DAY)
    places = {"": whole, "binhe/b1": whole, "mingzhu": estate, "mingzhu/b7/u1": house}
    for place, expected in places.items():
        found = read_setting("quiet_hours", place, DAY)
        assert found is not None
        assert found.value == expected
    assert list_settled("mingzhu/b7", DAY)["quiet_hours"].value == house
    assert [row.place_path for row in list_in_force(actor, "mingzhu/b7", DAY)] == [
        "mingzhu/b7",
        "mingzhu",
        "",
    ]


def test_a_setting_holds_only_where_the_law_leaves_it(community: Any) -> None:
    actor = chair(community)
    version = draft(
        actor,
        clause("1", "minutes_keep_years", 10),
        jurisdiction="330100",
    )
    enforce(actor, version, DAY)
    assert read_setting("minutes_keep_years", "mingzhu", DAY) is not None
    with pytest.raises(services.BadDocument):
        draft(actor, clause("1", "minutes_keep_years", 10), jurisdiction="310000")


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [
        ("silence_rule", "follow_majority", "follow_majority"),
        ("proxies_max", 1, 1),
        ("prize_allowed", False, False),
        ("committee_size", 7, 7),
        ("quiet_hours", "12：00至14：00、20:00~08:00", "12:00-14:00, 20:00-08:00"),
        ("pets_kept_out", " 儿童乐园 ", "儿童乐园"),
    ],
)
def test_a_right_value(key: str, value: Any, kept: Any) -> None:
    assert check_value(setting(key), value) == kept


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("silence_rule", "yes", "not_a_choice"),
        ("silence_rule", None, "not_a_choice"),
        ("proxies_max", 0, "too_small"),
        ("proxies_max", 101, "too_big"),
        ("proxies_max", True, "not_whole"),
        ("proxies_max", "3", "not_whole"),
        ("prize_allowed", "yes", "not_a_flag"),
        ("committee_size", 6, "not_odd"),
        ("committee_term_years", 6, "too_big"),
        ("quiet_hours", "noon", "not_hours"),
        ("quiet_hours", "12:00-12:00", "not_hours"),
        ("quiet_hours", "24:30-08:00", "not_hours"),
        ("pets_kept_out", "  ", "empty"),
        ("pets_kept_out", "x" * 501, "too_long"),
    ],
)
def test_a_wrong_value(key: str, value: Any, code: str) -> None:
    with pytest.raises(BadValue) as caught:
        check_value(setting(key), value)
    assert caught.value.code == code


@pytest.mark.parametrize("jurisdiction", ["CN", "110000", "310000", "330100", "generic"])
def test_every_kind_and_setting_has_its_words_and_sources(jurisdiction: str) -> None:
    pack = selectors.get_pack(jurisdiction)
    kinds = selectors.list_document_kinds(jurisdiction)
    assert [rule.kind for rule in kinds] == list(DocumentKind)
    for rule in kinds:
        assert set(rule.name) == set(pack.languages)
    known = selectors.list_clause_settings(jurisdiction, DAY)
    assert known
    for entry in known:
        assert set(entry.title) == set(pack.languages)
        assert all(s.article or s.kind is SourceKind.REFERENCE for s in entry.sources)


def test_filing_of_pacts_is_law_since_2026() -> None:
    pact = selectors.get_document_kind("310000", PACT)
    (filing,) = (basis for basis in pact.bases if basis.matter is Matter.FILING)
    assert filing.source.article == "31(1)"
    assert filing.holds(date(2026, 1, 1))
    assert not filing.holds(date(2025, 12, 31))


def test_a_city_narrows_what_the_country_leaves_open() -> None:
    assert setting("committee_size", "CN").odd is False
    assert setting("committee_size", "310000").odd is True
    assert setting("committee_size", "330100").maximum == 11
    assert selectors.get_clause_setting("330100", "committee_size", date(2021, 1, 1)).maximum == 99


def test_scopes_from_the_place_to_the_community() -> None:
    assert scopes_of("") == [""]
    assert scopes_of("a/b/c") == ["a/b/c", "a/b", "a", ""]


def test_the_fingerprint_is_of_the_text() -> None:
    one = fingerprint("Rules", [clause("1", "proxies_max", 3)])
    assert one == fingerprint("Rules", [clause("1", "proxies_max", 3)])
    assert one != fingerprint("Rules", [clause("1", "proxies_max", 4)])


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("- key: charter", "- key: chart", "'chart' is not one of"),
        ("  kind: whole", "  kind: number", "'number' is not one of"),
        ("  min: 1", "  min: one", "whole number"),
        ("  kind: hours", "  kind: hours\n  min: 3", "is for numbers only"),
        ("[management_covenant, residents_pact, building_pact]", "[]", "needs documents"),
        ("sources: [{source: default}]", "sources: [{source: else}]", "not among the sources"),
        ("  from: 2021-01-01", "  colour: red", "unknown key 'colour'"),
    ],
)
def test_a_wrong_documents_file(root: Path, old: str, new: str, problem: str) -> None:  # noqa: F811
    assert problem in str(spoil(root, "documents.yaml", old, new))


def test_a_pack_without_documents(root: Path) -> None:  # noqa: F811
    (root / "generic" / "documents.yaml").unlink()
    with pytest.raises(RuleError, match="needs it"):
        load_packs(root)


def test_holidays_keep_their_names() -> None:
    (year,) = (found for found in selectors.list_holiday_lists("310000") if found.year == 2026)
    assert [span.name["en"] for span in year.spans][:2] == ["New Year's Day", "Spring Festival"]
    assert sum((s.last - s.first).days + 1 for s in year.spans) == len(year.holidays)
