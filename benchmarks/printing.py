"""How a benchmark prints its rows; imports nothing, so that a benchmark without Keras stays one."""


def table(rows: list[dict]) -> str:
    """Format rows with the same keys as a markdown table."""
    lines = ["| " + " | ".join(rows[0]) + " |", "|" + " --- |" * len(rows[0])]
    lines += ["| " + " | ".join(str(value) for value in row.values()) + " |" for row in rows]
    return "\n".join(lines)
