"""Pieces of a passage and how much each sounds like an order in, how little each belongs there out.

An order planted into a text is unlike its neighbours: they are no orders, and are about something else.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

FEATURES: Final = (
    "logit",
    "above_mean",
    "above_second",
    "shared",
    "contentless",
    "question",
    "alone",
    "order",
    "asks",
    "reply",
    "order_unshared",
)
_OPENING: Final = (
    r"[\W\d]*(?:please |kindly |now |also |then |first |next |finally |can you |could you |would you |"
    r"you (?:must|should) )*"
)
_ORDER: Final = re.compile(
    _OPENING
    + r"(?:write|compose|draft|create|generate|produce|prepare|explain|describe|tell|give|list|name|define|provide|"
    r"summari[sz]e|outline|translate|convert|calculate|compute|solve|compare|analy[sz]e|evaluate|assess|discuss|suggest|"
    r"recommend|plan|design|develop|show|find|identify|classify|rewrite|rephrase|paraphrase|answer|respond|reply|say|"
    r"repeat|print|output|encode|encrypt|include|insert|mention|add|append|put|use|make|replace|remove|change|modify|"
    r"begin|start|end|close|finish|pretend|imagine|act|ignore|forget|disregard|send|forward|book|order|set|turn|remind|"
    r"schedule|play|let's|help me|i want you|i need you)\b"
)
"""Opens as what people ask of an assistant."""
_ASKS: Final = re.compile(
    r"[\W\d]*(?:what|who|whom|whose|when|where|which|why|how|is|are|do|does|did|can|could|was|were|will|would|should|have|has)"
    r"(?:'s|\b)"
)
_REPLY: Final = re.compile(r"\b(?:your|the) (?:\w+ )?(?:answer|response|reply|output|summary)\b")
_CONTENT: Final = re.compile(r"[^\W\d_]{4,}")
_STEM: Final = 5
"""Letters of a word that are compared."""
_PEERS: Final = 3


def described(texts: Sequence[str], logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shape (pieces, features): how each piece stands out.

    - the logit itself, and over the mean of the others; over the strongest other one;
    - the share of its longer words that occur elsewhere in the passage, and whether it has none;
    - whether it ends as a question; whether it is the only piece;
    - whether it opens as an order or a question; whether it speaks of an answer; how little an order shares.
    """
    count = len(texts)
    words = [{word[:_STEM] for word in _CONTENT.findall(text)} for text in texts]
    occurrences = Counter(word for some in words for word in some)
    shared = [sum(occurrences[word] > 1 for word in some) / len(some) if some else 0.0 for some in words]
    others = (logits.sum() - logits) / max(1, count - 1) if count > 1 else np.full(1, -_PEERS)
    ordered = np.sort(logits)
    second = np.where(logits == ordered[-1], ordered[-2] if count > 1 else -_PEERS, ordered[-1])
    orders = np.array([_ORDER.match(text) is not None for text in texts], dtype=np.float64)
    return np.column_stack(
        [
            logits,
            logits - others,
            logits - second,
            shared,
            [not some for some in words],
            [text.rstrip().endswith(("?", "？")) for text in texts],
            np.full(count, count == 1),
            orders,
            [_ASKS.match(text) is not None for text in texts],
            [_REPLY.search(text) is not None for text in texts],
            orders * (1 - np.array(shared)),
        ]
    ).astype(np.float64)
