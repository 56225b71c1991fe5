import base64
import hashlib
import uuid

import pytest

from agents.guardrails.rules.secrets import SecretRule
from agents.guardrails.secret_patterns import ISSUED
from tests.agents.guardrails.pattern_rules import found, hits

RANDOM = "9aZ3kQ7mW2xB8vC5nR1tY6uP4sD0fGhJ" * 4
HEX = hashlib.sha256(b"").hexdigest() * 2
TOKENS = {
    "AWS access key": "AKIA" + "IOSFODNN7EXAMPLE",
    "AWS secret key": "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY",
    "GitHub token": "ghp_" + RANDOM[:36],
    "GitLab token": "glpat-" + RANDOM[:20],
    "Slack token": "xoxb-" + "123456789012-" + RANDOM[:24],
    "Slack webhook": "https://hooks.slack.com/" + "services/T0000/B0000/" + RANDOM[:24],
    "Google key": "AIza" + RANDOM[:35],
    "Stripe key": "sk_" + "live_" + RANDOM[:24],
    "npm token": "npm_" + RANDOM[:36],
    "PyPI token": "pypi-" + "AgEIcHlwaS5vcmc" + RANDOM[:60],
    "OpenAI key": "sk-" + "proj-" + RANDOM[:48],
    "Anthropic key": "sk-" + "ant-api03-" + RANDOM[:60],
    "Hugging Face token": "hf_" + RANDOM[:34],
    "NVIDIA key": "nvapi-" + RANDOM[:64],
    "Groq key": "gsk_" + RANDOM[:52],
    "SendGrid key": "SG." + RANDOM[:22] + "." + RANDOM[:43],
    "Twilio key": "SK" + HEX[:32],
    "Mailgun key": "key-" + HEX[:32],
    "Mailchimp key": HEX[:32] + "-us12",
    "DigitalOcean token": "dop_" + "v1_" + HEX[:64],
    "Azure storage key": RANDOM[:86] + "==",
    "Telegram bot token": "123456789:" + "AA" + RANDOM[:33],
    "Discord bot token": "M" + RANDOM[:25] + "." + RANDOM[:6] + "." + RANDOM[:30],
    "Shopify token": "shpat_" + HEX[:32],
    "Databricks token": "dapi" + HEX[:32],
    "Vault token": "hvs." + RANDOM[:40],
    "Docker token": "dckr_" + "pat_" + RANDOM[:27],
    "Grafana token": "glsa_" + RANDOM[:41],
    "Linear key": "lin_" + "api_" + RANDOM[:40],
    "Postman key": "PMAK-" + HEX[:24] + "-" + HEX[:34],
    "age key": "AGE-SECRET-" + "KEY-1" + RANDOM[:58].upper(),
    "private key": "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY-----",
    "signed token (JWT)": ".".join(
        base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (b'{"alg":"HS256"}', b'{"sub":"1"}', b"s" * 32)
    ),
}
BEFORE = {"AWS secret key": "aws_secret_access_key = ", "Azure storage key": "AccountName=a;AccountKey="}


@pytest.mark.parametrize("kind", ISSUED)
def test_a_credential_of_every_kind_is_found_in_a_sentence(kind):
    text = f"please use {BEFORE.get(kind, '')}{TOKENS[kind]} and no other"
    (hit,) = hits(SecretRule, text)
    assert text[hit.span.start : hit.span.end] == TOKENS[kind]
    assert hit.score == 1
    assert TOKENS[kind] not in hit.reason


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("postgresql://app:" + "s3cr3tpw@db.example.com:5432/app", "s3cr3tpw"),
        ("redis://:" + "hunter22@cache:6379", "hunter22"),
        ("password=" + "Tr0ub4dor&3", "Tr0ub4dor&3"),
        ('"api_key": "' + RANDOM[:20] + '"', RANDOM[:20]),
        ("export DB_PASSWORD='" + "aB3$xyz9'", "aB3$xyz9"),
        ("my password is " + "hunter2", "hunter2"),
        ("Mein Passwort lautet " + "Sommer2024!", "Sommer2024!"),
        ("mot de passe : " + "azerty123", "azerty123"),
        ("密码是" + "abc12345", "abc12345"),
        ("Authorization: Bearer " + RANDOM[:30], RANDOM[:30]),
        ("client_secret: " + HEX[:32], HEX[:32]),
    ],
)
def test_a_secret_behind_its_name_is_found_without_the_name(text, secret):
    assert found(SecretRule, text) == [secret]


@pytest.mark.parametrize(
    "text",
    [
        HEX[:64],
        "sha256:" + HEX[:64],
        "commit " + HEX[:40],
        str(uuid.UUID(int=2**127 + 99)),
        "data:image/png;base64," + base64.b64encode(RANDOM.encode()).decode(),
        "password: required",
        "password is incorrect",
        "The token is invalid",
        "token: string",
        "password=YOUR_PASSWORD",
        "api_key=os.environ['API_KEY']",
        "password: ${DB_PASSWORD}",
        "password = getpass()",
        "api_key=<your key>",
        "How do I reset my password?",
        "password: ********",
        "https://user@example.com/path:1@2",
        "http://localhost:8080/@scope/package",
        "sk-learn and sk-image",
        "Secret: a history of MI5",
        "the tokens: one, two, three",
        "token: Optional[str] = None",
        "https://example.com/a-very-long-path/with-many-parts/and-a-hash-" + HEX[:10],
    ],
)
def test_failures_55_hashes_identifiers_data_and_placeholders_pass(text):
    assert found(SecretRule, text) == []


def test_an_issuers_token_behind_a_name_is_found_once():
    assert len(found(SecretRule, "token = " + TOKENS["GitHub token"])) == 1


def test_a_private_key_that_is_cut_off_is_found_to_the_end():
    text = "key: " + TOKENS["private key"][:50]
    assert found(SecretRule, text) == [TOKENS["private key"][:50]]


def test_a_secret_at_the_end_of_a_long_text_is_found():
    text = "".join(chr(33 + at * at % 90) for at in range(20_000)) + " " + TOKENS["npm token"]
    assert found(SecretRule, text)[-1] == TOKENS["npm token"]
