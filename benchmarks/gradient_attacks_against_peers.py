"""FGSM, BIM, PGD and Carlini and Wagner's L2 against ART and Foolbox: same network, same pairs.

Figures of agreement, not of time. All three take the cross-entropy as loss in FGSM, BIM and PGD.
FGSM must succeed on the very same pairs, BIM and PGD within 1 point, and the C&W distance must be
at most 1.05 times theirs at equal steps and searches. Needs requirements-bench.in.

`--samples 20 --searches 5 --steps 1000` is the setting for publication; hours with ART's C&W,
which `--without-art` leaves out. `--attacks` runs a part of them.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import foolbox
import keras
import numpy as np
import tensorflow as tf
from art.attacks import evasion
from art.estimators.classification import TensorFlowV2Classifier

from benchmarks.common import attacked, trained_network
from benchmarks.printing import table
from core.data.dataset import Dataset, class_balanced_order

ATTACKS = ("fgsm", "bim", "pgd", "cw-l2")
EPS = {"linf": 0.2, "l2": 2.5}
# Short steps: Thermocline keeps the first success, the others the last point.
STEPS = 40
STEP_SIZE = {norm: eps / 10 for norm, eps in EPS.items()}
BATCH = 128
ART_NORM = {"linf": np.inf, "l2": 2}
FOOLBOX = {
    "fgsm": {
        "linf": foolbox.attacks.LinfFastGradientAttack,
        "l2": foolbox.attacks.L2FastGradientAttack,
    },
    "bim": {
        "linf": foolbox.attacks.LinfBasicIterativeAttack,
        "l2": foolbox.attacks.L2BasicIterativeAttack,
    },
    "pgd": {"linf": foolbox.attacks.LinfPGD, "l2": foolbox.attacks.L2PGD},
}

Attack = Callable[[np.ndarray, np.ndarray, bool], np.ndarray]


class Peers:
    """One network as each library wants it, and the pairs that all of them attack."""

    def __init__(self, model: keras.Model):
        self.model = model
        self.art = TensorFlowV2Classifier(
            model,
            nb_classes=10,
            input_shape=model.input_shape[1:],
            loss_object=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            clip_values=(0.0, 1.0),
        )
        self.foolbox = foolbox.TensorFlowModel(tf.function(model), bounds=(0, 1), device="cpu:0")

    def predicted(self, images: np.ndarray) -> np.ndarray:
        return self.model.predict(images, batch_size=BATCH, verbose=0).argmax(axis=1)

    def with_foolbox(self, attack, images, target, targeted, eps) -> np.ndarray:
        criterion = (
            foolbox.criteria.TargetedMisclassification
            if targeted
            else foolbox.criteria.Misclassification
        )
        parts = []
        for start in range(0, len(images), BATCH):
            part = slice(start, start + BATCH)
            wanted = criterion(tf.constant(target[part], tf.int64))
            _, clipped, _ = attack(self.foolbox, tf.constant(images[part]), wanted, epsilons=eps)
            parts.append(clipped.numpy())
        return np.concatenate(parts)


def within_a_ball(
    peers: Peers, name: str, norm: str, pairs: tuple, targeted: bool, restarts: int
) -> dict:
    """Compare the success of FGSM, BIM or PGD, on the pairs that the sample itself fails."""
    x, sample, target = pairs
    eps = EPS[norm]
    params = {"loss": "log-probability", "attack_temperature": 1.0, "norm": norm, "eps": eps}
    step_size = STEP_SIZE[norm]
    if name != "fgsm":
        params |= {"steps": STEPS, "step_size": step_size}
    if name == "pgd":
        params |= {"restarts": restarts}
    ours = attacked(name, peers.model, x, sample, target, targeted, **params)
    open_ = ours.status != "already"
    images, aims = x[sample][open_], target[open_]

    def success(adversarial):
        return (peers.predicted(adversarial) == aims) == targeted

    steps = {} if name == "fgsm" else {"abs_stepsize": step_size, "steps": STEPS}
    if name == "bim":
        steps |= {"random_start": False}
    result = {
        "attack": f"{name} {norm} {eps}, {'targeted' if targeted else 'untargeted'}",
        "random starts": restarts if name == "pgd" else 0,
        "pairs": int(open_.sum()),
    }
    mine = ours.success[open_]
    art = _art(peers.art, name, norm, step_size, targeted, restarts)
    others = {"ART": success(art.generate(images, y=aims))}
    if name != "fgsm" or not targeted:
        # Foolbox has no targeted FGSM.
        attack = FOOLBOX[name][norm](**steps)
        if name == "pgd":
            attack = attack.repeat(restarts)
        others["Foolbox"] = success(peers.with_foolbox(attack, images, aims, targeted, eps))
    result["Thermocline"] = f"{mine.mean():.2%}"
    for library in ("ART", "Foolbox"):
        there = others.get(library)
        result[library] = "none" if there is None else f"{there.mean():.2%}"
        result[f"other than {library}"] = "" if there is None else int((mine != there).sum())
    return result


def _art(classifier, name, norm, step_size, targeted, restarts):
    common = {"norm": ART_NORM[norm], "eps": EPS[norm], "targeted": targeted, "batch_size": BATCH}
    if name == "fgsm":
        return evasion.FastGradientMethod(classifier, **common)
    common |= {"eps_step": step_size, "max_iter": STEPS, "verbose": False}
    return evasion.ProjectedGradientDescentNumpy(
        classifier, num_random_init=restarts if name == "pgd" else 0, **common
    )


def carlini_wagner(
    peers: Peers,
    pairs: tuple,
    searches: int,
    steps: int,
    rate: float,
    initial_c: float,
    without_art: bool,
) -> list[dict]:
    """Compare mean distances over the pairs on which every library succeeds."""
    x, sample, target = pairs
    params = {"kappa": 0.0, "steps": steps, "searches": searches}
    params |= {"learning_rate": rate, "initial_c": initial_c}
    ours = attacked("cw-l2", peers.model, x, sample, target, **params)
    images = x[sample]
    found = {"Thermocline": ours.adversarial}
    attack = foolbox.attacks.L2CarliniWagnerAttack(
        binary_search_steps=searches, steps=steps, stepsize=rate, initial_const=initial_c,
        abort_early=False,
    )  # fmt: skip
    found["Foolbox"] = peers.with_foolbox(attack, images, target, True, None)
    if not without_art:
        art = evasion.CarliniL2Method(
            peers.art, targeted=True, learning_rate=rate, binary_search_steps=searches,
            max_iter=steps, initial_const=initial_c, batch_size=BATCH, verbose=False,
        )  # fmt: skip
        found["ART"] = art.generate(images, y=target)
    # A black image is what Foolbox returns where it found nothing.
    success = {
        name: (peers.predicted(adversarial) == target)
        & adversarial.reshape(len(images), -1).any(axis=1)
        for name, adversarial in found.items()
    }
    open_ = ours.status != "already"
    if not success["Thermocline"].any():
        raise RuntimeError("C&W found nothing; give it more --searches or --steps")
    both = {name: success["Thermocline"] & reached & open_ for name, reached in success.items()}
    distance = {
        name: np.linalg.norm((adversarial - images).reshape(len(images), -1), axis=1)
        for name, adversarial in found.items()
    }
    mean = {
        name: (distance["Thermocline"][both[name]].mean(), distance[name][both[name]].mean())
        for name in found
    }
    return [
        {
            "C&W L2, targeted": name,
            "searches x steps": f"{searches} x {steps}",
            "pairs": int(open_.sum()),
            "success": f"{success[name][open_].mean():.2%}",
            "mean L2 where both succeed": f"{mean[name][1]:.4f}",
            "Thermocline's over this": f"{mean[name][0] / mean[name][1]:.4f}",
        }
        for name in found
    ]


def attacked_pairs(data: Dataset, samples: int, targeted: bool) -> tuple:
    """Return `(x, sample, target)`: every wrong target of the first samples, or their labels."""
    first = class_balanced_order(data.y_test)[:samples]
    x, labels = data.x_test[first], data.y_test[first].astype(np.int64)
    if not targeted:
        return x, np.arange(samples), labels
    every = [(i, t) for i in range(samples) for t in range(10) if t != labels[i]]
    return x, *np.array(every).T


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--ball-samples", type=int, default=100, help="for FGSM, BIM and PGD")
    parser.add_argument("--goal", choices=("untargeted", "targeted"), help="of FGSM, BIM and PGD")
    parser.add_argument("--restarts", type=int, default=5, help="of PGD, from random starts")
    parser.add_argument("--attacks", nargs="+", default=ATTACKS, choices=ATTACKS)
    parser.add_argument("--samples", type=int, default=5, help="for C&W, times 9 targets")
    parser.add_argument("--searches", type=int, default=4)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--learning-rate", type=float, default=0.01)
    parser.add_argument("--initial-c", type=float, default=0.01)
    parser.add_argument("--without-art", action="store_true", help="leave ART's C&W out")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows here")
    arguments = parser.parse_args()

    model, data = trained_network(arguments.epochs)
    peers = Peers(model)
    rows = [
        within_a_ball(
            peers,
            name,
            norm,
            attacked_pairs(data, arguments.ball_samples, targeted),
            targeted,
            arguments.restarts,
        )
        for name in arguments.attacks
        if name != "cw-l2"
        for norm in ("linf", "l2")
        for targeted in (False, True)
        if arguments.goal in (None, "targeted" if targeted else "untargeted")
    ]
    print(table(rows) + "\n")
    distances = []
    if "cw-l2" in arguments.attacks:
        distances = carlini_wagner(
            peers,
            attacked_pairs(data, arguments.samples, True),
            arguments.searches,
            arguments.steps,
            arguments.learning_rate,
            arguments.initial_c,
            arguments.without_art,
        )
        print(table(distances))
    if arguments.json:
        arguments.json.write_text(json.dumps([rows, distances], indent=1))


if __name__ == "__main__":
    main()
