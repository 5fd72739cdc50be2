"""Continuous batching: every pair runs from start to end, in a batch that stays full."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.attacks.engine.batching import bucket_sizes, run_queue


class Countdown:
    """Slots whose pairs need a given number of steps; records what it was asked to evaluate."""

    def __init__(self, needed, batch_size):
        self.needed = np.asarray(needed)
        self.pair = np.full(batch_size, -1)
        self.left = np.zeros(batch_size, int)
        self.steps = np.zeros(len(needed), int)
        self.finished, self.evaluated, self.loaded = [], [], 0

    def load(self, slots, pairs):
        self.pair[slots], self.left[slots] = pairs, self.needed[pairs]
        self.loaded += len(pairs)

    def move(self, sources, destinations):
        assert not set(sources) & set(destinations)
        self.pair[destinations], self.left[destinations] = self.pair[sources], self.left[sources]

    def step(self, active, size):
        assert active <= size <= len(self.pair)
        assert len(set(self.pair[:active])) == active, "a pair stands in two slots"
        waiting = len(self.needed) - self.loaded
        self.evaluated.append((active, size, waiting))
        self.steps[self.pair[:active]] += 1
        self.left[:active] -= 1
        done = self.left[:active] == 0
        self.finished.extend(self.pair[:active][done])
        return done


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(1, 9), max_size=60), st.integers(1, 20))
def test_every_pair_takes_exactly_its_steps_and_finishes_once(needed, batch_size):
    state = Countdown(needed, batch_size)
    run_queue(len(needed), batch_size, state)
    np.testing.assert_array_equal(state.steps, needed)
    assert sorted(state.finished) == list(range(len(needed)))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=60), st.integers(1, 20))
def test_the_batch_is_full_while_pairs_wait(needed, batch_size):
    state = Countdown(needed, batch_size)
    run_queue(len(needed), batch_size, state)
    for active, size, waiting in state.evaluated:
        assert size in bucket_sizes(batch_size)
        assert active == batch_size or not waiting


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=7), max_size=12), st.data())
def test_pairs_of_a_group_enter_together_and_wait_for_room(groups, data):
    largest = max((len(group) for group in groups), default=1)
    batch_size = data.draw(st.integers(largest, 20))
    needed = [steps for group in groups for steps in group]
    state = Countdown(needed, batch_size)
    entered = []
    load = state.load
    state.load = lambda slots, pairs: (entered.append(len(pairs)), load(slots, pairs))
    ends = np.cumsum([len(group) for group in groups], dtype=int)
    run_queue(len(needed), batch_size, state, group_ends=ends)
    np.testing.assert_array_equal(state.steps, needed)
    assert set(np.cumsum(entered)) <= {0, *ends}, "a group was torn apart"
    for active, _, waiting in state.evaluated:
        assert active + largest > batch_size or not waiting, "room for a group was left"


def test_tail_batches_shrink_in_few_sizes():
    assert bucket_sizes(128)[-4:] == (48, 64, 96, 128)
    assert bucket_sizes(1) == (1,)
    state = Countdown(range(1, 129), 128)
    run_queue(128, 128, state)
    assert len({size for _, size, _ in state.evaluated}) <= 16
    assert all(size <= max(2, active * 1.5) for active, size, _ in state.evaluated)


def test_progress_counts_finished_pairs_up_to_all():
    seen = []
    run_queue(7, 3, Countdown([1, 2, 3, 1, 1, 5, 2], 3), lambda done, total: seen.append(done))
    assert seen == sorted(seen)
    assert seen[-1] == 7


def test_what_progress_raises_ends_the_run():
    def cancel(done, total):
        raise KeyboardInterrupt

    state = Countdown([5] * 9, 3)
    with pytest.raises(KeyboardInterrupt):
        run_queue(9, 3, state, cancel)
    assert state.steps.sum() == 3
