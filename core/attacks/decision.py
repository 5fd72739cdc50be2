"""HopSkipJump: an attack that sees nothing but the predicted class."""

from collections.abc import Generator, Iterator
from itertools import chain, repeat
from typing import ClassVar, Literal

import numpy as np

from core.attacks.engine import result
from core.attacks.engine.domain import domain, room, steepest
from core.attacks.engine.draws import stream
from core.attacks.engine.goal import reached
from core.attacks.engine.queries import End, Search, predictions, run_searches
from core.attacks.engine.question import Options, Question
from core.attacks.facts import Facts
from core.attacks.families import ClosestAttack, Norm, Steps
from core.errors import UserError
from core.model.base import Distance
from core.model.data import DataFacts

# Section 4.2 of the paper and its code: directions drawn for the first gradient estimate (it grows
# with the root of the step), and the first size of a draw as a share of the features' range.
FIRST_DIRECTIONS = 100
MOST_DIRECTIONS = 10_000
FIRST_RADIUS = 0.1
# Candidates for a starting point are asked about in groups of these sizes, then of the last. An
# untargeted pair starts from other samples once so many uniform draws have failed.
GROUPS = (1, 2, 4, 8, 16, 32, 64)
# Floats of the questions that wait at one time.
HELD = 1 << 26


class Decision(ClosestAttack):
    """Walk along the decision boundary towards the sample on predicted classes alone.

    From a starting point that fulfils the goal a binary search finds the boundary. Each step then
    estimates the boundary's normal from the predictions of random points around it, moves along
    the normal (halving the step until the goal is fulfilled), and returns to the boundary by binary
    search. For Linf it moves by the normal's signs, and the search shrinks the box around the
    sample to which the point is clipped. The steps go on until the queries are spent; the questions
    of many pairs are evaluated in one batch.

    Starting points: a targeted pair takes other samples of `x` that the network predicts as the
    target, the closest first, and only then uniform draws within the bounds, which must be finite;
    an untargeted pair takes uniform draws first, as in the paper, and after 127 failures other
    samples. So a targeted result depends on which samples `x` holds. The predictions of `x` that
    order them are asked once for all pairs and counted for none; each candidate that a pair tries
    is counted.

    A pair ends as `already`, `success` with the closest success of all points asked about, or
    `cap` with the unperturbed sample: classes alone do not tell which failed point is better;
    `iterations` counts estimates of the normal. Each pair draws from a stream of its own, so
    batches change its result only where a kernel rounds differently in batches of another size; at
    the boundary such rounding can decide, and then the walk takes another course.

    Source: Chen, Jordan & Wainwright, arXiv 1904.02144, Algorithm 2, with the constants of its
    section 4.2.

    Args:
        norm: `l2` or `linf`, the distance that is kept small.
        queries: network evaluations that a pair may take, at least 1; that of the unperturbed
            sample counts.
    """

    facts: ClassVar = Facts(
        title="HopSkipJump: no gradients and no scores, only the predicted class",
        label="HopSkipJump",
        remark="predicted class only",
        access="label",
        goal="closest",
        distances=("l2", "linf"),
        source="Chen, Jordan & Wainwright, arXiv 1904.02144",
        adaptive=True,
        draws=True,
        rank=5,
    )
    name: Literal["decision"] = "decision"
    targeted: bool = False
    norm: Norm = "l2"
    queries: Steps = 5_000

    @property
    def distance(self) -> Distance:
        """The distance that it keeps small; results made before it had a norm are of L2."""
        return self.norm

    def passes(self, data: DataFacts) -> float:
        """A third for every query."""
        return self.queries / 3

    def run(self, question: Question, options: Options) -> result.AttackResult:
        """Walk for every pair."""
        x, sample, target = question.x, question.sample, question.target
        targeted, where = question.targeted, domain(x, question.limits)
        if not (np.isfinite(where.low).all() and np.isfinite(where.high).all()):
            raise UserError("bounds must be finite: the first points are drawn uniformly in them")
        clean = x.reshape(len(x), -1)
        classes = predictions(question, options)

        def search(pair: int, logits: np.ndarray) -> Search:
            start = clean[sample[pair]].astype(np.float32)
            there = room(where, start)
            others = clean[reached(classes, target[pair], targeted)]
            rng = stream(options.seed, sample[pair], target[pair])
            goal = (int(target[pair]), targeted)
            walk = _Walk(there, goal, rng, self.queries - 1, self.norm)
            return walk.run(others, int(logits.argmax()))

        at_once = max(1, HELD // (512 * clean.shape[1]))
        return run_searches(question, options, search, at_once)


class _Spent(Exception):
    """No query is left."""


Answered = Generator[np.ndarray, np.ndarray, tuple[np.ndarray, np.ndarray]]
Walked = Generator[np.ndarray, np.ndarray, np.ndarray]


class _Walk:
    """The walk of one pair; its methods are generators that yield the points they ask about."""

    def __init__(self, room, goal, rng, left, norm):
        self.put, self.clean = room.put, room.clean
        self.lower, self.upper = room.lower, room.upper
        self.goal, self.rng, self.left, self.norm = goal, rng, left, norm
        self.free = self.lower < self.upper
        self.d = np.count_nonzero(self.free)
        # The paper's precision of the binary search, as a share of the distance, and how far the
        # draws of an estimate reach, which must exceed it.
        power = 1.5 if norm == "l2" else 2
        self.precision = 1 / max(self.d, 2) ** power
        self.reach = self.precision * self.d ** (power - 1)
        self.closest, self.distance, self.predicted = self.clean, np.inf, None

    def run(self, others: np.ndarray, predicted_clean: int) -> Search:
        """Walk until the queries are spent."""
        steps = 0
        try:
            point = yield from self.start(others)
            point = yield from self.to_boundary(point)
            while True:
                point = yield from self.step(point, steps + 1)
                steps += 1
        except _Spent:
            pass
        if self.predicted is None:
            return End(self.clean, predicted_clean, result.CAP, steps)
        return End(self.closest, self.predicted, result.SUCCESS, steps)

    def ask(self, points: np.ndarray) -> Answered:
        """Ask about points, as many as queries are left for; return them and who is past."""
        points = self.put(points[: self.left].astype(np.float32))
        if not len(points):
            raise _Spent
        logits = yield points
        self.left -= len(points)
        predicted = logits.argmax(axis=1)
        hit = reached(predicted, *self.goal)
        if hit.any():
            distance = np.where(hit, self.far(points), np.inf)
            best = int(distance.argmin())
            if distance[best] < self.distance:
                self.closest, self.predicted = points[best].copy(), int(predicted[best])
                self.distance = distance[best]
        return points, hit

    def far(self, points: np.ndarray) -> np.ndarray:
        """Return distances from the unperturbed sample."""
        order = 2 if self.norm == "l2" else np.inf
        return np.linalg.norm((points - self.clean).astype(np.float64), order, axis=-1)

    def start(self, others: np.ndarray) -> Walked:
        """Return a point that fulfils the goal."""
        for group in self.candidates(others):
            _, hit = yield from self.ask(group)
            if hit.any():
                return self.closest
        raise _Spent

    def candidates(self, others: np.ndarray) -> Iterator[np.ndarray]:
        """Yield groups of starting points, without end unless no feature is free."""
        if not self.d:
            return
        others = np.where(self.free, others, self.clean)
        others = others[np.argsort(self.far(others), kind="stable")]
        targeted = self.goal[1]
        if not targeted:
            yield from map(self.uniform, GROUPS)
        sizes = chain(GROUPS, repeat(GROUPS[-1]))
        while len(others):
            size = next(sizes)
            yield others[:size]
            others = others[size:]
        yield from map(self.uniform, chain(GROUPS, repeat(GROUPS[-1])))

    def uniform(self, count: int) -> np.ndarray:
        """Draw points uniformly within the bounds."""
        share = self.rng.random((count, len(self.clean)))
        return self.lower + share * (self.upper.astype(np.float64) - self.lower)

    def to_boundary(self, point: np.ndarray) -> Walked:
        """Search between the sample and a point past the boundary; return one just past."""
        far = point.astype(np.float64) - self.clean
        size = self.far(point)
        inside, past = 0.0, 1.0
        while past - inside > self.precision:
            middle = (inside + past) / 2
            near = (
                middle * far if self.norm == "l2" else np.clip(far, -middle * size, middle * size)
            )
            points, hit = yield from self.ask((self.clean + near)[None])
            if hit[0]:
                past, point = middle, points[0]
            else:
                inside = middle
        return point

    def step(self, point: np.ndarray, number: int) -> Walked:
        """Estimate the normal at a boundary point, move along it, and return to the boundary."""
        distance = float(self.far(point))
        if number == 1:
            radius = FIRST_RADIUS * float((self.upper - self.lower)[self.free].mean())
        else:
            radius = distance * self.reach
        count = int(min(FIRST_DIRECTIONS * np.sqrt(number), MOST_DIRECTIONS))
        normal = yield from self.normal(point, radius, count)
        direction = steepest(normal[None], self.norm)[0]
        length = distance / np.sqrt(number)
        while True:
            points, hit = yield from self.ask((point + length * direction)[None])
            if hit[0]:
                return (yield from self.to_boundary(points[0]))
            length /= 2

    def normal(self, point: np.ndarray, radius: float, count: int) -> Walked:
        """Estimate the boundary's normal from predictions at random points around one of it."""
        # Without queries for a step and a search, an estimate would be of no use.
        reserve = int(np.ceil(-np.log2(self.precision))) + 2
        count = min(count, self.left - reserve)
        if count < 1:
            raise _Spent
        if self.norm == "l2":
            draws = self.rng.standard_normal((count, len(point)), dtype=np.float32)
        else:
            draws = self.rng.uniform(-1, 1, (count, len(point))).astype(np.float32)
        draws[:, ~self.free] = 0
        draws *= radius / np.linalg.norm(draws, axis=1, keepdims=True)
        points, hit = yield from self.ask(point + draws)
        moved = (points - point) / radius
        if hit.all() or not hit.any():
            estimate = moved.mean(axis=0) * (1 if hit.all() else -1)
        else:
            # The mean answer as baseline lowers the variance (Eq. 16 of the paper).
            sign = np.where(hit, 1.0, -1.0)
            estimate = ((sign - sign.mean()) @ moved) / len(sign)
        return estimate
