"""How streets, house numbers and postal codes are written in the countries that the rule for addresses knows.

Patterns for Python's engine: every repetition is bounded, so the time for one beginning is too. Case does not count but
inside `(?-i:...)`: words that mean other things as well have to begin with a capital.
"""

from typing import Final, TypeAlias

_NO_NAME: Final = (
    r"(?!(?:the|an?|of|in|on|to|and|or|from|per|with|for|is|are|was|by|at|as|it|that|this|my|your|more|than|down|up|off|"
    r"along|miles?|km|blocks?|minutes?|hours?|days?|years?|people|der|die|das|und|im|am|pm)\b)"
)
_WORD: Final = rf"{_NO_NAME}[^\W\d_][\w'’.-]{{0,24}}"
_CAPITAL: Final = r"(?-i:[^\W\d_a-zß-ÿ][\w'’.-]{0,24})"
_HOUSE: Final = r"\d{1,5}(?:[-/]\d{1,4})?\s?[a-zA-Z]?\b"

_ENGLISH: Final = (
    r"(?:street|avenue|road|boulevard|lane|terrace|parkway|highway|crescent|st|ave|rd|blvd|ln|pkwy|hwy|cres)\b\.?"
)
_ENGLISH_NAMES: Final = (
    r"(?-i:Drive|Court|Place|Square|Circle|Close|Way|Trail|Alley|Plaza|Row|Walk|Mews|Grove|Gardens|Hill|Heights|Dr|Ct|Pl|"
    r"Sq|Cir)\b\.?"
)
_GERMANIC: Final = (
    r"(?:stra(?:ß|ss)e|str\.|gasse|weg|allee|platz|ufer|damm|hof|straat|laan|plein|steenweg|kade|gracht|dijk|plaats|"
    r"gade|vej|vænget|gatan|gata|vägen|väg|gränd|veien|vegen|katu|ntie|kuja|polku|stræde|torv|torg)"
)
_ROMANCE: Final = (
    r"(?:rue|avenue|boulevard|allée|impasse|viale|piazza|vicolo|calle|avenida|avda\.?|paseo|carretera|camiño|rúa|rua|"
    r"travessa|praça|carrer|strada|bulevardul)"
)
_ROMANCE_NAMES: Final = (
    r"(?:place|chemin|quai|cours|route|via|corso|largo|camino|alameda|estrada|plaza|bd|av|c/)\.?\s"
    r"(?=(?:(?:de|du|des|la|le|les|del|della|dei|di|da|do|dos|las|los)\s){0,2}(?-i:[A-ZÀ-Ý]))"
)
_SLAVIC: Final = (
    r"(?:ulica|ulice|ul\.|aleja|al\.|osiedle|os\.|náměstí|nám\.|улица|ул\.|проспект|пр\.|пр-т|переулок|пер\.|бульвар|"
    r"вулиця|вул\.|οδός|λεωφόρος)"
)
_EASTERN: Final = r"(?:utca|út|tér|sokak|caddesi|cad\.|sok\.|bulvarı|iela|gatvė|mnt)"
_UNIT: Final = r"(?:apt|apartment|suite|ste|whg|wohnung|appartement|lgh)\b\.?"
_ROOM: Final = r"(?:apt|apartment|suite|ste|unit|flat|room|floor|whg|wohnung|appartement|apto|piso|interno|lgh)\b\.?"
_STATE: Final = r"(?-i:[A-Z]{2})\s{1,2}\d{5}(?:-\d{4})?\b"
_TAIL: Final = (
    rf"(?:[,\s]{{1,3}}{_ROOM}\s?#?\s?\w{{1,6}}\b)?"
    rf"(?:,?\s{{1,3}}(?:{_STATE}|\d{{4,5}}\s{{1,2}}{_CAPITAL}|{_CAPITAL},?\s{{1,3}}(?-i:[A-Z]{{2}})\b(?:\s\d{{5}}\b)?))?"
)
"""A flat, and a postal code with a place, where they follow."""
_BOX: Final = (
    r"\bp\.?\s?o\.?\s?box\s?#?\d{1,6}\b|\bpostfach\s\d[\d ]{1,8}|\bapartado\s(?:de correos\s)?\d{1,6}|"
    r"\bpsc \d{2,5},? box \d{1,6}"
)
_CODE: Final = r"(?:\d{5}|\d{3} \d{2}|\d{2}-\d{3}|\d{4} (?-i:[A-Z]{2}))"
_BEFORE_CODE: Final = (
    rf"\b{_CAPITAL}(?:\s{_WORD}){{0,3}},?\s{_HOUSE},?\s{{1,3}}{_CODE},?\s{{1,2}}{_CAPITAL}|"
    rf"\b{_CAPITAL}(?:\s{_WORD}){{0,3}}\s{_HOUSE}\n\s?(?!19|20)\d{{4}}\s{{1,2}}{_CAPITAL}"
)
"""A name and a number, whatever kind of street it is, with a postal code and a place behind."""
_NUMBERED: Final = (
    r"\b(?:calle|carrera|cra?|cl|transversal|diagonal|avenida|av|tv|dg)\.?\s\d{1,3}[\w\u00aa ]{0,6}#\s?\d{1,3}"
)
"""Colombia numbers its streets."""
_POSTCODE: Final = (
    r"\b(?:zip(?: code)?|postal code|postcode|plz|postleitzahl|code postal|código postal)(?: is| ist| est| es|:)?\s"
    r"\d{4,6}\b|\b(?-i:[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})\b"
)
_CHINESE: Final = (
    r"[\u4e00-\u9fff]{2,12}(?:路|街|道|巷|大道)\d{1,5}(?:号|號)(?:[\u4e00-\u9fff\d]{1,12}(?:室|楼|樓))?|"
    r"[\u4e00-\u9fff]{2,3}(?:省|自治区|市)[\u4e00-\u9fff]{2,14}(?:街|路|道)[\u4e00-\u9fffA-Za-z]{0,6}座?\s?\d{6}\b"
)
_JAPANESE: Final = r"〒\s?\d{3}-?\d{4}|[都道府県市区町村][^\s\d]{1,10}\d{1,3}(?:丁目|-\d{1,3}-\d{1,3}|番地)"
_KOREAN: Final = r"[\uac00-\ud7af]{1,6}(?:시|도|구|군)\s[\uac00-\ud7af]{1,8}(?:로|길)\s?\d{1,4}"
_INDONESIAN: Final = r"\b(?:jalan|jl\.|jln)\s(?:[^\W\d_][\w'’.-]{0,24}\s?){1,4}(?:no\.?\s?)?\d{1,4}\b"

AT: Final = (
    r"\b(?:address(?: is| to| with|:)|addresses?,? here (?:is|they are):|liv(?:e|es|ed|ing) at|located at|"
    r"meet (?:me|us|you) at|office is at|wohne? in|wohnt in|"
    r"adresse(?: ist| est|:)|anschrift:?|j'habite(?: au)?|vivo en|dirección(?: es|:)|"
    r"abito in|indirizzo(?: è|:)|moro na|endereço(?: é|:)|mieszkam przy|адрес:?|живу на)\s{1,8}"
)
"""Words behind which an address stands."""

PLACE: Final = (
    rf"(?:\d{{1,5}}[a-zA-Z]?,?\s{{1,2}}(?!am\b|pm\b){_WORD}(?:[ ]{_WORD}){{0,4}}(?:\s\d{{1,5}}\b)?|"
    rf"{_WORD}(?:[ ]{_WORD}){{0,3}}\s\d{{1,5}}[a-zA-Z]?\b){_TAIL}"
)
"""A house number and a name, in either order, of any kind of street."""

Family: TypeAlias = tuple[str, tuple[tuple[str, float], ...]]
"""Signs in RE2's syntax, one of which stands in every address of the family; its forms, each with how sure it is."""

FAMILIES: Final[tuple[Family, ...]] = (
    (
        (
            r"(?i)\b(?:street|avenue|road|boulevard|lane|terrace|parkway|highway|crescent|st|ave|rd|blvd|ln|pkwy|hwy|cres|drive|"
            r"court|place|square|circle|close|way|trail|alley|plaza|row|walk|mews|grove|gardens|hill|heights|dr|ct|pl|sq|cir)\b"
        ),
        (
            (rf"\b{_HOUSE},?\s{{1,2}}(?:{_WORD}\s{{1,2}}){{1,4}}{_ENGLISH}{_TAIL}", 0.8),
            (rf"\b{_HOUSE},?\s{{1,2}}(?:{_CAPITAL}\s{{1,2}}){{1,4}}{_ENGLISH_NAMES}{_TAIL}", 0.8),
        ),
    ),
    (
        rf"(?i){_GERMANIC}(?:\s{{1,2}}\d|\b)",
        (
            (rf"\b[^\W\d_][\w'’-]{{1,24}}{_GERMANIC}\s{{1,2}}{_HOUSE}{_TAIL}", 0.9),
            (rf"\b{_HOUSE},?\s{{1,2}}[^\W\d_][\w'’-]{{1,24}}{_GERMANIC}\b{_TAIL}", 0.8),
            (rf"\b(?:{_CAPITAL}\s){{1,2}}(?:straße|strasse|str\.|allee|gasse|weg)\s{{1,2}}{_HOUSE}{_TAIL}", 0.8),
        ),
    ),
    (
        rf"(?i){_ROMANCE}\s",
        (
            (rf"\b{_ROMANCE}\s(?:{_WORD}[\s,]{{1,2}}){{1,5}}(?:n[º°.]?\s?)?{_HOUSE}{_TAIL}", 0.8),
            (rf"\b{_HOUSE}(?:\s(?:bis|ter))?,?\s{{1,2}}{_ROMANCE}\s{_WORD}(?:\s{_WORD}){{0,3}}{_TAIL}", 0.8),
        ),
    ),
    (
        r"(?i)\b(?:place|chemin|quai|cours|route|via|corso|largo|camino|alameda|estrada|plaza|bd|av)\b|c/",
        (
            (rf"\b{_ROMANCE_NAMES}(?:{_WORD}[\s,]{{1,2}}){{1,4}}(?:n[º°.]?\s?)?{_HOUSE}{_TAIL}", 0.7),
            (rf"\b{_HOUSE}(?:\s(?:bis|ter))?,?\s{{1,2}}{_ROMANCE_NAMES}{_WORD}(?:\s{_WORD}){{0,3}}{_TAIL}", 0.8),
        ),
    ),
    (
        rf"(?i){_SLAVIC}",
        ((rf"(?:\b|^){_SLAVIC}\s?(?:{_WORD}[\s,]{{1,2}}){{1,3}}(?:д\.\s?)?{_HOUSE}{_TAIL}", 0.8),),
    ),
    (rf"(?i) {_EASTERN}", ((rf"\b(?:{_CAPITAL}\s){{1,2}}{_EASTERN}\s?(?:no:?\s?)?{_HOUSE}", 0.8),)),
    (r"(?i)\d[a-z]?,?\s{1,3}(?:\d{4,5}|\d{3} \d{2}|\d{2}-\d{3}|\d{4} [A-Z]{2}),?\s{1,2}\pL", ((_BEFORE_CODE, 0.8),)),
    ("#", ((_NUMBERED, 0.8),)),
    (r"(?i)\b(?:box|postfach|apartado)\b", ((_BOX, 0.8),)),
    (r"(?i)\b(?:apt|apartment|suite|ste|whg|wohnung|appartement|lgh)\b", ((rf"\b{_UNIT}\s?#?\d{{1,5}}[a-z]?\b", 0.6),)),
    (
        r"(?i)\b(?:zip|postal|postcode|plz|postleitzahl)\b|(?-i:\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b)",
        ((_POSTCODE, 0.6),),
    ),
    ("号|號|[街路道]", ((_CHINESE, 0.9),)),
    (r"〒|[都道府県市区町村][^\s\d]{1,10}\d", ((_JAPANESE, 0.8),)),
    ("[시도구군] ", ((_KOREAN, 0.8),)),
    (r"(?i)\b(?:jalan|jl|jln)\b", ((_INDONESIAN, 0.8),)),
)
"""Kinds of addresses, tried where their signs stand."""
