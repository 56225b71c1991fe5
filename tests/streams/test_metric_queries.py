"""PromQL out of the registry."""

from schemas import metrics as m
from streams.metric_queries import increase, mean, now, only, quantile, rate, value_rate


def test_a_counter_is_asked_for_its_rate_over_all_workers():
    assert rate(m.ANSWERS) == "sum(rate(ragstream_answers_total[$__rate_interval]))"
    by_stage = "sum by (ragstream_stage) (increase(ragstream_retries_total[10m]))"
    assert increase(m.RETRIES, [m.STAGE], "10m") == by_stage


def test_a_histogram_is_asked_for_its_quantile_its_mean_and_its_sum():
    buckets = "sum by (le, ragstream_step) (rate(ragstream_step_duration_seconds_bucket[5m]))"
    assert quantile(0.95, m.STEP_DURATION, [m.STEP], "5m") == f"histogram_quantile(0.95, {buckets})"
    total, count = (f"sum(rate(ragstream_batch_size_{each}[5m]))" for each in ("sum", "count"))
    assert mean(m.BATCH_SIZE, window="5m") == f"{total} / {count}"
    assert value_rate(m.BATCH_SIZE, window="5m") == total


def test_how_often_a_histogram_was_told_is_its_count():
    assert rate(m.STEP_DURATION, window="5m") == "sum(rate(ragstream_step_duration_seconds_count[5m]))"


def test_a_gauge_is_put_together_as_it_should_be():
    assert now(m.UP, [m.DEPENDENCY], "min") == "min by (ragstream_dependency) (ragstream_dependency_up)"


def test_a_matcher_takes_one_value_or_several():
    assert only(m.RESULT, "failed") == '{ragstream_notification_result="failed"}'
    assert only(m.RESULT, "failed", "gone") == '{ragstream_notification_result=~"failed|gone"}'
