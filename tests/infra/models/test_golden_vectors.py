"""The default model, built here, against what sentence-transformers gave for the same weights, without torch."""

import asyncio

import pytest

from infra.models import ensure_model
from infra.models.verification import kept_agreement
from infra.settings import EmbedderSettings, Settings

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]


def found(precision):
    settings = Settings(embedder=EmbedderSettings(precision=precision, device="cpu"))
    return asyncio.run(kept_agreement(settings, asyncio.run(ensure_model(settings, print))))


def test_fp32_has_a_cosine_of_four_nines_for_every_text():
    """Measured: 1.000000 at least."""
    agreement = found("fp32")
    assert agreement.texts == 50
    assert agreement.lowest >= 0.9999


def test_int8_has_a_median_cosine_of_0_98():
    """Measured: 0.9925, and 0.968 at least."""
    assert found("int8").median >= 0.98
