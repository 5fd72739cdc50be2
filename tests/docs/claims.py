"""What the studies say of their numbers: each sentence with what has to hold in the tables."""

from itertools import pairwise

NONE, LOGF = "none", "jsma-logf"
TRAINED = "adversarial-training, eps 0.2, steps 7"
SCALED = "scaled-logits, factor 100"
HOT = ["distillation, T = 20", "distillation, T = 50", "distillation, T = 100"]
ON_A_TABLE = ["distillation, T = 5", "distillation, T = 20", "distillation, T = 100"]
AT_20 = "distillation, T = 20"
CONTROLS = ["temperature, T = 20", "temperature, T = 100"]
SMOOTHED = ["label-smoothing, strength 0.1", "label-smoothing, strength 0.3"]
FOOLED = {
    *("jsma-f", "jsma-f64"),
    *(f"{name} (log-probability, Linf 0.25)" for name in ("fgsm", "bim", "pgd")),
}
SEES_LITTLE = {"noise (Linf 0.25)", "genetic (Linf 0.25)"}


def at_t(*temperatures):
    """Distilled networks."""
    return [f"distillation, T = {t}" for t in temperatures]


def attacks_of(page):
    """Attacks of a study."""
    return [name for name in page.table("Share of attacks")[0] if name != "network"]


def fooled_by(page, network):
    """Attacks that reach at most a tenth of the inputs there, and 60 % of them undefended."""
    return {
        name
        for name in attacks_of(page)
        if page.success(network, name).value <= 10 and page.success(NONE, name).value >= 60
    }


def similar(page):
    """Whether all attacks that are not fooled reach as much on the three networks."""
    apart = FOOLED | SEES_LITTLE
    others = [one for one in attacks_of(page) if one not in apart and one[:8] != "transfer"]
    return all(
        abs(page.success(network, one).value - page.success(NONE, one).value) <= 5
        for one in others
        for network in (SCALED, HOT[0])
    )


def only_fooled_are_named(page):
    """Whether checks fired on the fooled attacks alone."""
    return all(
        row["attack"] in FOOLED
        or row["check"] == "zero_gradients"
        or "log-probability" in row["what it says"]
        for row in page.table("Checks")
    )


def less(page, network, attack=LOGF):
    """How many points less an attack reaches there than undefended."""
    return page.success(NONE, attack).value - page.success(network, attack).value


def apart(page, network, attack=LOGF):
    """Whether the intervals of success there and undefended are disjoint."""
    return page.success(NONE, attack).apart(page.success(network, attack))


def no_ends_meet(page, networks, *attacks):
    """Whether none of these intervals is disjoint from the undefended one."""
    return not any(apart(page, one, attack) for one in networks for attack in attacks)


def rising(values):
    """Whether each is larger than the one before."""
    return all(a < b for a, b in pairwise(values))


CLAIMS = {
    "attacks": {
        "**Fooled** by the multiplied logits": lambda p: fooled_by(p, SCALED) == FOOLED,
        "All of them but `jsma-f64`": lambda p: fooled_by(p, HOT[0]) == FOOLED - {"jsma-f64"},
        "similar success and distances": similar,
        "`jsma-z`, on logits alone, reaches 66.7 % on both": lambda p: (
            p.success(SCALED, "jsma-z").value == p.success(NONE, "jsma-z").value == 66.7
        ),
        "4 of 90 attacks less": lambda p: round(0.9 * less(p, SCALED)) == 4,
        "on nothing else": only_fooled_are_named,
    },
    "adversarial-training-mnist": {
        "98 of 100 inputs": lambda p: p.right(TRAINED, "Linf 0.2") == 98,
        "at T = 5 and 100 with intervals without 0": lambda p: (
            [t for t in (1, 5, 10, 20, 100) if not p.gain(*at_t(t)).holds_0()] == [5, 100]
        ),
        "could not move 35 % of the inputs": lambda p: p.censored(TRAINED) == 35,
        "5 to 10 % nearer in features": lambda p: (
            {-10, -5}
            <= {p.gain(one).value for one in at_t(1, 5, 10, 20, 100)}
            <= set(range(-10, -4))
        ),
    },
    "cw-l2-mnist": {
        "no difference was detected": lambda p: p.gain(HOT[2], "L2").holds_0(),
        "outside our interval": lambda p: p.gain(HOT[2], "L2").high < 25,
    },
    "distances": {
        "no difference was detected in any distance": lambda p: all(
            p.gain(HOT[0], distance).holds_0() for distance in ("features", "L2")
        ),
        "(intervals overlap)": lambda p: no_ends_meet(p, [HOT[0]], LOGF),
        "gain is at least 166 %": lambda p: p.censored(TRAINED) > p.censored(NONE) == 0,
        "still move every sample": lambda p: all(
            p.success(TRAINED, one).value == 100 for one in ("cw-l2", "lbfgs")
        ),
    },
    "float-precision": {
        "10 to 17 % fewer, intervals without 0": lambda p: all(p.gain(n).high < 0 for n in HOT),
        "no distilled network needs detectably more": lambda p: all(
            p.gain(one).low <= 0 for one in p.networks
        ),
        "does what log space does at T = 5, 10 and 20": lambda p: all(
            p.success(one, "jsma-f64") == p.success(one, LOGF) for one in at_t(5, 10, 20)
        ),
        "lowest at T = 100": lambda p: (
            min(p.networks, key=lambda one: p.success(one, LOGF).value) == HOT[2]
        ),
        "the two metrics point in opposite directions": lambda p: (
            less(p, HOT[2]) > 0 and p.gain(HOT[2]).high < 0
        ),
    },
    "label-smoothing-fgsm": {
        "(disjoint intervals)": lambda p: apart(p, HOT[0]),
        "(intervals just overlap)": lambda p: no_ends_meet(p, SMOOTHED, LOGF),
        "The intervals overlap": lambda p: no_ends_meet(
            p, SMOOTHED, "fgsm (log-probability, Linf 0.25)", "fgsm (margin, Linf 0.25)"
        ),
        "no difference was shown": lambda p: no_ends_meet(
            p, [HOT[0]], "fgsm (margin, Linf 0.25)", "pgd (margin, Linf 0.25)"
        ),
        "nearest class comes 10 % nearer": lambda p: p.gain(HOT[0]).high < 0,
    },
    "regularizers": {
        "each with an interval that ends below 94.9 %": lambda p: (
            {one for one in p.networks if apart(p, one)}
            == {SMOOTHED[0], "dropout, rate 0.75", HOT[0]}
        ),
        "every interval of that difference holds 0": lambda p: all(
            p.gain(one).holds_0() for one in p.networks
        ),
    },
    "soft-labels": {
        "disjoint intervals": lambda p: apart(p, "soft-labels, confidence 0.9"),
        "below the undefended 94.5 % too": lambda p: apart(p, HOT[0]) and less(p, HOT[0]) > 0,
        "is not detectably another": lambda p: p.gain(HOT[0]).holds_0(),
    },
    "tabular": {
        "(intervals without 0)": lambda p: all(
            p.gain(one, distance).low > 0
            for one in (*ON_A_TABLE, *CONTROLS)
            for distance in ("features", "L2")
        ),
        "in L2 rising with T": lambda p: all(
            rising([p.gain(one, "L2").value for one in family]) for family in (ON_A_TABLE, CONTROLS)
        ),
        "31 % of the cases could not be moved within 4 features instead of 5 %": lambda p: (
            (p.censored(p.networks[-1]), p.censored(NONE)) == (31, 5)
        ),
        "a bound and no measurement": lambda p: all(p.censored(one) > 0 for one in p.networks),
    },
    "spam": {
        "every mail of spam passes": lambda p: p.success(NONE, LOGF).value == 100,
        "in log space all do": lambda p: p.success(AT_20, LOGF).value == 100,
        "shows the same (61.3 and 100.0 %)": lambda p: (
            not p.success(AT_20, "jsma-f").apart(p.success(CONTROLS[0], "jsma-f"))
        ),
        "A gain in L2 is detected, and the control has it too": lambda p: all(
            p.gain(one, "L2").low > 0 for one in (AT_20, CONTROLS[0])
        ),
        "so that the ratio (+25 %, -24 to +45 %) measures little": lambda p: p.gain(
            AT_20
        ).holds_0(),
        "leaves spam in the filter under the one attack that ran within 20 words": lambda p: (
            [one for one in p.networks if p.right(one, "features 20")] == [p.networks[-1]]
        ),
        "HopSkipJump takes every mail through": lambda p: (
            p.success(p.networks[-1], "decision (L2)").value == 100
        ),
    },
}
"""By study: words that stand in it, and a question to its page that has to be answered by yes."""
