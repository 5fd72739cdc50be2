"""JSMA where a device computes: state and selection stay on it for several steps at a time.

The same attack as the host's path in `jsma`, for the variants whose best pair is the two largest
entries of one gradient. The host hears from the device once in `steps_per_visit` steps, takes out
the pairs that have ended and fills their slots; which slot holds what travels as index arrays.
For Eq. 11 alone all targets of a sample advance in step and end at the first success: a leading
target, as in `jsma_nearest`, would have the host look at every step.
"""

import numpy as np
from keras import ops

from core.attacks.engine import batching, result
from core.attacks.engine.domain import domain
from core.attacks.engine.goal import require_finite
from core.attacks.engine.question import Options, Question
from core.attacks.jsma.jsma_steps import JsmaPlan
from core.networks.gradients import default_batch_size, on_device

ENDS = (
    *("", result.ALREADY, result.SUCCESS, result.CAP),
    *(result.ZERO_GRADIENT, result.NO_ADMISSIBLE_PAIR, result.STOPPED),
)
"""How a pair ended, by the number that the device gives it; 0 goes on, the smallest applies."""
_NOT_FINITE = len(ENDS)


class DeviceJsma:
    """State of the attacked pairs on the device: `batching.Slots` for JSMA.

    Args:
        question, options: as for every attack; the batch is raised to the targets of one sample
            where these end together.
        plan: what the steps follow; its objective is not `"logit"`.
        ends: None, or ascending how many pairs there are up to the last of each sample, whose
            targets then end at its first success.
        visit: steps between two visits of the host, 1 or more.
    """

    def __init__(
        self,
        question: Question,
        options: Options,
        plan: JsmaPlan,
        ends: np.ndarray | None,
        visit: int,
    ):
        x, shape, n = question.x, question.shape, int(np.prod(question.shape))
        self.sample, self.target = np.asarray(question.sample), np.asarray(question.target)
        self.ends, self.progress = ends, options.progress
        batch_size = max(1, min(options.batch_size or default_batch_size(), len(self.sample)))
        if ends is not None:
            batch_size = max(batch_size, int(np.diff(ends, prepend=0).max(initial=1)))
        self.record = result.Record(self.target, True, shape)
        gradient, self.weights, compiled = on_device(question.model, plan.objective)
        together = ends is not None
        self.advance = compiled(_advance(gradient, shape, plan, together, visit))
        limits = domain(x, question.limits)
        box = (limits.low, limits.high, limits.mutable)
        self.limits = tuple(ops.convert_to_tensor(each) for each in box)
        self.clean = ops.convert_to_tensor(x.reshape(len(x), n).astype(np.float32))
        zeros = [ops.zeros((batch_size,), "int32") for _ in range(4)]
        self.state = (
            ops.zeros((batch_size, n), "float32"),
            ops.zeros((batch_size, n), "bool"),
            *zeros,
        )
        self.pair = np.zeros(batch_size, np.int64)
        # What the host has decided since its last visit: the slot that each slot continues, and
        # whether it starts anew.
        self.source = np.arange(batch_size)
        self.fresh = np.ones(batch_size, bool)

    def run(self) -> result.AttackResult:
        """Take all pairs through the attack."""
        batching.run_queue(len(self.sample), len(self.pair), self, self.progress, self.ends)
        return self.record.result()

    def load(self, slots: np.ndarray, pairs: np.ndarray) -> None:
        """Start pairs at their unperturbed samples; see `batching.Slots`."""
        self.pair[slots], self.fresh[slots] = pairs, True

    def move(self, sources: np.ndarray, destinations: np.ndarray) -> None:
        """Copy slots; see `batching.Slots`."""
        for moved in (self.pair, self.source, self.fresh):
            moved[destinations] = moved[sources]

    def step(self, active: int, size: int) -> np.ndarray:
        """Advance by up to `visit` steps; see `batching.Slots`.

        The batch keeps its full size to the end: here compiling anew costs more than empty slots.
        """
        pair = self.pair
        told = (
            *(self.source.astype(np.int32), self.fresh, np.arange(len(pair)) < active),
            *(self.sample[pair].astype(np.int32), self.target[pair].astype(np.int32)),
        )
        told = [ops.convert_to_tensor(each) for each in told]
        self.state = self.advance(self.weights, self.limits, self.clean, self.state, told)
        self.source, self.fresh = np.arange(len(pair)), np.zeros(len(pair), bool)

        x, end, taken, predicted, clean = (self.state[i] for i in (0, 2, 3, 4, 5))
        end, taken, predicted, clean = (
            ops.convert_to_numpy(each)[:active] for each in (end, taken, predicted, clean)
        )
        if (end == _NOT_FINITE).any():
            require_finite(logits_or_gradient=np.array([np.nan]))
        finished = end > 0
        if finished.any():
            done = np.flatnonzero(finished)
            points = ops.convert_to_numpy(x)[done]
            status = np.array(ENDS)[end[done]]
            self.record.predicted_clean[pair[done]] = clean[done]
            self.record.finish(pair[done], points, predicted[done], status, taken[done])
        return finished


def _advance(gradient, shape, plan, together, visit):
    """Return the function that arranges the slots as told and takes up to `visit` steps.

    The state is `(x, domain, end, taken, predicted, predicted at the sample)`.
    """
    n = int(np.prod(shape))
    theta, steps = np.float32(plan.theta), plan.most

    def start(limits, clean, sample):
        low, high, mutable = limits
        x = ops.take(clean, sample, axis=0)
        at_end = x >= high if theta > 0 else x <= low
        return x, ops.logical_and(ops.logical_not(at_end), mutable)

    def best_pair(alpha, domain):
        alpha = ops.where(domain, alpha if theta > 0 else -alpha, -np.inf)
        index = ops.arange(n, dtype="int32")
        p = ops.cast(ops.argmax(alpha, axis=1), "int32")
        first = index[None] == p[:, None]
        rest = ops.where(first, -np.inf, alpha)
        q = ops.cast(ops.argmax(rest, axis=1), "int32")
        admissible = ops.max(alpha, axis=1) + ops.max(rest, axis=1) > 0
        return ops.logical_or(first, index[None] == q[:, None]), admissible

    def one_step(weights, limits, state, sample, aim):
        x, domain, end, taken, predicted, at_sample = state
        logits, alpha = gradient(weights, ops.reshape(x, (-1, *shape)), aim)
        running, fresh = end == 0, taken == 0
        finite = ops.all(ops.isfinite(logits), axis=1) & ops.all(ops.isfinite(alpha), axis=1)
        now = ops.cast(ops.argmax(logits, axis=1), "int32")
        predicted = ops.where(running, now, predicted)
        at_sample = ops.where(running & fresh, now, at_sample)
        hit = running & (now == aim)
        picked, admissible = best_pair(alpha, domain)
        reasons = [
            hit & fresh,
            hit,
            taken == steps,
            ops.logical_not(ops.any(alpha != 0, axis=1)),
            ops.logical_not(admissible),
        ]
        if together:
            same = sample[:, None] == sample[None]
            reasons.append(ops.any(same & hit[None], axis=1))
        found = ops.zeros_like(end)
        for number, reason in reversed(list(enumerate(reasons, start=1))):
            found = ops.where(reason, number, found)
        found = ops.where(finite, found, _NOT_FINITE)
        end = ops.where(running, found, end)
        going = end == 0
        change = picked & going[:, None]
        x = ops.where(change, ops.minimum(ops.maximum(x + theta, limits[0]), limits[1]), x)
        domain = domain & ops.logical_not(change)
        taken = taken + ops.cast(going, "int32")
        return x, domain, ops.cast(end, "int32"), taken, predicted, at_sample

    def advance(weights, limits, clean, state, told):
        source, fresh, active, sample, aim = told
        state = tuple(ops.take(each, source, axis=0) for each in state)
        x, domain = start(limits, clean, sample)
        zero = ops.zeros_like(source)
        anew = (x, domain, zero, zero, zero, zero)
        x, domain, end, *rest = (
            ops.where(fresh[:, None] if place < 2 else fresh, new, old)
            for place, (new, old) in enumerate(zip(anew, state, strict=True))
        )
        # Slots behind the active ones hold nothing; they count as ended.
        end = ops.where(active, end, 1)
        return ops.fori_loop(
            0,
            visit,
            lambda _, now: one_step(weights, limits, now, sample, aim),
            (x, domain, end, *rest),
        )

    return advance
