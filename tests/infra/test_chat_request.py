from infra.chat_request import ChatDialect
from schemas.prompts import ChatSettings, Message

MESSAGES = (Message(role="system", content="Be brief."), Message(role="user", content='A "ferry"?'))


def test_a_request_says_all_that_the_settings_say():
    settings = ChatSettings(temperature=0.5, top_p=0.9, max_output_tokens=7, seed=0, stop=("END",))
    assert ChatDialect("small").body(MESSAGES, settings) == {
        "model": "small",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": 'A "ferry"?'}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0.5,
        "top_p": 0.9,
        "max_tokens": 7,
        "seed": 0,
        "stop": ["END"],
    }


def test_what_the_settings_leave_open_is_left_to_the_server():
    assert {"seed", "stop"}.isdisjoint(ChatDialect("small").body(MESSAGES, ChatSettings()))


def test_a_server_that_cannot_count_is_not_asked_to_again():
    dialect = ChatDialect("small")
    first, beside_it = (dialect.body(MESSAGES, ChatSettings()) for _ in range(2))
    assert dialect.learn(first, "unknown field stream_options")
    assert dialect.learn(beside_it, "unknown field stream_options")
    learnt = dialect.body(MESSAGES, ChatSettings())
    assert "stream_options" not in learnt
    assert not dialect.learn(learnt, "unknown field stream_options"), "no body is tried twice for one reason"


def test_a_server_that_wants_the_limit_under_its_new_name_gets_it():
    dialect = ChatDialect("large")
    said = "'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    assert dialect.learn(dialect.body(MESSAGES, ChatSettings()), said)
    learnt = dialect.body(MESSAGES, ChatSettings(max_output_tokens=7))
    assert (learnt.get("max_tokens"), learnt["max_completion_tokens"]) == (None, 7)
    assert not dialect.learn(learnt, said)


def test_any_other_refusal_is_one():
    dialect = ChatDialect("small")
    assert not dialect.learn(dialect.body(MESSAGES, ChatSettings()), "the messages are too long")
