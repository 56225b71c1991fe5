"""Where a collector is, by our setting or by OpenTelemetry's variables."""

import os

import pytest

from infra.telemetry import collector
from infra.telemetry_settings import TelemetrySettings
from schemas.failures import ConfigurationError

ADDRESS = "me:pass-word@collector:4318"


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in os.environ if each.startswith("OTEL_")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize("signal", ["TRACES", "METRICS"])
@pytest.mark.parametrize("variable", ["", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_{}_ENDPOINT"])
def test_what_is_no_address_is_refused_in_a_sentence_that_does_not_repeat_it(
    monkeypatch: pytest.MonkeyPatch, signal: str, variable: str
) -> None:
    settings = TelemetrySettings(otlp_endpoint=None if variable else ADDRESS)
    if variable:
        monkeypatch.setenv(variable.format(signal), ADDRESS)
    with pytest.raises(ConfigurationError, match="does not begin with http:// or https://: set one") as refused:
        collector(settings, signal)
    assert "pass-word" not in str(refused.value)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    assert collector(settings, signal) == ADDRESS, "gRPC does without a scheme"


def test_our_setting_goes_before_the_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    assert collector(TelemetrySettings(), "TRACES") == ""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "HTTPS://theirs:4318")
    assert collector(TelemetrySettings(), "TRACES") == "HTTPS://theirs:4318"
    assert collector(TelemetrySettings(otlp_endpoint="http://ours:4318"), "TRACES") == "http://ours:4318"
