"""Questions of made-up topics, as sketches: each topic a direction, each question somewhere about it."""

import random
from collections.abc import Sequence
from functools import cache
from hashlib import shake_256

import numpy as np
from numpy.typing import NDArray

from agents.monitors.detecting import Observation
from agents.sketches import sketch
from schemas.operations import Evidence
from tests.agents.monitors.worlds import at

DIMENSION = 64
USUAL = ("protein", "tumour", "vaccine", "neuron", "insulin", "artery")
NEW = ("normans", "castle")
_WORDS = {
    "protein": "binds folds receptor membrane",
    "tumour": "growth tissue margin biopsy",
    "vaccine": "dose immune booster trial",
    "neuron": "axon signal cortex synapse",
    "insulin": "glucose diabetes fasting meal",
    "artery": "pressure vessel plaque stroke",
    "normans": "normandy duke william conquest",
    "castle": "tower moat stone siege",
}


@cache
def centre(topic: str) -> NDArray[np.float64]:
    """Shape (DIMENSION,), of length 1."""
    seed = int.from_bytes(shake_256(topic.encode()).digest(4), "big")
    found = np.random.default_rng(seed).normal(size=DIMENSION)
    return np.asarray(found / np.linalg.norm(found))


def question(topic: str, chance: random.Random, number: int) -> Observation:
    """One of so many seconds after noon."""
    noise = np.array([chance.gauss(0.0, 1.0) for _ in range(DIMENSION)]) / DIMENSION**0.5
    vector = sketch((centre(topic) + noise).astype(np.float32))
    text = f"What about the {topic} and its {chance.choice(_WORDS[topic].split())} of {chance.choice('abcdefgh')}?"
    return Observation(at(number), vector=vector, text=text, evidence=Evidence(answer_id=f"{topic}-{number}"))


def questions(count: int, seed: int, topics: Sequence[str] = USUAL, first: int = 0) -> list[Observation]:
    """So many of topics at random; the first of them `first` seconds after noon."""
    chance = random.Random(seed)
    return [question(chance.choice(topics), chance, first + place) for place in range(count)]


def shifting(count: int, seed: int, least: float, most: float, first: int = 0) -> list[Observation]:
    """Questions of which a growing share is of new topics."""
    chance = random.Random(seed)
    found = []
    for place in range(count):
        new = chance.random() < least + (most - least) * place / count
        found.append(question(chance.choice(NEW if new else USUAL), chance, first + place))
    return found
