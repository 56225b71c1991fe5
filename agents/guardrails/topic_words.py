"""Topics that assistants are often told to leave to others, and the words that give them away.

Each word is enough by itself, so words with a second, harmless sense are missing: a policy can add its own.
"""

from typing import Final

TOPICS: Final[dict[str, str]] = {
    "medical": (
        "diagnos* symptom* dosage prescription* antibiotic* chemotherapy tumor* tumour* vaccine* vaccination* "
        "my_doctor medication* overdos* pregnan* impfung* diagnose symptôme* médicament* síntoma* medicamento* sintom*"
    ),
    "legal": (
        "lawsuit* sue_them sue_my sue_someone legal_advice attorney* lawyer* plaintiff* defendant* litigation divorce "
        "custody anwalt* klage rechtsberatung avocat* abogad* avvocat* advogad* advocaat*"
    ),
    "financial": (
        "invest investing investment_advice stock_tip* stock_market buy_shares buy_stocks bitcoin cryptocurrenc* "
        "mortgage* retirement_savings hedge_fund* aktien geldanlage bourse inversión investiment*"
    ),
    "politics": (
        "election* vote_for republican* democrat* left-wing right-wing prime_minister president_of parliament senator* "
        "congressman abortion gun_control bundestag wahlkampf élection* elecciones elezioni eleições verkiezingen"
    ),
    "religion": (
        "bible quran koran torah jesus muhammad prophet christian* muslim* islam* jewish judaism hindu* buddhis* "
        "atheis*"
    ),
    "gambling": "gambling casino* roulette blackjack sports_bet* betting_odds bookmaker* slot_machine* glücksspiel*",
    "adult": "porn* nude nudes erotic* sex_toy* blowjob* masturbat* hentai onlyfans escort_service*",
    "drugs": (
        "cocaine heroin methamphetamine crystal_meth mdma lsd fentanyl ecstasy_pill* cannabis marijuana kokain "
        "cocaïne cocaína"
    ),
    "weapons": (
        "pipe_bomb* build_a_bomb make_a_bomb explosives detonator* grenade* silencer_for ghost_gun* ammunition "
        "ar-15 ak-47 sprengstoff* bombe_bauen fabriquer_une_bombe"
    ),
    "self-harm": (
        "suicide suicidal kill_myself killing_myself end_my_life hurt_myself cut_myself self-harm selbstmord suizid* "
        "mich_umbringen me_suicider suicidarme suicidio"
    ),
}  # fmt: skip
"""Name of a topic to words and phrases as `Words` takes them."""

INTENTS: Final[dict[str, str]] = {
    "write-code": (
        r"(?:write|generate|create|implement|give me|fix|debug)\b.{0,40}\b(?:code|script|function|program|class|"
        r"sql|regex|query|app|bot|unit tests?)\b|\bin (?:python|javascript|java|rust|c\+\+|typescript)\b.{0,20}\bwrite"
    ),
    "creative-writing": (
        r"(?:write|compose|tell|make up|invent|create|give)\b.{0,30}\b(?:poem|haiku|limerick|story|novel|song|lyrics|"
        r"joke|screenplay|fan ?fiction|sonnet)s?\b"
    ),
    "essay": (
        r"(?:write|draft|compose|generate)\b.{0,30}\b(?:essay|homework|term paper|thesis|speech|cover letter|article|"
        r"blog post|press release)s?\b"
    ),
    "translation": r"\btranslat(?:e|ion of)\b|\bubersetz|\btraduis|\btraduire|\btraduce|\btraduci\b|\btraduza\b",
    "role-play": (
        r"\b(?:pretend|act|behave|respond|imagine)\b.{0,20}\b(?:to be|as if|as an?|like an?|you)\b|\brole-?play"
    ),
    "advice": r"\b(?:should i|do you recommend|what would you do|give me advice|what do you think i)\b",
    "opinion": r"\b(?:what(?:'s| is) your (?:opinion|view|favou?rite)|do you (?:like|believe|prefer|love|hate))\b",
    "competitors": r"\b(?:compared? (?:to|with) your competitors?|better than (?:your )?competitors?)\b",
}
"""Name of an intent to a pattern in RE2's syntax, read in the folded view: lower case, no accents."""
