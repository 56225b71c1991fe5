"""Phrases by which an English text sets a language model's instructions aside or gives it a persona; folded."""

from typing import Final

from agents.guardrails.phrase_words import MODEL, SHOW
from agents.guardrails.phrases_orders import ORDERS

_GAP: Final = r"(?:\W+[\w'’]+){0,4}?\W*"
"""Up to four words, or none: `ignoreallinstructions` counts as well."""
_SET_ASIDE: Final = (
    r"(?:ignor(?:e|ing)|dis?regard(?:ing)?|forget(?:ting)?|neglect|bypass(?:ing)?|overrid(?:e|ing)|discard|overlook|"
    r"skip|"
    r"abandon|erase|delete|cancel|violate|break|pay no attention to|do(?: not|n'?t) (?:follow|obey|listen to|adhere "
    r"to)|"
    r"stop (?:following|obeying)|go against|free (?:yourself )?(?:from|of)|not bound by|set aside|put aside|throw away)"
)
_ORDERS: Final = (
    r"(?:instr?u?c?r?t?i?ons?\b|indtructions|intructions|instruction\w*|prompts?\b|prompting|directions\b|"
    r"directives?\b|"
    r"guidelines?\b|commands?\b|orders\b|system message|programming\b|restrictions?\b|guardrails?\b)"
)
_EARLIER: Final = (
    r"(?:all|any|every|previous(?:ly)?|prior|above|preceding|earlier|former|past|foregoing|initial|original|existing|"
    r"your|you|these|those|system|developer|safety|security|ethical|content|content policy|hidden|next|following|other)"
)
_HIDDEN: Final = (
    r"(?:(?:system|initial|original|hidden|secret|internal|pre-?|developer|first|starting|base|previous|above|entire|"
    r"full|"
    r"exact|core|confidential) ?)+(?:prompts?|instructions?|messages?|directives|guidelines|programming|rules)"
)

ENGLISH: Final[tuple[tuple[str, str], ...]] = (
    ("override", rf"\b{_SET_ASIDE}{_GAP}\b{_EARLIER}{_GAP}{_ORDERS}"),
    ("override", rf"(?:ignore|disregard|forget)(?:all)?(?:the|your|any)?(?:previous|prior|above){_ORDERS}"),
    (
        "override",
        (
            r"\b(?:ignore|disregard|forget) (?:about )?(?:everything|anything|all|what(?:ever)?)"
            r"(?: (?:of|that|the|this|it|was|is))*"
            r"\W+(?:above|before|prior|previous|preceding|earlier|you(?:'ve| have| were|'re)? (?:been )?"
            r"(?:told|said|learn|know|instructed|read|given|heard)|(?:i|we|he|they)(?:'ve| have)? (?:told|said|wrote|"
            r"asked)|said|written|so far)"
        ),
    ),
    (
        "override",
        (
            r"\b(?:ignore|disregard|forget) (?:all |any )?(?:the |your |of the )?(?:above|previous|prior) (?:text|"
            r"message|content|context|input|conversation|request|task|rules)"
        ),
    ),
    (
        "override",
        (
            r"\b(?:new|updated|real|actual|true|revised) (?:system )?(?:instructions?|prompt|task|directives?)\b "
            r"?(?:follow|:|are as|is as|override|supersede|replace)"
        ),
    ),
    (
        "override",
        (
            r"\b(?:override|overrides|supersede|supersedes|replace|replaces|take precedence over) (?:all |any )"
            r"?(?:of )?(?:the |your |my )?(?:previous|prior|earlier|other|existing|original) (?:instructions?|"
            r"prompts?|rules|directives?|orders|commands)"
        ),
    ),
    (
        "override",
        (
            r"\b(?:previous|prior|earlier|above|original|system|old) (?:instructions?|prompts?|rules|directives?|"
            r"orders|guidelines) (?:are|is|were|have been|has been|should be|must be|can be|no longer) (?:now )"
            r"?(?:void|invalid|cancell?ed|obsolete|over(?:ridden|written|ruled)|suspended|lifted|revoked|ignored|"
            r"disregarded|appl(?:y|ies)|outdated|replaced|null)"
        ),
    ),
    (
        "override",
        (
            r"\byou(?:r)? (?:(?:are|were) )?(?:not|no longer) (?:need|have|required|obliged|bound|restricted|limited|"
            r"under|allowed)\b(?: \w+){0,3} (?:rules|instructions|guidelines|restrictions|policies|policy|filters|"
            r"programming)"
        ),
    ),
    (
        "persona",
        (
            r"\b(?:do anything now|dan mode|developer mode|devmode|jailbr(?:eak|oken)\w* (?:mode|prompt|yourself|"
            r"enabled)|god mode (?:on|enabled)|sudo mode|debug mode (?:on|enabled|activated)|unrestricted mode|evil "
            r"mode|opposite mode|maintenance mode (?:on|enabled|activated)|root access granted|admin(?:istrator)? "
            r"(?:mode|override) (?:on|enabled|activated))"
        ),
    ),
    (
        "persona",
        (
            r"\b(?:you are|you're|youre|act as|pretend (?:to be|you are|that you are)|become|be|play|simulate|"
            r"roleplay as|role ?play as|behave (?:as|like)|enter|stay as) (?:now |going to be |about to be )?(?:an? |"
            r"the |my |in )?(?:\w+ ){0,4}(?:dan|chatdan|stan|dude|aim|unfiltered|uncensored|unrestricted|unlimited|"
            r"jailbroken|unethical|amoral|immoral|evil|rogue|rouge|malicious|unaligned|lawless)\b"
        ),
    ),
    (
        "persona",
        (
            r"\b(?:no|without(?: any)?|free (?:of|from)(?: all| any)?|devoid of(?: any)?|ignor\w+(?: all| any)?|"
            r"bypass\w*(?: all| any)?|lacks?(?: any)?|not (?:bound|limited|restricted|constrained) by(?: any)?) "
            r"(?:the |its |your |typical |usual |standard |openai'?s? |moral |ethical |legal )*(?:restrictions?|"
            r"limitations?|filters?|censorship|(?:content |ethical |moral |safety |openai )+(?:guidelines|policy|"
            r"policies|rules|boundaries|constraints|standards|principles)|ethics|morals|morality|confines)"
            r"\b.{0,200}\b(?:you|ai|chatgpt|gpt|respond|answer|response|language model|assistant)\b"
        ),
    ),
    (
        "persona",
        (
            r"\b(?:you|chatgpt|ai|it|gpt|he|she|they) (?:now )?(?:will |must |can |has |have |do |does |are |is )"
            r"*(?:no|never|not|n't)(?: \w+){0,3} (?:morals|ethics|restrictions|filters?|ethical|moral|refuse|"
            r"limitations|censor\w*)\b"
        ),
    ),
    (
        "persona",
        (
            r"\b(?:never|not|don't|cannot|can't|without) (?:ever )?(?:refuse|refusing|say(?:ing)? (?:no|that you "
            r"can't)|break(?:ing)? character|apologi[sz]\w+|mention(?:ing)? (?:that )?(?:you are|you're|being) an? "
            r"(?:ai|language))"
        ),
    ),
    (
        "persona",
        (
            r"\b(?:respond|answer|reply|give|provide|write|generate)\b.{0,60}\btwo (?:different )?(?:responses|ways|"
            r"answers|replies|paragraphs|outputs)\b"
        ),
    ),
    (
        "persona",
        (
            rf"\b(?:as|like) an? (?:\w+ )?{MODEL}\W+(?:\w+ ){{0,4}}(?:must|have to|need to|are obliged|obey|"
            r"override|ability to (?:override|bypass))\b"
        ),
    ),
    (
        "persona",
        (
            r"\b(?:from now on|starting now|from this (?:moment|point)(?: on)?|henceforth)\W+(?:\w+ )"
            r"{0,3}(?:you(?:'re| are| will| must| shall)?|act|behave|respond|pretend)\b"
        ),
    ),
    ("reveal", rf"\b{SHOW}\b(?:\W+[\w']+){{0,6}}?\W+(?:your|you|the|its|his|her|any|all|me)\W+(?:\w+ )?{_HIDDEN}\b"),
    *ORDERS,
)
