import pytest

from agents.dispatching.subscribing import check_subscription
from schemas.failures import ConfigurationError
from tests.agents.dispatching.samples import subscribed


@pytest.mark.parametrize(
    ("channel", "target"),
    [
        ("webhook", "https://example.org/alerts?team=a"),
        ("webhook", "http://[2001:db8::1]:8080/"),
        ("email", "ada.b+alerts@example.org"),
        ("log", ""),
    ],
)
def test_a_target_that_a_channel_understands_is_taken(channel, target):
    check_subscription(subscribed(channel=channel, target=target))


@pytest.mark.parametrize(
    ("channel", "target", "said"),
    [
        ("webhook", "", "http or https"),
        ("webhook", "ftp://example.org", "http or https"),
        ("webhook", "file:///etc/passwd", "http or https"),
        ("webhook", "https://", "http or https"),
        ("webhook", "https://example.org:port/", "http or https"),
        ("webhook", "https://example.org:0/", "http or https"),
        ("webhook", "https://[::1", "http or https"),
        ("webhook", "https://example.org/a\r\nX: y", "http or https"),
        ("webhook", "https://ada:secret@example.org/", "a user and a password"),
        ("email", "ada", "e-mail address"),
        ("email", "ada@example.org\r\nBcc: eve@example.org", "e-mail address"),
        ("email", "ada@example.org,eve@example.org", "e-mail address"),
        ("email", "<ada@example.org>", "e-mail address"),
        ("log", "somewhere", "no address"),
    ],
)
def test_a_target_that_could_not_be_told_is_refused_in_a_sentence_without_its_secrets(channel, target, said):
    with pytest.raises(ConfigurationError, match=said) as raised:
        check_subscription(subscribed(channel=channel, target=target))
    assert "secret" not in str(raised.value)


def test_a_matcher_that_means_nothing_is_refused():
    with pytest.raises(ConfigurationError, match="severities are"):
        check_subscription(subscribed(match=("name=*", "severity>=loud")))
