"""Units per arm in, whether the split is what was configured out: a test that may be looked at after every unit.

The counts are compared with what Dirichlet-multinomials around wrong splits expect of them, each as likely as the
others. The ratio of the likelihoods is a martingale while the split is right, so it ever reaches 1/alpha with a chance
of alpha at most (Lindon and Malek 2022, "Anytime-valid inference for multinomial count data"; Ville's inequality).
Their mixture is centred at the right split; ours stands where a mismatch begins to matter, and finds that one sooner.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Final

ALPHA: Final = 0.001
SHIFT: Final = 0.07
"""The mismatch that is looked for: a share is off by this part of share times (1 - share), 1.75 points for a half."""
CONCENTRATION: Final = 10_000.0
"""How near to that; both were found by simulation (docs/adr/0016)."""
FLOOR: Final = 0.005
"""Least distance of a share from its weight that matters: with millions of units every split is a little off."""
LEAST_UNITS: Final = 100


def log_evidence(counts: Sequence[int], weights: Sequence[float]) -> float:
    """Logarithm of the evidence against a split by `weights`, which need not sum to 1; 0 for no units."""
    whole, units = sum(weights), sum(counts)
    shares = [weight / whole for weight in weights]
    expected = sum(count * math.log(share) for count, share in zip(counts, shares, strict=True))
    found = [_log_likelihood(counts, units, centre) - expected for centre in centres(shares)]
    largest = max(found)
    return largest + math.log(sum(math.exp(each - largest) for each in found) / len(found))


def centres(shares: Sequence[float]) -> Iterator[tuple[float, ...]]:
    """The wrong splits around which evidence is looked for: each arm with too much, and with too little."""
    for place, share in enumerate(shares):
        for sign in (1, -1):
            shifted = share + sign * SHIFT * share * (1 - share)
            rest = (1 - shifted) / (1 - share)
            yield tuple(shifted if each == place else other * rest for each, other in enumerate(shares))


def _log_likelihood(counts: Sequence[int], units: int, centre: Sequence[float]) -> float:
    """Of one order of the units under a Dirichlet-multinomial around `centre`."""
    found = math.lgamma(CONCENTRATION) - math.lgamma(CONCENTRATION + units)
    for count, share in zip(counts, centre, strict=True):
        found += math.lgamma(CONCENTRATION * share + count) - math.lgamma(CONCENTRATION * share)
    return found


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
