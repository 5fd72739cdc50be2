"""How good the evidence behind a verdict is: A to D. A pure function of facts in the results.

| needed for | D | C | B | A |
| --- | --- | --- | --- | --- |
| whole run, no failed check of the network | | yes | yes | yes |
| an attack that is not weak, and no check disqualifies it | | yes | yes | yes |
| samples under such an attack | | 50 | 100 | 1,000 |
| such an attack found examples planted for it | | | yes | yes |
| attacks that search in different ways | | | 2 | 2 |
| a search without gradients | | | yes | yes |
| seeds | | | 3 | 3 |
| examples of another network | | | | yes |
| AutoAttack, or an adaptive attack as strong | | | | yes |

Of a network that was handed in there is one, so that it has no B by itself; what it may pass by is
`for_a_pass`.

An attack that works needs no other beside it: where proof stands behind a FAIL, the lines about
attacks count as met, but for the last one. No attack of that last kind is here yet (`EQUALS`), so
that no verdict is an A.

Sources: Carlini et al., arXiv 1902.06705; Zimmermann et al., arXiv 2206.13991; Croce and Hein,
arXiv 2003.01690.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from core import defenses
from core.attacks import NAMES, approach, facts
from core.attacks.families import default_eps
from core.judgement.reliance import ENOUGH_SAMPLES, alarms, doubted, relied_on, under
from core.model.base import Settings
from core.model.identity import NetworkId
from core.model.judged import Grade, Letter, ThreatModel
from core.model.results import Results

EQUALS: tuple[str, ...] = ("autoattack",)
"""Names of AutoAttack and its equals; none of them is in the list of attacks yet."""
SAMPLES: dict[Letter, int] = {"C": 50, "B": 100, "A": 1_000}
SEEDS = 3
WAYS = 2


@dataclass(frozen=True)
class Facts:
    """What a grade is given for.

    Attributes:
        complete: nothing of the run is missing. sound: no check of the network failed.
        samples: most that an attack that counts attacked; 0: there is none. seeds: fewest of these.
        found: one of them found what was planted for it.
        ways: in how many different ways attacks searched. answers: one with answers alone did.
        transfer: examples of another network were shown. equal: AutoAttack or its equal ran.
        proof: an attack that works stands behind a FAIL.
        given: the network was handed in as it is: no further seed of the run is another network.
    """

    complete: bool = True
    sound: bool = True
    samples: int = 0
    seeds: int = 0
    found: bool = False
    ways: int = 0
    answers: bool = False
    transfer: bool = False
    equal: bool = False
    proof: bool = False
    given: bool = False


@dataclass(frozen=True)
class Lack:
    """Something that a better grade needs: in words, and as changes of the spec."""

    words: str
    attacks: tuple[str, ...] = ()
    settings: tuple[tuple[str, int], ...] = ()


_SEEDS = Lack(f"train {SEEDS} seeds", settings=(("seeds", SEEDS),))
_SEEDS_OF_FILES = Lack(
    f"give {SEEDS} networks that were trained separately, for this one says nothing of how it was"
    " made"
)


def for_a_pass(known: Facts) -> list[Lack]:
    """What a network that was handed in lacks to pass: what B asks, but for other seeds.

    The question is about this network, so that none is needed; then nothing but how it was
    attacked can carry the word, and a single gradient attack that failed is not enough.
    """
    return lacks(replace(known, seeds=SEEDS, proof=False), "B")


def lacks(known: Facts, letter: Letter) -> list[Lack]:
    """What is missing for a grade, the cheapest first; [] where nothing is."""
    better, best = letter in "AB", letter == "A"
    needed = [
        (not known.sound, Lack("mend what the failed checks name")),
        (not known.complete, Lack("let the run finish")),
        (
            better and not (known.found or known.proof),
            Lack("plant examples that an attack finds", settings=(("planted", 100),)),
        ),
        (
            best and not (known.transfer or known.proof),
            Lack("show examples of another network", ("transfer",)),
        ),
        (
            better and not (known.answers or known.proof),
            Lack("search without gradients", ("answers",)),
        ),
        (
            not (known.samples or known.proof),
            Lack("attack with something that is not weak", ("strong",)),
        ),
        (
            better and not (known.ways >= WAYS or known.proof),
            Lack(f"search in another way too, on {ENOUGH_SAMPLES} samples or more", ("other way",)),
        ),
        (
            known.samples < SAMPLES[letter],
            Lack(f"attack {SAMPLES[letter]:,} samples", settings=(("samples", SAMPLES[letter]),)),
        ),
        (better and known.seeds < SEEDS, _SEEDS_OF_FILES if known.given else _SEEDS),
        (best and not known.equal, Lack("run AutoAttack, which this version does not have")),
    ]
    return [lack for missing, lack in needed if missing]


def letter_of(known: Facts) -> Letter:
    """The best grade for which nothing is missing."""
    for letter in ("A", "B", "C"):
        if not lacks(known, letter):
            return letter
    return "D"


def grade(results: Results, network: NetworkId, threat: ThreatModel, proof: bool) -> Grade:
    """The grade of a verdict on a network under a threat model.

    Args: proof: whether an attack that works stands behind it.

    Returns: the letter, and what lifts it to the next one: in words, as attacks that the finished
    run can be extended by, and as settings that only a new run can have.
    """
    known = facts_of(results, network, threat, proof)
    letter = letter_of(known)
    if letter == "A":
        return Grade(letter=letter, line="Nothing that this table knows would raise it.")
    goal: Letter = {"D": "C", "C": "B", "B": "A"}[letter]
    missing = lacks(known, goal)
    return Grade(
        letter=letter,
        line=f"For a {goal}: {'; '.join(lack.words for lack in missing)}.",
        attacks=wanted(results, network, threat, missing),
        settings=dict(pair for lack in missing for pair in lack.settings),
    )


def wanted(
    results: Results, network: NetworkId, threat: ThreatModel, missing: Iterable[Lack]
) -> list[Settings]:
    """The attacks that would fill what is missing, as a spec holds them, each once."""
    there = {row.attack for row in results.summary if row.identity == network}
    kinds = [kind for lack in missing for kind in lack.attacks]
    attacks = [one for kind in kinds for one in _attacks(kind, results, threat, there)]
    return [one for i, one in enumerate(attacks) if one not in attacks[:i]]


def facts_of(results: Results, network: NetworkId, threat: ThreatModel, proof: bool) -> Facts:
    """What the results say of the evidence on a network under a threat model.

    Whether a gradient hides shows in any distance, so that a search without gradients and examples
    of another network count whatever they keep small; so do the weak among them.
    """
    relied, here = relied_on(results, network, threat), under(results, network, threat)
    doubts = doubted(results, network)
    elsewhere = [
        facts(row.attack)
        for row in results.summary
        if row.identity == network and row.setting not in doubts
    ]
    # Of an attack that works neither its settings nor others beside it matter.
    counted = here if proof else relied
    return Facts(
        complete=not results.provenance.incomplete,
        sound=not alarms(results, network, relative=False),
        samples=max((row.asked for row in counted), default=0),
        seeds=min((len(row.seeds) for row in counted), default=0),
        found=any(_found(results, network, row.setting) for row in relied),
        ways=len({approach(row.attack) for row in relied if row.samples >= ENOUGH_SAMPLES}),
        answers=any(one.gradient_free for one in elsewhere),
        transfer=any(one.access == "transfer" for one in elsewhere),
        equal=any(row.attack in EQUALS for row in relied),
        proof=proof,
        given=defenses.facts(network.defense).role == "given",
    )


def _found(results: Results, network: NetworkId, setting: object) -> bool:
    return any(
        check.check == "planted_found"
        and check.result == "pass"
        and (check.subject.identity, check.subject.setting) == (network, setting)
        for check in results.diagnostics
    )


def _attacks(
    kind: str, results: Results, threat: ThreatModel, there: set[str]
) -> Iterable[Settings]:
    """The first attack of a kind that did not run yet, as a spec holds it."""
    norm = threat.distance if threat.distance in ("l2", "linf") else "l2"
    radius = threat.eps or default_eps(norm, results.data.shape)
    ball: Settings = {"norm": norm, "eps": radius}
    choice: dict[str, tuple[Settings, ...]] = {
        "transfer": ({"name": "transfer", **ball},),
        "answers": ({"name": "decision", "norm": norm},),
        "strong": _strong(threat, ball),
        "other way": _strong(threat, ball),
    }
    for one in choice[kind]:
        if one["name"] in NAMES and one["name"] not in there:
            yield one
            return


def _strong(threat: ThreatModel, ball: Settings) -> tuple[Settings, ...]:
    """Attacks that count in a distance and search in different ways, the cheaper first."""
    if threat.distance == "l0":
        return {"name": "jsma-logf"}, {"name": "sigma-zero", "targeted": threat.goal == "targeted"}
    if threat.distance == "l2":
        return (
            {"name": "pgd", **ball},
            {"name": "cw-l2", "targeted": False},
            {"name": "decision", "norm": "l2"},
        )
    return {"name": "pgd", **ball}, {"name": "decision", "norm": "linf"}
