"""The code of a language in, what a prompt calls it out: small models follow "German" better than "de"."""

from typing import Final

_NAMES: Final = """
ar Arabic|az Azerbaijani|be Belarusian|bg Bulgarian|bn Bengali|bs Bosnian|ca Catalan|cs Czech|cy Welsh|da Danish
de German|el Greek|en English|eo Esperanto|es Spanish|et Estonian|eu Basque|fa Persian|fi Finnish|fr French|ga Irish
gl Galician|gu Gujarati|he Hebrew|hi Hindi|hr Croatian|hu Hungarian|hy Armenian|id Indonesian|is Icelandic|it Italian
ja Japanese|ka Georgian|kk Kazakh|kn Kannada|ko Korean|la Latin|lt Lithuanian|lv Latvian|mk Macedonian|ml Malayalam
mn Mongolian|mr Marathi|ms Malay|ne Nepali|nl Dutch|nn Norwegian|no Norwegian|pa Punjabi|pl Polish|pt Portuguese
ro Romanian|ru Russian|sk Slovak|sl Slovenian|sq Albanian|sr Serbian|sv Swedish|sw Swahili|ta Tamil|te Telugu|th Thai
tl Tagalog|tr Turkish|uk Ukrainian|ur Urdu|uz Uzbek|vi Vietnamese|yi Yiddish|zh Chinese
"""
_NAME_OF: Final = dict(each.split(" ", 1) for each in _NAMES.strip().replace("\n", "|").split("|"))
OF_THE_QUESTION: Final = "the language of the question"


def language_name(code: str) -> str:
    """The English name of an ISO 639 code; for one without, such as `und`, words that point at the question."""
    return _NAME_OF.get(code, OF_THE_QUESTION)
