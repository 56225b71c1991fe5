from agents.guardrails.engine import GuardEngine
from agents.ports import Subject
from schemas.answers import AnswerAbstained, AnswerServed
from schemas.questions import QuestionAsked
from streams.backtest import MAX_EXAMPLES, Backtest, LoggedText, logged_text
from tests.agents.guardrails.fakes import RULES, Book, policy, setting


def run(texts, before, after, stage="question"):
    made = Backtest(*(GuardEngine(Book(policy(*each)), registry=RULES) for each in (before, after)))
    for number, text in enumerate(texts):
        logged = LoggedText(f"q{number}", "default", stage, text)
        made.add(logged, Subject(stage=stage, text=text, tenant="default"))
    return made


def test_equal_policies_change_nothing():
    report = run(["a secret", "none"], [setting()], [setting()]).report(show_text=False)
    assert (report["questions"], report["changed"], report["changes"]) == (2, 0, [])
    assert [(row["rule"], row["before"], row["after"]) for row in report["rules"]] == [("word", 1, 1)]


def test_what_would_change_is_counted_with_examples_by_query_id_and_without_text():
    report = run(["a secret", "none"], [setting()], [setting(action="block")]).report(show_text=False)
    (change,) = report["changes"]
    assert (change["stage"], change["before"], change["after"], change["count"]) == ("question", "flag", "block", 1)
    assert change["examples"] == [{"query_id": "q0"}]
    assert [(row["action"], row["before"], row["after"]) for row in report["rules"]] == [
        ("block", 0, 1),
        ("flag", 1, 0),
    ]


def test_texts_are_shown_when_asked_for():
    report = run(["a secret"], [], [setting()]).report(show_text=True)
    assert report["changes"][0]["examples"] == [{"query_id": "q0", "text": "a secret"}]


def test_another_redaction_is_a_change_although_the_action_is_the_same():
    report = run(
        ["one two"],
        [setting(action="redact", options={"word": "one"})],
        [setting(action="redact", options={"word": "two"})],
    ).report(show_text=False)
    assert [(each["before"], each["after"]) for each in report["changes"]] == [("redact", "redact")]


def test_examples_are_few_however_many_texts_change():
    made = run(["secret"] * 50, [], [setting()])
    assert made.changes.total() == 50
    assert [len(each) for each in made.examples.values()] == [MAX_EXAMPLES]


def test_a_rule_that_could_not_look_is_counted_apart():
    rows = run(["x"], [], [setting("broken", "block")]).rules()
    assert [(row["rule"], row["checked"], row["after"]) for row in rows] == [("broken", False, 1)]


def test_a_redelivered_question_counts_once():
    made = run([], [], [])
    logged = LoggedText("q", "default", "question", "x")
    assert (made.is_new(logged), made.is_new(logged)) == (True, False)


def test_questions_and_served_answers_have_a_text_and_an_abstention_has_none():
    answer = {"query_id": "q", "answer_id": "a", "tenant": "t"}
    assert logged_text(QuestionAsked(query_id="q", text="why")) == LoggedText("q", "default", "question", "why")
    assert logged_text(AnswerServed(**answer, text="so")) == LoggedText("q", "t", "answer", "so")
    assert logged_text(AnswerAbstained(**answer)) is None
