"""Threat models in words: what an attacker may change, wants, and knows."""

from __future__ import annotations

from core.model.judged import ThreatModel
from core.wording import Scale, amount, distance

_KNOWS = {"white-box": "white box", "black-box": "black box"}


def named(threat: ThreatModel | None, scale: Scale | None = None) -> str:
    """A threat model as half a sentence: "within L∞ 0.2, any wrong class".

    Args: threat: None, of results of earlier versions, is not named. scale: `DataFacts.scale`.
    """
    if threat is None:
        return ""
    if not threat.attacked:
        return "clean samples"
    parts = [_far(threat, scale), _goal(threat)]
    if threat.knowledge is not None:
        parts.append(_KNOWS[threat.knowledge])
    return ", ".join(part for part in parts if part)


def _far(threat: ThreatModel, scale: Scale | None) -> str:
    if threat.distance is None:
        return ""
    if threat.eps is None:
        return distance(threat.distance)
    within = f"within {amount(threat.distance, threat.eps, scale)}"
    return f"{within} ({distance('l0')})" if threat.distance == "l0" else within


def _goal(threat: ThreatModel) -> str:
    if threat.goal == "targeted":
        return "a chosen class"
    return "nearest wrong class" if threat.eps is None else "any wrong class"
