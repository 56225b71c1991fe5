from collections.abc import Iterable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from agents.monitors.coverage import SIMILARITY, CoverageDetector
from agents.monitors.detecting import Observation, Reading
from schemas.monitors import Coverage
from tests.agents.monitors.question_worlds import NEW, USUAL, questions
from tests.agents.monitors.worlds import at

DETECTOR = CoverageDetector()
ASKED = Coverage(near=0.4, share=0.3, window=60)


def asking(count: int, similarity: float, topics: tuple[str, ...] = USUAL, first: int = 0) -> list[Observation]:
    return [replace(each, values={SIMILARITY: similarity}) for each in questions(count, first, topics, first)]


def readings(seen: Iterable[Observation], asked: Coverage = ASKED) -> list[Reading]:
    state = DETECTOR.start(asked)
    found = []
    for each in seen:
        state, reading = DETECTOR.observe(state, asked, each, 1.0)
        found += [reading] if reading else []
    return found


def told(found: list[Reading]) -> list[Reading]:
    return [each for each in found if each.summary]


def test_what_the_index_lacks_is_told_once_as_a_list_of_what_to_write_and_the_end_when_there_is_something() -> None:
    seen = [*asking(60, 0.8), *asking(40, 0.1, NEW, 60), *asking(90, 0.8, USUAL, 100)]
    missing, back = told(readings(seen))
    assert (missing.status, missing.threshold, missing.window, missing.since) == (
        "breached",
        0.3,
        "60 questions",
        at(60),
    )
    assert 0.3 <= missing.value < 0.4
    assert missing.summary.startswith("coverage is low: 30% have nothing near, as about ")
    groups = [text.partition(" (")[0] for text in missing.details.values()]
    assert set(NEW) <= {word for group in groups for word in group.split(", ")}
    assert "of 18): “What about the " in missing.details["missing 1"]
    assert all(each.answer_id and each.answer_id.startswith(NEW) for each in missing.evidence)
    assert (back.status, back.summary) == ("normal", "coverage is back: 17% have nothing near")


def test_before_there_is_a_window_nothing_is_said() -> None:
    """FAILURES 69: too few to say."""
    assert {each.status for each in readings(asking(59, 0.0))} == {"insufficient"}
    assert told(readings(asking(60, 0.0)))[0].value == 1.0


def test_between_the_bounds_nothing_changes() -> None:
    flapping = [each for place in range(60) for each in asking(1, 0.1 if place % 10 < 3 else 0.8, NEW, place)]
    assert len(told(readings(flapping * 5))) == 1


def test_questions_of_which_the_search_showed_nothing_do_not_count() -> None:
    """FAILURES 70: an hour with only refused questions, or without an index."""
    nothing = [Observation(at(0), values=each) for each in ({}, {"abstained": 1.0}, {SIMILARITY: float("nan")})] * 50
    assert readings(nothing) == []
    assert readings([*asking(60, 0.8), *nothing]) == readings(asking(60, 0.8))


def test_questions_without_a_vector_or_a_text_count_without_being_listed() -> None:
    seen = [Observation(at(number), values={SIMILARITY: 0.1}) for number in range(60)]
    (found,) = told(readings(seen))
    assert (found.details, found.evidence, found.since) == ({}, (), None)
    (found,) = told(readings([replace(each, text="") for each in asking(60, 0.1)]))
    assert found.details == {"missing 1": "various (48 of 48): "}


def test_only_what_is_missing_in_the_window_is_listed() -> None:
    seen = [*asking(60, 0.1), *asking(60, 0.8, USUAL, 60), *asking(30, 0.1, NEW, 120)]
    first, _, again = told(readings(seen))
    assert not any(new in str(first.details) for new in NEW)
    assert not any(f"the {usual} " in str(again.details) for usual in USUAL)


def test_a_rebase_and_a_tick_begin_and_change_nothing() -> None:
    state, _ = DETECTOR.observe(DETECTOR.start(ASKED), ASKED, asking(1, 0.1)[0], 1.0)
    assert DETECTOR.tick(state, ASKED, at(9_000)) == (state, None)
    assert DETECTOR.rebase(state, ASKED) == DETECTOR.start(ASKED)


@given(st.lists(st.floats(-1, 1), min_size=60, max_size=200))
def test_what_is_told_alternates_and_begins_with_what_is_missing(similarities: list[float]) -> None:
    seen = [Observation(at(number), values={SIMILARITY: each}) for number, each in enumerate(similarities)]
    statuses = [each.status for each in told(readings(seen))]
    assert statuses == ["breached", "normal"] * (len(statuses) // 2) + ["breached"] * (len(statuses) % 2)
