"""English words that phrases of attacks are made of, as regular expressions for folded text."""

from typing import Final

MODEL: Final = (
    r"(?:ai|a\.i\.|llm|gpt\w*|chatgpt|chat ?bot|language model|assistant|ai model|ai system|ai agent|ai assistant|"
    r"bot|agent|summari[sz]er|copilot|claude|gemini)"
)
SHOW: Final = (
    r"(?:reveal|show|print|repeat|output|display|tell me|give me|share|write|disclose|expose|leak|echo|recite|return|"
    r"what (?:is|are|was|were)|what's|list|type|copy|paste|dump|summari[sz]e|translate|paraphrase|spell|encode|"
    r"describe)"
)
