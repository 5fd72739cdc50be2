"""How numbers are written: shares, intervals, ratios, counts, temperatures, durations."""

from __future__ import annotations

import math

from core.wording import SPACE

ABSENT = "–"
"""What stands where there is no number."""


def percent(fraction: float | None) -> str:
    """A fraction as percent in three significant digits at most, or "–" where there is none."""
    if fraction is None:
        return ABSENT
    value = fraction * 100
    size = abs(value)
    if size < 1e-12:
        text = "0"
    elif size < 5e-4:
        text = "0.00"  # rounded, and no power of ten
    elif size >= 99.95:
        text = f"{value:.0f}" if math.isclose(size % 1, 0, abs_tol=1e-9) else f"{value:.2f}"
    elif size >= 10:
        text = f"{value:.1f}"
    elif size >= 1:
        text = f"{value:.2f}"
    else:
        text = f"{value:.2g}"
    return f"{text.replace('-', '−')}{SPACE}%"


def published(fraction: float) -> str:
    """A published value with the two decimals of its source: "13.79 %"."""
    return f"{fraction * 100:.2f}{SPACE}%"


def interval(low: float | None, high: float | None) -> str:
    """A 95 % interval as "[1.62, 1.91]" in percent, empty where there is none."""
    if low is None or high is None:
        return ""
    strip = len(SPACE) + 1
    return f"[{percent(low)[:-strip]}, {percent(high)[:-strip]}]"


def signed(fraction: float | None) -> str:
    """A relative change in whole percent with its sign: "+12 %", "−6 %"."""
    if fraction is None:
        return ABSENT
    value = round(fraction * 100)
    return f"{value:+,d}{SPACE}%".replace("-", "−") if value else f"0{SPACE}%"


def points(difference: float, low: float | None, high: float | None) -> str:
    """A difference of two fractions in percentage points with its interval."""
    return f"{difference * 100:+.2f} {interval(low, high)}".replace("-", "−").strip()


def number(value: float | None) -> str:
    """A plain number in three significant digits, or "–"."""
    return ABSENT if value is None else f"{value:.3g}".replace("-", "−")


def of_100(fraction: float | None) -> str:
    """A rate in plain words: "about 94 of 100", "fewer than 1 of 100", "none", "all"."""
    if fraction is None:
        return "an unknown share of"
    if fraction <= 0:
        return "none"
    if fraction >= 1:
        return "all"
    if fraction < 0.005:
        return "fewer than 1 of 100"
    if fraction > 0.995:
        return "more than 99 of 100"
    return f"about {round(fraction * 100)} of 100"


def times(ratio: float) -> str:
    """A ratio of robustness in plain words: "seven times", "1.4 times"."""
    names = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    nearest = round(ratio)
    if 2 <= nearest <= 10 and abs(ratio - nearest) <= 0.05 * nearest:
        return f"{names[nearest - 2]} times"
    return f"{ratio:.0f} times" if ratio >= 10 else f"{ratio:.1f} times"


def count(number: int) -> str:
    """A count with separators: 70,000."""
    return f"{number:,}"


def temperature(value: float | None) -> str:
    """A temperature without needless zeros; "none" for the undefended network."""
    return "none" if value is None else f"{value:g}"


def at(value: float) -> str:
    """A temperature in a sentence: "T = 20"."""
    return f"T{SPACE}={SPACE}{temperature(value)}"


def seconds(value: float | None) -> str:
    """A duration: "27 s", "5 min 52 s", "2 h 10 min"."""
    if value is None:
        return ABSENT
    if value < 60:
        return f"{value:.3g}{SPACE}s"
    minutes, rest = divmod(round(value), 60)
    if minutes < 60:
        return f"{minutes}{SPACE}min {rest}{SPACE}s"
    return f"{minutes // 60}{SPACE}h {minutes % 60}{SPACE}min"
