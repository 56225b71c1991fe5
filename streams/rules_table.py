"""The guardrail rules in, a row for each out: for `ragstream guardrails rules` and, in Markdown, for the guide."""

import json
from types import GenericAlias
from typing import Any, Final, get_args, get_type_hints

from agents.guardrails.default_policy import DEFAULT_POLICY
from agents.guardrails.rule import Rule
from agents.guardrails.rules import RULES
from schemas.guardrails import Stage
from streams.markdown_page import with_part

BEGIN: Final = "<!-- rules:begin -->"
END: Final = "<!-- rules:end -->"
"""Markers in a Markdown page that the table stands between."""


def rule_row(rule: type[Rule[Any]]) -> dict[str, Any]:
    """All that a policy can say of a rule, and what the default policy says."""
    types = get_type_hints(rule.Options)
    return {
        "name": rule.name,
        "stages": list(rule.stages),
        "about": rule.about,
        "threshold": rule.threshold,
        "uses_vector": rule.uses_vector,
        "options": {
            name: {"type": _type_name(types[name]), "default": field.default}
            for name, field in rule.Options.model_fields.items()
        },
        "default_policy": {
            stage: setting.action
            for stage in get_args(Stage)
            for setting in DEFAULT_POLICY.rules
            if setting.rule == rule.name and stage in setting.stages
        },
    }


def in_words(row: dict[str, Any]) -> tuple[str, str]:
    """A row's options with their defaults, as a policy writes them, and what the default policy does."""
    options = ", ".join(f"{name}: {json.dumps(option['default'])}" for name, option in row["options"].items())
    return options, ", ".join(f"{stage}: {action}" for stage, action in row["default_policy"].items())


def markdown() -> str:
    """One row a rule, in the order in which they run."""
    lines = ["| rule | stages | default policy | options | finds |", "| --- | --- | --- | --- | --- |"]
    for row in map(rule_row, RULES):
        options, default = in_words(row)
        cells = f"`{row['name']}`", ", ".join(row["stages"]), default, options and f"`{options}`", row["about"]
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') or '—' for cell in cells)} |")
    return "\n".join(lines)


def with_table(page: str) -> str:
    """`page` with what stands between the markers replaced by the table. Raises `ValueError` without markers."""
    return with_part(page, BEGIN, END, markdown())


def _type_name(kind: Any) -> str:
    return "list of str" if isinstance(kind, GenericAlias) else str(getattr(kind, "__name__", kind))
