"""National numbers: social security, tax and identity numbers of fifty countries, by form and check digits."""

from collections.abc import Iterable
from typing import ClassVar, Final

from pydantic import field_validator

from agents.guardrails.context import Reading, Words, stands_alone
from agents.guardrails.national_ids import NATIONAL_IDS, NationalId
from agents.guardrails.pattern_rule import PatternRule, hit
from agents.guardrails.rule import Hit, RuleOptions
from agents.guardrails.written_forms import WrittenForms, compact
from schemas.guardrails import Stage

COUNTRIES: Final = frozenset(kind.country for kind in NATIONAL_IDS)
_ANY: Final = Words(
    "national_id id_number identity_number identification_number personal_number tax_number tax_id personal_id "
    "citizen_id identity_card id_card my_id ausweisnummer numéro_national documento identidad identidade "
    "numero_di_identità 身份 身分 주민 паспорт"
)
"""Words that go with any country's number."""


class NationalIdOptions(RuleOptions):
    """What `national-id` can be told."""

    countries: tuple[str, ...] = ()
    """Two letters each (ISO 3166-1); all that are known when empty."""

    @field_validator("countries")
    @classmethod
    def _known(cls, countries: tuple[str, ...]) -> tuple[str, ...]:
        unknown = sorted(set(countries) - COUNTRIES)
        if unknown:
            raise ValueError(
                f"no national numbers are known for {', '.join(unknown)}; choose from {', '.join(sorted(COUNTRIES))}"
            )
        return countries


class NationalIdRule(PatternRule[NationalIdOptions]):
    """National numbers."""

    name: ClassVar[str] = "national-id"
    about: ClassVar[str] = (
        "Social security, tax and identity numbers of fifty countries, by form and check digits, and a word nearby "
        "where the form alone says little."
    )
    stages: ClassVar[tuple[Stage, ...]] = ("question", "document", "passage", "answer")
    Options: ClassVar[type[RuleOptions]] = NationalIdOptions

    def __init__(self, options: NationalIdOptions) -> None:
        super().__init__(options)
        kinds = [kind for kind in NATIONAL_IDS if not options.countries or kind.country in options.countries]
        self._words = {kind.name: Words(kind.words) for kind in kinds}
        self._kinds: dict[str, list[tuple[NationalId, bool]]] = {}
        for kind in kinds:
            for sure, forms in ((True, kind.sure), (False, kind.unsure)):
                for form in forms:
                    self._kinds.setdefault(form, []).append((kind, sure))
        self._forms = WrittenForms(self._kinds)

    def spot(self, text: str) -> Iterable[Hit]:
        """Every number in `text`, once, as the kind that fits best."""
        after = 0
        reading = Reading(text)
        for start, end, form in self._forms.find(text):
            if start < after or not _whole(text, start, end, form):
                continue
            score, name = max(self._scores(reading, start, end, form), default=(0.0, ""))
            if score:
                after = end
                yield hit(score, f"{name}: form and check fit.", start, end)

    def _scores(self, reading: Reading, start: int, end: int, form: str) -> Iterable[tuple[float, str]]:
        characters = compact(reading.text[start:end])
        for kind, sure in self._kinds[form]:
            if kind.valid(characters):
                yield self._score(reading, start, end, kind, sure=sure), kind.name

    def _score(self, reading: Reading, start: int, end: int, kind: NationalId, *, sure: bool) -> float:
        if reading.near(self._words[kind.name], start, end):
            return 1.0
        if reading.near(_ANY, start, end):
            return 0.9 if sure else 0.7
        return 0.8 if sure else 0.3


def _whole(text: str, start: int, end: int, form: str) -> bool:
    """Whether no further group of digits belongs to it."""
    if " " in form and (text[max(0, start - 2) : start - 1].isdigit() or text[end + 1 : end + 2].isdigit()):
        return False
    return stands_alone(text, start, end)
