"""What the soak counts, and what it would find."""

from bench.soak_load import (
    CARD,
    DEADLINES_MS,
    EVERY,
    HURRIED,
    OF_DOCUMENTS,
    OF_QUESTIONS,
    TENANTS,
    deadline_ms,
    document,
    question,
    tenant,
)
from bench.soak_readings import Reading, found_in, series
from bench.telemetry_soak import in_words, of_logs, summary, without_buckets

TEXT = """# TYPE a histogram
a_bucket{le="1.0",x="b c"} 1.0 # {trace_id="f"} 0.5 1.0
a_count{x="b c"} 1.0
plain 3.0
# EOF
"""


def reading(at_s, *names):
    return Reading(at_s, frozenset(names), 100, 0.01, {"plan": 2**20})


def test_a_series_is_a_name_with_its_labels_whatever_its_value_and_its_example():
    assert series(TEXT) == ['a_bucket{le="1.0",x="b c"}', 'a_count{x="b c"}', "plain"]


def test_series_that_came_or_went_after_the_first_minute_are_named():
    early, late = reading(10, "a"), reading(600, "a", "c")
    found = summary([early, reading(61, "a", "b"), late])
    assert (found["series_that_came"], found["series_that_went"]) == (["c"], ["b"])
    assert not found["series_constant"]
    assert summary([early, reading(61, "a", "c"), late])["series_constant"]


def test_a_histogram_that_came_is_named_once():
    buckets = ['plan a_bucket{x="y",le="1"}', 'plan a_bucket{le="2",x="y"}']
    assert without_buckets([*buckets, 'plan a_sum{x="y"}', "plan b_total"]) == ['plan a{x="y"}', "plan b_total"]


def test_planted_words_are_found_in_logs_and_traces(tmp_path):
    for folder, name, text in (("logs", "worker-plan.log", "x"), ("traces", "plan.jsonl", f"my {CARD}")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(text)
    assert found_in(tmp_path, [CARD, "other"]) == [f"{CARD} in plan.jsonl"]
    report = of_logs(3_000, 2, found_in(tmp_path, [CARD]))
    assert (report["log_bytes_each"], report["log_volume_met"], report["content_met"]) == (1_500, True, False)


def test_every_text_has_its_word_and_every_twentieth_personal_data():
    assert all(OF_DOCUMENTS in document(n).text and OF_QUESTIONS in question(n) for n in range(5))
    assert [CARD in question(n) for n in range(EVERY + 1)] == [True, *[False] * (EVERY - 1), True]
    assert len({tenant(n) for n in range(1_000)}) == TENANTS


def test_some_questions_are_in_a_hurry_of_every_kind():
    found = [deadline_ms(number) for number in range(HURRIED * len(DEADLINES_MS))]
    assert [each for each in found if each] == list(DEADLINES_MS)


def test_a_report_says_what_was_missed():
    report = {
        **summary([reading(61, "a"), reading(90, "a", "b")]),
        **of_logs(10, 1, []),
        "questions_per_s": 20,
        "documents_per_s": 5,
        "answered": 10,
        "failed": 0,
    }
    said = in_words(report)
    assert "1 after a minute, 2 at the end: MISSED\n  came: b" in said
    assert "none: met" in said
