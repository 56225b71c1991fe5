import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.failures import ConfigurationError
from streams.policy_file import policy_yaml, read_policy_file
from tests.agents.guardrails.fakes import RULES, policy, setting

GOOD = """\
name: acme
tenants: [acme]
rules:
  - rule: word
    stages: [question, answer]
    action: redact
    threshold: 0.7
    options: {word: yes please, whole: true}
"""


def read(tmp_path, text):
    (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
    return read_policy_file(tmp_path / "p.yaml", RULES)


def problem(tmp_path, text):
    with pytest.raises(ConfigurationError) as raised:
        read(tmp_path, text)
    return str(raised.value).removeprefix(str(tmp_path / "p.yaml"))


def test_a_file_becomes_the_event(tmp_path):
    options = {"word": "yes please", "whole": True}
    wanted = setting(action="redact", stages=("question", "answer"), threshold=0.7, options=options)
    assert read(tmp_path, GOOD) == policy(wanted, name="acme", tenants=("acme",))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("action: redact", "aktion: redact"), ": rules.0.aktion: there is no such field"),
        (("tenants:", "tenant:"), ": tenant: there is no such field"),
        (("action: redact", "action: delete"), ": rules.0.action: Input should be 'allow'"),
        (("[question, answer]", "[questions]"), ": rules.0.stages.0: Input should be 'question'"),
        (("[question, answer]", "[]"), ": rules.0.stages: Tuple should have at least 1 item"),
        (("threshold: 0.7", "threshold: 7"), ": rules.0.threshold: Input should be less than or equal to 1"),
        (("rule: word", "rule: wrod"), ": policy acme, rules[0]: there is no rule 'wrod'"),
        (("whole: true", "whole: 1"), ": policy acme, rules[0]: the option 'whole' of the rule word cannot be used"),
        (("  - rule", "  - - rule"), ", line "),
    ],
)
def test_failures_58_a_slip_of_the_pen_is_told_by_its_place(tmp_path, change, said):
    assert problem(tmp_path, GOOD.replace(*change)).startswith(said)


@pytest.mark.parametrize("text", ["", "[]", "word", "3"])
def test_what_holds_no_policy_is_refused(tmp_path, text):
    assert "holds no policy" in problem(tmp_path, text)


def test_rules_must_be_written_even_when_there_are_none(tmp_path):
    assert problem(tmp_path, "name: acme\n") == ": rules: Field required"
    assert read(tmp_path, "name: acme\nrules: []\n") == policy(name="acme")


def test_the_guides_example_can_be_published(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "guardrails.md").read_text("utf-8")
    (example,) = re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "p.yaml").write_text(example, encoding="utf-8")
    assert len(read_policy_file(tmp_path / "p.yaml").rules) == 3


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20)


@given(words, words, st.sampled_from(["flag", "redact", "block"]), st.none() | st.floats(0, 1))
def test_a_policy_written_and_read_again_is_the_same(tmp_path_factory, name, word, action, threshold):
    made = policy(setting(action=action, threshold=threshold, options={"word": word}), name=name)
    assert read(tmp_path_factory.mktemp("policies"), policy_yaml(made)) == made
