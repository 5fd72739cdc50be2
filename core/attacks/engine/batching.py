"""Continuous batching: attacked pairs wait in a queue and a batch of fixed size stays full.

Finished pairs leave, queued ones take their slots. What a pair's state is, an attack decides.
"""

from typing import Protocol

import numpy as np

from core.attacks.engine.question import Progress


class Slots(Protocol):
    """An attack's state, one slot for each pair in the batch."""

    def load(self, slots: np.ndarray, pairs: np.ndarray) -> None:
        """Start these queued pairs in these slots."""

    def move(self, sources: np.ndarray, destinations: np.ndarray) -> None:
        """Copy the state of some slots to others, which hold nothing of use any more."""

    def step(self, active: int, size: int) -> np.ndarray:
        """Evaluate the first `size` slots and advance the first `active` of them.

        Slots from `active` to `size` fill the batch; their content is stale. Returns which of
        the active slots are finished, `(active,)` bool; their results must be recorded by then.
        """


def bucket_sizes(batch_size: int) -> tuple[int, ...]:
    """Return the batch sizes in use, ascending: powers of two and the halves between, to the full.

    Sizes are few because a backend compiles or plans anew for each one it meets.
    """
    sizes = {batch_size}
    for part in (1.0, 0.75):
        size = batch_size * part
        while size >= 1:
            sizes.add(int(np.ceil(size)))
            size /= 2
    return tuple(sorted(sizes))


def run_queue(
    pairs: int,
    batch_size: int,
    state: Slots,
    progress: Progress | None = None,
    group_ends: np.ndarray | None = None,
) -> None:
    """Take all pairs through an attack.

    Args:
        pairs: how many pairs there are; they enter in order 0, 1, ...
        batch_size: number of slots, at least 1.
        state: the attack's slots.
        progress: called after each step with pairs done and pairs in all; what it raises ends
            the run.
        group_ends: ascending, how many pairs have entered when a group is complete; pairs of a
            group enter together, so a few slots stay empty. No group is larger than the batch.
            None: every pair enters by itself.
    """
    sizes = np.array(bucket_sizes(batch_size))
    ends = np.arange(1, pairs + 1) if group_ends is None else group_ends

    def entering(queued: int, free: int) -> int:
        whole = np.searchsorted(ends, queued + free, side="right")
        return int(ends[whole - 1]) - queued if whole else 0

    active = queued = entering(0, batch_size)
    state.load(np.arange(active), np.arange(active))
    while active:
        size = int(sizes[np.searchsorted(sizes, active)])
        freed = np.flatnonzero(state.step(active, size))
        count = entering(queued, len(freed) + batch_size - active)
        slots = np.concatenate([freed, np.arange(active, batch_size)])[:count]
        if count:
            state.load(slots, np.arange(queued, queued + count))
            queued += count
        if count >= len(freed):
            active += count - len(freed)
        else:
            active = _close_gaps(state, freed[count:], active)
        if progress is not None:
            progress(queued - active, pairs)


def _close_gaps(state: Slots, gaps: np.ndarray, active: int) -> int:
    """Move the last active slots into the gaps, so that the active ones stay in front."""
    left = active - len(gaps)
    tail = np.setdiff1d(np.arange(left, active), gaps, assume_unique=True)
    if len(tail):
        state.move(tail, gaps[gaps < left])
    return left
