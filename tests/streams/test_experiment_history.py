from streams.experiment_history import History, is_known, treatments
from tests.streams.experiment_samples import reported


def test_each_report_counts_once_and_the_last_one_holds():
    history = History()
    for each in (reported(1), reported(2), reported(1)):
        history.add(each)
    assert [each.event_id for each in history.reports] == ["r1", "r2"]
    assert history.last == reported(2)


def test_the_looks_at_an_arm_say_how_its_difference_came_to_be_known():
    history = History()
    for number in range(1, 4):
        history.add(reported(number))
    assert history.contrasts() == [("feedback", "b")]
    looks = history.looks("feedback", "b")
    assert [each.units for each in looks] == [101, 202, 303]
    assert looks[0].high > looks[-1].high > looks[-1].difference == 0.2


def test_without_reports_nothing_is_known():
    assert (History().last, History().contrasts()) == (None, [])


def test_the_first_arm_of_each_metric_is_the_control():
    assert [each.arm for each in treatments(reported(1).estimates)] == ["b"]


def test_of_a_control_and_of_too_few_units_nothing_is_known():
    control, early = (
        reported(1).estimates[0],
        reported(0).estimates[1].model_copy(update={"difference": 0.0, "low": -2}),
    )
    assert not is_known(control)
    assert not is_known(early.model_copy(update={"high": 2.0}))
    assert is_known(reported(1).estimates[1])
