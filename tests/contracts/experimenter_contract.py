"""What every experimenter must do; a test file inherits it and gives `experimenter_of`: an arm's overrides in."""

from collections.abc import Callable

from agents.ports import Experimenter
from schemas.experiments import Scalar
from schemas.questions import QuestionAsked

ExperimenterOf = Callable[[dict[str, Scalar]], Experimenter]
"""Makes one of an experiment `x` by user, in which everybody gets an arm with these overrides."""


def _asked(**more: str) -> QuestionAsked:
    return QuestionAsked(query_id="q", text="Why?", **more)


class ExperimenterContract:
    """The port `Experimenter`, as its callers may rely on it."""

    def test_a_question_has_its_arm_with_unit_and_overrides(self, experimenter_of: ExperimenterOf) -> None:
        (found,) = experimenter_of({"top_k": 3}).assigned(_asked(user_id="u"))
        assert (found.experiment, found.unit, found.overrides) == ("x", "u", {"top_k": 3})

    def test_the_same_unit_gets_the_same_arm(self, experimenter_of: ExperimenterOf) -> None:
        made = experimenter_of({})
        assert made.assigned(_asked(user_id="u")) == made.assigned(_asked(user_id="u"))

    def test_a_question_without_the_unit_is_in_no_arm(self, experimenter_of: ExperimenterOf) -> None:
        assert not experimenter_of({}).assigned(_asked())
