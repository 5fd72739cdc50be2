"""How a benchmark shows its rows: a table and a plot. Imports no Keras: not all need it."""

import argparse
import html
import json
import sys
from collections.abc import Callable
from pathlib import Path


def table(rows: list[dict]) -> str:
    """Format rows with the same keys as a markdown table."""
    lines = ["| " + " | ".join(rows[0]) + " |", "|" + " --- |" * len(rows[0])]
    lines += ["| " + " | ".join(str(value) for value in row.values()) + " |" for row in rows]
    return "\n".join(lines)


def bars(rows: list[dict], column: str, title: str, limit: str | None = None) -> str:
    """Draw one numeric column as an SVG of horizontal bars, named by the columns before it.

    Args: limit: a column whose value is drawn as a line on each bar; None for none.
    """
    height, left, width = 26, 330, 760
    values = [float(row[column]) for row in rows]
    limits = [float(row[limit]) if limit else 0.0 for row in rows]
    scale = (width - left - 70) / max(*values, *limits, 1e-12)
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" font-size="12"'
        f' width="{width}" height="{height * len(rows) + 40}">',
        f'<text x="8" y="20" font-size="14">{html.escape(f"{title}: {column}")}</text>',
    ]
    for place, (row, value, line) in enumerate(zip(rows, values, limits, strict=True)):
        names = list(row)[: list(row).index(column)]
        texts = [str(row[name]) for name in names if isinstance(row[name], str)]
        y = 32 + place * height
        parts += [
            f'<text x="{left - 8}" y="{y + 14}" text-anchor="end">'
            f"{html.escape(', '.join(texts)[:52])}</text>",
            f'<rect x="{left}" y="{y}" width="{value * scale:.1f}" height="18" fill="#0072B2"/>',
            f'<text x="{left + value * scale + 6:.1f}" y="{y + 14}">{value:g}</text>',
        ]
        if limit:
            x = left + line * scale
            parts.append(
                f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y - 3}" y2="{y + 21}" stroke="#D55E00"'
                ' stroke-width="2"/>'
            )
    return "\n".join([*parts, "</svg>\n"])


def main(
    benchmark: Callable[[], list[dict]],
    description: str,
    column: str | None = None,
    limit: str | None = None,
) -> None:
    """Run a benchmark as a command: its table to standard output, and with `--out` to files.

    Args: column, limit: what the plot shows; None draws none.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows here")
    parser.add_argument(
        "--out", type=Path, metavar="FOLDER", help="write table, rows and plot here"
    )
    arguments = parser.parse_args()
    rows = benchmark()
    print(table(rows))
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1))
    if arguments.out:
        title = Path(sys.argv[0]).stem
        arguments.out.mkdir(parents=True, exist_ok=True)
        (arguments.out / f"{title}.md").write_text(table(rows) + "\n")
        (arguments.out / f"{title}.json").write_text(json.dumps(rows, indent=1))
        if column:
            drawing = bars(rows, column, title, limit)
            (arguments.out / f"{title}.svg").write_text(drawing)
