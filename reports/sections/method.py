"""Method: how networks were trained, attacked and measured; the same in every report."""

from __future__ import annotations

from core.model.results import Results
from reports.prose import counted, distances, targets
from reports.prose.alone import alone
from reports.sections.blocks import Block, Bullets, Heading, Lowered, Paragraph, said
from reports.sections.section import Section

_SOURCES = (
    "Papernot, McDaniel, Wu, Jha, Swami: Distillation as a Defense to Adversarial Perturbations "
    "against Deep Neural Networks, IEEE S&P 2016, arXiv 1511.04508 (“the paper”, DD)",
    "Papernot et al.: The Limitations of Deep Learning in Adversarial Settings, EuroS&P 2016, "
    "arXiv 1511.07528 (JSMA)",
    "Carlini, Wagner: Defensive Distillation is Not Robust to Adversarial Examples, arXiv "
    "1607.04311",
    "Carlini, Wagner: Towards Evaluating the Robustness of Neural Networks, IEEE S&P 2017, arXiv "
    "1608.04644",
    "Zimmermann, Brendel, Tramèr, Carlini: Increasing Confidence in Adversarial Robustness "
    "Evaluations, NeurIPS 2022, arXiv 2206.13991 (planted examples)",
)


_OF_DEFENCES = _SOURCES[2:3]

_COMPARED = (
    " Networks are compared on the same samples: Tango's score interval for shares, the mean's for "
    "differences and gains."
)


def _distillation() -> tuple[Block, ...]:
    return (
        Heading("Defensive distillation"),
        *said(
            "A teacher is trained with its softmax at temperature T. A student of the same "
            "architecture is trained at T on the teacher's probabilities, and deployed at T = 1. "
            "The control is trained at T on hard labels and deployed at T = 1, without a teacher."
        ),
    )


def body(results: Results) -> tuple[Block, ...]:
    """Defence, attack, robustness, minima, intervals, sources."""
    of = "all of them" if distances.all_may_change(results) else "those that may change"
    return (
        *(() if alone(results) else _distillation()),
        Heading("The attack (JSMA, in pairs)"),
        *said(
            "For a wrong target class the attack looks for the two features whose increase raises "
            "the target and lowers all other classes most, sets both to the maximum, and repeats "
            "until the network answers with the target, the budget is used up, or no pair is left "
            "that helps."
        ),
        Heading("What is counted"),
        *said(counted.rule(results)),
        Heading("Robustness (Equation 11)"),
        Paragraph(("ρ(F) = mean over x of min over targets ‖δ", Lowered("x"), "‖"), "formula"),
        *said(
            f"The distance counts changed features, as a share of {of}. A sample that no "
            "target could move counts as the budget; the share of these is printed beside rho "
            "(“stopped on 7 %”), which then has no interval: with a larger budget it would be "
            "larger. It says where this attack stopped, and nothing of the robustness of the "
            "network, for which another attack may need far less."
        ),
        *(said(some) if (some := targets.of_many(results)) else ()),
        *said(
            "Attacks that look for the closest example in another distance are averaged in the "
            f"same way, in {distances.own_units(results)}. Attacks inside a ball of radius eps do "
            "not look for the smallest change and have no robustness of their own; of them the "
            "share of samples that stay right is given."
        ),
        Heading("The strongest attack on each sample"),
        *said(
            "Minima come first, then the mean: every sample counts with the least that any attack "
            "needed for it. A success proves that its distance is enough, whatever the attack "
            "looked for: those inside a ball count with how far they went, in every distance in "
            "which some attack looked for the closest example. A sample that none moved counts as "
            "the largest budget of those attacks. The mean of each attack by itself would call a "
            "network more robust than it is."
        ),
        *said(
            "Half of the samples fall within the median of these minima, which no sample that "
            "attacks gave up on moves as long as half were moved. Its interval holds the distances "
            "at which that of the share moved holds a half."
        ),
        Heading("Planted examples"),
        *said(
            "Around a sample, 100 points are drawn within the attack's ball, at most 90 % (L∞) "
            "or 95 % of its radius away, and one at its full radius. On the network's last "
            "hidden layer a linear readout with the widest margin tells that one point from all "
            "others; it changes sign at 85 % of the way to it, and its two logits range as far "
            "as the network's own do on these points. The attack then runs as on any other "
            "network, with its own settings. A find counts within the ball. Random points at "
            "the full radius say how often chance finds one; above 5 % the test shows nothing."
        ),
        Heading("Intervals"),
        *said(
            "All are 95 % intervals over samples drawn anew. A share has the exact interval "
            "(Clopper and Pearson); where several attacks on one sample make it up they are alike, "
            "and it is the exact one for as many independent cases as say the same (Korn and "
            "Graubard). A mean has the wider of a BCa bootstrap over whole samples and Student's "
            f"interval.{'' if alone(results) else _COMPARED}"
        ),
        *said(
            "It is about this network and not about how it was made. docs/statistics.md shows how "
            "often each interval covers."
            if alone(results)
            else "With one seed an interval is about this network and not about its method; with "
            "several it holds the spread between seeds as well, each part at its own degrees of "
            "freedom. Where an attack gave up on a sample, it would have gone somewhere between "
            "the cap and the largest distance that exists, and its gain or difference holds "
            "wherever; the nearest example, which another attack may find, can be nearer than "
            "all of that. A difference "
            "is called detected only after Holm's correction for all distinct comparisons of the "
            "run. docs/statistics.md shows how often each interval covers."
        ),
        Heading("Sources"),
        Bullets(tuple(one for one in _SOURCES if not (alone(results) and one in _OF_DEFENCES))),
    )


SECTION = Section("method", "Method", body=body)
