"""Units per arm in, whether the split is what was configured out: a test that may be looked at after every unit.

The counts are compared with what a Dirichlet-multinomial around the configured weights expects of them. The ratio of
both likelihoods is a martingale while the split is right, so it ever reaches 1/alpha with a chance of alpha at most
(Lindon and Malek 2022, "Anytime-valid inference for multinomial count data"; Ville's inequality).
"""

import math
from collections.abc import Sequence
from typing import Final

ALPHA: Final = 0.001
CONCENTRATION: Final = 1_000.0
"""How near to the configured weights a wrong split is looked for: found by simulation (docs/adr/0016)."""
FLOOR: Final = 0.005
"""Least distance of a share from its weight that matters: with millions of units every split is a little off."""
LEAST_UNITS: Final = 100


def log_evidence(counts: Sequence[int], weights: Sequence[float]) -> float:
    """Logarithm of the evidence against a split by `weights`, which need not sum to 1; 0 for no units."""
    whole = sum(weights)
    shares = [weight / whole for weight in weights]
    units = sum(counts)
    evidence = math.lgamma(CONCENTRATION) - math.lgamma(CONCENTRATION + units)
    for count, share in zip(counts, shares, strict=True):
        prior = CONCENTRATION * share
        evidence += math.lgamma(prior + count) - math.lgamma(prior) - count * math.log(share)
    return evidence


def p_value(log_of_evidence: float) -> float:
    """Always valid, when it is made of the largest evidence so far."""
    return min(1.0, math.exp(-log_of_evidence)) if log_of_evidence > 0 else 1.0


def mismatched(counts: Sequence[int], weights: Sequence[float], largest_evidence: float | None = None) -> bool:
    """Whether the numbers are not to be trusted: the evidence suffices and the split is off by enough to matter.

    `largest_evidence` is the largest of all looks so far; without it that of this look counts.
    """
    units, whole = sum(counts), sum(weights)
    if units < LEAST_UNITS:
        return False
    off = max(abs(count / units - weight / whole) for count, weight in zip(counts, weights, strict=True))
    evidence = log_evidence(counts, weights) if largest_evidence is None else largest_evidence
    return off >= FLOOR and evidence >= math.log(1 / ALPHA)
