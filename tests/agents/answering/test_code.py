import time

import pytest

from agents.answering.code import asks_for_code, is_code


@pytest.mark.parametrize(
    "text",
    [
        "value, err := json.Marshal(doc)\nif err != nil {\n\treturn err\n}",
        'producer.send(new ProducerRecord<>("documents", "pump-1",\n    "Drain the pump before the frost.")).get();',
        "import asyncio\n\nasync def main():\n    await ask(1)",
        "$ ragstream up",
        "const kafka = new Kafka({ brokers: [HOST] });",
        '"doc_id": "pump-1",',
        "for (int i = 0; i < n; i++) {",
        "retries = 3",
    ],
)
def test_lines_of_programs_and_shells_are_code(text):
    assert is_code(text)


@pytest.mark.parametrize(
    "text",
    [
        "The ferry (see above) leaves at nine; the bus leaves at ten.",
        "Use `if (x) { y(); }` in the loop, and [the guide](guide.md) for the rest.",
        "import the documents into the folder first",
        "return tickets are sold at the pier, and a single costs 5 $ more;",
        "The growth is f(n) = O(g(n)) for all n that are large enough.",
        'He said: "Go (now)!" [12]',
        "",
    ],
)
def test_prose_with_brackets_or_inline_code_is_not(text):
    assert not is_code(text)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Which command starts a worker?", True),
        ("Show an example in Go", True),
        ("What is `acks`?", True),
        ("What does max_tokens do?", True),
        ("What does --wait do?", True),
        ("When do I drain the pump?", False),
        ("How do I use ragstream with PostgreSQL?", False),
        ("", False),
    ],
)
def test_a_question_is_about_code_when_it_says_so_or_names_an_identifier(question, wanted):
    assert asks_for_code(question) is wanted


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "a." * 50_000, '"' * 100_000, "(" * 100_000, "a = " * 30_000, "`" * 99_999]
)
def test_hostile_lines_are_judged_in_linear_time(text):
    """FAILURES 59."""
    began = time.process_time()
    is_code(text)
    asks_for_code(text)
    assert time.process_time() - began < 1.0
