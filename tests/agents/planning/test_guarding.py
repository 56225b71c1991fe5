from agents.planning.guarding import guard_document
from agents.planning.markdown_blocks import parse_markdown
from schemas.answers import Finding
from schemas.chunks import Span
from schemas.guardrails import MASK, Verdict
from tests.agents.planning.counting import essay
from tests.agents.planning.playbook import Planning, upserted

TEXT = essay(6)


class WordGuard:
    """Does one thing about one word, under a policy that can be exchanged."""

    def __init__(self, action, word):
        self.action, self.word, self.version = action, word, "words@1"

    def policies(self, tenant):
        return (self.version,)

    def check(self, subject):
        assert (subject.stage, subject.tenant) == ("document", "default")
        start = subject.text.find(self.word)
        if start < 0:
            return Verdict(text=subject.text)
        span = Span(start=start, end=start + len(self.word))
        finding = Finding(rule="word", reason="a word", stage="document", action=self.action, span=span)
        return Verdict(action=self.action, text=subject.text, findings=(finding,))


def test_a_refused_document_is_not_indexed_and_says_why():
    skipped = Planning(guard=WordGuard("block", "sesame")).give(upserted(f"{TEXT} sesame"))
    assert (skipped.reason, skipped.detail) == ("refused", "Refused by the guardrail word.")


def test_a_refused_document_stays_refused_when_it_comes_again():
    planning = Planning(guard=WordGuard("block", "sesame"))
    first = planning.give(upserted(f"{TEXT} sesame"))
    assert planning.give(upserted(f"{TEXT} sesame", 1)).reason == first.reason


def test_a_document_that_turns_bad_is_taken_out_of_the_index():
    planning = Planning(guard=WordGuard("block", "sesame"))
    planning.give(upserted(TEXT))
    assert planning.index
    plan = planning.give(upserted(f"{TEXT} sesame", 1))
    assert planning.index == {}
    assert plan.warnings == ("Guardrail word (block): a word",)


def test_what_is_flagged_is_indexed_with_a_warning():
    plan = Planning(guard=WordGuard("flag", "sesame")).give(upserted(f"{TEXT} sesame"))
    assert plan.upserts
    assert plan.warnings == ("Guardrail word (flag): a word",)


def test_what_is_redacted_is_never_planned_and_every_span_is_that_of_the_masked_text():
    planning = Planning(guard=WordGuard("redact", "sesame"))
    plan = planning.give(upserted(f"The word is sesame. {TEXT}"))
    masked = f"The word is {MASK * 6}. {TEXT}"
    assert "sesame" not in plan.model_dump_json()
    assert all(masked[chunk.span.start : chunk.span.end] == chunk.text for chunk in plan.upserts)


def test_a_heading_is_redacted_in_the_path_and_in_the_title_too():
    parsed = parse_markdown("# Meet sesame\n\nNothing here.")
    guarded = guard_document(WordGuard("redact", "sesame"), "default", parsed).parsed
    assert guarded.title == guarded.blocks[0].title == f"Meet {MASK * 6}"
    assert len(guarded.text) == len(parsed.text)


def test_a_title_that_stands_nowhere_in_the_text_is_looked_at_too():
    planning = Planning(guard=WordGuard("redact", "sesame"))
    plan = planning.give(upserted(TEXT, title="Meet sesame"))
    assert plan.attributes.title == f"Meet {MASK * 6}"
    assert "sesame" not in plan.model_dump_json()
    assert all(TEXT[chunk.span.start : chunk.span.end] == chunk.text for chunk in plan.upserts)
    skipped = Planning(guard=WordGuard("block", "sesame")).give(upserted(TEXT, title="Meet sesame"))
    assert (skipped.reason, skipped.detail) == ("refused", "Refused by the guardrail word.")


def test_a_new_policy_holds_for_a_document_that_comes_again_unchanged():
    guard = WordGuard("flag", "sesame")
    planning = Planning(guard=guard)
    planning.give(upserted(f"{TEXT} sesame"))
    guard.action, guard.version = "block", "words@2"
    planning.give(upserted(f"{TEXT} sesame", 1))
    assert planning.index == {}


def test_without_a_guard_everything_passes():
    parsed = parse_markdown("# sesame")
    assert guard_document(None, "default", parsed).parsed is parsed
