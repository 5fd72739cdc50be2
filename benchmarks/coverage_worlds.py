"""Worlds whose true number is known, and how often an interval drawn from them covers it.

For `benchmarks.coverage`, which makes the table, and for its short form among the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import betaincinv, expit, logit, ndtri

from core.metrics.intervals.means import gain_ends, mean_ends
from core.metrics.intervals.paired import paired_shares
from core.metrics.intervals.shares import share_intervals
from core.metrics.intervals.words import LEVEL, holm

TARGETS = 9
SEED_SPREAD = 0.15
"""Standard deviation of the luck of training: of log odds of a share, of the log of a distance."""

DISTANCES = {
    "like JSMA's": (0.6, 0.7, 0.9, 8.0),
    "skewed": (1.0, 0.7, 1.0, 8.0),
    "far and often at the cap": (0.7, 0.5, 3.0, 4.0),
}
"""Spread of the log of a distance, correlation between two networks, factor, and cap."""


@dataclass(frozen=True)
class World:
    """Where samples come from: how many, seeds, targets of a sample and how alike they are."""

    samples: int
    seeds: int = 1
    targets: int = 1
    likeness: float = 0.0

    @property
    def pairs(self) -> int:
        return self.samples * self.seeds * self.targets

    def luck(self, repeats: int, rng: np.random.Generator) -> np.ndarray:
        """`(1, seeds, repeats)`; with one seed the statement is about this network: none."""
        spread = SEED_SPREAD if self.seeds > 1 else 0.0
        return spread * rng.standard_normal((1, self.seeds, repeats))


def share_covered(share: float, world: World, repeats: int, rng: np.random.Generator) -> float:
    """How often the interval of a share over pairs holds the true share."""
    n, shape = world.samples, (world.samples, 1, repeats)
    alike = world.likeness
    each = np.full(shape, share)
    if alike:
        odds = (1 - alike) / alike
        each = rng.beta(share * odds, (1 - share) * odds, shape)
    luck = world.luck(repeats, rng)
    chance = expit(logit(each.clip(1e-300, 1 - 1e-16)) + luck) if world.seeds > 1 else each
    cells = rng.binomial(world.targets, chance, (n, world.seeds, repeats)) / world.targets
    low, high = share_intervals(cells, world.pairs)
    truth = true_share(share, alike, world.seeds > 1)
    return float(((low <= truth) & (truth <= high)).mean())


@lru_cache(maxsize=64)
def true_share(share: float, likeness: float, several: bool) -> float:
    """The share over all samples and all seeds, by quadrature."""
    if not several:
        return share
    middle = (np.arange(4_000) + 0.5) / 4_000
    each = np.full(1, share)
    if likeness:
        odds = (1 - likeness) / likeness
        each = betaincinv(share * odds, (1 - share) * odds, middle).clip(1e-300, 1 - 1e-16)
    luck = SEED_SPREAD * ndtri((np.arange(200) + 0.5) / 200)
    return float(expit(logit(each)[:, None] + luck).mean())


def share_difference_covered(
    share: float, world: World, repeats: int, rng: np.random.Generator
) -> float:
    """How often the interval of the difference of two shares over the same pairs holds it.

    The second side's log odds lie 0.3 higher; both share a sample's and half of a target's luck.
    """
    n, seeds, targets = world.samples, world.seeds, world.targets
    sides, truths = [], []
    alike = max(world.likeness, 0.1)
    sample = np.sqrt(alike) * rng.standard_normal((n, 1, repeats))
    target = rng.standard_normal((targets, n, 1, repeats))
    for shift in (0.0, 0.15):
        limit = ndtri(share) + shift
        luck = world.luck(repeats, rng) / 1.7
        own = rng.standard_normal((targets, n, seeds, repeats))
        noise = np.sqrt((1 - alike) / 2) * (target + own)
        sides.append(sample + noise + 0.0 < limit + luck)
        total = 1 + (SEED_SPREAD / 1.7) ** 2 * (seeds > 1)
        truths.append(_phi(limit / np.sqrt(total)))
    first, second = sides
    low, high, _ = paired_shares((first & ~second).mean(0), (second & ~first).mean(0), world.pairs)
    truth = truths[0] - truths[1]
    return float(((low <= truth) & (truth <= high)).mean())


def _phi(z: float) -> float:
    from scipy.special import ndtr

    return float(ndtr(z))


def distances(
    kind: str, world: World, repeats: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, float]:
    """Distances of a defended and of the undefended network, `(samples, seeds, repeats)`, cap."""
    spread, alike, factor, cap = DISTANCES[kind]
    n, seeds = world.samples, world.seeds
    common = rng.standard_normal((n, 1, repeats))
    made = []
    for times in (factor, 1.0):
        own = rng.standard_normal((n, seeds, repeats))
        size = np.sqrt(alike) * common + np.sqrt(1 - alike) * own
        made.append(np.minimum(times * np.exp(spread * size + world.luck(repeats, rng)), cap))
    return made[0], made[1], cap


@lru_cache(maxsize=64)
def true_means(kind: str, several: bool) -> tuple[float, float]:
    """Mean distance on both sides, by quadrature over the normal."""
    spread, _, factor, cap = DISTANCES[kind]
    total = np.hypot(spread, SEED_SPREAD * several)
    size = np.exp(total * ndtri((np.arange(200_000) + 0.5) / 200_000))
    return float(np.minimum(factor * size, cap).mean()), float(np.minimum(size, cap).mean())


def mean_covered(kind: str, world: World, repeats: int, rng: np.random.Generator) -> float:
    """How often the interval of a mean distance holds it."""
    first, _, cap = distances(kind, world, repeats, rng)
    ends, truth = mean_ends(first, 0.0, cap), true_means(kind, world.seeds > 1)[0]
    return float(((ends.low <= truth) & (truth <= ends.high)).mean())


def difference_covered(kind: str, world: World, repeats: int, rng: np.random.Generator) -> float:
    """How often the interval of a paired difference of mean distances holds it."""
    first, second, cap = distances(kind, world, repeats, rng)
    one, other = true_means(kind, world.seeds > 1)
    ends, truth = mean_ends(first - second, -cap, cap), one - other
    return float(((ends.low <= truth) & (truth <= ends.high)).mean())


def gain_covered(kind: str, world: World, repeats: int, rng: np.random.Generator) -> float:
    """How often the interval of a gain in mean distance holds it."""
    first, second, cap = distances(kind, world, repeats, rng)
    one, other = true_means(kind, world.seeds > 1)
    ends, truth = gain_ends(first, second, 0.0, cap), one / other - 1
    return float(((ends.low <= truth) & (truth <= ends.high)).mean())


def pigeonhole_covered(kind: str, world: World, repeats: int, rng: np.random.Generator) -> float:
    """How often the percentile bootstrap that draws samples and seeds anew holds a mean."""
    first, _, _ = distances(kind, world, repeats, rng)
    n, seeds = world.samples, world.seeds
    means = []
    for _ in range(500):
        rows = np.bincount(rng.integers(n, size=n), minlength=n) / n
        columns = np.bincount(rng.integers(seeds, size=seeds), minlength=seeds) / seeds
        means.append(np.einsum("n,nsr,s->r", rows, first, columns, optimize=True))
    low, high = np.percentile(np.array(means), [2.5, 97.5], axis=0)
    truth = true_means(kind, seeds > 1)[0]
    return float(((low <= truth) & (truth <= high)).mean())


def reports_with_a_detection(
    world: World, reports: int, rng: np.random.Generator, networks: int = 6
) -> float:
    """Share of reports that call a difference detected where none of the networks has an effect.

    A report: 6 networks against the undefended one, under two attacks, in success rate and in
    distance, all on the same samples. With several seeds no method has an effect, but every network
    has its luck.
    """
    p_values = np.empty((networks * 4, reports))
    n, seeds, targets = world.samples, world.seeds, world.targets
    row = 0
    for _attack in range(2):
        made = []
        sample = rng.standard_normal((n, 1, reports))
        hard = rng.standard_normal((targets, n, 1, reports))
        for _network in range(networks + 1):
            luck = world.luck(reports, rng)
            own = rng.standard_normal((targets, n, seeds, reports))
            size = np.sqrt(0.4) * sample + np.sqrt(0.3) * (hard + own) + luck
            cap = np.exp(1.0)
            far = np.minimum(np.exp(0.6 * size), cap)
            made.append((far < cap, far.min(0)))
        (moved, near), *others = made
        for theirs, far in others:
            p_values[row] = paired_shares(
                (theirs & ~moved).mean(0), (moved & ~theirs).mean(0), world.pairs
            )[2]
            p_values[row + 1] = mean_ends(far - near, -float(cap), float(cap)).p
            row += 2
    adjusted = np.array([holm(column.tolist()) for column in p_values.T])
    return float((adjusted <= LEVEL).any(1).mean())
