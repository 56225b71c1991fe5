import pytest

from agents.answering.prompting import templates
from agents.answering.prompting.failures import PromptError
from agents.answering.prompting.templates import compiled, fill

NONE = frozenset[str]()


def test_text_goes_through_as_it_is_without_escapes_for_html():
    template, _ = compiled("<b>{{ language }}</b> & so on\n", NONE)
    assert fill(template, {"language": "<i>"}) == "<b><i></b> & so on"


def test_lines_that_hold_only_a_block_leave_no_trace():
    template, _ = compiled("a\n  {% if language %}\nb\n  {% endif %}\nc", NONE)
    assert fill(template, {"language": "en"}) == "a\nb\nc"


def test_a_value_that_is_missing_or_does_not_fit_is_said():
    template, _ = compiled("{{ language }}", NONE)
    with pytest.raises(PromptError, match="'language' is undefined"):
        fill(template, {})
    template, _ = compiled("{{ language < 3 }}", NONE)
    with pytest.raises(PromptError, match="cannot be filled in"):
        fill(template, {"language": "en"})


def test_a_message_that_grows_without_end_is_stopped_on_the_way(monkeypatch):
    monkeypatch.setattr(templates, "MAX_FILLED", 100)
    template, _ = compiled("{% for p in passages %}{{ p }}{% endfor %}", NONE)
    shown = []

    class Passage:
        def __str__(self):
            shown.append(self)
            return "x" * 30

    with pytest.raises(PromptError, match="more than 100 characters"):
        fill(template, {"passages": [Passage()] * 50})
    assert len(shown) == 4


def test_equal_sources_are_compiled_once():
    assert compiled("{{ question }}", NONE) is compiled("{{ question }}", NONE)
