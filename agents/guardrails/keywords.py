"""A question in, whether it is what people type into a search box out: a few nouns, and nobody is told to do anything.

Classifiers that learnt from sentences see an attack in `safety instructions ladder`, for the words alone. An attack
this short gives an order, speaks to somebody, or uses a phrase.
"""

import re
from typing import Final

from agents.guardrails.views import Views

_FEW: Final = 2
_SHORT: Final = 24
"""Characters; a longer one in two words is a code or a disguise."""
MAX_WORDS: Final = 4
MAX_WORD: Final = 20
_WORDS: Final = re.compile(rf"[a-z0-9'-]{{1,{MAX_WORD}}}(?: [a-z0-9'-]{{1,{MAX_WORD}}}){{0,{MAX_WORDS - 1}}}")
_SENTENCE: Final = re.compile(
    r"\b(?:i|me|my|mine|we|us|our|you|your|yours|yourself|u|ur|it|its|they|them|their|this|that|these|those|the|a|an|"
    r"all|any|every|everything|anything|nothing|of|is|are|was|were|be|am|do|does|did|not|no|never|now|please|pls|"
    r"instead|must|should|will|would|can|could|what|who|whose|which|why|how|where|when|let|lets|let's|yes|ok)\b"
)
"""What sentences are made of, and search queries rarely."""
_ORDER: Final = re.compile(
    r"(?:ignore|disregard|forget|skip|bypass|override|overrule|circumvent|drop|discard|neglect|omit|break|violate|"
    r"disobey|defy|stop|cease|cancel|erase|clear|reset|reveal|show|display|tell|give|gimme|say|speak|write|print|echo|"
    r"output|return|repeat|recite|copy|paste|dump|leak|expose|disclose|divulge|list|provide|share|send|forward|"
    r"summari[sz]e|translate|spell|encode|encrypt|decode|describe|explain|act|pretend|behave|play|become|be|simulate|"
    r"imagine|enter|enable|activate|turn|switch|start|begin|continue|complete|answer|respond|reply|follow|obey|execute|"
    r"run|do|make|use|remember|think|just|only|also|then|first|new|from)\b"
)
"""What a text opens with that tells somebody to do something."""
_OPTION: Final = re.compile(r"(?:ignore|skip|override|forget|bypass) ")
"""Orders that are the names of settings as well: `ignore case grep`, `override system font`."""
_OF_A_MODEL: Final = re.compile(
    r"instr|prompt|rule|order|direct|command|guid|restrict|filter|safe|secur|warn|password|secret|polic|limit|"
    r"protocol|program|train|text|context|conversation|message|word|past|prev|prior|earlier|ethic|moral|content"
)
_TELLING: Final = re.compile(
    r"\b(?:previous|prior|above|earlier|initial|original|preceding|first|last|hidden|secret|full|exact|entire) "
    r"(?:system )?(?:instruction|prompt|order|rule|direction|directive|command|message|text|conversation|word)s?\b|"
    r"\b(?:verbatim|unfiltered|jailbroken|enabled|activated|dan)\b| (?:ignore|disregard)\b"
)


def is_keywords(views: Views) -> bool:
    """Whether a text without any phrase of an attack is too little for classifiers to say something about it."""
    text = views.plain.text.strip()
    if not text.isascii() or views.decoded:
        return False
    if len(text) <= _SHORT and len(text.split()) <= _FEW:
        return True
    if not _WORDS.fullmatch(text) or views.disguised:
        return False
    if _SENTENCE.search(text) or _TELLING.search(text):
        return False
    return not _ORDER.match(text) or bool(_OPTION.match(text) and not _OF_A_MODEL.search(text))
