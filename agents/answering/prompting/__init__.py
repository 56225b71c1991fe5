"""Prompts as events in, messages for a language model out: sandboxed templates, fenced data, a budget of tokens."""

from agents.answering.prompting.built_in import ANSWER, BUILT_IN, NO_ANSWER, STANDALONE
from agents.answering.prompting.render import Rendered, render

__all__ = ["ANSWER", "BUILT_IN", "NO_ANSWER", "STANDALONE", "Rendered", "render"]
