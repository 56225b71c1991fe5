import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.answering.sentences import split_sentences, without_code


def sentences(text):
    return [text[found.start : found.end] for found in split_sentences(text)]


def kinds(text):
    return [found.kind for found in split_sentences(text)]


@given(
    st.text(alphabet=st.sampled_from("Aa.!?。？\n\r \t#-|`~*1)(\"'é\u0085\u2028🙂"), max_size=120)
    | st.text(max_size=80)
)
def test_every_visible_character_is_in_exactly_one_sentence(text):
    found = split_sentences(text)
    covered = [at for sentence in found for at in range(sentence.start, sentence.end)]
    assert covered == sorted(set(covered))
    assert {at for at, character in enumerate(text) if not character.isspace()} <= set(covered)
    assert all(text[sentence.start : sentence.end].strip() == text[sentence.start : sentence.end] for sentence in found)


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Smith met Mrs. Jones at 5 p.m. on Main St. in Zagreb.",
        "Version 3.11.4 costs 2.50 dollars.",
        "See e.g. the manual, i.e. chapter 3.",
        "J. R. R. Tolkien wrote it.",
        "Wait... then go on.",
        "Das gilt z. B. für Kinder.",
    ],
)
def test_a_full_stop_inside_a_sentence_does_not_end_it(text):
    assert sentences(text) == [text]


def test_sentences_end_with_their_closing_marks():
    assert sentences('He said "Go." She went (at once!) Then?') == ['He said "Go."', "She went (at once!)", "Then?"]


def test_chinese_and_japanese_need_no_space():
    assert sentences("渡轮九点开。票价多少？请问！") == ["渡轮九点开。", "票价多少？", "请问！"]
    assert sentences("「船は九時に出ます。」切符は港で買えます。") == ["「船は九時に出ます。」", "切符は港で買えます。"]


@pytest.mark.parametrize(
    "text", ["यह पहला है। यह दूसरा है।", "هل هذا أول؟ هذا ثان.", "یہ پہلا ہے۔ یہ دوسرا ہے۔", "ይህ አንድ ነው። ይህ ሁለት ነው።"]
)
def test_other_scripts_end_their_sentences_in_their_own_way(text):
    assert len(sentences(text)) == 2


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("It takes `text/html` and `application/xhtml+xml`. ragstream parses it.", "ragstream parses it."),
        ("Whoever may read it sees all answers. ragstream trusts its topics.", "ragstream trusts its topics."),
        ("**Titles are bounded.** A title has 200 letters.", "A title has 200 letters."),
        ("The partitioner is Kafka's. To delete, send null.", "To delete, send null."),
        ("Some are set (see above). ragstream keeps them.", "ragstream keeps them."),
    ],
)
def test_a_sentence_ends_after_code_brackets_emphasis_and_before_a_name_in_small_letters(text, last):
    assert sentences(text)[1:] == [last]


@pytest.mark.parametrize(
    "text",
    [
        "Run `a. B c! D` first.",
        '"Leave me alone." she said.',
        "Das gilt insbes. f\u00fcr Kinder.",
        "It ran in approx. five hours.",
        "Am 3. und am 4. im Mai.",
    ],
)
def test_a_full_stop_in_code_in_speech_or_after_an_abbreviation_ends_none(text):
    assert sentences(text) == [text]


def test_the_parts_of_a_page_are_kept_apart():
    page = (
        "# Title\n\nProse that goes\nover lines. More.\n- An item.\n- Another\n  going on\n\n| a | b |\n\n"
        "```\nx. Y = 1\n```\nEnd"
    )
    assert list(zip(kinds(page), sentences(page), strict=True)) == [
        ("heading", "# Title"),
        ("prose", "Prose that goes\nover lines."),
        ("prose", "More."),
        ("item", "- An item."),
        ("item", "- Another\n  going on"),
        ("table", "| a | b |"),
        ("code", "```\nx. Y = 1\n```"),
        ("prose", "End"),
    ]


def test_code_that_lost_its_opening_fence_is_code_up_to_the_closing_one():
    page = "value := 1\nif err != nil {\n\treturn err\n}\n```\n\nThen wait. It works.\n\n```go\nx()\n```"
    assert kinds(page) == ["code", "prose", "prose", "code"]
    assert kinds("ragstream up\nragstream ask\n```\nThen wait.") == ["code", "prose"]


def test_a_bare_fence_after_prose_opens_code():
    assert kinds("Run this:\n```\nx. Y\n```\nDone.") == ["prose", "code", "prose"]
    assert kinds("Run this.\n\n```\nx. Y") == ["prose", "code"]


def test_code_without_any_fence_is_one_piece():
    assert kinds("producer.send(record).get();\nproducer.close();\n\nThe ferry leaves.") == ["code", "prose"]


def test_text_without_code_keeps_what_stands_in_a_line():
    assert without_code("Run `up`.\n\n```\ndown\n```\nDone.") == "Run `up`.\n\nDone."


def test_a_numbered_item_is_not_cut_at_its_number():
    assert sentences("1. Open the valve.\n2. Wait.") == ["1. Open the valve.", "2. Wait."]


@pytest.mark.parametrize(
    "text",
    [
        "1.1." * 25_000,
        "-" * 100_000,
        ". " * 50_000,
        "\n" * 100_000,
        "```\n" * 25_000,
        "a" * 100_000,
        "`a" * 50_000,
        "`" + "a" * 99_999,
    ],
)
def test_hostile_text_is_split_in_linear_time(text):
    """FAILURES 59."""
    began = time.process_time()
    split_sentences(text)
    assert time.process_time() - began < 1.0
