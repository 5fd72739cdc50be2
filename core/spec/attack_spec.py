"""Attacks as a spec describes them: their settings, and what each means for given data.

Pure description. `data` is always `Dataset.info()`; nothing here computes or imports an attack.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from core.errors import UserError
from core.settings import Part

PAPER_BUDGET = 112
JsmaName = Literal["jsma-f", "jsma-f64", "jsma-logf", "jsma-z"]
Loss = Literal["margin", "log-odds", "logit", "log-probability", "probability"]
Norm = Literal["linf", "l2"]
Eps = Annotated[float, Field(gt=0, le=1e6)] | None
Steps = Annotated[int, Field(ge=1, le=100_000)]

DEFAULT_EPS = {
    ("linf", "grey"): 0.25,
    ("linf", "colour"): 8 / 255,
    ("linf", "table"): 0.1,
    ("l2", "grey"): 2.0,
    ("l2", "colour"): 0.5,
    ("l2", "table"): 0.5,
}
"""Radius where a spec gives none, a fraction of each feature's range; 0.25 on grey as in WFG."""


class Jsma(Part):
    """The Jacobian-based saliency map attack on pairs of features, targeted.

    Args:
        name: which gradient ranks the features, and in which arithmetic.
        budget: features to change: a number (int), or a share (float below 1) of the n that may
            change; default 112 for 784 and 3,072, else 2 * floor(0.145 n / 2), at least 2.
        theta: change of each feature, a fraction of its range, clipped to it; negative decreases.
        stop: `first-target` stops the targets of a sample once its nearest one is known: the same
            rho (Eq. 11) for two fifths of the work, and no success rate.
    """

    name: JsmaName
    budget: int | float | None = None
    theta: float = Field(1.0, ge=-1e6, le=1e6)
    stop: Literal["each-pair", "first-target"] = "each-pair"

    @field_validator("budget")
    @classmethod
    def _budget(cls, value: int | float | None) -> int | float | None:
        if value is None:
            return None
        if isinstance(value, float) and value >= 1 and value.is_integer():
            value = int(value)
        if isinstance(value, float) and not 0 < value < 1:
            raise ValueError("a share lies between 0 and 1; a number of features is a whole number")
        if isinstance(value, int) and value < 2:
            raise ValueError("the attack changes features in pairs: at least 2")
        return value

    @field_validator("theta")
    @classmethod
    def _theta(cls, value: float) -> float:
        if value == 0:
            raise ValueError("a change of 0 attacks nothing; 1 increases, -1 decreases")
        return value

    @property
    def distance(self) -> str:
        """The distance that the attack keeps small."""
        return "l0"

    def budget_for(self, data: dict) -> int:
        """The budget in units of the distance: features."""
        return resolve_budget(self.budget, data.get("mutable_features", data["n_features"]))

    def params_for(self, data: dict) -> dict[str, Any]:
        """Every setting, resolved for the data, as the attack takes them."""
        params = {"theta": self.theta, "budget": self.budget_for(data)}
        if self.stop == "each-pair":
            return params
        if data.get("stepped_features", 0):
            # Putting a success on its steps may undo it when the other targets have stopped.
            raise UserError("attacks.stop: these features move in steps; leave stop out", 2)
        return {**params, "stop": self.stop}

    def passes(self, data: dict) -> float:
        """Gradient evaluations that one pair takes at most, for time estimates."""
        return self.budget_for(data) / 2


class _Ball(Part):
    """An attack inside a ball of radius `eps`, a fraction of each feature's range."""

    targeted: bool = False
    norm: Norm = "linf"
    eps: Eps = None

    @property
    def distance(self) -> str:
        return self.norm

    def budget_for(self, data: dict) -> float:
        return default_eps(self.eps, self.norm, data)

    def params_for(self, data: dict) -> dict[str, Any]:
        own = self.model_dump(exclude={"name"})
        return {**own, "eps": self.budget_for(data)}


class _Gradient(_Ball):
    """An attack inside a ball that follows the gradient of `loss`.

    Args:
        loss: what is raised for the target, or lowered for the label to leave, of
            softmax(z / attack_temperature): the paper's attacker is `probability`, an adaptive
            one `margin` or `log-odds`, which do not vanish.
    """

    loss: Loss = "margin"
    attack_temperature: float = Field(1.0, gt=0, le=10_000)


class Fgsm(_Gradient):
    """Fast gradient sign method: one step of size eps. Source: arXiv 1412.6572."""

    name: Literal["fgsm"]

    def passes(self, data: dict) -> float:
        """Gradient evaluations that one pair takes at most."""
        return 2


class Bim(_Gradient):
    """Basic iterative method: `steps` steps of `step_size` (default 2.5 eps / steps) from the
    input. Source: arXiv 1607.02533.
    """

    name: Literal["bim"]
    steps: Steps = 20
    step_size: Eps = None

    def params_for(self, data: dict) -> dict[str, Any]:
        """Every setting, resolved for the data, as the attack takes them."""
        return _with_step_size(super().params_for(data))

    def passes(self, data: dict) -> float:
        """Gradient evaluations that one pair takes at most."""
        return self.steps + 1


class Pgd(_Gradient):
    """Projected gradient descent: as `bim`, from `restarts` random starts. Source: 1706.06083."""

    name: Literal["pgd"]
    steps: Steps = 40
    step_size: Eps = None
    restarts: int = Field(1, ge=1, le=1_000)

    def params_for(self, data: dict) -> dict[str, Any]:
        """Every setting, resolved for the data, as the attack takes them."""
        return _with_step_size(super().params_for(data))

    def passes(self, data: dict) -> float:
        """Gradient evaluations that one pair takes at most."""
        return (self.steps + 1) * self.restarts


class Noise(_Ball):
    """Uniform random draws in the ball; one success among `draws` is enough."""

    name: Literal["noise"]
    draws: Steps = 100

    def passes(self, data: dict) -> float:
        """Gradient evaluations that one pair takes at most (a draw costs a third of one)."""
        return self.draws / 3


class Transfer(_Ball):
    """Adversarial examples made on another network by PGD, then shown to this one.

    Args:
        source: `independent`, an undefended network trained from another seed; or `none`, the
            undefended network of the same seed (which itself is attacked from the independent one).
    """

    name: Literal["transfer"]
    source: Literal["none", "independent"] = "none"
    steps: Steps = 40

    def passes(self, data: dict) -> float:
        """Gradient evaluations that one pair takes at most."""
        return self.steps + 2


class Genetic(_Ball):
    """GenAttack: gradient-free, in a Linf ball, at most `queries` network evaluations a pair.

    Source: Alzantot et al., arXiv 1805.11090.
    """

    name: Literal["genetic"]
    norm: Literal["linf"] = "linf"
    population: int = Field(6, ge=2, le=1_000)
    queries: Steps = 5_000

    def params_for(self, data: dict) -> dict[str, Any]:
        """Every setting, resolved for the data, as the attack takes them."""
        params = super().params_for(data)
        params.pop("norm")
        return params

    def passes(self, data: dict) -> float:
        """Gradient evaluations that one pair takes at most (a query costs a third of one)."""
        return self.queries / 3


class _Closest(Part):
    """An attack without a budget that looks for the closest adversarial example."""

    targeted: bool = True

    @property
    def distance(self) -> str:
        return "l2"

    def budget_for(self, data: dict) -> None:
        return None

    def params_for(self, data: dict) -> dict[str, Any]:
        return self.model_dump(exclude={"name"})


class CwL2(_Closest):
    """Carlini and Wagner's L2 attack with confidence `kappa`. Source: arXiv 1608.04644, VI-A."""

    name: Literal["cw-l2"]
    kappa: float = Field(0.0, ge=0, le=1_000)
    steps: Steps = 1_000
    searches: int = Field(5, ge=1, le=30)
    learning_rate: float = Field(0.01, gt=0, le=10)
    initial_c: float = Field(0.01, gt=0, le=1e6)

    def passes(self, data: dict) -> float:
        """Gradient evaluations that one pair takes at most."""
        return self.steps * self.searches


class CwL0(_Closest):
    """Carlini and Wagner's L0 attack: features that matter least are frozen, round after round.

    Source: arXiv 1608.04644, VI-B.
    """

    name: Literal["cw-l0"]
    kappa: float = Field(0.0, ge=0, le=1_000)
    steps: Steps = 200
    searches: int = Field(7, ge=1, le=30)
    learning_rate: float = Field(0.1, gt=0, le=10)
    initial_c: float = Field(0.001, gt=0, le=1e6)

    @property
    def distance(self) -> str:
        """The distance that the attack keeps small."""
        return "l0"

    def passes(self, data: dict) -> float:
        """Gradient evaluations that one pair takes, by experience (rounds are not bounded)."""
        return self.steps * 20


class Lbfgs(_Closest):
    """Box-constrained L-BFGS with a search over the trade-off constant. Source: 1312.6199."""

    name: Literal["lbfgs"]
    steps: Steps = 100
    searches: int = Field(8, ge=1, le=30)
    initial_c: float = Field(1.0, gt=0, le=1e6)

    def passes(self, data: dict) -> float:
        """Gradient evaluations that one pair takes, by experience (18 to 46 a search)."""
        return min(self.steps, 30) * self.searches


class Decision(_Closest):
    """HopSkipJump: hard labels only, at most `queries` network evaluations a pair.

    Args: norm: the distance that it keeps small.
    Source: Chen, Jordan, Wainwright, arXiv 1904.02144.
    """

    name: Literal["decision"]
    targeted: bool = False
    norm: Norm = "l2"
    queries: Steps = 5_000

    @property
    def distance(self) -> str:
        """The distance that the attack keeps small."""
        return self.norm

    def passes(self, data: dict) -> float:
        """Gradient evaluations that one pair takes at most (a query costs a third of one)."""
        return self.queries / 3


Attack = Annotated[
    Jsma | Fgsm | Bim | Pgd | Lbfgs | CwL2 | CwL0 | Genetic | Decision | Noise | Transfer,
    Field(discriminator="name"),
]

ATTACK_NAMES: tuple[str, ...] = (
    *("jsma-f", "jsma-f64", "jsma-logf", "jsma-z"),
    *("fgsm", "bim", "pgd", "lbfgs", "cw-l2", "cw-l0"),
    *("genetic", "decision", "noise", "transfer"),
)

_DISTANCES = {"cw-l0": "l0", "cw-l2": "l2", "lbfgs": "l2", "genetic": "linf"}
_CLOSEST = ("cw-l0", "cw-l2", "lbfgs", "decision")

ADAPTIVE_LOSSES = ("margin", "log-odds", "logit", "log-probability")
GRADIENT_FREE = ("genetic", "decision")
_ALWAYS_ADAPTIVE = ("jsma-logf", "jsma-z", "lbfgs", "cw-l2", "cw-l0", *GRADIENT_FREE)


def distance_of(attack: str, params: dict[str, Any]) -> str:
    """The distance that an attack keeps small: `l0`, `l2` or `linf`.

    Args: params: its settings as a row of the results holds them.
    """
    if attack.startswith("jsma"):
        return "l0"
    if attack == "decision":
        # Results made before it had a norm are of L2.
        return params.get("norm", "l2")
    return _DISTANCES.get(attack) or params["norm"]


def looks_for_closest(attack: str) -> bool:
    """Whether an attack looks for the closest example, and not for any inside a ball."""
    return attack.startswith("jsma") or attack in _CLOSEST


def is_adaptive(attack: str, params: dict[str, Any]) -> bool:
    """Whether an attack follows something that a vanishing probability does not stop.

    `jsma-f64` does not count: at high temperatures float64 underflows in its turn. Nor does the
    log-probability of a label to leave: it vanishes once the label is certain.

    Args: params: its settings as a row of the results holds them.
    """
    if attack in _ALWAYS_ADAPTIVE:
        return True
    if attack not in ("fgsm", "bim", "pgd"):
        return False
    loss, targeted = params["loss"], params.get("targeted", False)
    return loss in ADAPTIVE_LOSSES and (loss != "log-probability" or targeted)


def resolve_budget(budget: int | float | None, n_features: int) -> int:
    """Number of features that an attack may change.

    Args:
        budget: None (112 for 784 and for 3,072 features, as in the paper, else
            2 * floor(0.145 n / 2), at least 2), a number of features, or a share in (0, 1).
        n_features: features of one input that may change.

    Returns: an int in [2, n_features]. Raises `UserError` when it exceeds the input.
    """
    if budget is None:
        if n_features in (784, 3072):
            return PAPER_BUDGET
        return max(2, 2 * math.floor(0.145 * n_features / 2))
    number = max(2, math.floor(budget * n_features)) if isinstance(budget, float) else budget
    if number > n_features:
        raise UserError(
            f"attacks.budget: {number} features exceed the {n_features} features of one input that"
            f" may change; give at most {n_features}, or a share below 1",
            exit_code=2,
        )
    return number


def default_eps(eps: float | None, norm: str, data: dict) -> float:
    """`eps`, or where it is None the default for images or tables of this kind."""
    if eps is not None:
        return eps
    shape = data["shape"]
    kind = "table" if len(shape) != 3 else "grey" if shape[-1] == 1 else "colour"
    return DEFAULT_EPS[norm, kind]


def _with_step_size(params: dict[str, Any]) -> dict[str, Any]:
    if params["step_size"] is None:
        return {**params, "step_size": 2.5 * params["eps"] / params["steps"]}
    return params
