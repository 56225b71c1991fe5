import time

import pytest

from agents.answering.prompting.failures import PromptError
from agents.answering.prompting.templates import compiled, fill

PARAMETERS = frozenset(("tone",))


def refused(source):
    began = time.process_time()
    with pytest.raises(PromptError) as caught:
        compiled(source, PARAMETERS)
    assert time.process_time() - began < 1
    return str(caught.value)


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ question.__init__.__globals__ }}",
        "{{ passages|attr('__class__') }}",
        "{{ question._text }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ self.__init__ }}",
        "{{ lipsum() }}",
        "{% for i in range(1000000000) %}{% endfor %}",
        "{{ range(99999) }}",
        "{{ 'x' * 1000000000 }}",
        "{{ 10 ** 10 ** 10 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ 'x'|center(1000000000) }}",
        "{{ '{:>1000000000}'.format(1) }}",
        "{{ tone.ljust(1000000000) }}",
        "{{ tone|replace('a', 'aaaaaaaaaa') }}",
        "{{ 1.5|round(1000000000, 'ceil') }}",
        "{% set a = [question, question] %}",
        "{% macro a() %}{{ a() }}{% endmacro %}",
        "{% include 'secrets' %}",
        "{% import 'secrets' as s %}",
        "{% extends 'secrets' %}",
        "{% block a %}{% endblock %}",
        "{% filter upper %}{{ question }}{% endfilter %}",
        "{% call tone() %}{% endcall %}",
        "{% with a = question %}{{ a }}{% endwith %}",
        "{{ tone ~ tone }}",
        "{{ passages[0] }}",
        "{{ tone[:3] }}",
        "{{ [tone, tone] }}",
        "{{ -question }}",
        "{{ tone|default(question) }}",
        "{{ tone is divisibleby(3) }}",
        "{% for p in passages if p.number < 3 %}{{ p }}{% endfor %}",
        "{% for p in passages recursive %}{{ loop(passages) }}{% endfor %}",
        "{% for a, b in passages %}{% endfor %}",
        "{% for a in 'abc' %}{% endfor %}",
        "{% for question in passages %}{% endfor %}",
        "{% for a in passages %}{% for b in turns %}{% endfor %}{% endfor %}",
        "{% for a in passages %}{% if a %}{% for b in passages %}{% endfor %}{% endif %}{% endfor %}",
        "{% for a in passages %}{% endfor %}{{ a }}",
        "{{ loop.index }}",
        "{{ nobody }}",
        "{{ question",
        "{% if question %}",
        "{{ tone|nothing }}",
        "{{ " + "(" * 5_000 + "tone" + ")" * 5_000 + " }}",
        "{{ " + "not " * 3_000 + "tone }}",
        "{{ " + "9" * 5_000 + " }}",
        "{% if tone %}" * 60 + "{% endif %}" * 60,
        "{{ tone }}" * 3_000,
    ],
)
def test_a_prompt_that_says_more_than_the_grammar_allows_is_refused_at_once(source):
    assert refused(source)


@pytest.mark.parametrize(
    "filtered", ["question|upper", "passages|reverse", "(question if tone else '')|trim", "turns|d"]
)
def test_a_filter_that_would_reach_into_data_is_refused(filtered):
    assert "shown whole or not at all" in refused(f"{{{{ {filtered} }}}}")


def test_a_filter_on_a_loops_variable_is_refused_too():
    assert "shown whole" in refused("{% for p in passages %}{{ p|lower }}{% endfor %}")
    assert "shown whole" in refused("{% for t in turns %}{{ t.answer|lower }}{% endfor %}")


def test_the_sentence_says_the_line_and_what_there_is():
    assert refused("one\ntwo {{ nobody }}") == (
        "line 2: there is no nobody; the prompt has language, no_answer, passages, question, tone, turns"
    )
    assert refused("{{ tone|nothing }}").startswith("line 1: no filter nothing; there are abs, capitalize")
    assert refused("\n{% set a = 1 %}").startswith("line 2: {% set %} is not available in a prompt")


def test_what_a_prompt_needs_is_allowed():
    source = """{% if turns %}{{ turns|length }} turns{% endif %}
{% for turn in turns|reverse %}{{ loop.index }} {{ turn.question }} {{ turn.answer }}{% else %}none{% endfor %}
{% for p in passages %}{% if not loop.first and p.number > 1 or tone in ["a", "b"] %}, {% endif %}{{ p }}{% endfor %}
{{ passages }} {{ question }} {{ language|upper }} {{ tone|default("plain")|title }} {{ "yes" if tone == -1 else "no" }}
{% raw %}{{ as it is }}{% endraw %}{# a comment #}{{ no_answer if tone is string and tone is not none }}"""
    _, used = compiled(source, PARAMETERS)
    assert used == {"turns", "passages", "question", "language", "tone", "no_answer"}


def test_a_variable_counts_as_used_only_where_it_is():
    assert compiled("{{ tone }}", PARAMETERS)[1] == {"tone"}
    template, used = compiled("{% for p in passages %}{{ loop.length }}{% endfor %}", PARAMETERS)
    assert used == {"passages"}
    assert fill(template, {"passages": (1, 2)}) == "22"
