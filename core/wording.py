"""How core's sentences write numbers, for everybody who may read them. Reports have more words."""

SPACE = "\u00a0"
"""No-break space, between a number and its unit."""

_DISTANCES = {"l0": "L0", "l1": "L1", "l2": "L2", "linf": "L∞"}


def percent(fraction: float, decimals: int = 0) -> str:
    """A fraction in percent: "95 %", "−6.0 %"."""
    text = f"{fraction * 100:.{decimals}f}"
    if not float(text):
        text = text.removeprefix("-")
    return f"{text.replace('-', '−')}{SPACE}%"


def amount(name: str, size: float) -> str:
    """A size in a distance: "14.2 features", "L2 1.41"."""
    if name == "l0":
        return f"{round(size, 1):.9g} features"
    return f"{distance(name)}{SPACE}{size:.3g}"


def distance(name: str) -> str:
    """The field's sign of a distance: "L0", "L∞"."""
    return _DISTANCES[name]
