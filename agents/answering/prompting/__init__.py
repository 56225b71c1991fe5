"""Prompts as events in, messages for a language model out: sandboxed templates, fenced data, a budget of tokens."""

from agents.answering.prompting.built_in import ANSWER, BUILT_IN, NO_ANSWER, STANDALONE
from agents.answering.prompting.cases import CaseResult, check_prompt, run_cases
from agents.answering.prompting.failures import PromptError
from agents.answering.prompting.fence import neutralised
from agents.answering.prompting.render import Rendered, render

__all__ = [
    "ANSWER",
    "BUILT_IN",
    "NO_ANSWER",
    "STANDALONE",
    "CaseResult",
    "PromptError",
    "Rendered",
    "check_prompt",
    "neutralised",
    "render",
    "run_cases",
]
