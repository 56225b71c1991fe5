import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.experiments import Arm, ExperimentDefined, Metric
from schemas.failures import ConfigurationError
from streams.experiment_file import METRICS, experiment_yaml, read_experiment_file
from tests.streams.experiment_samples import defined

GUIDE = Path(__file__).parents[2] / "docs" / "experiments.md"
LEAST = "name: x\narms:\n  - {name: a}\n  - {name: b, overrides: {top_k: 5}}\n"


@pytest.fixture
def read(tmp_path):
    def reading(text, tenant="default"):
        path = tmp_path / "x.yaml"
        path.write_text(text, "utf-8")
        return read_experiment_file(path, tenant)

    return reading


def test_a_file_is_an_experiment_of_the_tenant_that_is_said(read):
    found = read(LEAST, "acme")
    assert (found.name, found.tenant, found.primary) == ("x", "acme", Metric())
    assert found.arms == (Arm(name="a"), Arm(name="b", overrides={"top_k": 5}))


def test_the_experiment_of_the_guide_can_be_read(read):
    example = next(
        block
        for block in re.findall(r"^```yaml\n(.*?)^```", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
        if "arms:" in block
    )
    found = read(example)
    assert found.name == "fewer-passages"
    assert found.arms[1].overrides == {"top_k": 5}
    assert found.guardrails == (
        Metric(name="abstained", better="lower", low=0, high=1, margin=0.05),
        Metric(name="latency_ms", better="lower", low=0, high=5_000, margin=200),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: x\narms: [a, {name: b}]\n", "arms.0: fields with values are wanted here"),
        ("name: x\narms: [{name: a}, {name: b, overides: {}}]\n", "arms.1.overides: there is no such field"),
        ("name: x\narms: [{name: a}]\n", "arms: Tuple should have at least 2 items after validation, not 1"),
        ("name: x\narms: [{name: a}, {name: a}]\n", "value: two arms have the same name"),
    ],
)
def test_what_is_wrong_is_said_once_and_not_what_comes_of_it(read, text, said):
    with pytest.raises(ConfigurationError) as caught:
        read(text)
    assert str(caught.value).endswith(f"x.yaml: {said}")


def test_the_guide_names_every_metric():
    text = GUIDE.read_text("utf-8")
    assert [name for name in METRICS if f"`{name}`" not in text] == []


def test_a_metric_knows_its_bounds_and_which_way_is_better(read):
    found = read(LEAST + "primary: abstained\nguardrails: [{name: blocked, margin: 0.1}, cost]\n")
    assert (found.primary.better, found.primary.low, found.primary.high) == ("lower", 0.0, 1.0)
    assert [(each.name, each.better, each.margin) for each in found.guardrails] == [
        ("blocked", "lower", 0.1),
        ("cost", "lower", 0.0),
    ]


@pytest.mark.parametrize(
    "definition",
    [
        defined(),
        defined(
            overrides={"label": "candidate", "alpha": 0.25}, unit="session", tenants=("acme", "beta"), about="It: 1"
        ),
        defined(
            primary=Metric(name="abstained", better="lower", low=0, high=1),
            guardrails=(Metric(name="latency_ms", better="lower", low=0, high=500, margin=3),),
            minimum_effect=0.2,
        ),
    ],
)
def test_a_written_file_is_read_as_the_same_experiment(read, definition):
    again = read(experiment_yaml(definition))
    assert again == definition
    assert again.version == definition.version


NAMES = st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True)
SCALARS = st.one_of(st.text(max_size=20), st.integers(-9, 9), st.booleans(), st.floats(-1, 1))


@given(
    name=NAMES,
    about=st.text(max_size=40),
    arms=st.lists(st.tuples(NAMES, SCALARS), min_size=2, max_size=5, unique_by=lambda arm: arm[0]),
    effect=st.floats(0, 10),
)
def test_whatever_an_experiment_holds_comes_back_from_its_file(tmp_path_factory, name, about, arms, effect):
    made = tuple(Arm(name=each, overrides={"label": value}) for each, value in arms)
    definition = ExperimentDefined(name=name, about=about, arms=made, minimum_effect=effect)
    path = tmp_path_factory.mktemp("experiments") / "x.yaml"
    path.write_text(experiment_yaml(definition), "utf-8")
    assert read_experiment_file(path, "default") == definition


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "holds no experiment: `name: …` and `arms: …` are wanted"),
        ("name: x\narms: [{name: a}]\n", "arms: .*at least 2"),
        (LEAST + "layers: 3\n", "layers: there is no such field"),
        (LEAST.replace("overrides", "override"), r"arms\.1\.override: there is no such field"),
        (LEAST + "primary: happiness\n", "there is no metric 'happiness'; those are feedback, abstained"),
        (LEAST + "guardrails: [feedback]\n", "a metric stands twice"),
        (LEAST + "tenant: acme\n", "tenant is not written into the file"),
        (LEAST + "ramp: [0.5, 0.1]\n", "the ramp must rise"),
        (LEAST.replace("name: b", "name: a"), "two arms have the same name"),
        ("name: x\nname: y\n", "the key 'name' stands twice"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(read, text, said):
    with pytest.raises(ConfigurationError, match=said) as raised:
        read(text)
    assert "\n" not in str(raised.value)
