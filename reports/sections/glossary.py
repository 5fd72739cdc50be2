"""Glossary: the terms of the report in plain words, and how sentences point to them."""

from __future__ import annotations

from core.model.results import Results
from reports.prose.alone import alone
from reports.sections.blocks import Block, Glossary, Term
from reports.sections.section import Section

MEANINGS: dict[str, str] = {
    "Accuracy": "share of unperturbed test samples that the network classifies rightly.",
    "Adaptive attack": (
        "an attack made with what it meets in mind, which still works where a network hides its "
        "gradients."
    ),
    "Adversarial example": "an input changed on purpose, so that the network sees another class.",
    "Blind": (
        "an attack that finds fewer than half of the examples planted in a network, or clearly "
        "fewer, and at most half as many, as in the one that it is compared with: that it fails "
        "there says nothing about robustness. One that finds clearly fewer, and more than half as "
        "many, is called weaker, and no verdict rests on it either."
    ),
    "Budget": (
        "the most that an attack may change: a number of features, or the radius (eps) of a ball "
        "around the input."
    ),
    "Calibration error": (
        "how far confidence and accuracy lie apart on average (expected calibration error, 15 "
        "bins)."
    ),
    "Censored": (
        "a sample that no attempt moved. It counts as the budget, so that a mean with such samples "
        "says where the attack stopped and bounds nothing; their share stands beside it (“stopped "
        "on 7 %”), and no interval does."
    ),
    "Clean": "not attacked.",
    "Distance": (
        "how much an input was changed: L0 counts changed features; L2 is the Euclidean length of "
        "the change; L∞ is the largest change of any one feature; L1 their sum."
    ),
    "Distillation": (
        "a network (student) trained at temperature T on the probabilities of another (teacher)."
    ),
    "Fraction of the range": (
        "eps, theta and all distances but L0 count each feature in its own range: 0.1 is a tenth "
        "of the way from its lowest to its highest value. Features that may not change count "
        "nowhere."
    ),
    "Grade of evidence": (
        "how much stands behind a verdict. D: less than what follows. C: the whole run, no failed "
        "check of the network itself, and an attack that is not weak on 50 samples or more. B: on "
        "100, and it found examples planted for it, a second attack searches in another way on 50 "
        "or more, a third "
        "without gradients, 3 seeds. A: on 1,000, with examples of another network, and "
        "AutoAttack, which this version does not have: no verdict is an A yet. Where an attack "
        "that works makes a verdict, no other is needed beside it."
    ),
    "Interval": (
        "95 % confidence interval: of 100 that are made in this way, about 95 hold the true value."
    ),
    "Planted example": (
        "an adversarial example put into a copy of the network on purpose, to see whether an "
        "attack finds what is certainly there."
    ),
    "Robust accuracy": "share of samples that stay right under attack, within a budget.",
    "Robustness (rho)": (
        "the smallest change that moves a sample to another class, averaged over samples "
        "(Equation 11 of the paper)."
    ),
    "Security curve": "share of attacks that succeed, against the budget.",
    "Success rate": "share of attacks that reach their aim within the budget.",
    "Targeted": "the attack picks the class to reach; untargeted: any wrong class will do.",
    "Temperature (T)": "what logits are divided by before the softmax while a network is trained.",
    "Threat model": (
        "what an attacker wants (the nearest or any wrong class, or one of the attacker's choice), "
        "may change (a distance, and how much of it), and knows."
    ),
    "Transfer": "adversarial examples made on one network, shown to another.",
    "Underflow": (
        "a number too small for its type becomes exactly 0: a slope that is there can no longer "
        "be seen."
    ),
    "White box": "the attacker knows the network and its weights; black box: only its answers.",
}
"""In alphabetical order."""
_OF_DEFENCES = ("Distillation", "Temperature (T)")


def term(entry: str, text: str = "") -> Term:
    """An entry of the glossary, as it stands in a sentence."""
    return Term(text or entry, entry, MEANINGS[entry])


def entries() -> tuple[Block, ...]:
    """Every entry; the same on every page."""
    return (Glossary(tuple(term(entry) for entry in MEANINGS)),)


def body(results: Results) -> tuple[Block, ...]:
    """The glossary; without the words of defences where a network stands by itself."""
    if not alone(results):
        return entries()
    left = (entry for entry in MEANINGS if entry not in _OF_DEFENCES)
    return (Glossary(tuple(term(entry) for entry in left)),)


SECTION = Section("glossary", "Glossary", body=body)
