import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.monitors import DEFAULTS
from schemas.failures import ConfigurationError
from schemas.monitors import BurnRate, MonitorDefined, Threshold
from streams.monitor_file import monitor_yaml, read_monitor_file

WHOLE = "name: mine\nsource: answers\nsignal: latency_ms\ndetector: {kind: threshold, above: 5}\n"


@pytest.fixture
def read(tmp_path):
    def reading(text):
        path = tmp_path / "monitors.yaml"
        path.write_text(text)
        return read_monitor_file(path, "acme")

    return reading


def test_a_file_holds_one_monitor_or_several(read):
    (one,) = read(WHOLE)
    assert (one.name, one.tenant, one.detector) == ("mine", "acme", Threshold(above=5.0))
    listed = "monitors:\n" + "".join(
        f"- {{name: m{n}, source: index, signal: freshness_ms, detector: {{kind: threshold, above: {n}}}}}\n"
        for n in (1, 2)
    )
    assert [each.name for each in read(listed)] == ["m1", "m2"]


def test_what_a_file_leaves_out_of_a_default_stays_as_it_was(read):
    (off,) = read("name: role-waits\ndisabled: true\n")
    usual = next(each for each in DEFAULTS if each.name == "role-waits")
    assert off == usual.model_copy(update={"tenant": "acme", "disabled": True})
    (quicker,) = read("name: answer-latency\ndetector: {good_below: 2000}\n")
    assert isinstance(quicker.detector, BurnRate)
    assert (quicker.detector.good_below, quicker.detector.objective) == (2_000.0, 0.99)
    (other,) = read("name: answer-latency\ndetector: {kind: threshold, above: 1}\n")
    assert other.detector == Threshold(above=1.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- 1\n", "holds no monitor"),
        ("monitors: []\n", "holds no monitor"),
        (WHOLE + "colour: red\n", "monitor mine: there is no colour; what there is: name, about, source"),
        (WHOLE.replace("above", "abvoe"), "there is no detector.abvoe"),
        (WHOLE.replace("threshold", "magic"), "detector.kind is one of threshold, burn-rate"),
        (WHOLE.replace("latency_ms", "Latency"), "signal"),
        (WHOLE.replace("above: 5", "above: 5, below: 1"), "either `above` or `below`"),
        (WHOLE.replace("answers", "answer"), "source"),
        (WHOLE.replace("latency_ms", "question"), "the signal question is for detectors of the kinds"),
        (WHOLE + "tenant: other\n", "there is no tenant"),
        ("monitors:\n- {name: role-waits}\n- {name: role-waits}\n", "the monitor role-waits stands twice"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(read, text, said):
    with pytest.raises(ConfigurationError) as raised:
        read(text)
    assert said in str(raised.value)


@given(st.sampled_from(DEFAULTS), st.text(max_size=40), st.floats(0, 1_000))
def test_a_monitor_reads_back_as_it_was(tmp_path_factory, definition, about, seconds):
    path = tmp_path_factory.mktemp("monitors") / "one.yaml"
    given_ = MonitorDefined.model_validate({**definition.model_dump(), "about": about or "x", "for_s": seconds})
    path.write_text(monitor_yaml(given_))
    assert read_monitor_file(path, "default") == [given_]
