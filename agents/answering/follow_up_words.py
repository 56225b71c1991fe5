"""The code of a language in, the words by which its follow-up questions are known out.

Only words that stand for something said before, or that begin a question without a subject of its own. A word that is
mostly something else in its language (`das`, `la`, `en`) is in no list.
"""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class FollowUpWords:
    """What is known of one language."""

    things: frozenset[str]
    """Stand for things and places that were spoken of."""
    persons: frozenset[str]
    """Stand for persons, who may be named in the answer alone."""
    beginnings: re.Pattern[str]
    """"And", "what about": a question that begins so goes on with the one before."""
    prepositions: frozenset[str]
    idle: re.Pattern[str]
    """Where such a word stands for nothing: "is it possible"."""


def _words(things: str, persons: str, beginnings: str, prepositions: str, idle: str) -> FollowUpWords:
    return FollowUpWords(
        frozenset(things.split()),
        frozenset(persons.split()),
        re.compile(rf"\W*(?:{beginnings})(?!\w)[\s,]*", re.IGNORECASE),
        frozenset(prepositions.split()),
        re.compile(rf"\b(?:{idle})(?!\w)", re.IGNORECASE),
    )


_ENGLISH: Final = _words(
    things="it its they them their this these those there same former latter ones",
    persons="he him his she her hers",
    beginnings=r"(?:and|but|or|so|then|also)(?: (?:what|how) about)?|(?:what|how) about|what if|same for",
    prepositions="in on at for with without by from to during after before under over between of until since",
    idle=r"is it (?:possible|necessary|true|worth|important|ok|okay|safe|legal|allowed|normal|better|best|ever)"
    r"|(?:what|which) time is it|(?:is|are|was|were|will|has|have|can|could) there|there (?:is|are|was|were|be|been)"
    r"|this (?:year|week|month|page|site|document|morning|evening)|the same time|how is it that",
)
LANGUAGES: Final = {
    "en": _ENGLISH,
    "de": _words(
        things="es sie ihn ihm ihr ihre ihren ihrem ihrer dessen deren dort dorthin daran darauf daraus dabei dafür "
        "dagegen damit danach davon davor dazu darin darüber darunter dieser diese dieses diesem diesen",
        persons="er seine seinen seinem seiner",
        beginnings=r"(?:und|aber|oder|also|auch)(?: (?:was|wie) (?:ist|sieht es) (?:mit|aus mit))?"
        r"|(?:was|wie) (?:ist|sieht es) (?:mit|aus mit)|wie steht es (?:mit|um)",
        prepositions="in im am an auf bei für mit ohne von vom zu zum zur nach vor während unter über seit bis um ab",
        idle=r"gibt es|gab es|geht es|ist es (?:möglich|nötig|wichtig|erlaubt|sinnvoll|sicher|wahr|normal)"
        r"|wie spät ist es|dieses jahr|diese woche|diesen monat",
    ),
    "fr": _words(
        things="il elle ils elles cela ça celui celle ceux celles leur leurs lui dedans dessus celui-ci celle-ci",
        persons="sa ses",
        beginnings=r"(?:et|mais|ou|alors|aussi)(?: (?:pour|avec|si))?|qu['’]en est-il d[eu]s?",
        prepositions="à au aux en dans sur sous pour avec sans par de du des pendant après avant depuis chez vers",
        idle=r"y a-t-il|il y a|(?:est|serait)-il (?:possible|nécessaire|permis|vrai|important|interdit)|faut-il|il faut"
        r"|quelle heure est-il|qu['’]en est-il",
    ),
    "es": _words(
        things="ello eso esto ese esa esos esas este estos estas allí ahí aquello lo les",
        persons="él ella ellos ellas su sus",
        beginnings=r"(?:y|pero|o|entonces|también)(?: (?:qué tal|qué hay de|para|con|si))?|qué (?:tal|hay de|pasa con)",
        prepositions="en a al para con sin por de del desde hasta durante después antes bajo sobre entre",
        idle=r"es (?:posible|necesario|cierto|importante|seguro)|este (?:año|mes)|esta semana|qué hora es",
    ),
    "it": _words(
        things="esso essa essi esse questo questa questi queste quello quella lì là",
        persons="lui lei loro suo sua suoi sue",
        beginnings=r"(?:e|ma|o|allora|anche)(?: (?:per|con|se))?|che ne (?:è|dici) d[ei]l?",
        prepositions="in a al alla per con senza da dal di del della su sul durante dopo prima fino tra",
        idle=r"è (?:possibile|necessario|vero|importante)|quest['’]anno|questa settimana",
    ),
    "pt": _words(
        things="isso isto esse essa esses essas este esta aquilo ali lá nele nela",
        persons="ele ela eles elas seu sua seus suas dele dela",
        beginnings=r"(?:e|mas|ou|então|também)(?: (?:para|com|se|quanto a))?|e quanto a",
        prepositions="em no na a ao à para com sem por de do da desde até durante depois antes sob sobre entre",
        idle=r"é (?:possível|necessário|verdade|importante)|este (?:ano|mês)|esta semana",
    ),
    "nl": _words(
        things="het ze zij hen hun deze die dat daar daarmee daarvoor daarvan ermee ervan ervoor erin",
        persons="hij hem zijn haar",
        beginnings=r"(?:en|maar|of|dus|ook)(?: hoe zit het met)?|hoe zit het met|wat met",
        prepositions="in op aan bij voor met zonder van naar tijdens na sinds tot onder over tussen om",
        idle=r"is het (?:mogelijk|nodig|waar|belangrijk|veilig)|hoe laat is het|gaat het|dit jaar|deze week",
    ),
}  # fmt: skip


def words_for(language: str) -> FollowUpWords:
    """Those of the language with that ISO 639 code, or the English ones."""
    return LANGUAGES.get(language, _ENGLISH)
