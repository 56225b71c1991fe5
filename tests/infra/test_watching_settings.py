import pytest
from pydantic import ValidationError

from infra.watching_settings import WatchingSettings


@pytest.mark.parametrize(("name", "value"), [("tick_s", 0.1), ("tick_s", 61), ("stuck_after_s", 0)])
def test_a_beat_that_would_cost_too_much_or_see_too_little_is_refused(name, value):
    with pytest.raises(ValidationError):
        WatchingSettings.model_validate({name: value})


def test_samples_are_stale_after_several_beats_at_the_default():
    assert WatchingSettings().tick_s < 10 < WatchingSettings().stuck_after_s
