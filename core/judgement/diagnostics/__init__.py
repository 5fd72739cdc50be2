"""Is this evaluation worth believing? Small pure functions, one a check, and one that runs all.

Each gives pass / fail / not run with its number and a sentence for people. EAR: Carlini et al.,
arXiv 1902.06705; OG: Athalye et al., arXiv 1802.00420; CW16: arXiv 1607.04311.
"""

from core.judgement.diagnostics.check import Outcome
from core.judgement.diagnostics.networks import NEAR_CHANCE, network_trained, trained
from core.judgement.diagnostics.run import run_checks
from core.judgement.diagnostics.single import ZERO_GRADIENT_SHARE, zero_gradients

__all__ = [
    "NEAR_CHANCE",
    "ZERO_GRADIENT_SHARE",
    "Outcome",
    "network_trained",
    "run_checks",
    "trained",
    "zero_gradients",
]
