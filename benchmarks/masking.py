"""Which attacks are blind on ten defences that only hide gradients, and on five sound networks.

`python -m benchmarks.masking [samples]`: in every network an example is planted around each of the
samples (100), and each attack looks for them; the check of the report says whether it is blind. On
a sound network none should be; around a masking defence the attacks that it blinds should.
"""

import sys
from dataclasses import dataclass

import keras

from benchmarks.common import trained_network
from benchmarks.masking_defenses import MASKING
from benchmarks.printing import table
from core import attacks, environment
from core.cells.plant_cell import plant
from core.data.dataset import Dataset
from core.judgement.diagnostics.planted import planted_found
from core.metrics.intervals.exact import clopper_pearson
from core.model.cell import DataRef, PlantPayload
from core.model.data import DataFacts
from core.model.rows import Planted
from core.model.training import Adversarial, OptimizerSettings, Schedule
from core.networks import adversarial_training, architectures, training

ATTACKS = {
    "jsma-f": ("jsma-f", {}),
    "jsma-logf": ("jsma-logf", {}),
    "pgd": ("pgd", {"eps": 0.25, "steps": 100, "restarts": 3}),
    "pgd, log-probability": (
        "pgd",
        {"eps": 0.25, "steps": 100, "restarts": 3, "loss": "log-probability"},
    ),
}


@dataclass(frozen=True)
class Looked:
    """A network and what each attack found in it."""

    name: str
    accuracy: float
    found: dict[str, Planted]


def looked(name: str, network: keras.Model, data: Dataset, samples: int) -> Looked:
    answers = network.predict(data.x_test, verbose=0).argmax(-1)
    found = {title: _planted(network, data, samples, *ATTACKS[title]) for title in ATTACKS}
    return Looked(name, float((answers == data.y_test).mean()), found)


def _planted(network, data, samples, attack, settings) -> Planted:
    asked, facts = attacks.settings(attack, settings), DataFacts.model_validate(data.info())
    ball, params = asked.ball_for(facts), asked.params_for(facts)
    payload = PlantPayload(
        data=DataRef(artifact="0" * 64, checksum="0" * 64),
        environment=environment.describe(),
        network=f"{id(network)}",
        attack=attack,
        params=params,
        distance=ball.distance,
        radius=ball.radius,
        step=ball.step,
        samples=samples,
    )
    counted = plant(payload, data, network, lambda *_, **__: None)["metrics"]
    low, high = clopper_pearson(counted["found"], counted["of"]) if counted["of"] else (None, None)
    return Planted(
        dataset=facts.name,
        defense="given",
        defense_params={},
        temperature=None,
        attack=attack,
        attack_params=params,
        seeds=[0],
        low=low,
        high=high,
        **counted,
    )


def sound(data: Dataset):
    """Five networks that hide nothing."""
    optimizer = OptimizerSettings(optimizer="adam", learning_rate=1e-3, batch_size=128)
    hard = training.hard_targets(data.y_train, data.classes)
    soft = training.spread_targets(data.y_train, data.classes, 0.9, 0.1 / 9)
    test = (data.x_test, data.y_test)

    def fitted(seed, architecture, targets, epochs, **more):
        keras.utils.set_random_seed(seed)
        model = architectures.build(architecture, data.shape, data.classes)
        plan = Schedule(optimizer=optimizer.model_copy(update=more), epochs=epochs)
        training.fit(model, data.x_train, targets, plan, test=test)
        return model

    yield "another seed", fitted(1, "paper-mnist", hard, 8)
    yield "two hidden layers of 128", fitted(0, "mlp", hard, 10)
    yield "label smoothing 0.1", fitted(0, "paper-mnist", soft, 8)
    yield "weight decay", fitted(0, "paper-mnist", hard, 8, weight_decay=1e-2)
    keras.utils.set_random_seed(0)
    model = architectures.build("mlp", data.shape, data.classes)
    plan = Schedule(optimizer=optimizer, epochs=10)
    adversarial_training.fit(model, data, Adversarial(eps=0.1, steps=5), plan)
    yield "adversarial training, Linf 0.1", model


def row(one: Looked, undefended: Looked | None) -> dict:
    shown = {"network": one.name, "accuracy": f"{one.accuracy:.1%}"}
    for title, found in one.found.items():
        if not found.of:
            shown[title] = "not run: " + str(found.reason).split(":")[0]
            continue
        outcome = planted_found(found, None if undefended is None else undefended.found[title])
        word = {"fail": " **blind**", "pass": "", "not run": " (cannot tell)"}[outcome.result]
        shown[title] = f"{found.found} of {found.of}{word}"
    return shown


def main() -> None:
    samples = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    network, data = trained_network()
    plain = looked("undefended", network, data, samples)
    rows = [row(plain, None)]
    for name, defend in MASKING.items():
        rows.append(row(looked(name, defend(network), data, samples), plain))
        print(rows[-1], flush=True)
    for name, other in sound(data):
        rows.append(row(looked(f"sound: {name}", other, data, samples), plain))
        print(rows[-1], flush=True)
    print(table(rows))


if __name__ == "__main__":
    main()
