"""Random tables with rules, and a checker that knows the rules and nothing of how they are kept."""

import numpy as np

from core.data import rules
from core.data.arrays import Origin, from_arrays
from core.data.dataset import Dataset

UNITS = ("range", "deviation", "cost")


def table(seed: int, features: int = 14, samples: int = 12, stepped: bool = True) -> Dataset:
    """A table with two one-hot groups, a sum, and a random choice of all else."""
    rng = np.random.default_rng(seed)
    low = rng.choice([0.0, -2.0, 10.0], features)
    high = low + rng.choice([1.0, 8.0, 100.0], features)
    step = np.where(rng.random(features) < 0.3 * stepped, (high - low) / 8, 0)
    x = rng.random((samples, features))
    x = np.where(rng.random(x.shape) < 0.2, np.round(x), x)
    x = np.where(step > 0, np.round(x * 8) / 8, x)
    x = low + x * (high - low)
    order = rng.permutation(features)
    group, total = np.full(features, -1), np.full(features, -1)
    for number, columns in enumerate((order[:3], order[3:5])):
        group[columns], step[columns] = number, 0
        x[:, columns] = low[columns]
        taken = columns[rng.integers(len(columns), size=samples)]
        x[np.arange(samples), taken] = high[taken]
    summed = order[5 : 5 + rng.integers(2, 5)]
    total[summed] = 4
    # One step for all that keep a sum: whole numbers, or none.
    low[summed], high[summed] = 0, 8
    step[summed] = float(rng.random() < 0.4 * stepped)
    x[:, summed] = np.where(step[summed] > 0, rng.integers(0, 9, (samples, len(summed))), 3.3)
    arrays = {
        "x_train": x.astype(np.float32),
        "x_test": x.astype(np.float32),
        "y_train": np.arange(samples) % 3,
        "y_test": np.arange(samples) % 3,
        "low": low.astype(np.float32),
        "high": high.astype(np.float32),
        "step": step.astype(np.float32),
        "mutable": rng.random(features) < 0.9,
        "direction": rng.choice([0, 0, 1, -1], features).astype(np.int8),
        "group": group,
        "total": total,
        "cost": rng.choice([0.5, 1.0, 3.0], features).astype(np.float32),
    }
    arrays["x_train"] = np.clip(arrays["x_train"], arrays["low"], arrays["high"])
    arrays["x_test"] = np.clip(arrays["x_test"], arrays["low"], arrays["high"])
    arrays["mutable"][order[-2:]] = True
    for name in rng.choice(rules.RULES, rng.integers(0, 2), replace=False):
        del arrays[name]
    return from_arrays(arrays, Origin("ruled", "Ruled", "drawn"))


def broken(data: Dataset, clean: np.ndarray, point: np.ndarray) -> list[str]:
    """What a point does that its sample does not allow; [] where all is well.

    Args: clean, point: `(n,)`, in the data's own units.
    """
    found, n = [], len(clean)
    span = [float(data.high[j]) - float(data.low[j]) for j in range(n)]
    moved = [float(point[j]) - float(clean[j]) for j in range(n)]
    for j in range(n):
        if not float(data.low[j]) <= float(point[j]) <= float(data.high[j]):
            found.append(f"{j} leaves its bounds")
        if moved[j] != 0 and not data.mutable[j]:
            found.append(f"{j} may not change")
        if data.direction is not None and moved[j] * int(data.direction[j]) < 0:
            found.append(f"{j} went the wrong way")
        if data.step[j] and abs(moved[j] / data.step[j] - round(moved[j] / data.step[j])) > 1e-3:
            found.append(f"{j} stands between its steps")
    for numbers, name in ((data.group, "group"), (data.total, "total")):
        for one in sorted(set(numbers.tolist()) - {-1}) if numbers is not None else []:
            of = [j for j in range(n) if numbers[j] == one]
            if name == "group":
                high = [j for j in of if point[j] == data.high[j]]
                low = [j for j in of if point[j] == data.low[j]]
                if len(high) != 1 or len(low) != len(of) - 1:
                    found.append(f"group {one} stands at {[point[j] for j in of]}")
                if not all(data.mutable[j] for j in of) and any(moved[j] for j in of):
                    found.append(f"group {one} has a column that may not change")
            elif abs(sum(moved[j] for j in of)) > 2e-5 * max(span[j] for j in of):
                found.append(f"total {one} is off by {sum(moved[j] for j in of)}")
    return found
