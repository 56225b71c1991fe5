"""What credentials look like: the prefix and length that their issuers document, and what stands around others.

Issuers mark their tokens so that scanners can tell them from hashes and identifiers; where they don't, a name such as
`password` has to stand in front.
"""

from typing import Final

ISSUED: Final[dict[str, str]] = {
    "AWS access key": r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b",
    "AWS secret key": r"(?i)\baws.{0,30}(?:secret|key).{0,20}['\"=: ]([a-z0-9/+]{40})\b",
    "GitHub token": r"\b(?:gh[pousr]_[A-Za-z0-9]{36,251}|github_pat_[A-Za-z0-9_]{22,251})\b",
    "GitLab token": r"\bgl(?:pat|dt|rt|ptt|soat)-[A-Za-z0-9_-]{20,100}",
    "Slack token": r"\bxox[abeoprs]-[A-Za-z0-9-]{10,250}|\bxapp-\d-[A-Za-z0-9-]{10,250}",
    "Slack webhook": r"\bhttps://hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9_/-]{20,120}",
    "Google key": r"\bAIza[A-Za-z0-9_-]{35}|\bGOCSPX-[A-Za-z0-9_-]{28}|\bya29\.[A-Za-z0-9_-]{30,250}",
    "Stripe key": r"\b(?:[sr]k_(?:live|test)_[A-Za-z0-9]{16,250}|whsec_[A-Za-z0-9]{24,250})\b",
    "npm token": r"\bnpm_[A-Za-z0-9]{36}\b",
    "PyPI token": r"\bpypi-AgE[A-Za-z0-9_-]{50,250}",
    "OpenAI key": r"\bsk-(?:proj-|svcacct-|admin-|None-)?[A-Za-z0-9_-]*[A-Za-z0-9]{20}[A-Za-z0-9_-]*",
    "Anthropic key": r"\bsk-ant-[A-Za-z0-9_-]{20,250}",
    "Hugging Face token": r"\bhf_[A-Za-z0-9]{30,50}\b",
    "NVIDIA key": r"\bnvapi-[A-Za-z0-9_-]{40,120}",
    "Groq key": r"\bgsk_[A-Za-z0-9]{40,80}\b",
    "SendGrid key": r"\bSG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64}",
    "Twilio key": r"\bSK[0-9a-f]{32}\b",
    "Mailgun key": r"\bkey-[0-9a-f]{32}\b",
    "Mailchimp key": r"\b[0-9a-f]{32}-us\d{1,2}\b",
    "DigitalOcean token": r"\bdo[opr]_v1_[0-9a-f]{64}\b",
    "Azure storage key": r"(?i)\bAccountKey=([A-Za-z0-9+/]{80,90}={0,2})",
    "Telegram bot token": r"\b\d{8,10}:AA[A-Za-z0-9_-]{32,34}",
    "Discord bot token": r"\b[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}",
    "Shopify token": r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b",
    "Databricks token": r"\bdapi[0-9a-f]{32}\b",
    "Vault token": r"\bhv[sbr]\.[A-Za-z0-9_-]{24,250}",
    "Docker token": r"\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{24,64}",
    "Grafana token": r"\bgl(?:sa|c)_[A-Za-z0-9+/=_]{32,250}",
    "Linear key": r"\blin_api_[A-Za-z0-9]{40}\b",
    "Postman key": r"\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}\b",
    "age key": r"\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b",
    "private key": (
        r"(?s)-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----.*?"
        r"(?:-----END (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----|\z)"
    ),
    "signed token (JWT)": r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{20,}",
}  # fmt: skip
"""Kind to its pattern in RE2's syntax; the first group, where there is one, is the secret itself."""

NAMED: Final[dict[str, str]] = {
    "password in a URL": r"\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s:/@'\"<>]{0,100}:([^\s@/'\"<>]{3,200})@[^\s'\"<>]+",
    "authorization header": r"(?i)\bauthorization['\"]?\s?[:=]\s?['\"]?(?:bearer|basic|token)\s+([a-z0-9._~+/=-]{12,})",
    "named secret": (
        r"(?i)(?:pass(?:word|wd|phrase|code)|\bpass\b|pwd|secret(?:[_ -]?(?:access[_ -]?)?key)?|api[_ -]?key|"
        r"access[_ -]?key|auth[_ -]?key|encryption[_ -]?key|token|"
        r"client[_ -]?secret|credentials?|passwort|kennwort|mot de passe|contraseña|senha|wachtwoord|hasło|"
        r"пароль|密码|密碼|パスワード|비밀번호)"
        r"['\"`]?\s{0,3}(?:=>|:=|==?|:|：|\b(?:is|ist|lautet|est|es)\b|是|は)"
        r"\s{0,3}['\"`]?([^\s'\"`,;<>]{5,200})"
    ),
}
"""What says by its surroundings that a secret stands there; whether it is one, its first group decides."""
