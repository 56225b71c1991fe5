"""What every index must find in languages other than English."""

import pytest

from agents.ports import Index
from schemas.chunks import DocumentAttributes
from tests.contracts.index_samples import ask, chunk, moved, texts, vectors

WRITTEN = {
    "de": "Wir kündigen alle Verträge zum Jahresende.",
    "fr": "Nous remboursons les voyageurs après une annulation.",
    "es": "Devolvemos las facturas canceladas a los viajeros.",
    "ru": "Мы возвращаем деньги за отменённые билеты.",
    "zh": "我们在年底取消所有合同。",
    "ja": "年末にすべての契約を解除します。",
    "th": "เรายกเลิกสัญญาทั้งหมดในสิ้นปี",
}
ASKED = {
    "de": "Wann wurde der Vertrag gekündigt?",
    "fr": "Le voyageur est-il remboursé ?",
    "es": "¿Dónde está la factura del viajero?",
    "ru": "Как вернуть билет?",
    "zh": "合同什么时候取消？",
    "ja": "契約の解除",
    "th": "ยกเลิกสัญญา",
}
"""Of the words that tell something, none in the form in which it's written above, where the language has forms."""


async def fill(index: Index, language: str) -> None:
    items = [
        chunk("own", WRITTEN[language], attributes=DocumentAttributes(language=language)),
        chunk("other", "Nothing of the kind.", attributes=DocumentAttributes(language="en")),
    ]
    await index.upsert(items, vectors(1, 2))


class IndexLanguages:
    @pytest.mark.parametrize("language", WRITTEN)
    async def test_a_question_in_the_documents_language_finds_it_by_another_form(
        self, index: Index, language: str
    ) -> None:
        await fill(index, language)
        found = await texts(index, ask(ASKED[language], language=language, mode="lexical"))
        assert found == {WRITTEN[language]}

    @pytest.mark.parametrize("language", WRITTEN)
    @pytest.mark.parametrize("asked", ["und", "en", "la"])
    async def test_a_word_as_it_is_written_is_found_whatever_the_question_is_taken_for(
        self, index: Index, language: str, asked: str
    ) -> None:
        await fill(index, language)
        word = max(WRITTEN[language].rstrip(".。").split(), key=len)
        assert await texts(index, ask(word, language=asked, mode="lexical")) == {WRITTEN[language]}

    async def test_a_document_of_an_unknown_language_is_found_by_its_words(self, index: Index) -> None:
        await index.upsert([chunk("d", WRITTEN["de"], attributes=DocumentAttributes(language="xx"))], vectors(1))
        for language in ("de", "xx", "und"):
            assert await texts(index, ask("kündigen", language=language, mode="lexical")) == {WRITTEN["de"]}

    async def test_a_moved_chunk_has_the_terms_of_its_documents_new_language(self, index: Index) -> None:
        item = chunk("d", WRITTEN["de"], attributes=DocumentAttributes(language="en"))
        await index.upsert([item], vectors(1))
        question = ask("Vertrag gekündigt", language="de", mode="lexical")
        assert await texts(index, question) == set()
        await index.move([moved(item, ordinal=1, attributes=DocumentAttributes(language="de"))])
        assert await texts(index, question) == {WRITTEN["de"]}
