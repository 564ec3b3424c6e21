"""Coordinates: published vectors, round trips, and what is refused."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linli.engines.registry.core.crs import (
    BadCoordinate,
    Crs,
    convert,
    distance_m,
    from_wgs84,
    in_shifted_area,
    to_wgs84,
)

# Away from the edge of the box: there the shift itself has no inverse.
_LON = st.floats(72.1, 137.7)
_LAT = st.floats(0.9, 55.7)
_PRECISION = 1e-9


@pytest.mark.parametrize(
    ("wgs", "crs", "there"),
    [
        ((116.404, 39.915), Crs.GCJ02, (116.41024449916938, 39.91640428150164)),
        ((116.404, 39.915), Crs.BD09, (116.41662724378732, 39.92269955221621)),
        ((121.4737, 31.2304), Crs.GCJ02, (121.47822305927693, 31.22845773757727)),
    ],
)
def test_published_vectors(
    wgs: tuple[float, float], crs: Crs, there: tuple[float, float]
) -> None:
    assert from_wgs84(*wgs, crs) == pytest.approx(there, abs=1e-12)
    assert to_wgs84(*there, crs) == pytest.approx(wgs, abs=_PRECISION)


@given(_LON, _LAT, st.sampled_from(Crs))
@example(105.0, 35.0, Crs.GCJ02)
def test_there_and_back(lon: float, lat: float, crs: Crs) -> None:
    back = to_wgs84(*from_wgs84(lon, lat, crs), crs)
    assert math.isclose(back[0], lon, rel_tol=0, abs_tol=_PRECISION)
    assert math.isclose(back[1], lat, rel_tol=0, abs_tol=_PRECISION)


@given(_LON, _LAT, st.sampled_from(Crs), st.sampled_from(Crs))
def test_any_system_to_any_other_and_back(
    lon: float, lat: float, one: Crs, other: Crs
) -> None:
    start = from_wgs84(lon, lat, one)
    back = convert(*convert(*start, one, other), other, one)
    assert back == pytest.approx(start, rel=0, abs=_PRECISION)


@given(_LON, _LAT)
def test_the_shift_is_what_sends_people_to_the_wrong_house(lon: float, lat: float) -> None:
    assert distance_m((lon, lat), from_wgs84(lon, lat, Crs.GCJ02)) < 2_000


def test_in_a_city_the_shift_is_hundreds_of_metres() -> None:
    there = from_wgs84(121.4737, 31.2304, Crs.GCJ02)
    assert 400 < distance_m((121.4737, 31.2304), there) < 500


@given(st.floats(-180, 180), st.floats(-90, 90), st.sampled_from(Crs))
def test_outside_the_box_nothing_is_shifted(lon: float, lat: float, crs: Crs) -> None:
    if in_shifted_area(lon, lat):
        return
    assert from_wgs84(lon, lat, crs) == (lon, lat)
    # A strip of a few hundred metres along the edge is both a shifted and a plain position.
    if not in_shifted_area(lon - 0.05, lat - 0.05) and not in_shifted_area(lon, lat + 0.05):
        assert to_wgs84(lon, lat, crs) == (lon, lat)


@pytest.mark.parametrize("crs", list(Crs))
def test_london_stays_in_london(crs: Crs) -> None:
    assert to_wgs84(-0.1276, 51.5072, crs) == (-0.1276, 51.5072)


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (math.nan, 31.0, "not_finite"),
        (121.0, math.inf, "not_finite"),
        (31.2304, 121.4737, "swapped"),
        (181.0, 0.0, "out_of_range"),
        (0.0, 90.001, "swapped"),
        (200.0, 100.0, "out_of_range"),
    ],
)
@pytest.mark.parametrize("crs", list(Crs))
def test_what_is_no_position_is_refused(lon: float, lat: float, code: str, crs: Crs) -> None:
    for function in (to_wgs84, from_wgs84):
        with pytest.raises(BadCoordinate) as caught:
            function(lon, lat, crs)
        assert caught.value.code == code
    with pytest.raises(BadCoordinate):
        convert(lon, lat, crs, crs)
