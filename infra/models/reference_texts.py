"""Nothing in, fifty texts out on which an exported model is compared with its reference implementation.

They're what a document may hold: next to nothing, other scripts, emoji, code, prose of each length, more than any model
takes. A change of one of them makes every kept reference vector wrong; the version says which texts a file belongs to.
"""

from typing import Final

VERSION: Final = 1

_SHORT: Final = (
    "",
    " .",
    "?",
    "—",
    "a",
    "42",
    "\t\n  ferry \n",
    "\u00ad\u200b\u2060",
    "[CLS] [SEP] [PAD] [UNK] [MASK]",
)
_SCRIPTS: Final = (
    "渡轮七点从斯普利特开往维斯岛。",
    "フェリーは七時にスプリトを出て、ヴィス島へ向かいます。",
    "페리는 일곱 시에 스플리트를 떠나 비스섬으로 갑니다.",
    "المعدية تغادر سبليت إلى جزيرة فيس في الساعة السابعة.",
    "המעבורת יוצאת מספליט לאי ויס בשעה שבע.",
    "Паром на Вис уходит из Сплита в семь утра.",
    "Το φέρι για το Βις φεύγει από το Σπλιτ στις επτά.",
    "नाव सात बजे स्प्लिट से विस के लिए निकलती है।",
    "เรือข้ามฟากไปวิสออกจากสปลิตตอนเจ็ดโมง",
    "Trajekt za Vis isplovljava iz Splita u sedam; vožnja traje dva sata i dvadeset minuta.",
    "Ｆｕｌｌ ｗｉｄｔｈ ｌｅｔｔｅｒｓ and the ligatures ﬁ, ﬂ and ﬀ",
    "e\u0301 and é, A\u030a and Å, ṩ and s\u0323\u0307",
    "English, then עברית, then English again, then العربية 123.",
)
_SIGNS: Final = (
    "🛥️🚲☀️",
    "👩‍👩‍👧‍👦 took the 7:00 ferry 🚢 to 🇭🇷 Vis 🏝️ and ❤️ it!!!",
    "∀ε>0 ∃δ>0: |x−a|<δ ⇒ |f(x)−f(a)|<ε",
    "H₂SO₄ + 2 NaOH → Na₂SO₄ + 2 H₂O",
    "https://example.org/timetable?line=602&from=Split#Vis",
    "mail@example.org, +385 21 000 000, HR12 1001 0051 8630 0016 0",
    "550e8400-e29b-41d4-a716-446655440000 9f86d081884c7d659a2feaa0c55ad015",
    "Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "!!! ??? ... --- *** ### @@@ %%% &&& ((( ))) [[[ ]]] {{{ }}}",
)
_CODE: Final = (
    "def fares(km: float) -> float:\n    return 4.2 + 0.11 * km  # one way\n",
    "SELECT island, COUNT(*) FROM sailings WHERE \"from\" = 'Split' GROUP BY island ORDER BY 2 DESC;",
    'for (int i = 0; i < n; ++i) { total += seats[i] * (i % 2 ? 1 : -1); } // "odd" rows count',
    '{"line": 602, "from": "Split", "to": ["Vis"], "sails": "07:00", "bicycles": true, "price": null}',
    "$ tar -xzf timetable.tar.gz && grep -rn 'Vis' timetable/ | sort -u > vis.txt",
    "| island | minutes |\n|---|---:|\n| Vis | 140 |\n| Hvar | 60 |\n| Brač | 50 |",
    "<p class='note'>No sailings on <b>1&nbsp;January</b>.</p>",
)
_PROSE: Final = (
    "The ferry leaves at seven.",
    "How long does the ferry from Split to Vis take, and may I bring a bicycle?",
    "Bicycles travel free of charge on all car ferries, but not on the catamaran, which has no room for them.",
    "IN STORMS ALL SAILINGS MAY BE CANCELLED WITHOUT NOTICE. TICKETS STAY VALID FOR A MONTH.",
    "Nobody who has waited on that quay in January, with the bora tearing at the awnings and the timetable rattling in "  # noqa: ISC004
    "its frame, will ask why the old captains count the winter in missed crossings rather than in weeks.",
)
_WORDS: Final = (
    "the old harbour keeps its lamps lit until the last boat from the outer islands has come in and its crew has gone "
    "home along the quay past nets crates of lemons and two sleeping dogs while somewhere above them a radio plays"
).split()


def reference_texts() -> list[str]:
    """The fifty, always the same and in the same order; the last has ten thousand words."""
    return [
        *_SHORT,
        *_SCRIPTS,
        *_SIGNS,
        *_CODE,
        *_PROSE,
        *(_prose(words) for words in (20, 60, 150, 190, 210, 400, 10_000)),
    ]


def _prose(words: int) -> str:
    """Sentences of nine words; a stride that is prime to the list's length keeps neighbours from repeating."""
    taken = [_WORDS[(place * 7 + place // 9) % len(_WORDS)] for place in range(words)]
    sentences = [" ".join(taken[start : start + 9]).capitalize() for start in range(0, words, 9)]
    return ". ".join(sentences) + "."
