"""Sentences with numbers that are nobody's: orders, versions, dates, hashes and so on, the same ones for the same seed.

Written to look like what business texts and logs are full of, and to be near the shape of personal data where real
numbers are: thirteen digits in a row, three groups with hyphens, eleven digits with a zero in front.
"""

import hashlib
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random

Made = Callable[[Random], str]


def digits(random: Random, count: int) -> str:
    """`count` random digits."""
    return "".join(random.choice("0123456789") for _ in range(count))


def letters(random: Random, count: int) -> str:
    """`count` random capitals."""
    return "".join(random.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(count))


def forms(patterns: str) -> Made:
    """Makes texts of one of the forms, with bars between: `9` is a digit, `A` a letter, the rest is itself."""
    return lambda random: "".join(
        digits(random, 1) if char == "9" else letters(random, 1) if char == "A" else char
        for char in random.choice(patterns.split("|"))
    )


def one_of(*makes: Made) -> Made:
    """Makes what one of `makes` makes."""
    return lambda random: random.choice(makes)(random)


def moment(formats: str) -> Made:
    """Makes a date between 1990 and 2035 in one of the formats."""
    first = datetime(1990, 1, 1, tzinfo=UTC)
    return lambda random: (first + timedelta(seconds=random.randrange(45 * 365 * 86_400))).strftime(
        random.choice(formats.split("|"))
    )


def epoch(factor: int) -> Made:
    """Makes a Unix timestamp of this century, a second being `factor`."""
    return lambda random: str(random.randrange(1_000_000_000 * factor, 1_900_000_000 * factor))


def isbn(random: Random) -> str:
    """An ISBN-13 with its check digit, in groups or not."""
    body = random.choice(("978", "979")) + digits(random, 9)
    check = -sum(int(digit) * (1 + 2 * (at % 2)) for at, digit in enumerate(body)) % 10
    number = f"{body}{check}"
    return random.choice((number, f"{number[:3]}-{number[3]}-{number[4:8]}-{number[8:12]}-{number[12]}"))


def version(random: Random) -> str:
    """Two to four numbers with dots."""
    numbers = [str(random.randrange(random.choice((5, 30, 3_000)))) for _ in range(random.randint(2, 4))]
    return random.choice(("", "v")) + ".".join(numbers)


def digest(name: str) -> Made:
    """Makes a digest in hexadecimal."""
    return lambda random: hashlib.new(name, digits(random, 9).encode()).hexdigest()


def amount(random: Random) -> str:
    """A price or a count with separators."""
    number = random.randrange(10 ** random.randint(3, 10))
    return random.choice(
        (f"{number:,}", f"{number:,}".replace(",", "."), f"{number:,}".replace(",", " "), f"{number:,}.50")
    )


KINDS: dict[str, tuple[Made, str]] = {
    "order": (
        forms(
            "00999999999|999-9999999-9999999|9999999999|99999999|A99999999|#9999999|2024-000999|AA-99999-999"
            "|99999-99999|1000999999"
        ),
        (
            "Order {} shipped|Where is my order {}?|order number: {}|My order number is {} and it is late"
            "|Bestellung {} wurde versandt|Commande n° {} expédiée|Refund for purchase order {}"
        ),
    ),
    "invoice": (
        forms("INV-99999|2024-99999|999999999|AA9999999|99/99999|RE-2024-999999"),
        "Invoice {} is overdue|Rechnung Nr. {}|invoice no. {} of last week|Facture {}",
    ),
    "tracking": (
        forms(
            "1Z999AA10123456784|1Z9A9A99A99A999999|999999999999|9400 1999 9999 9999 9999 99|AA999999999GB"
            "|JJD999999999999999|99999999999999999999"
        ),
        "Tracking number {}|The parcel {} is lost|track shipment {} please|Sendungsnummer {}",
    ),
    "version": (
        version,
        (
            "Upgrade to {} fails|released in version {}|Firmware {} breaks the display|{} is out"
            "|It works with numpy {} and not later|build {}"
        ),
    ),
    "date": (
        moment("%Y-%m-%d|%d.%m.%Y|%m/%d/%Y|%d/%m/%y|%Y%m%d|%Y-%m-%d %H|%d-%m-%Y|%Y/%m/%d|%d. %m. %Y|%Y.%m.%d|%m-%d-%Y"),
        "The meeting is on {}|{}|Data until {} are missing|between {} and today|Due {} at noon|am {} um 12 Uhr",
    ),
    "time": (
        moment(
            "%Y-%m-%dT%H:%M:%SZ|%Y-%m-%d %H:%M:%S|%Y-%m-%d %H:%M:%S.123456|%Y%m%dT%H%M%S"
            "|%d/%b/%Y:%H:%M:%S +0000|%H:%M:%S|%Y-%m-%dT%H:%M:%S+02:00|%Y%m%d%H%M%S|%Y-%m-%d-%H-%M-%S"
        ),
        "{} INFO started|[{}] request done|The backup of {} is corrupt|last seen {}",
    ),
    "epoch": (
        one_of(epoch(1), epoch(1000), epoch(1000000), epoch(1000000000)),
        '{}|{{"ts": {}}}|timestamp={}|created at {} by cron|offset {} in partition 3',
    ),
    "uuid": (
        lambda random: str(uuid.UUID(int=random.getrandbits(128), version=4)),
        '{}|id {} not found|trace {}|urn:uuid:{}|{{"event_id": "{}"}}',
    ),
    "digest": (
        one_of(*map(digest, ("md5", "sha1", "sha256"))),
        "{}|sha256:{}|commit {} broke it|checksum {} differs|etag {}",
    ),
    "commit": (
        lambda random: digest("sha1")(random)[: random.randint(7, 12)],
        "commit {}|reverted in {}|git show {}|image tag {}",
    ),
    "isbn": (
        isbn,
        "ISBN {}|The book {} is out of print|isbn: {}",
    ),
    "article": (
        forms("9999999999999|4009999999999|99999999|B09AA9999A|AAA-999-9999|999.999.99|99-9999-99"),
        "EAN {}|article {} is sold out|SKU {}|part number {}|barcode {}",
    ),
    "port": (
        forms("99999"),
        "port {}|listens on localhost:{}|exit code {}|error {}|HTTP {}|pid {}",
    ),
    "amount": (
        amount,
        "It cost ${}|{} people live there|{} EUR were paid|about {} rows|a budget of £{}|{} bytes",
    ),
    "decimal": (
        forms("3.1415926999999|0.999999999|-99.999999|9.99e-99|999.9999999|0,99999999"),
        "The loss is {}|{}|x = {}|p < {}|ratio {}",
    ),
    "place": (
        forms("59.999999, 19.999999|-33.9999999,151.9999999|N 59° 19.999|EPSG:99999"),
        "at {}|coordinates {}|see {}",
    ),
    "reference": (
        forms(
            "CVE-2024-99999|RFC 9999|10.1099/9999999.9999999|arXiv:2301.99999|US 9,999,999|PMID 99999999"
            "|9999-999X|7732-18-5|§ 99 Abs. 9|ISO 99999-9:2019|PROJ-99999|#99999"
        ),
        "see {}|{}|fixed in {}|as {} says|{} is cited often",
    ),
    "row": (
        forms(
            "99 99 99 99 99|9 9 9 9 9 9 9 9|999 999 999|9, 9, 9, 9, 9, 9|[99, 99, 99, 99]|99:99, 99:99"
            "|1990-2004|9999-9999|9-9, 9-9, 9-9"
        ),
        "The scores were {}|row {}|lottery numbers {}|values {} in the table|pages {}",
    ),
    "address": (
        forms("192.168.1.99|10.0.9.9|127.0.0.1:9999|00:1A:2B:99:99:99|fe80::99|255.255.255.0"),
        "host {}|ping {}|bind to {}|the route via {} is down",
    ),
    "thing": (
        forms(
            "1920x1080|#99aa99|99999-9999|AA9999|A99 9999|999/99 R16|9999 mAh|2x4x99|Model 999-9999"
            "|S/N 99A9999A999|batch 99999999|flight LH999|account 99999999"
        ),
        "It says {}|{} is broken|for {} only|replace {} please",
    ),
}
"""Kind to what makes one, and sentences to put it in, with a bar between."""

KNOWN = (
    "Order 00123456789 shipped", "1548138160707", "exit code 137", "port 8080", "2024-01-15 12", "127.0.0.1",
    "ISBN 978-3-16-148410-0", "4111 1111 1111 1112", "123e4567-e89b-12d3-a456-426614174000",
)  # fmt: skip
"""What FAILURES 57 reports as mistaken for personal data."""


def benign_numbers(count: int = 4_000, seed: int = 57) -> Iterator[tuple[str, str]]:
    """`count` pairs of kind and sentence, each kind as often as any other, after the known ones."""
    random = Random(seed)
    yield from (("known", text) for text in KNOWN)
    kinds = list(KINDS)
    for at in range(count - len(KNOWN)):
        make, sentences = KINDS[kinds[at % len(kinds)]]
        yield kinds[at % len(kinds)], random.choice(sentences.split("|")).format(make(random))
