import numpy as np

from agents.monitors.kernel_features import Floats, features, projected
from agents.monitors.question_groups import Example
from agents.monitors.question_topics import Topic, summary, told, topics
from tests.agents.monitors.question_worlds import NEW, USUAL, questions


def examples(count: int, seed: int, names: tuple[str, ...]) -> list[Example]:
    return [Example(projected(each.vector or b""), each.text) for each in questions(count, seed, names)]


def towards(before: list[Example], after: list[Example]) -> Floats:
    means = [np.mean([features(each.direction) for each in side], axis=0) for side in (before, after)]
    return np.asarray(means[1] - means[0], np.float32)


def test_what_people_newly_ask_about_is_named_with_its_shares_and_with_questions() -> None:
    before, after = examples(64, 1, USUAL), examples(60, 2, USUAL) + examples(30, 3, NEW)
    grown = [each for each in topics(before, after, towards(before, after)) if each.change > 0]
    named = {word for each in grown for word in each.words}
    assert set(NEW) <= named
    assert not named & set(USUAL)
    assert 0.25 < sum(each.after for each in grown) < 0.45
    assert sum(each.before for each in grown) < 0.05
    assert all(any(new in text for new in NEW) for each in grown for text in each.examples)


def test_what_people_no_longer_ask_about_shrank() -> None:
    before, after = examples(64, 1, USUAL), examples(90, 2, USUAL[:3])
    found = topics(before, after, towards(before, after))
    gone = [each for each in found if each.change < 0]
    assert gone[-1].change == min(each.change for each in found)
    assert any({*USUAL[3:]} & {*each.words} for each in gone)
    assert [*told(found)][-1].startswith("shrank")


def test_without_examples_of_both_sides_there_are_no_topics() -> None:
    some = examples(5, 1, USUAL)
    assert topics([], some, towards(some, some)) == topics(some, [], towards(some, some)) == ()


def test_questions_without_texts_are_topics_without_words() -> None:
    before, after = examples(40, 1, USUAL), [Example(each.direction, "") for each in examples(40, 3, NEW)]
    (found,) = [each for each in topics(before, after, towards(before, after)) if each.change > 0]
    assert (found.words, found.examples, summary([found])) == ((), (), "")


def test_a_topic_reads_as_a_sentence_does() -> None:
    topic = Topic(("normans", "duke"), 0.0, 0.24, ("Who was the duke?",))
    assert str(topic) == "normans, duke (0% to 24%): “Who was the duke?”"
    nameless, gone = Topic((), 0.0, 0.3, ("Why?", "Who?")), Topic(("gone",), 0.2, 0.0, ())
    assert summary([nameless, topic, topic, topic, gone]) == "more about normans, duke and about normans, duke"
    assert summary([topic, Topic(("few",), 0.0, 0.1, ()), gone]) == "more about normans, duke"
    assert summary([nameless, gone]) == "as in “Why?”"
    assert summary([gone]) == ""
    few = [Topic((str(number),), 0.0, 0.1, ()) for number in range(5)] + [gone]
    assert [*told(few)] == ["grew 1", "grew 2", "grew 3", "shrank 1"]
