import pytest
from pydantic import ValidationError

from infra.dispatch_settings import DispatchSettings
from infra.settings import Settings


def test_by_default_nothing_private_is_called_and_no_mail_is_sent():
    settings = DispatchSettings()
    assert (settings.allow_private, settings.smtp_host, settings.keys()) == (False, None, ())


def test_keys_come_from_the_environment_and_are_not_shown(monkeypatch):
    monkeypatch.setenv("RAGSTREAM_DISPATCH__SIGNING_KEY", "s" * 24)
    settings = Settings()
    assert settings.dispatch.keys() == (b"s" * 24,)
    assert "sss" not in repr(settings)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"signing_key": "short"}, "at least 24"),
        ({"signing_key": "s" * 24 + ",short"}, "at least 24"),
        ({"smtp_host": "mail"}, "smtp_from"),
        ({"smtp_host": "mail", "smtp_from": "nobody"}, "e-mail address"),
        ({"smtp_from": "a@b.org\nBcc: c@d.org"}, "e-mail address"),
        ({"smtp_user": "rag"}, "belong together"),
        ({"smtp_user": "rag", "smtp_password": "x", "smtp_security": "none"}, "not encrypted"),
        ({"timeout_s": 0}, "greater than 0"),
    ],
)
def test_what_cannot_work_is_refused(given, said):
    with pytest.raises(ValidationError, match=said):
        DispatchSettings(**given)
