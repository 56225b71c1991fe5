import pytest
import yaml

from agents.answering.prompting import BUILT_IN
from schemas.failures import ConfigurationError
from schemas.prompts import PromptCase
from streams.prompt_file import prompt_object, prompt_yaml, read_prompt_file
from tests.streams.prompt_samples import published

FILE = """\
name: answer
messages:
  - role: user
    template: |
      Passages: {{ passages }}
      {{ question }}
"""


@pytest.fixture
def read(tmp_path):
    def reading(text):
        path = tmp_path / "prompt.yaml"
        path.write_text(text, "utf-8")
        return read_prompt_file(path)

    return reading


def test_a_file_holds_a_prompt_with_defaults_for_what_it_does_not_say(read):
    prompt = read(FILE)
    assert prompt.messages[0].template == "Passages: {{ passages }}\n{{ question }}\n"
    assert prompt.settings.max_output_tokens == 512
    assert read(FILE + "settings:\n  seed: 7\n").settings.seed == 7


@pytest.mark.parametrize(
    "prompt", [*BUILT_IN, published(cases=[PromptCase(name="a", question="Why?", parameters={"n": 1, "yes": "no"})])]
)
def test_what_is_written_is_read_again_as_the_same_version(prompt, read):
    again = read(prompt_yaml(prompt))
    assert prompt_object(again) == prompt_object(prompt)
    assert again.version == prompt.version


def test_a_template_of_several_lines_stands_as_it_is_and_never_folded():
    text = prompt_yaml(published("word " * 60 + "end\nSecond line of the äöü."))
    assert f"    {'word ' * 60}end\n" in text
    assert "    Second line of the äöü." in text
    assert yaml.safe_load(text)["name"] == "answer"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a list", "holds no prompt"),
        ("name: answer", "messages: Field required"),
        (FILE + "temperature: 1", "temperature: there is no such field"),
        (FILE + "settings: {temprature: 1}", "settings.temprature: there is no such field"),
        (FILE + "settings: {temperature: 9}", "settings.temperature: Input should be less"),
        (FILE + "parameters: [{name: a, kind: string}]", "parameters.0.kind: there is no such field"),
        (FILE + "cases: [{name: a, question: b, contain: [c]}]", "cases.0.contain: there is no such field"),
        ("name: answer\nmessages: [{role: robot, template: x}]", "messages.0.role: Input should be"),
        ("name: answer\nname: answer", "line 2: the key 'name' stands twice"),
    ],
)
def test_a_slip_of_the_pen_is_said_with_its_place(text, said, read):
    with pytest.raises(ConfigurationError, match=said):
        read(text)
