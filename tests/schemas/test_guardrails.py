from schemas.answers import Finding
from schemas.chunks import Span
from schemas.guardrails import MASK, PolicyPublished, RuleSetting, Verdict

RULE = RuleSetting(rule="injection", stages=("question",), action="block")


def redacted(start, end):
    return Finding(rule="r", reason="", action="redact", span=Span(start=start, end=end))


def test_a_mask_is_as_long_as_what_it_hides_and_ends_where_the_text_ends():
    verdict = Verdict(action="redact", text="", findings=(redacted(0, 1), redacted(2, 9)))
    assert verdict.masked("abc") == f"{MASK}b{MASK}"


def test_a_redaction_that_no_finding_tells_of_is_masked_too():
    assert Verdict(action="redact", text="", redacted=(Span(start=1, end=2),)).masked("abc") == f"a{MASK}c"


def test_what_is_only_flagged_is_not_masked():
    finding = redacted(0, 1).model_copy(update={"action": "flag"})
    assert Verdict(action="flag", text="", findings=(finding,)).masked("abc") == "abc"


def test_a_reason_names_the_rules_that_decided():
    findings = (redacted(0, 1), Finding(rule="injection", reason="", action="block"))
    verdict = Verdict(action="block", text="", findings=findings)
    assert verdict.refused
    assert verdict.reason == "Refused by the guardrail injection."


def test_a_policys_version_is_its_content():
    one = PolicyPublished(name="default", rules=(RULE,), event_id="a")
    assert one.version == PolicyPublished(name="default", rules=(RULE,), event_id="b", tenant="acme").version
    assert one.version != PolicyPublished(name="default", rules=(RULE,), tenants=("acme",)).version
    assert one.reference == f"default@{one.version}"
