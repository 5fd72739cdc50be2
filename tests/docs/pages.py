"""Pages of docs/studies taken apart: the words above the heading "Numbers", the tables below it."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
STUDIES = ROOT / "docs" / "studies"
NAMES = tuple(sorted(path.stem for path in STUDIES.glob("*.md") if path.stem != "README"))
NUMBER = r"[-+]?\d+(?:,\d{3})*(?:\.\d+)?"
_SPAN = re.compile(rf"({NUMBER})%? \(({NUMBER})%? to ({NUMBER})%?\)")
_CODE = re.compile(r"`[^`]*`|\]\([^)]*\)|\b1e-\d+")
_JOINED = rf"(?:, | and | to | instead of | against ){NUMBER}"
_PERCENT = re.compile(rf"(?<![A-Za-z\d.])({NUMBER}(?:{_JOINED})*) %")
_WITH_ENDS = re.compile(rf"({NUMBER}) %(?: \w+)? \(({NUMBER}) to ({NUMBER}) %\)")


@dataclass(frozen=True)
class Measured:
    """A number of a table, with the ends of its interval where it has one."""

    value: float
    low: float | None = None
    high: float | None = None

    def holds_0(self) -> bool:
        """Whether the interval holds 0, as printed."""
        return self.low <= 0 <= self.high

    def apart(self, other) -> bool:
        """Whether two intervals have no number in common."""
        return self.high < other.low or other.high < self.low


@dataclass(frozen=True)
class Page:
    """One study. Args: text: of its file."""

    text: str

    @cached_property
    def words(self) -> str:
        """What is said in it, without what others published and how it was counted."""
        said = self.text.partition("## How it was counted")[0]
        return re.sub(r"## Published.*?(?=\n## )", "", said, flags=re.DOTALL)

    @cached_property
    def tables(self) -> dict[str, list[dict[str, str]]]:
        """Rows of each table by its title, the cells by their columns."""
        found, title, lines = {}, "", []
        for line in [*self.text.splitlines(), ""]:
            if line.startswith("|"):
                lines.append([cell.strip() for cell in line.strip("|").split("|")])
                continue
            if lines:
                head, _, *rows = lines
                found[title] = [dict(zip(head, row, strict=True)) for row in rows]
                lines = []
            if line.startswith("#") or line.startswith("<summary>"):
                title = re.sub(r"^#+ |</?summary>", "", line)
        return found

    def table(self, beginning: str) -> list[dict[str, str]]:
        """The rows of the table whose title begins so."""
        return next(rows for title, rows in self.tables.items() if title.startswith(beginning))

    def success(self, network: str, attack: str) -> Measured:
        """Share of attacks that succeed, in percent."""
        row = next(r for r in self.table("Share of attacks") if r["network"] == network)
        return measured(row[attack])

    def gain(self, network: str, distance: str = "features") -> Measured:
        """Against the undefended network, in percent."""
        return measured(self._closest(network, distance)["against none"])

    def censored(self, network: str, distance: str = "features") -> float:
        """Share of samples that no attack moved, in percent."""
        return measured(self._closest(network, distance)["censored"]).value

    def right(self, network: str, within: str) -> float:
        """Share of inputs that stay right, in percent."""
        rows = self.table("Share of inputs")
        row = next(r for r in rows if (r["network"], r["within"]) == (network, within))
        return measured(row["stay right"]).value

    def _closest(self, network: str, distance: str) -> dict[str, str]:
        rows = self.table("Closest example")
        return next(r for r in rows if (r["network"], r["distance"]) == (network, distance))

    @property
    def networks(self) -> list[str]:
        """In the order of the first table."""
        return [row["network"] for row in self.table("Share of attacks")]

    @cached_property
    def cells(self) -> list[str]:
        """Every cell of every table, headings too."""
        return [c for rows in self.tables.values() for r in rows for c in (*r, *r.values())]

    @cached_property
    def values(self) -> list[float]:
        """Every number that stands in a table."""
        return [number(one) for one in re.findall(NUMBER, " ".join(self.cells))]

    @cached_property
    def intervals(self) -> list[Measured]:
        """Every cell that has an interval."""
        return [measured(cell) for cell in self.cells if _SPAN.search(cell)]

    @cached_property
    def shares(self) -> list[float]:
        """Those in percent, and what a success rate leaves of 100 %."""
        found = [number(one) for one in re.findall(rf"({NUMBER}) ?%", " ".join(self.cells))]
        rates = [r[c] for r in self.table("Share of attacks") for c in r if c != "network"]
        return [*found, *(100 - measured(rate).value for rate in rates)]


def page(name: str) -> Page:
    """A study by its name."""
    return Page((STUDIES / f"{name}.md").read_text(encoding="utf-8"))


def number(text: str) -> float:
    """A number as it is written."""
    return float(text.replace(",", ""))


def measured(cell: str) -> Measured:
    """A cell such as "94.1% (90.9% to 96.7%)"."""
    span = _SPAN.search(cell)
    if span:
        return Measured(*(number(one) for one in span.groups()))
    return Measured(number(re.findall(NUMBER, cell)[0]))


def plain(words: str) -> str:
    """Sentences without tables, code and addresses."""
    return _CODE.sub(" ", "\n".join(line for line in words.splitlines() if line[:1] != "|"))


def shares_in(words: str) -> list[str]:
    """Numbers of a text that are in percent."""
    return [one for said in _PERCENT.findall(plain(words)) for one in re.findall(NUMBER, said)]


def intervals_in(words: str) -> list[tuple[str, str, str]]:
    """Shares in percent with the ends of their intervals in brackets."""
    return _WITH_ENDS.findall(plain(words))


def fractions_in(words: str) -> list[str]:
    """Numbers of a text with a decimal point that are not in percent."""
    rest = _PERCENT.sub(" ", plain(words))
    return [one for one in re.findall(NUMBER, rest) if "." in one]


def stands(text: str, values: list[float]) -> bool:
    """Whether a number as written is one of these, rounded to as many digits; either sign."""
    digits = len(text.partition(".")[2])
    near = 0.5 * 10**-digits + 1e-9
    return any(abs(abs(number(text)) - abs(value)) <= near for value in values)
