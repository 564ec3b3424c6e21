"""Coordinates of three kinds that look alike: WGS-84, and the two shifted ones of maps in China.

Positions are stored as WGS-84. CGCS2000 (EPSG:4490) differs from it by centimetres to
decimetres and is treated as equal. GCJ-02 (AMap, Tencent) is shifted by 50 to 700 m, BD-09
(Baidu) once more, so a position whose system is not known sends people to the wrong house.

All values are degrees, longitude first (as in GeoJSON). The shift is the public approximation
with the Krasovsky ellipsoid's constants; maps differ from it by metres at most.
"""

from __future__ import annotations

import math
from enum import StrEnum

#: semi-major axis in metres and squared eccentricity, as the approximation uses them
_A = 6378245.0
_EE = 0.00669342162296594323
_BD_PI = math.pi * 3000.0 / 180.0
#: the box outside of which GCJ-02 and BD-09 equal WGS-84: west, south, east, north
_BOX = (72.004, 0.8293, 137.8347, 55.8271)
#: stop when one more step would move less than this many degrees (about 0.01 mm)
_PRECISION = 1e-10
_MAX_STEPS = 40

LonLat = tuple[float, float]


class Crs(StrEnum):
    """The system of a pair of degrees. Stored beside every position that comes from outside."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"


class BadCoordinate(ValueError):
    """Not a position on earth. ``code``: ``not_finite``, ``out_of_range`` or ``swapped``."""

    def __init__(self, code: str, lon: float, lat: float) -> None:
        super().__init__(f"{code}: longitude {lon!r}, latitude {lat!r}")
        self.code = code


def to_wgs84(lon: float, lat: float, crs: Crs) -> LonLat:
    """A position of any system → WGS-84. Raises BadCoordinate."""
    _check(lon, lat)
    if crs is Crs.BD09:
        lon, lat = _bd09_to_gcj02(lon, lat)
    if crs in (Crs.BD09, Crs.GCJ02):
        return _unshift(lon, lat)
    return lon, lat


def from_wgs84(lon: float, lat: float, crs: Crs) -> LonLat:
    """A WGS-84 position → the system of a map. Raises BadCoordinate."""
    _check(lon, lat)
    if crs in (Crs.WGS84, Crs.CGCS2000):
        return lon, lat
    shifted = _shift(lon, lat)
    return _gcj02_to_bd09(*shifted) if crs is Crs.BD09 else shifted


def convert(lon: float, lat: float, source: Crs, target: Crs) -> LonLat:
    """A position from one system to another. Raises BadCoordinate."""
    if source is target:
        _check(lon, lat)
        return lon, lat
    return from_wgs84(*to_wgs84(lon, lat, source), target)


def in_shifted_area(lon: float, lat: float) -> bool:
    """Whether maps shift positions here: a box around China, larger than China itself.

    Where neighbouring countries lie in the box, the public approximation shifts them too.
    """
    west, south, east, north = _BOX
    return west <= lon <= east and south <= lat <= north


def distance_m(a: LonLat, b: LonLat) -> float:
    """Metres between two WGS-84 positions on a sphere; within 0.6 % of the ellipsoid."""
    lon_a, lat_a, lon_b, lat_b = map(math.radians, (*a, *b))
    half = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * 6371008.8 * math.asin(min(1.0, math.sqrt(half)))


def _check(lon: float, lat: float) -> None:
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise BadCoordinate("not_finite", lon, lat)
    if abs(lon) <= 180 and abs(lat) <= 90:
        return
    # 31.23, 121.47: latitude first is the commonest mistake, and this one can be told.
    swapped = abs(lat) <= 180 and abs(lon) <= 90
    raise BadCoordinate("swapped" if swapped else "out_of_range", lon, lat)


def _shift(lon: float, lat: float) -> LonLat:
    if not in_shifted_area(lon, lat):
        return lon, lat
    by_lon, by_lat = _offset(lon, lat)
    return lon + by_lon, lat + by_lat


def _unshift(lon: float, lat: float) -> LonLat:
    """The inverse of ``_shift`` by fixed-point steps: each makes the error ~1000 times smaller.

    At the edge of the box a shifted position may have no exact original: one side is shifted
    and the other is not. There the nearer of the two readings is returned.
    """
    if not in_shifted_area(lon, lat) and not in_shifted_area(*_step_back(lon, lat, lon, lat)):
        return lon, lat
    at_lon, at_lat = lon, lat
    for _ in range(_MAX_STEPS):
        next_lon, next_lat = _step_back(lon, lat, at_lon, at_lat)
        moved = max(abs(next_lon - at_lon), abs(next_lat - at_lat))
        at_lon, at_lat = next_lon, next_lat
        if moved < _PRECISION:
            break
    return (at_lon, at_lat) if in_shifted_area(at_lon, at_lat) else (lon, lat)


def _step_back(lon: float, lat: float, at_lon: float, at_lat: float) -> LonLat:
    by_lon, by_lat = _offset(at_lon, at_lat)
    return lon - by_lon, lat - by_lat


def _offset(lon: float, lat: float) -> LonLat:
    """How far GCJ-02 lies from WGS-84 here, in degrees."""
    x, y = lon - 105.0, lat - 35.0
    ripple = (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    north_m += ripple
    north_m += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north_m += (
        (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    )
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + ripple
    east_m += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east_m += (
        (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    )
    phi = math.radians(lat)
    magic = 1 - _EE * math.sin(phi) ** 2
    lat_degree_m = (_A * (1 - _EE)) / (magic * math.sqrt(magic)) * math.pi / 180.0
    lon_degree_m = _A / math.sqrt(magic) * math.cos(phi) * math.pi / 180.0
    return east_m / lon_degree_m, north_m / lat_degree_m


def _gcj02_to_bd09(lon: float, lat: float) -> LonLat:
    if not in_shifted_area(lon, lat):
        return lon, lat
    z = math.hypot(lon, lat) + 0.00002 * math.sin(lat * _BD_PI)
    theta = math.atan2(lat, lon) + 0.000003 * math.cos(lon * _BD_PI)
    return z * math.cos(theta) + 0.0065, z * math.sin(theta) + 0.006


def _bd09_to_gcj02(lon: float, lat: float) -> LonLat:
    """Fixed-point inverse; the closed formula in circulation is off by up to a metre."""
    if not in_shifted_area(lon - 0.0065, lat - 0.006):
        return lon, lat
    at_lon, at_lat = lon - 0.0065, lat - 0.006
    for _ in range(_MAX_STEPS):
        there = _gcj02_to_bd09(at_lon, at_lat)
        by_lon, by_lat = lon - there[0], lat - there[1]
        at_lon, at_lat = at_lon + by_lon, at_lat + by_lat
        if max(abs(by_lon), abs(by_lat)) < _PRECISION:
            break
    return at_lon, at_lat
