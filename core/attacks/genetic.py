"""GenAttack: a genetic algorithm that needs the network's scores and no gradient."""

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from core.attacks.engine import result
from core.attacks.engine.domain import Room, domain, room
from core.attacks.engine.draws import stream
from core.attacks.engine.goal import log_odds, reached
from core.attacks.engine.queries import End, Search, run_searches
from core.attacks.engine.question import Options, Question
from core.attacks.facts import Facts
from core.attacks.families import BallAttack, Steps
from core.model.data import DataFacts

# A plateau is 100 generations in a row without a fitter best member. Each shrinks the share of
# features that mutate and the range of their mutation, down to a floor. The floors and the
# temperature are also Foolbox's; the other constants could not be checked against the paper.
PLATEAU = 100
DECAY = 0.9
SHARE, SHARE_FLOOR = 0.5, 0.1
RANGE, RANGE_FLOOR = 0.4, 0.15
# Of the softmax that turns fitness into the chance of being a parent; the fitness is in nats.
SAMPLING_TEMPERATURE = 0.3


class Genetic(BallAttack):
    """Breed perturbations within a Linf ball until one member fulfils the goal.

    The fitness of a member is the log-odds of the target, log P_t - log sum P_j over j != t,
    computed from the logits, so that it does not underflow; for a class to leave, its negative.
    The fittest member lives on unchanged; every other one of the next generation takes each feature
    from one of two parents, drawn with probability softmax(fitness / 0.3), the fitter parent giving
    more features, and then mutates. The populations of many pairs are evaluated in one batch.

    A pair ends as `already`, `success` at the first generation with a success (its fittest), or
    `cap` (queries spent, or no feature that can move), with the fittest point seen; `iterations`
    counts generations, the random first one included. Each pair draws from a stream of its own, so
    batches change its result only where a kernel rounds differently in batches of another size.

    Source: Alzantot et al., arXiv 1805.11090, Algorithm 1, with its adaptive mutation; the paper
    attacks targeted only and weights crossover by the fitness itself, which can be negative: here
    by the parents' probabilities, as later implementations do.

    Args:
        population: members of a generation, at least 2; the paper takes 6.
        queries: network evaluations that a pair may take, at least 1; that of the unperturbed
            sample counts, that of the fittest member is not repeated.
    """

    facts: ClassVar = Facts(
        title="GenAttack: no gradients, only the network's scores",
        label="Genetic algorithm",
        remark="scores only, no gradient",
        access="scores",
        goal="any in a ball",
        distances=("linf",),
        source="Alzantot et al., arXiv 1805.11090",
        adaptive=True,
        draws=True,
        grows=True,
        rank=7,
    )
    unlisted: ClassVar = frozenset({"norm"})
    name: Literal["genetic"] = "genetic"
    norm: Literal["linf"] = "linf"
    population: int = Field(6, ge=2, le=1_000)
    queries: Steps = 5_000

    def passes(self, data: DataFacts) -> float:
        """A third for every query."""
        return self.queries / 3

    def run(self, question: Question, options: Options) -> result.AttackResult:
        """Breed for every pair."""
        x, sample, target = question.x, question.sample, question.target
        where = domain(x, question.limits)
        clean, eps = x.reshape(len(x), -1), self.radius(question.shape)

        def search(pair: int, logits: np.ndarray) -> Search:
            start = clean[sample[pair]].astype(np.float32)
            there = room(where, start, eps)
            goal = (int(target[pair]), question.targeted)
            rng = stream(options.seed, sample[pair], target[pair])
            left = self.queries - 1
            return _evolve(there, logits, goal, rng, eps, self.population, left)

        return run_searches(question, options, search)


def _evolve(there: Room, logits, goal, rng, eps, population, left) -> Search:
    """Search for one pair; `left` evaluations may be asked for."""
    start = there.clean
    # The unperturbed sample is what a failed pair is compared with; it is no member.
    best, best_fitness = (start, int(logits.argmax())), _fitness(logits[None], goal)[0]
    elite, elite_fitness = np.empty((0, len(start)), np.float32), np.empty(0)
    generations = plateaus = since = 0
    if not (there.lower < there.upper).any():
        left = 0
    born = there.put(start + _uniform(rng, (min(population, left), len(start)), eps))
    while len(born):
        logits = yield born
        left -= len(born)
        generations += 1
        fitness, predicted = _fitness(logits, goal), logits.argmax(axis=1)
        hit = reached(predicted, *goal)
        fittest = int(np.where(hit, fitness, -np.inf).argmax() if hit.any() else fitness.argmax())
        if hit.any():
            return End(born[fittest], int(predicted[fittest]), result.SUCCESS, generations)
        if fitness[fittest] > best_fitness:
            best, best_fitness = (born[fittest], int(predicted[fittest])), fitness[fittest]

        since = 0 if not len(elite) or fitness[fittest] > elite_fitness[0] else since + 1
        if since == PLATEAU:
            plateaus, since = plateaus + 1, 0
        members = np.concatenate([elite, born])
        fitness = np.concatenate([elite_fitness, fitness])
        top = np.array([fitness.argmax()])
        elite, elite_fitness = members[top], fitness[top]

        born = _cross(members, fitness, min(population - 1, left), rng)
        share = max(SHARE_FLOOR, SHARE * DECAY**plateaus)
        reach = eps * max(RANGE_FLOOR, RANGE * DECAY**plateaus)
        mutates = rng.random(born.shape, dtype=np.float32) < share
        born = there.put(born + mutates * _uniform(rng, born.shape, reach))
    return End(*best, result.CAP, generations)


def _cross(members, fitness, children, rng):
    """Return children `(children, n)`, each feature from one of two parents drawn by fitness."""
    weight = np.exp((fitness - fitness.max()) / SAMPLING_TEMPERATURE)
    one, other = rng.choice(len(members), (2, children), p=weight / weight.sum())
    # A parent of underflown weight is never drawn, so no sum here is zero.
    from_one = weight[one] / (weight[one] + weight[other])
    takes = rng.random((children, members.shape[1]), dtype=np.float32) < from_one[:, None]
    return np.where(takes, members[one], members[other])


def _fitness(logits, goal):
    target, targeted = goal
    return log_odds(logits.astype(np.float64), np.full(len(logits), target), targeted)


def _uniform(rng, shape, reach):
    return (rng.random(shape, dtype=np.float32) * 2 - 1) * np.float32(reach)
