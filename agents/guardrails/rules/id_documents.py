"""Numbers of documents without a form of their own: driving licences, passports and so on, where the text says so."""

import re
from collections.abc import Iterable
from typing import ClassVar, Final

from agents.guardrails.context import Words
from agents.guardrails.pattern_rule import PatternRule, hit
from agents.guardrails.rule import Hit, RuleOptions
from schemas.guardrails import Stage

_LABELS: Final = Words(
    "driver's_license driver's_licence drivers_license drivers_licence driver_license driver_licence "
    "driver’s_license driving_license driving_licence driver_id passport passport_number passport_no "
    "identity_card id_card health_insurance_number health_card insurance_policy_number "
    "medical_record_number mrn medicaid bank_account bank_account_number account_number routing_number "
    "sort_code license_plate licence_plate "
    "employee_id student_id voter_id führerschein führerscheinnummer reisepass reisepassnummer "
    "personalausweis personalausweisnummer ausweisnummer krankenversicherungsnummer versichertennummer "
    "kontonummer kennzeichen permis_de_conduire passeport carte_d'identité carte_d’identité "
    "numéro_de_compte carte_vitale licencia_de_conducir carnet_de_conducir pasaporte "
    "tarjeta_de_identidad número_de_cuenta patente_di_guida passaporto carta_d'identità carta_d’identità "
    "tessera_sanitaria conto_corrente carteira_de_motorista cnh passaporte carteira_de_identidade "
    "número_da_conta carta_de_condução rijbewijs paspoort identiteitskaart rekeningnummer prawo_jazdy paszport "
    "dowód_osobisty numer_konta körkort körkortsnummer passnummer kørekort pas førerkort ajokortti "
    "водительское_удостоверение паспорт номер_счета ehliyet pasaport "
    "护照 驾驶证 驾照 パスポート 運転免許証 여권 운전면허"
)
_WORD: Final = re.compile(
    r"(?P<number>[A-Za-z0-9]*\d[A-Za-z0-9]*(?:[-/.][A-Za-z0-9]+)*(?: \d{2,6}\b){0,4})|[\u3000-\u9fff\uac00-\ud7af]+"
    r"|[^\W\d_\u3000-\u9fff\uac00-\ud7af]+"
)
"""A number with further groups of digits, or a word; Chinese, Japanese and Korean ones end at Latin letters."""
_BETWEEN: Final = frozenset(
    "number no nr num id is are of my the card code nummer numéro numero número nº n est ist lautet es è er är 是 号 "
    "号码 号码是 は "
    "番号 番号は 번호 번호는 номер s".split()
)
"""Words that stand between the name of a document and its number."""
_REACH: Final = 40
"""Characters behind the name in which the number begins."""
_LENGTHS: Final = range(5, 21)
_LEAST_DIGITS: Final = 4
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}")


class IdDocumentOptions(RuleOptions):
    """What `id-document` can be told: nothing yet."""


class IdDocumentRule(PatternRule[IdDocumentOptions]):
    """Numbers of personal documents and accounts behind their names."""

    name: ClassVar[str] = "id-document"
    about: ClassVar[str] = (
        "Numbers of driving licences, passports, identity and insurance cards and bank accounts behind a word for "
        "them, in a dozen languages."
    )
    stages: ClassVar[tuple[Stage, ...]] = ("question", "document", "passage", "answer")
    Options: ClassVar[type[RuleOptions]] = IdDocumentOptions

    def spot(self, text: str) -> Iterable[Hit]:
        """Every number in `text` with such a name right before it."""
        after = 0
        for _, named in _LABELS.places(text) if any(map(str.isdigit, text)) else ():
            start, end = _number(text, named)
            if end > max(start, after):
                after = end
                yield hit(0.8, "The number of a personal document or account.", start, end)


def _number(text: str, named: int) -> tuple[int, int]:
    """Start and end of the number that follows a name which ends at `named`; equal when there is none."""
    for word in _WORD.finditer(text, named, named + _REACH + _LENGTHS.stop):
        number = word["number"]
        if not number and word.group().lower() in _BETWEEN and word.start() < named + _REACH:
            continue
        digits = sum(map(str.isdigit, number or ""))
        if digits < _LEAST_DIGITS or len(number) not in _LENGTHS or _DATE.fullmatch(number):
            break
        return word.span()
    return named, named
