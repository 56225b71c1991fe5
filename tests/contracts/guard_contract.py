"""What every guard must do; a test file inherits it and gives a `guard` fixture.

The guard flags the word `odd`, redacts `hidden`, abstains on `unsure` and blocks `forbidden`, at every stage.
"""

import pytest

from agents.ports import Guard, Subject
from schemas.guardrails import MASK, Stage

STAGES: tuple[Stage, ...] = ("question", "document", "passage", "answer")
WORDS = {"flag": "odd", "redact": "hidden", "abstain": "unsure", "block": "forbidden"}


def subject(text: str, stage: Stage = "question") -> Subject:
    return Subject(stage=stage, text=text, tenant="acme")


class GuardContract:
    """The port `Guard`, as its callers may rely on it."""

    @pytest.mark.parametrize("stage", STAGES)
    def test_a_text_without_anything_in_it_goes_on_as_it_is(self, guard: Guard, stage: Stage) -> None:
        verdict = guard.check(subject("all is well", stage))
        assert (verdict.action, verdict.text, verdict.findings) == ("allow", "all is well", ())

    @pytest.mark.parametrize("action", WORDS)
    @pytest.mark.parametrize("stage", ["question", "answer"])
    def test_what_is_found_is_told_with_stage_action_and_place(self, guard: Guard, stage: Stage, action: str) -> None:
        verdict = guard.check(subject(f"it is {WORDS[action]}", stage))
        assert verdict.action == action
        (finding,) = verdict.findings
        assert (finding.stage, finding.action, finding.checked) == (stage, action, True)
        assert finding.span is not None
        assert (finding.span.start, finding.span.end) == (6, 6 + len(WORDS[action]))

    def test_the_strictest_action_wins(self, guard: Guard) -> None:
        assert guard.check(subject("odd and hidden")).action == "redact"
        assert guard.check(subject("forbidden, hidden and odd")).action == "block"

    def test_what_is_redacted_is_gone_from_the_text_and_masked_at_its_length(self, guard: Guard) -> None:
        text = "a hidden thing"
        verdict = guard.check(subject(text))
        assert "hidden" not in verdict.text
        assert (verdict.text[:2], verdict.text[-6:]) == ("a ", " thing")
        assert verdict.masked(text) == f"a {MASK * 6} thing"

    @pytest.mark.parametrize("text", ["", " ", "\x00", "猫", "\ud800", "a" * 10_000])
    def test_no_text_is_too_odd_or_too_long(self, guard: Guard, text: str) -> None:
        assert guard.check(subject(text)).text == text

    def test_it_says_under_which_policies(self, guard: Guard) -> None:
        assert guard.check(subject("x")).policies == guard.policies("acme") != ()
