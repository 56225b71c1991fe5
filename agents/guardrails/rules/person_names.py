"""Names of people where the text says that they are: behind a title or words such as `my name is`.

Names alone look like any other words, and only a model can tell; this rule finds those that need none.
"""

import re
from collections.abc import Iterable
from typing import ClassVar, Final

from agents.guardrails.pattern_rule import PatternRule, hit
from agents.guardrails.rule import Hit, RuleOptions
from schemas.guardrails import Stage

_NAME: Final = r"(?-i:[^\W\d_a-zß-ÿ][^\W\d_]{0,24}(?:['’-][^\W\d_]{1,24})?)"
_PARTICLE: Final = r"(?:van der|van den|van|von|de la|de|del|della|di|da|dos|bin|al|el|le|la)"
_FULL: Final = rf"({_NAME}(?: (?:{_PARTICLE} |[A-Z]\. )?{_NAME}){{0,3}})"
_TITLED: Final = re.compile(
    r"\b(?:mr|mrs|ms|dr|prof|herrn?|frau|monsieur|madame|mme|señora?|sra?|signora?|sig|doña|meneer|mevrouw|pan|pani)\.?"
    rf" {_FULL}",
    re.IGNORECASE,
)
_SAID: Final = re.compile(
    r"(?:\b(?:my (?:full )?name is|my name's|i am called|(?:first|last|full|sur)[ -]?name:|ich heiße|"
    r"mein name ist|je m['’]appelle|mon nom est|me llamo|mi nombre es|mi chiamo|il mio nome è|meu nome é|me chamo|"
    r"mijn naam is|ik heet|jag heter|jeg heder|jeg heter|"
    r"nazywam się|jmenuji se|benim adım|nama saya)|меня зовут|моё имя|мене звати|με λένε)"
    rf" {{1,3}}{_FULL}",
    re.IGNORECASE,
)
_EASTERN: Final = re.compile(
    r"(?:我叫|我的名字是|我姓)([\u4e00-\u9fff]{2,4}?)(?=[，。,.\s]|$)"
    r"|私の名前は([\u4e00-\u9fff\u3040-\u30ff ]{2,10}?)(?:です|と)"
    r"|(?:제|내) 이름은 ([\uac00-\ud7af]{2,4}?)(?:이고|입니다|이에요|예요)"
)
_NOBODY: Final = re.compile(r"(?:Pepper|Robot|Who|Bean|Potato|Customer|President|Chairman|Speaker|Right|Null|None)\b")


class PersonNameOptions(RuleOptions):
    """What `person-name` can be told: nothing yet."""


class PersonNameRule(PatternRule[PersonNameOptions]):
    """Names that are given as such."""

    name: ClassVar[str] = "person-name"
    about: ClassVar[str] = (
        "Names behind a title (`Dr. Jane Doe`) or words such as `my name is`, in twenty languages. Names alone pass: "
        "telling them from other words takes a model."
    )
    stages: ClassVar[tuple[Stage, ...]] = ("question", "document", "passage", "answer")
    Options: ClassVar[type[RuleOptions]] = PersonNameOptions

    def spot(self, text: str) -> Iterable[Hit]:
        """Every such name, without its title."""
        after = 0
        matches = (match for pattern in (_TITLED, _SAID, _EASTERN) for match in pattern.finditer(text))
        for start, end in sorted(match.span(match.lastindex or 0) for match in matches):
            if start >= after and not _NOBODY.match(text, start):
                after = end
                yield hit(0.7, "The name of a person.", start, end)
