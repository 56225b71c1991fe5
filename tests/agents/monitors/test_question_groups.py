from agents.monitors.kernel_features import projected
from agents.monitors.question_groups import Example, groups, naming, quoted, words_of
from tests.agents.monitors.question_worlds import NEW, USUAL, questions


def examples(count: int, seed: int, names: tuple[str, ...]) -> list[Example]:
    return [Example(projected(each.vector or b""), each.text) for each in questions(count, seed, names)]


def test_each_question_is_in_one_group_and_each_group_has_its_own_words() -> None:
    new, others = examples(30, 1, NEW), [each.text for each in questions(30, 2, USUAL)]
    found = groups(new, others, 2)
    assert sorted(each.text for group in found for each in group.members) == sorted(each.text for each in new)
    assert {group.words[0] for group in found} == set(NEW)
    assert all(words_of(group.examples[0]) & {*group.words} for group in found)


def test_questions_that_no_word_tells_from_others_are_one_group() -> None:
    new = [Example(each.direction, f"Why {number}?") for number, each in enumerate(examples(9, 1, NEW))]
    (found,) = groups(new, [each.text for each in questions(9, 2, USUAL)])
    assert (found.words, [*found.members]) == ((), new)
    assert found.examples == ("Why 0?", "Why 1?", "Why 2?")
    assert groups([], ["Why?"]) == ()


def test_a_name_has_words_that_many_questions_of_the_topic_have_and_hardly_any_other() -> None:
    group = ["Who was the duke of Normandy?", "When did the duke die?", "Where is Normandy?", "What do dukes do?"]
    assert naming(group, ["Who was the king?"] * 9 + ["Where is the duke?"]) == ("normandy", "duke")
    assert naming(group, group) == ()
    assert naming(["Who was the duke?"], ["What is it?"]) == ()
    assert naming(["packet loss", "packets", "packets"], ["other"] * 9) == ("packets",)


def test_a_word_that_few_of_many_questions_share_is_no_name() -> None:
    subjects = "abbey bridge canal duke eagle forge glacier harbour inn jewel king lake mill nun".split()
    mixed = [f"Which {subject} is it?" for subject in subjects]
    assert naming([*mixed, mixed[0]], ["other"] * 9) == ()
    assert naming([*mixed, mixed[0], mixed[0]], ["other"] * 9) == ("abbey",)


def test_scripts_without_spaces_have_words_of_two_characters() -> None:
    assert words_of("北京大学在哪里") >= {"北京", "大学"}
    assert words_of("What is the castle?") == {"castle"}
    assert words_of("Wo ist die Burg?") == {"burg"}


def test_examples_are_quoted() -> None:
    assert quoted(["Why?", "Who?"]) == "“Why?”; “Who?”"
    assert quoted([]) == ""
