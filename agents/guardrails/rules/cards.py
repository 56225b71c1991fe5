"""Numbers of payment cards: an issuer's prefix and length, the check digit, and groups as they are printed on cards."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final, TypeAlias

import re2

from agents.guardrails.checksums import luhn
from agents.guardrails.context import Reading, Words, stands_alone
from agents.guardrails.pattern_rule import PatternRule, hit
from agents.guardrails.rule import Hit, RuleOptions
from schemas.guardrails import Stage

_RUN: Final = re2.compile(r"\d(?:[ .-]?\d){11,}")
"""Anything that may hold a card's number; a few digits more at either end are looked through."""
_GROUP: Final = re.compile(r"\d+")
_REAL_GROUP: Final = re.compile(r"\d{3}")
_LONGEST_SPACED: Final = 40
"""Characters of a number with a sign between every two digits; longer runs need a group of three or more."""
LENGTHS: Final = range(12, 20)
"""ISO/IEC 7812-1 allows 8 to 19 digits; no issuer gives out cards with less than 12."""

Issuers: TypeAlias = Mapping[int, re.Pattern[str]]
"""Number of digits to the beginnings that cards of that length have."""

_DINERS: Final = "30[0-5]|3095|3[689]"
_MASTERCARD: Final = "5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"
_DISCOVER: Final = "6011|64[4-9]|65"
_JCB: Final = "35(?:2[89]|[3-8])"
_UNIONPAY: Final = "62"
_MIR: Final = "220[0-4]"
_TROY: Final = "9792"
_MAESTRO: Final = "50|5[6-9]|6[0-9]"
"""With RuPay, Verve and Elo."""
ISSUERS: Final[Issuers] = {
    14: re.compile(_DINERS),
    15: re.compile("3[47]|2131|1800"),  # American Express; JCB, older
    16: re.compile(f"4|{_MASTERCARD}|{_DISCOVER}|{_JCB}|{_UNIONPAY}|{_MIR}|{_TROY}"),
    17: re.compile(_UNIONPAY),
    18: re.compile(_UNIONPAY),
    19: re.compile(f"{_DISCOVER}|{_UNIONPAY}"),
}
"""Beginnings that are sure enough without a word about cards nearby."""
RARE_ISSUERS: Final[Issuers] = {
    length: re.compile(f"{_MAESTRO}|3[689]|35|{_MIR}|8[12]" + ("|4" if length in (13, 19) else ""))
    for length in LENGTHS
}
"""Beginnings that so many numbers have that a word must say that it's a card: longer Diners, JCB and Mir cards, RuPay,
Visa of 13 and 19 digits."""

PRINTED: Final = {
    (4, 4, 4, 4),
    (4, 6, 5),
    (4, 6, 4),
    (4, 4, 4, 4, 3),
    (4, 4, 4, 4, 2),
    (4, 4, 4, 4, 1),
    (6, 13),
    (4, 4, 4),
    (4, 4, 4, 2),
    (4, 4, 4, 3),
    (4, 4, 4, 1),
    (4, 3, 3, 3),
}
"""Groups of digits on cards of 12 to 19 digits."""
_FIRST: Final = {groups[0] for groups in PRINTED}

CARD: Final = Words(
    "card* credit debit visa mastercard maestro amex discover diners jcb unionpay rupay cc cvv cvc pan kreditkarte* "
    "karte* kartennummer carte* bancaire tarjeta* cartão cartao carta kaart* kort* kortnummer karta karty kártya "
    "kortti* kart карт* κάρτα* بطاقة כרטיס कार्ड カード 카드 信用卡 银行卡 卡号 บัตร thẻ"
)
_OTHER: Final = Words(
    "order invoice tracking shipment parcel ticket transaction isbn ean upc barcode imei serial timestamp "
    "bestellung bestellnummer commande pedido ordine sku id",
    before=16,
)


class CardOptions(RuleOptions):
    """What `card` can be told: nothing yet."""


class CardRule(PatternRule[CardOptions]):
    """Payment card numbers."""

    name: ClassVar[str] = "card"
    about: ClassVar[str] = (
        "Payment card numbers whose issuer, length, check digit and grouping fit. Timestamps and order numbers pass."
    )
    stages: ClassVar[tuple[Stage, ...]] = ("question", "document", "passage", "answer")
    Options: ClassVar[type[RuleOptions]] = CardOptions

    def spot(self, text: str) -> Iterable[Hit]:
        """Every card number in `text`, with score 1 where its shape says so, less where it is a number in a row."""
        reading = Reading(text)
        for run in _RUN.finditer(text):
            if run.end() - run.start() > _LONGEST_SPACED and not _REAL_GROUP.search(text, run.start(), run.end()):
                continue
            after = 0
            for start, end in _windows([group.span() for group in _GROUP.finditer(text, run.start(), run.end())]):
                score = _score(reading, start, end) if start >= after else 0
                if score:
                    after = end
                    yield hit(score, "The number of a payment card: issuer, length and check digit fit.", start, end)


def _windows(groups: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Groups in a row that are printed like a card's, longest first; a row of single digits as a whole."""
    sizes = [end - start for start, end in groups]
    if len(groups) in LENGTHS and max(sizes) == 1:
        yield groups[0][0], groups[-1][1]
        return
    for at, (start, end) in enumerate(groups):
        if sizes[at] in LENGTHS:
            yield start, end
        for count in (5, 4, 3, 2) if sizes[at] in _FIRST else ():
            if at + count <= len(groups) and tuple(sizes[at : at + count]) in PRINTED:
                yield start, groups[at + count - 1][1]


def _score(reading: Reading, start: int, end: int) -> float:
    text = reading.text
    written = text[start:end]
    digits = written.replace(" ", "").replace("-", "").replace(".", "")
    common = _issued(digits, ISSUERS)
    if not (common or _issued(digits, RARE_ISSUERS)) or not luhn(digits) or not stands_alone(text, start, end):
        return 0
    named = reading.near(CARD, start, end)
    if common:
        bare = len(written) == len(digits)
        return 0.4 if bare and not named and reading.before(_OTHER, start) >= 0 else 1
    return 0.9 if named else 0


def _issued(digits: str, issuers: Issuers) -> bool:
    beginning = issuers.get(len(digits))
    return beginning is not None and beginning.match(digits) is not None
