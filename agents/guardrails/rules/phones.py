"""Telephone numbers, in the formats of many countries, with what stands near them."""

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar, Final

from agents.guardrails.context import Reading, Words
from agents.guardrails.numbering_plans import formats
from agents.guardrails.pattern_rule import PatternRule, hit
from agents.guardrails.phone_numbers import DIGITS, Run, is_something_else, likelihood
from agents.guardrails.rule import Hit, RuleOptions
from schemas.guardrails import Stage

_RUN: Final = re.compile(r"\+?\(?\+?\d(?:[ ./()-]{0,3}\d){5,}")
"""Each character can be taken in one way only, so this is linear in Python's engine, which is faster here."""
_EXTENSION: Final = re.compile(r" ?(?:x|ext\.? ?|#)\d{1,6}\b", re.IGNORECASE)
_CONTINUED: Final = re.compile(r"[\w%€$/\\]|[.,:]\d|-[A-Za-z]{0,2}\d")
_NO_BEGINNING: Final = frozenset("@#$€£¥%&/\\_")
"""What stands before prices, tags, parts of paths."""

PHONE: Final = Words(
    "phone* telephone* tel tel. call calls called calling caller mobile cell cellphone fax office desk landline "
    "ring dial whatsapp sms text texting texted texts message messages messaging reach contact contacts answering "
    "hotline helpline extension direct_line registered_number home_number work_number my_number telefon* handy* "
    "mobil* rufnummer ruf anrufen erreichbar durchwahl meine_nummer téléphone* portable appelez appeler joindre "
    "fixe mon_numéro teléfono* telefono* móvil celular llamar llame llámame mi_número cellulare chiamare chiamami "
    "chiama mio_numero telefone celular* ligar meu_número telemóvel telefoon* mobiel bellen bel mijn_nummer "
    "telefonnummer ring_mig puhelin* soita ringe tlf mob komórk* zadzwoń numer_telefonu volejte telefonszám "
    "τηλέφωνο* κινητό тел телефон* мобильн* звон* номер cep telefonu ara هاتف جوال موبايل تلفون اتصل טלפון נייד फोन "
    "मोबाइल 電話 电话 手机 手機 携帯 致电 联系 전화 휴대폰 연락처 โทร điện_thoại"
)
_OTHER: Final = Words(
    "order invoice ticket tracking version build serial sku part isbn issn ean upc ref reference case code port "
    "commit issue timestamp transaction parcel article model patent page zip postcode postal id nr iso rfc cve uuid "
    "batch lot item product account receipt policy claim po bestellung bestellnummer rechnung auftrag sendung "
    "artikel commande facture colis pedido factura envío ordine fattura encomenda factuur zamówienie заказ 订单 注文 "
    "nhs ssn sin tfn bsn nif nir cpf pesel aadhaar passport licence license "
    "card",
    before=24,
)


_AFTER: Final = re.compile(
    r"[\s,;()-]{0,3}(?:phone|tel|fax|mobile|cell|office|home|work|desk|direct|whatsapp|handy|mobil|portable|móvil)\b"
    r"|\s(?:is|are) (?:my|her|his|our|their|the) (?:\w+ )?(?:phone|number|cell|mobile|line)\b"
    r"|\s?,? (?:call|text|ring) (?:me|us|her|him)\b",
    re.IGNORECASE,
)
"""What stands behind numbers in signatures."""
_MISLABELLED: Final = 0.4
"""Most that a number can score right behind a word that says it is something else."""


class PhoneOptions(RuleOptions):
    """What `phone` can be told: nothing yet."""


class PhoneRule(PatternRule[PhoneOptions]):
    """Telephone numbers."""

    name: ClassVar[str] = "phone"
    about: ClassVar[str] = (
        "Telephone numbers, international or as their country writes them, and short ones where a word says that they "
        "are. Dates, order numbers, versions and timestamps pass."
    )
    stages: ClassVar[tuple[Stage, ...]] = ("question", "document", "passage", "answer")
    Options: ClassVar[type[RuleOptions]] = PhoneOptions

    def __init__(self, options: PhoneOptions) -> None:
        super().__init__(options)
        formats()  # a tenth of a second, which no question should wait for

    def spot(self, text: str) -> Iterable[Hit]:
        """Every number in `text`, with its extension."""
        reading = Reading(text)
        for match in _RUN.finditer(text):
            for start, end in _numbers(text, match.start(), match.end()):
                extension = _EXTENSION.match(text, end)
                score = _score(reading, start, end, extension.end() if extension else end)
                if score:
                    yield hit(score, "A telephone number.", start, extension.end() if extension else end)


def _numbers(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A run, or its pieces when it is too long for one number and spaces or a plus part it."""
    if sum(char.isdigit() for char in text[start:end]) in DIGITS:
        yield start, end
        return
    for piece in re.finditer(r"(?:\+|\()?\d[^ +]*(?: \d[^ +]*)*", text[start:end]):
        if sum(char.isdigit() for char in piece.group()) in DIGITS:
            yield start + piece.start(), start + piece.end()


def _score(reading: Reading, start: int, end: int, end_with_extension: int) -> float:
    text = reading.text
    if _attached(text[max(0, start - 2) : start]) or _CONTINUED.match(text, end_with_extension):
        return 0
    run = Run.of(text[start:end])
    if is_something_else(run):
        return 0
    named, other = reading.before(PHONE, start), reading.before(_OTHER, start)
    if named > other or (other < 0 and _AFTER.match(text[end_with_extension : end_with_extension + 24])):
        return 0.9
    score = likelihood(run)
    if end_with_extension > end:
        score = max(score, 0.7)
    return min(score, _MISLABELLED) if other >= 0 and not run.international else score


def _attached(neighbours: str) -> bool:
    """Whether what stands before, two characters at most, belongs to the same word or number."""
    nearest = neighbours[-1:]
    if nearest in _NO_BEGINNING or (nearest.isascii() and nearest.isalnum()):
        return bool(nearest)
    before = neighbours[:1]
    if nearest in (".", ",", ":"):
        return before.isdigit()
    return nearest == "-" and before.isascii() and before.isalnum()
