"""JSMA where features are tied to others or differ in cost, with state on the host.

A move changes a feature by theta and, with it, what it is tied to: the column of its group that was
taken, or the feature of its sum that gives (or takes) as much at the least loss. Moves rank by what
they gain for what they cost, two at a time, or one where only one is left or can be paid.
"""

from dataclasses import dataclass

import numpy as np

from core.attacks.engine import result
from core.attacks.engine.domain import Domain
from core.attacks.engine.goal import require_finite
from core.attacks.engine.pairs import PointSlots
from core.attacks.engine.question import Options, Question
from core.attacks.jsma.jsma_steps import JsmaPlan
from core.attacks.jsma.pair_search import best_pairs
from core.data.ties import Ties
from core.networks.gradients import gradient_function


@dataclass(frozen=True)
class Moves:
    """What a move of each feature would do, each `(b, n)`.

    Attributes:
        partner: the feature that moves the other way; -1: none.
        gain, loss: change of the target's output and of the others', per unit of theta.
        price: what is added to L0. can: whether the move can be made.
    """

    partner: np.ndarray
    gain: np.ndarray
    loss: np.ndarray | None
    price: np.ndarray
    can: np.ndarray


class TiedMoves:
    """Moves of samples within their limits. Args: theta: as of the attack, not 0."""

    def __init__(self, limits: Domain, theta: float):
        n = len(limits.low)
        self.limits, self.theta = limits, theta
        self.sign = 1.0 if theta > 0 else -1.0
        self.ties = limits.ties or Ties((), (), limits.low, limits.high, np.ones(n))
        self.stride = np.ones(n) if limits.stride is None else limits.stride.astype(np.float64)
        self.cost = np.ones(n) if limits.cost is None else limits.cost
        self.tie = np.full(n, -1)
        """Of each feature the number of its group or sum."""
        for number, features in enumerate((*self.ties.groups, *self.ties.totals)):
            self.tie[features] = number

    def open_features(self, clean: np.ndarray) -> np.ndarray:
        """The features of samples `(b, n)` that may be picked."""
        lower, upper = self.limits.box(clean)
        return (clean < upper) if self.sign > 0 else (clean > lower)

    def of(
        self, x: np.ndarray, clean: np.ndarray, alpha: np.ndarray, beta: np.ndarray | None
    ) -> Moves:
        """What moves would do. Args: alpha, beta: `(b, n)`, gradients as in `JsmaSteps`."""
        lower, upper = self.limits.box(clean)
        gain = self.sign * alpha.astype(np.float64) * self.stride
        loss = None if beta is None else self.sign * beta.astype(np.float64) * self.stride
        fresh = (x == clean) * self.cost
        found = Moves(np.full(x.shape, -1), gain, loss, fresh.copy(), np.ones(x.shape, bool))
        rows = np.arange(len(x))
        for columns in self.ties.groups:
            held = columns[(x[:, columns] - self.limits.low[columns]).argmax(axis=1)]
            leaves = (lower[rows, held] <= self.limits.low[held]) & (self.theta >= 1)
            takes = (upper[:, columns] >= self.limits.high[columns]) & leaves[:, None]
            found.can[:, columns] = takes & (columns != held[:, None])
            self._with(found, columns, held[:, None], 1.0, fresh)
        size = self.ties.size
        for features in self.ties.totals:
            room = (x - lower if self.sign > 0 else upper - x)[:, features] * size[features]
            ahead = (upper - x if self.sign > 0 else x - lower)[:, features] * size[features]
            rate = np.where(room > 0, gain[:, features] / self._own(features), np.inf)
            order = np.argsort(rate, axis=1, kind="stable")[:, :2]
            first = order[:, :1] == np.arange(len(features))
            other = np.where(first, order[:, 1:], order[:, :1])
            give = np.take_along_axis(room, other, axis=1)
            step = np.minimum(np.minimum(self._own(features) * abs(self.theta), ahead), give)
            found.can[:, features] = step > 0
            share = step / (self._own(features) * abs(self.theta))
            self._with(found, features, features[other], share, fresh)
        return found

    def make(
        self, x: np.ndarray, clean: np.ndarray, features: np.ndarray, partner: np.ndarray
    ) -> None:
        """Move a feature of each row of x `(k, n)`, in place. Args: features, partner: `(k,)`."""
        rows = np.arange(len(x))
        lower, upper = self.limits.box(clean)
        limit = (upper if self.sign > 0 else lower)[rows, features]
        far = np.minimum(abs(self.theta) * self.stride[features], np.abs(limit - x[rows, features]))
        tied = np.flatnonzero(partner >= 0)
        mine, theirs = features[tied], partner[tied]
        size = self.ties.size
        last = (lower if self.sign > 0 else upper)[tied, theirs]
        give = np.abs(x[tied, theirs] - last) * size[theirs]
        grouped = self.ties.grouped[mine]
        own = np.where(grouped, far[tied] * size[mine], np.minimum(far[tied] * size[mine], give))
        far[tied] = own / size[mine]
        low, high = lower[rows, features], upper[rows, features]
        x[rows, features] = np.clip(x[rows, features] + self.sign * far, low, high)
        back = np.where(grouped, give, own) / size[theirs]
        x[tied, theirs] = np.clip(
            x[tied, theirs] - self.sign * back, lower[tied, theirs], upper[tied, theirs]
        )

    def closed(self, features: np.ndarray) -> np.ndarray:
        """What may not be picked once these `(k,)` were: itself, of a group every column."""
        same = (self.tie[features][:, None] == self.tie) & self.ties.grouped
        return same | (features[:, None] == np.arange(len(self.tie)))

    def _own(self, features):
        """The whole range of features, in the units in which sums are kept."""
        return self.stride[features] * self.ties.size[features]

    def _with(self, found: Moves, features, partner, share, fresh) -> None:
        """Take the partner's part into the moves of tied features. Args: share: of theta."""
        rows = np.arange(len(fresh))[:, None]
        partner = np.broadcast_to(partner, (len(fresh), len(features)))
        for values in (found.gain, found.loss):
            if values is not None:
                each = values[:, features] - values[rows, partner] * self._part(features, partner)
                values[:, features] = each * share
        found.price[:, features] += fresh[rows, partner]
        found.partner[:, features] = partner

    def _part(self, features, partner):
        """How much of its range a partner moves, for the whole range of the feature."""
        whole = self._own(features) / self._own(partner)
        return np.where(self.ties.grouped[features], 1.0, whole)


class TiedJsma(PointSlots):
    """Slots whose points change by two moves a step, while L0 stays within the budget."""

    def __init__(self, question: Question, options: Options, plan: JsmaPlan):
        super().__init__(question, options)
        self.gradient = gradient_function(question.model, plan.objective)
        self.moves, self.budget = TiedMoves(self.limits, plan.theta), plan.budget
        self.open = self.slot_array(bool, self.n)

    def load(self, slots: np.ndarray, pairs: np.ndarray) -> None:
        """Start pairs at their unperturbed samples, every feature open that can still move."""
        super().load(slots, pairs)
        self.open[slots] = self.moves.open_features(self.x[slots])

    def step(self, active: int, size: int) -> np.ndarray:
        """Judge, pick and move; see `batching.Slots`."""
        logits, alpha, beta = self.gradient(self.images(size), self.aim[:size])
        logits, alpha = logits[:active], alpha[:active]
        beta = None if beta is None else beta[:active]
        require_finite(logits=logits, gradient=alpha, gradient_of_the_other_classes=beta)
        pair, aim, taken = self.pair[:active], self.aim[:active], self.taken[:active]
        x, clean = self.x[:active], self.clean[self.sample[pair]]
        predicted = logits.argmax(axis=1)
        self.record.predicted_clean[pair[taken == 0]] = predicted[taken == 0]

        zero = ~alpha.any(axis=1)
        if beta is not None:
            zero &= ~beta.any(axis=1)
        found = self.moves.of(x, clean, alpha, beta)
        left = self.budget - self.limits.changed(x, clean) + 1e-9
        can = found.can & self.open[:active]
        payable = can & (found.price <= left[:, None])
        picked, admissible = _picked(found, payable, left, self.moves.tie)
        hit = predicted == aim
        reasons = (
            (hit & (taken == 0), result.ALREADY),
            (hit, result.SUCCESS),
            (can.any(axis=1) & ~payable.any(axis=1), result.CAP),
            (zero, result.ZERO_GRADIENT),
            (~admissible, result.NO_ADMISSIBLE_PAIR),
        )
        status = np.select([r[0] for r in reasons], [r[1] for r in reasons], "")
        finished = status != ""
        done, going = np.flatnonzero(finished), np.flatnonzero(~finished)
        self.record.finish(pair[done], x[done], predicted[done], status[done], taken[done])
        self._change(going, picked[going], found.partner)
        self.taken[going] += 1
        return finished

    def _change(self, rows, picked, partner):
        first, second = picked.T
        clean = self.clean[self.sample[self.pair[rows]]]
        for features, chosen in ((first, np.ones(len(rows), bool)), (second, second != first)):
            at, mine = rows[chosen], features[chosen]
            points = self.x[at]
            self.moves.make(points, clean[chosen], mine, partner[at, mine])
            self.x[at] = points
            self.open[at] &= ~self.moves.closed(mine)


def _picked(
    found: Moves, payable: np.ndarray, left: np.ndarray, tie: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The two best moves of each row, or twice the best one, and whether they are admissible.

    Of features that are tied to each other only one moves in a step.
    """
    price = np.where(found.price > 0, found.price, 1.0)
    gain = found.gain / price
    loss = -gain if found.loss is None else found.loss / price
    pairs, scores = best_pairs(gain, loss, payable)
    rows = np.arange(len(gain))
    better = gain[rows, pairs[:, 1]] > gain[rows, pairs[:, 0]]
    pairs = np.where(better[:, None], pairs[:, ::-1], pairs)
    first, second = pairs.T
    apart = (tie[first] < 0) | (tie[first] != tie[second])
    paid = found.price[rows, first] + found.price[rows, second] <= left
    together = np.isfinite(scores) & apart & paid
    # By itself, where two cannot be paid or no two help; then another that is not tied to it.
    helps = payable & (gain > 0) & (loss < 0)
    one = np.where(helps, gain, -np.inf).argmax(axis=1)
    rest = left - found.price[rows, one]
    others = helps & (found.price <= rest[:, None])
    others &= (tie[one] < 0)[:, None] | (tie[one][:, None] != tie)
    others[rows, one] = False
    other = np.where(others, gain, -np.inf).argmax(axis=1)
    other = np.where(others.any(axis=1), other, one)
    picked = np.where(together[:, None], pairs, np.stack([one, other], axis=1))
    return picked, together | helps.any(axis=1)
