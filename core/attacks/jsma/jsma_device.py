"""JSMA where a device computes: state and selection stay on it for several steps at a time.

The same attack as the host's path in `jsma`, for the variants whose best pair is the two largest
entries of one gradient. The host hears from the device once in `steps_per_visit` steps, takes out
the pairs that have ended and fills their slots; which slot holds what travels as index arrays.
For Eq. 11 alone all targets of a sample advance in step and end at the first success: a leading
target, as in `jsma_nearest`, would have the host look at every step.
"""

import numpy as np
from keras import ops

from core.attacks.engine import result
from core.attacks.engine.goal import require_finite
from core.attacks.engine.pairs import PairSlots
from core.attacks.engine.question import Options, Question
from core.attacks.jsma.jsma_steps import JsmaPlan
from core.networks.gradients import on_device

ENDS = (
    *("", result.ALREADY, result.SUCCESS, result.CAP),
    *(result.ZERO_GRADIENT, result.NO_ADMISSIBLE_PAIR, result.STOPPED),
)
"""How a pair ended, by the number that the device gives it; 0 goes on, the smallest applies."""
_NOT_FINITE = len(ENDS)


class DeviceJsma(PairSlots):
    """Slots whose points are on the device; the host knows which pair is in which slot.

    Args:
        question, options: as for every attack.
        plan: what the steps follow; its objective is not `"logit"`.
        ends: see `PairSlots`; the targets of a sample then also end at its first success.
        visit: steps between two visits of the host, 1 or more.

    Attributes:
        source: `(batch,)`, the slot on the device that each slot continues.
        starts: `(batch,)` bool, whether it starts at an unperturbed sample instead.
    """

    def __init__(
        self,
        question: Question,
        options: Options,
        plan: JsmaPlan,
        ends: np.ndarray | None,
        visit: int,
    ):
        super().__init__(question, options, ends)
        gradient, self.weights, compiled = on_device(question.model, plan.objective)
        together = ends is not None
        self.advance = compiled(_advance(gradient, self.shape, plan, together, visit))
        box = (self.limits.low, self.limits.high, self.limits.open_to(plan.theta))
        self.box_on_device = tuple(ops.convert_to_tensor(each) for each in box)
        self.clean_on_device = ops.convert_to_tensor(self.clean)
        zeros = [ops.zeros((self.batch_size,), "int32") for _ in range(4)]
        self.state = (
            ops.zeros((self.batch_size, self.n), "float32"),
            ops.zeros((self.batch_size, self.n), "bool"),
            *zeros,
        )
        # What the host has decided since its last visit.
        self.source = self.slot_array(np.int32)
        self.starts = self.slot_array(bool)
        self._continue_all()

    def load(self, slots: np.ndarray, pairs: np.ndarray) -> None:
        """Start pairs at their unperturbed samples; see `batching.Slots`."""
        super().load(slots, pairs)
        self.starts[slots] = True

    def step(self, active: int, size: int) -> np.ndarray:
        """Advance by up to `visit` steps; see `batching.Slots`.

        The batch keeps its full size to the end: here compiling anew costs more than empty slots.
        """
        # Copies: a backend may go on reading the memory of a tensor that came from numpy.
        arrangement = (
            *(self.source.copy(), self.starts.copy(), np.arange(self.batch_size) < active),
            *(self.sample[self.pair].astype(np.int32), self.aim.astype(np.int32)),
        )
        self.state = self.advance(
            self.weights,
            self.box_on_device,
            self.clean_on_device,
            self.state,
            [ops.convert_to_tensor(each) for each in arrangement],
        )
        self._continue_all()

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
            status, pair = np.array(ENDS)[end[done]], self.pair[done]
            self.record.predicted_clean[pair] = clean[done]
            self.record.finish(pair, points, predicted[done], status, taken[done])
        return finished

    def _continue_all(self) -> None:
        """Until the host decides otherwise, every slot continues itself."""
        self.source[:], self.starts[:] = np.arange(self.batch_size), False


def _advance(gradient, shape, plan, together, visit):
    """Return the function that arranges the slots and takes up to `visit` steps.

    The state is `(x, domain, end, taken, predicted, predicted at the sample)`, the arrangement
    `(source, starts, active, sample, aim)`, each `(batch,)`.
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

    def advance(weights, limits, clean, state, arrangement):
        source, starts, active, sample, aim = arrangement
        state = tuple(ops.take(each, source, axis=0) for each in state)
        x, domain = start(limits, clean, sample)
        zero = ops.zeros_like(source)
        anew = (x, domain, zero, zero, zero, zero)
        x, domain, end, *rest = (
            ops.where(starts[:, None] if place < 2 else starts, new, old)
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
