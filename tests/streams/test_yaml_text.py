import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from streams.yaml_text import yaml_text

printable = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x2FF, exclude_categories=["Cc"]), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | printable,
    lambda children: st.lists(children, max_size=4) | st.dictionaries(printable, children, max_size=4),
    max_leaves=15,
)


@given(st.dictionaries(printable, values, min_size=1, max_size=5))
def test_another_reader_sees_the_same_values(value):
    assert yaml.safe_load(yaml_text(value)) == value


@pytest.mark.parametrize(
    "text", ["yes", "NO", "null", "1.0", "3.0.0", "", " a", "a: b", "#a", "- a", "~", "0x1f", "é", "1e3"]
)
def test_text_that_looks_like_something_else_stays_text(text):
    assert yaml.safe_load(yaml_text({text: [text]})) == {text: [text]}


def test_it_is_written_in_blocks_as_people_write_it():
    value = {"info": {"title": "my title", "tags": ["a", {"b": 1, "c": []}]}, "on": True}
    assert yaml_text(value) == ('info:\n  title: my title\n  tags:\n    - a\n    - b: 1\n      c: []\n"on": true\n')
