"""UCI Spambase, which ships with the project: real mails as frequencies of words.

Licence and attribution lie beside the file, in `embedded/spambase.txt`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

FILE = Path(__file__).parent / "embedded" / "spambase.npz"
CAPITALS = {
    "capitalAve": "run of capitals, average",
    "capitalLong": "run of capitals, longest",
    "capitalTotal": "capitals in all",
}
SIGNS = {
    "charSemicolon": ";",
    "charRoundbracket": "(",
    "charSquarebracket": "[",
    "charExclamation": "!",
    "charDollar": "$",
    "charHash": "#",
}


SOURCE = (
    "4,601 mails of UCI Spambase, which ship with the project; 3,681 for training, 806 for testing,"
    " without 114 that stand in both"
)


def arrays() -> dict[str, np.ndarray]:
    """4,601 mails; what a sender of spam can do is add words and signs, never take any out.

    114 of the 920 test mails also stand in the training part, and are left out: what a network
    says of them is no evidence for new mails.

    Each value is log(1 + v), divided by its largest over all mails, so that features run from 0
    to 1. v is the share of words or of characters in percent, or the length of runs of capitals.
    Their tails are heavy: the 99th percentile of a word is on average 23 % of its largest share,
    that of the longest run 7 %. Of all shares above 0, 71 % lie in the lowest tenth of a linear
    scale, and 31 % in that of this one. The largest values are those of the whole set: a range of
    the domain, not a fit.
    """
    with np.load(FILE, allow_pickle=False) as stored:
        found = {key: stored[key] for key in ("x_train", "y_train", "x_test", "y_test")}
        names = [str(name) for name in stored["feature_names"]]
    known = {row.tobytes() for row in found["x_train"]}
    new = np.array([row.tobytes() not in known for row in found["x_test"]])
    found |= {key: found[key][new] for key in ("x_test", "y_test")}
    logarithms = {key: np.log1p(found[key].astype(np.float64)) for key in ("x_train", "x_test")}
    largest = np.maximum(*(one.max(axis=0) for one in logarithms.values()))
    found |= {key: (one / largest).astype(np.float32) for key, one in logarithms.items()}
    capitals = np.array([name in CAPITALS for name in names])
    found["class_names"] = np.array(["not spam", "spam"])
    found["feature_names"] = np.array([_named(name) for name in names])
    found["mutable"] = ~capitals
    found["direction"] = np.where(capitals, 0, 1).astype(np.int8)
    found["note"] = np.array(
        "Hopkins, Reeber, Forman and Suermondt, Spambase, UCI (doi.org/10.24432/C53G6X), CC BY 4.0;"
        " values are log(1 + v) over their largest."
    )
    return found


def _named(name: str) -> str:
    if name in CAPITALS:
        return CAPITALS[name]
    return SIGNS.get(name, name.removeprefix("num"))
