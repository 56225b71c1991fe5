"""The collector's configuration that is shipped: it hangs together, and it speaks of attributes that there are."""

from pathlib import Path

import yaml

from infra.settings import AnsweringSettings
from infra.telemetry_settings import TelemetrySettings
from schemas import signals

CONFIG = yaml.safe_load((Path(__file__).parents[2] / "infra" / "otel-collector.yaml").read_text("utf-8"))
SAMPLING = CONFIG["processors"]["tail_sampling"]
KINDS = {"status_code", "ottl_condition", "probabilistic"}


def test_pipelines_use_what_is_defined_and_all_of_it():
    for part in ("receivers", "processors", "exporters"):
        used = {name for pipeline in CONFIG["service"]["pipelines"].values() for name in pipeline[part]}
        assert used == set(CONFIG[part])


def test_every_policy_is_of_a_kind_that_there_is_and_has_its_own_settings():
    for each in SAMPLING["policies"]:
        assert each["type"] in KINDS
        assert set(each) == {"name", "type", each["type"]}


def test_errors_are_kept_and_answers_that_are_slow_by_our_own_default():
    by_name = {each["name"]: each for each in SAMPLING["policies"]}
    assert by_name["errors"]["status_code"] == {"status_codes": ["ERROR"]}
    [slow] = by_name["slow-answers"]["ottl_condition"]["span"]
    assert f'attributes["{signals.STAGE}"] == "answer"' in slow
    waited = f'attributes["{signals.WAITED_MS}"]'
    assert f"{waited} != nil and {waited} + " in slow, "spans of deliveries have none, and each would be a warning"
    assert slow.endswith(f" >= {TelemetrySettings().slow_ms:.0f}")


def test_it_is_decided_after_the_slowest_answer_and_only_what_was_kept_is_remembered_for_long():
    wait_s = int(SAMPLING["decision_wait"].removesuffix("s"))
    assert wait_s * 1_000 > AnsweringSettings().default_deadline_ms + 10_000
    assert set(SAMPLING["decision_cache"]) == {"sampled_cache_size"}
