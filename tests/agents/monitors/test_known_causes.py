from agents.monitors.known_causes import LATELY, MAX_VALUES, in_words, noted
from agents.monitors.state import Causes
from tests.agents.monitors.worlds import at


def walked(*prompts: str) -> tuple[Causes, list[int]]:
    """What is known after observations made with these prompts, and the numbers of those that were a change."""
    causes, changes = Causes(), []
    for number, prompt in enumerate(prompts):
        causes, changed = noted(causes, number, {"prompt": prompt} if prompt else {}, at(number))
        changes += [number] if changed else []
    return causes, changes


def test_the_first_value_is_no_change_and_another_one_is() -> None:
    causes, changes = walked(*["a"] * 100, *["b"] * 100)
    assert changes == [100]
    assert in_words(causes, at(150)) == {"known causes": "prompt b since 2026-06-01T12:01:40Z"}
    assert in_words(causes, at(8 * 86_400)) == {}


def test_two_arms_that_take_turns_are_one_change_and_not_one_at_each_turn() -> None:
    assert walked(*["a", "b"] * 5_000)[1] == [1]
    assert walked(*(["a"] * 99 + ["b"]) * 100)[1] == [99], "an arm with a hundredth of the traffic"


def test_going_back_after_a_while_is_a_change() -> None:
    assert walked("a", *["b"] * (LATELY + 60), "a")[1] == [1, LATELY + 61]
    assert walked("a", *["b"] * 500, "a")[1] == [1]


def test_an_observation_that_does_not_say_what_it_was_made_under_changes_nothing() -> None:
    assert walked("a", "", "", "a")[1] == []
    assert walked("", "", "a")[1] == []


def test_it_is_bounded_and_where_very_many_take_turns_none_is_a_cause() -> None:
    many = [f"p{number % 100}" for number in range(5_000)]
    causes, changes = walked(*many)
    assert len(causes.last["prompt"]) == MAX_VALUES
    assert len(causes.recent) <= 8
    assert len(changes) < 2 * MAX_VALUES


def test_labels_change_together_or_apart() -> None:
    causes, _ = noted(Causes(), 0, {"prompt": "a", "embedder": "x", "policy": "p"}, at(0))
    assert noted(causes, 1, {"prompt": "b", "embedder": "y", "policy": "p"}, at(1))[1] == ("embedder", "prompt")
    assert noted(causes, 1, {"language": "de"}, at(1)) == (causes, ())
