"""The data set and this project's own templates in, labelled examples for the injection classifiers out.

Nothing of what judges is read here: of the data set only `train.jsonl`, and texts that are benign by their nature
(SQuAD, SciFact, manuals, speeches, novels), into which requests are planted. Everything is chosen by a seed.
"""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import yaml

TEXTS: Final = Path(__file__).with_name("injection_texts.yaml")
_SLOT: Final = re.compile(r"\{(\w+)\}")
_COMPOSED: Final = (
    ("attacks", True, 1_800),
    ("lookalikes", False, 2_000),
    ("requests", False, 600),
    ("emails", False, 300),
    ("prose", False, 150),
)
_BLUNT: Final = 300
"""Characters of an attack of the data set that is short enough to be planted whole."""
_TAGS: Final = re.compile(r"<(script|style).*?</\1>|<[^>]+>", re.DOTALL)


class Example(NamedTuple):
    """A text, whether it is an attack, and where it comes from."""

    text: str
    attack: bool
    source: str


class Templates:
    """Texts from `injection_texts.yaml`, by a seeded choice."""

    def __init__(self, seed: int, half: int | None = None) -> None:
        """`half`, 0 or 1, leaves every other template out of the lists of orders."""
        self.lists: dict[str, list[str]] = yaml.safe_load(TEXTS.read_text())
        self._slots: dict[str, list[str]] = self.lists.pop("slots")  # type: ignore[assignment]
        if half is not None:
            for name in ("requests", "steering", "attacks"):
                self.lists[name] = self.lists[name][half::2]
        self.random = random.Random(seed)

    def fill(self, template: str) -> str:
        """`template` with every slot filled, those within what is filled in as well."""
        while _SLOT.search(template):
            template = _SLOT.sub(lambda slot: str(self.random.choice(self._slots[slot.group(1)])), template)
        return template

    def some(self, name: str, count: int) -> list[str]:
        """`count` texts of a list, each template about as often as any other."""
        templates = self.lists[name]
        return [self.dressed(self.fill(templates[number % len(templates)])) for number in range(count)]

    def dressed(self, text: str) -> str:
        """Now and then in another case, or without its last mark, as people write."""
        pick = self.random.random()
        if pick < 0.06:
            return text.upper()
        if pick < 0.2:
            return text.lower()
        return text[0].upper() + text[1:] if pick < 0.9 else text.rstrip(".?!")


def questions(data: Path, seed: int) -> Iterator[Example]:
    """Whole questions: those of the data set, and composed ones."""
    for line in (data / "guardrails" / "train.jsonl").read_text().rstrip("\n").split("\n"):
        row = json.loads(line)
        yield Example(row["text"], row["label"] == "attack", row["source"])
    templates = Templates(seed)
    for name, attack, count in _COMPOSED:
        yield from (Example(text, attack, f"composed/{name}") for text in templates.some(name, count))
    for text in _squad_questions(data, templates.random, 800):
        yield Example(text, attack=False, source="squad")
    for line in (data / "scifact" / "queries.jsonl").read_text().split("\n")[:300]:
        yield Example(json.loads(line)["text"], attack=False, source="scifact")


def _squad(data: Path) -> list[dict[str, object]]:
    articles = json.loads((data / "squad2" / "dev-v2.0.json").read_text())["data"]
    return [paragraph for article in articles for paragraph in article["paragraphs"]]


def _squad_questions(data: Path, chance: random.Random, count: int) -> list[str]:
    asked = [asked["question"].strip() for paragraph in _squad(data) for asked in paragraph["qas"]]  # type: ignore[attr-defined,index]
    return chance.sample(asked, count)


def bases(data: Path, seed: int) -> dict[str, list[str]]:
    """Benign passages of about 200 to 3,000 characters, by kind."""
    templates = Templates(seed)
    chance = templates.random
    documents = {
        "manual": (data / "docs" / "debian_html").rglob("*.html"),
        "markdown": (data / "docs" / "fastapi_md" / "en").rglob("*.md"),
        "speech": (data / "docs" / "inaugural_txt").rglob("*.txt"),
        "novel": (data / "docs" / "gutenberg").rglob("*.txt"),
    }
    found = {kind: _pieces(paths, chance, 250) for kind, paths in documents.items()}
    found["squad"] = [str(paragraph["context"]) for paragraph in chance.sample(_squad(data), 250)]
    lines = (data / "scifact" / "corpus.jsonl").read_text().split("\n")[:250]
    found["abstract"] = [json.loads(line)["text"] for line in lines]
    found["email"] = templates.some("emails", 250)
    found["table"] = templates.some("tables", 150)
    found["prose"] = templates.some("prose", 250)
    return found


def _pieces(paths: Iterator[Path], chance: random.Random, count: int) -> list[str]:
    """Paragraphs in a row, from random places of random files."""
    files = sorted(paths)
    texts = [path.read_text(errors="replace") for path in files]
    texts = [_TAGS.sub(" ", text) if path.suffix == ".html" else text for path, text in zip(files, texts, strict=True)]
    pieces = []
    while len(pieces) < count:
        text = chance.choice(texts)
        start = chance.randrange(max(1, len(text)))
        start = max(text.find("\n", start), 0)
        piece = text[start : start + chance.randrange(200, 3_000)].strip()
        if len(piece) >= 100:
            pieces.append(piece)
    return pieces


def plants(data: Path, templates: Templates, count: int) -> tuple[list[str], list[str]]:
    """About `count` orders and requests to plant, in random order, and what kind each is."""
    blunt = [
        one.text for one in questions(data, 0) if one.attack and "composed" not in one.source and len(one.text) < _BLUNT
    ]
    made = [(text, name) for name in ("requests", "steering") for text in templates.some(name, count * 3 // 10)]
    made += [(text, "attacks") for text in templates.some("attacks", count // 8)]
    made += [(text, "squad") for text in _squad_questions(data, templates.random, count // 6)]
    made += [(text, "blunt") for text in templates.random.sample(blunt, min(len(blunt), count // 10))]
    templates.random.shuffle(made)
    return [text for text, _ in made], [kind for _, kind in made]


def planted_into(text: str, plant: str, chance: random.Random) -> str:
    """`text` with `plant` in it: before it, after it, between two lines or sentences, or within a sentence."""
    joint = chance.choice(["\n", " ", "\n\n"])
    place = chance.randrange(4)
    if place == 0:
        return plant + joint + text
    if place == 1:
        return text + joint + plant
    breaks = [match.end() for match in re.finditer(r"\n+|[.!?]\s" if place == 2 else r"\s", text)]
    at = chance.choice(breaks or [len(text)])
    return text[:at].rstrip(" ") + joint + plant + joint + text[at:]
