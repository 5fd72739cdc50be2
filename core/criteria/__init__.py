"""What a criterion may ask of a defence: one file a metric, and the list of them here.

A metric says which numbers of the results it is judged by, and how its sentences go; the rule that
makes a verdict of them stands in core.judgement.
"""

from core.criteria import accuracy, rho, rho_increase, robust_accuracy, success_rate
from core.criteria.metric import Metric

METRICS: dict[str, Metric] = {
    module.METRIC.name: module.METRIC
    for module in (rho_increase, rho, robust_accuracy, success_rate, accuracy)
}
"""By name, in the order in which forms offer them; the first is the default."""
