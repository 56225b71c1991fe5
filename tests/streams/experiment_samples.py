"""Experiments, decisions and reports for tests."""

from datetime import timedelta

from schemas.experiments import Arm, Estimate, ExperimentDecided, ExperimentDefined, ExperimentReported
from tests.streams.samples import NOON


def defined(name="x", overrides=None, **more):
    """An experiment of two arms, `a` and `b`, of which the second has the overrides; everybody takes part."""
    arms = (Arm(name="a"), Arm(name="b", overrides=overrides or {}))
    return ExperimentDefined(**{"name": name, "arms": arms, "ramp": (1.0,), **more})


def decided(definition, **more):
    """A decision about it that is in force."""
    given = {"decision": "ramp-up", "share": 1.0, "in_force": True, **more}
    return ExperimentDecided(tenant=definition.tenant, name=definition.name, version=definition.version, **given)


def reported(number=0, name="x", **more):
    """One of a series of reports, an hour apart, that grow surer of a difference of 0.2."""
    half = 1.5 / (number + 1)
    numbers = {"difference": 0.2, "low": 0.2 - half, "high": 0.2 + half, "p_value": 1 / (number + 1)}
    estimates = (
        Estimate(arm="a", metric="feedback", units=100 * number, mean=0.1),
        Estimate(arm="b", metric="feedback", units=101 * number, mean=0.3, probability_best=0.9, **numbers),
    )
    given = {
        "event_id": f"r{number}",
        "at": NOON + timedelta(hours=number),
        "version": "1234abcd",
        "exposures": {"a": 100 * number, "b": 101 * number},
        "outcomes": 201 * number,
        "estimates": estimates,
        **more,
    }
    return ExperimentReported(name=name, **given)
