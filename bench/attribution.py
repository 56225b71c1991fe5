"""SQuAD 2.0 in, how often a statement is attributed to a passage out: right ones, and wrong ones of several kinds.

    python bench/attribution.py DATA_FOLDER [--sample N] [--show KIND]

A statement is a question whose "what" or "who" is replaced by an answer; the passage is the question's paragraph.

- right: its own answer; also, in the last line, whether the quotes then hold that answer;
- verbatim: the paragraph's sentence that holds the answer;
- other article part: the answer to another question about the same article;
- other paragraph part: the answer to another question about the same paragraph, the hardest for a comparison of words;
- number, denial: the sentence with its first number changed, or with a "not" put in.
"""

import argparse
import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from agents.answering.attribution import Evidence
from schemas.chunks import Span
from schemas.event import EPOCH, Origin
from schemas.passages import Passage

SEED = 3
_ASKS = re.compile(
    r"^(?:in |on |at |to |by |for |from |with )?(?:what|which|who|whom|when|where|how many|how much|how long|how)\b"
    r"(?: (?:is|are|was|were|did|does|do))?",
    re.IGNORECASE,
)
_VERB = re.compile(r"\b(was|is|were|are)\b(?! (?:not|no)\b)")
_NUMBER = re.compile(r"\d+")
_SENTENCE_END = re.compile(r"(?<=[.!?]) ")


class Case(NamedTuple):
    kind: str
    statement: str


class Asked(NamedTuple):
    passage: Passage
    question: str
    answer: str
    in_paragraph: Sequence[str]
    in_article: Sequence[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="folder with dev-v2.0.json")
    parser.add_argument("--sample", type=int, default=600)
    parser.add_argument("--show", metavar="KIND", help="print what of this kind is attributed")
    options = parser.parse_args()
    draw = random.Random(SEED)
    asked = draw.sample(list(read(options.data / "dev-v2.0.json")), options.sample)
    made, carried = Counter[str](), Counter[str]()
    began = time.perf_counter()
    for each in asked:
        evidence = Evidence(each.question, (each.passage,))
        for case in cases(each, draw):
            quotes = evidence.quotes(case.statement)
            made[case.kind] += 1
            carried[case.kind] += bool(quotes)
            if case.kind == "right":
                carried["quotes hold the answer"] += any(each.answer.lower() in quote.text.lower() for quote in quotes)
            if quotes and case.kind == options.show:
                print(f"{case.statement}\n    {[quote.text for quote in quotes]}")
    spent = (time.perf_counter() - began) * 1_000
    for kind, count in made.items():
        print(f"{kind:22} {carried[kind]:4} of {count:4} carried  {carried[kind] / count:6.1%}")
    print(f"quotes hold the answer {carried['quotes hold the answer']:4} of {carried['right']:4}")
    print(f"{spent / len(asked):.1f} ms a question with its statements")


def read(path: Path) -> Iterator[Asked]:
    """The answerable questions."""
    for article in json.loads(path.read_text("utf-8"))["data"]:
        paragraphs = [(paragraph, answers(paragraph)) for paragraph in article["paragraphs"]]
        in_article = [answer for _, own in paragraphs for answer in own]
        for paragraph, own in paragraphs:
            shown = passage(article["title"].replace("_", " "), paragraph["context"])
            for question in paragraph["qas"]:
                if not question["is_impossible"]:
                    yield Asked(shown, question["question"], question["answers"][0]["text"], own, in_article)


def answers(paragraph: dict[str, list[dict[str, list[dict[str, str]]]]]) -> list[str]:
    return [question["answers"][0]["text"] for question in paragraph["qas"] if question["answers"]]


def passage(title: str, text: str) -> Passage:
    return Passage(
        chunk_id="c",
        doc_id="d",
        revision=1,
        text=text,
        ordinal=0,
        span=Span(start=0, end=len(text)),
        title=title,
        origin=Origin(topic="documents", partition=0, offset=0, at=EPOCH),
        score=0.5,
        similarity=0.5,
    )


def cases(asked: Asked, draw: random.Random) -> Iterator[Case]:
    """The statements to try for one question."""
    if not _ASKS.match(asked.question.strip()):
        return
    yield Case("right", stated(asked.question, asked.answer))
    for kind, pool in (("other paragraph part", asked.in_paragraph), ("other article part", asked.in_article)):
        own = set(asked.answer.lower().split())
        others = [answer for answer in pool if own.isdisjoint(answer.lower().split())]
        if others:
            yield Case(kind, stated(asked.question, draw.choice(others)))
    sentence = next((each for each in _SENTENCE_END.split(asked.passage.text) if asked.answer in each), None)
    if sentence is None:
        return
    yield Case("verbatim", sentence)
    if _NUMBER.search(sentence):
        yield Case("number", _NUMBER.sub(lambda found: str(int(found[0]) + 3), sentence, count=1))
    if _VERB.search(sentence):
        yield Case("denial", _VERB.sub(r"\1 not", sentence, count=1))


def stated(question: str, answer: str) -> str:
    said = _ASKS.sub(lambda _: answer, question.strip().rstrip("?"), count=1)
    return f"{said[:1].upper()}{said[1:]}."


if __name__ == "__main__":
    main()
