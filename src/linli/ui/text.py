"""Small words that every face needs: durations, amounts, masked names."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MINUS = "\N{MINUS SIGN}"
CURRENCIES: dict[str, tuple[str, int]] = {
    "CNY": ("¥", 2),
    "HKD": ("HK$", 2),
    "TWD": ("NT$", 2),
    "SGD": ("S$", 2),
    "USD": ("$", 2),
    "EUR": ("€", 2),
    "GBP": ("£", 2),
    "JPY": ("JP¥", 0),
    "KRW": ("₩", 0),
}


def duration(minutes: int) -> str:
    """Say a length of time in at most two parts: "6 小时 5 分钟", "3 天"."""
    minutes = abs(minutes)
    days, rest = divmod(minutes, 24 * 60)
    hours, mins = divmod(rest, 60)
    day_text = ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    hour_text = ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    min_text = ngettext("%(n)d minute", "%(n)d minutes", mins) % {"n": mins}
    if days:
        return f"{day_text} {hour_text}" if hours else day_text
    if hours:
        return f"{hour_text} {min_text}" if mins else hour_text
    return min_text


def money(minor: int, currency: str = "CNY", signed: bool = False) -> str:
    """Write minor units as money: 4690000 -> "¥46,900.00". The sign stands before the symbol."""
    symbol, digits = CURRENCIES[currency]
    major, rest = divmod(abs(minor), 10**digits)
    body = f"{symbol}{major:,}" + (f".{rest:0{digits}d}" if digits else "")
    return _sign(minor, signed) + body


def area(square_cm_hundredths: int) -> str:
    """Write an area kept in 0.01 m²: 8950 -> "89.50 m²"."""
    whole_m2, rest = divmod(abs(square_cm_hundredths), 100)
    return f"{_sign(square_cm_hundredths, False)}{whole_m2:,}.{rest:02d} m²"


def points(value: int, signed: bool = False) -> str:
    """Write points: 120 -> "120 分"."""
    return _sign(value, signed) + ngettext("%(n)s point", "%(n)s points", abs(value)) % {
        "n": f"{abs(value):,}"
    }


def hours(minutes: int, signed: bool = False) -> str:
    """Write minutes of service as hours, exactly: 90 -> "1 小时 30 分钟"."""
    return _sign(minutes, signed) + duration(minutes)


def _sign(value: int, signed: bool) -> str:
    if value < 0:
        return MINUS
    return "+" if signed and value > 0 else ""


def mask_name(name: str) -> str:
    """Keep only the first character of a name: "张桂芳" -> "张**", "Grace Li" -> "G**".

    The number of stars is fixed so that the length of the name is not told either.
    """
    name = name.strip()
    return f"{name[0]}**" if name else _("Somebody")


def has_cjk(text: str) -> bool:
    """True when the text holds a Chinese, Japanese or Korean character."""
    return any("⺀" <= c <= "鿿" or "豈" <= c <= "﫿" for c in text)


def text_width_em(text: str) -> float:
    """Estimated width of a text in em: wide characters count 1, others 0.56."""
    return sum(1.0 if ord(c) > 0x2E7F else 0.56 for c in text)
