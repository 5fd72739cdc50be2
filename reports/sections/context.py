"""What a report says whatever the numbers: attacker, limits, terms, mappings to frameworks."""

from __future__ import annotations

from reports.prose import words
from reports.sections import checks
from reports.sections.tables import Table

GLOSSARY: dict[str, str] = {
    "Accuracy": "share of unperturbed test samples that the network classifies rightly.",
    "Adaptive attack": (
        "an attack made with the defence in mind, which still works where the defence hides "
        "gradients."
    ),
    "Adversarial example": "an input changed a little, so that the network sees another class.",
    "Budget": (
        "the most that an attack may change: a number of features, or the radius (eps) of a ball "
        "around the input."
    ),
    "Calibration error": (
        "how far confidence and accuracy lie apart on average (expected calibration error, 15 "
        "bins)."
    ),
    "Censored": (
        "a sample that no attempt moved: it counts as the budget, so the mean is a lower bound (≥)."
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
    "Interval": "95 % confidence interval: had other samples been drawn, it would move this much.",
    "Robust accuracy": "share of samples that stay right under attack, within a budget.",
    "Robustness (rho)": (
        "the smallest change that moves a sample to another class, averaged over samples "
        "(Equation 11 of the paper)."
    ),
    "Security curve": "share of attacks that succeed, against the budget.",
    "Success rate": "share of attacks that reach their aim within the budget.",
    "Targeted": "the attack picks the class to reach; untargeted: any wrong class will do.",
    "Temperature (T)": "what logits are divided by before the softmax while a network is trained.",
    "Transfer": "adversarial examples made on one network, shown to another.",
    "Underflow": (
        "a number too small for its type becomes exactly 0: a slope that is there can no longer "
        "be seen."
    ),
    "White box": "the attacker knows the network and its weights; black box: only its answers.",
}
"""Terms of the report in plain words, in alphabetical order."""

LIMITATIONS = (
    "Attacks give upper bounds: an attack that succeeds is proof, one that fails is not. A "
    "stronger attack may exist.",
    "Defensive distillation was shown to fail against attacks that avoid its vanishing gradients "
    "(Carlini and Wagner, arXiv 1607.04311 and 1608.04644); this report repeats that finding in "
    "the arithmetic of the paper's own attack.",
    "Robustness in one distance says little about another: a network trained against small "
    "changes of all features may fall to large changes of a few.",
    "The attacker of this report changes single inputs at the time of use. Poisoned training data, "
    "stolen models and inputs in the physical world were not tested.",
    "Intervals cover the choice of test samples. With one seed they do not cover the luck of "
    "training.",
)

ATLAS = (
    ("AML.T0043", "Craft Adversarial Data", "the attacks of this report"),
    ("AML.T0015", "Evade ML Model", "what they achieve where they succeed"),
    ("AML.M0003", "Model Hardening", "the defences that were compared"),
)
"""MITRE ATLAS: id, name there, what it is here."""

_FRAMEWORKS = (
    (
        "NIST AI RMF 1.0, MEASURE 2.7",
        "AI system security and resilience are evaluated and documented",
        "success rates, robustness and checks, with intervals and provenance",
    ),
    (
        "OWASP Machine Learning Security Top 10, ML01:2023",
        "Input Manipulation Attack",
        "the attacks that ran, what the attacker knew, and what defences change",
    ),
    (
        "EU AI Act, Article 15",
        "Accuracy, robustness and cybersecurity",
        "accuracy on clean data and under adversarial examples, with the limits named",
    ),
)


def mappings() -> Table:
    """Which frameworks this report supports evidence for; it never says that one is met."""
    rows = tuple(
        (f"{name}: {what}", f"supports evidence for: {how}") for name, what, how in (_FRAMEWORKS)
    )
    return Table("", ("Framework", "This report"), rows, frozenset())


def atlas() -> Table:
    """The techniques and the mitigation of MITRE ATLAS that the report is about."""
    return Table("", ("MITRE ATLAS", "Name", "Here"), ATLAS, frozenset())


def attacker(results: dict) -> list[tuple[str, str]]:
    """The threat model of this run: (what, how), from the attacks that ran."""
    rows = results["summary"]
    names = {row["attack"] for row in rows}
    knows = []
    white = names - {"noise", "genetic", "decision", "transfer"}
    if white:
        knows.append("the network and its weights (white box)")
    if "genetic" in names:
        knows.append("its scores only")
    if "decision" in names:
        knows.append("its predicted class only")
    if "transfer" in names:
        knows.append("another network trained for the same task")
    aims = []
    if any(row["attack_params"].get("targeted", True) for row in rows):
        aims.append("a class that the attacker picks (targeted)")
    if any(row["attack_params"].get("targeted") is False for row in rows):
        aims.append("any wrong class (untargeted)")
    sizes = dict.fromkeys(words.budget(row, words.scale(results)) for row in rows)
    data = results["provenance"]["data"]
    fixed = data["n_features"] - data.get("mutable_features", data["n_features"])
    may = f"one input at a time, within {data['low']:g} to {data['high']:g} for each feature"
    if data.get("one_range") is False:
        may = "one input at a time, each feature within its own range"
    if fixed:
        may += (
            f"; {words.count(fixed)} of {words.count(data['n_features'])} features may not change"
        )
    return [
        ("Knows", words.listing(knows) or "nothing yet: no attack has finished"),
        ("Wants", words.listing(aims) or "–"),
        ("May change", may),
        ("Budgets", ", ".join(sizes) or "–"),
    ]


def not_tested(results: dict) -> list[str]:
    """What this run leaves open, in sentences."""
    names = {row["attack"] for row in results["summary"]}
    distances = {words.distance_of(row) for row in results["summary"]}
    found = []
    if not names & {"genetic", "decision"}:
        found.append("Attacks without gradients (genetic, decision) did not run.")
    if "transfer" not in names:
        found.append("Adversarial examples from another network (transfer) were not tried.")
    missing = [words.distance(name) for name in ("l0", "l2", "linf") if name not in distances]
    if missing:
        found.append(f"No attack kept these small: {'; '.join(missing)}.")
    attacked = max((row["samples"] for row in results["summary"]), default=0)
    n_test = results["provenance"]["data"]["n_test"]
    if 0 < attacked < n_test:
        found.append(
            f"Of {words.count(n_test)} test samples, {words.count(attacked)} were attacked."
        )
    if idle := checks.count(results, "not run"):
        of = len(results["diagnostics"])
        found.append(
            f"{words.count(idle)} of {words.count(of)} checks of the evaluation could not be run; "
            "what to add stands under “Is the evaluation trustworthy?”."
        )
    found.append(
        "Poisoned training data, theft of the model and changes in the physical world were not "
        "tested."
    )
    return found
