"""The collector's configuration that is shipped: it hangs together, and it speaks of attributes that there are."""

from pathlib import Path

import yaml

from infra.telemetry_settings import TelemetrySettings
from schemas import signals

CONFIG = yaml.safe_load((Path(__file__).parents[2] / "infra" / "otel-collector.yaml").read_text("utf-8"))
KINDS = {"status_code", "and", "string_attribute", "latency", "probabilistic"}


def policies():
    found = list(CONFIG["processors"]["tail_sampling"]["policies"])
    for each in found:
        found += each.get("and", {}).get("and_sub_policy", ())
    return found


def test_pipelines_use_what_is_defined_and_all_of_it():
    for part in ("receivers", "processors", "exporters"):
        used = {name for pipeline in CONFIG["service"]["pipelines"].values() for name in pipeline[part]}
        assert used == set(CONFIG[part])


def test_every_policy_is_of_a_kind_that_there_is_and_has_its_own_settings():
    for each in policies():
        assert each["type"] in KINDS
        assert set(each) == {"name", "type", each["type"]}


def test_errors_are_kept_and_answers_that_are_slow_by_our_own_default():
    by_name = {each["name"]: each for each in policies()}
    assert by_name["errors"]["status_code"] == {"status_codes": ["ERROR"]}
    assert by_name["answers"]["string_attribute"] == {"key": signals.STAGE, "values": ["answer"]}
    assert by_name["slow"]["latency"]["threshold_ms"] == TelemetrySettings().slow_ms
