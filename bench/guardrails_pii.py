"""How well personal data with structure is found, how often other numbers are taken for it, and how long it takes.

    python -m bench.guardrails_pii ../shared/data/pii [--json]

Texts come from Presidio's generator (see the folder's PROVENANCE.md), benign numbers from `guardrails_benign`. A found
span counts when it overlaps a labelled one of the same kind. `report` takes any finder, so peers are measured alike.
"""

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from statistics import quantiles

from agents.guardrails.rules import BY_NAME
from agents.guardrails.views import Views
from agents.ports import Subject
from bench.guardrails_benign import benign_numbers

Found = tuple[str, int, int]
"""Kind, start, end."""
Finder = Callable[[str], Iterable[Found]]

KINDS = {
    "CREDIT_CARD": "card",
    "IBAN_CODE": "iban",
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
    "US_SSN": "national-id",
    "US_DRIVER_LICENSE": "id-document",
    "IP_ADDRESS": "ip-address",
    "ADDRESS": "street-address",
}
"""Label in the data to the rule that finds it."""
WITHOUT_STRUCTURE = ("street-address",)
IN_BENIGN = ("card", "iban", "email", "phone", "national-id", "id-document", "street-address")
"""What benign numbers must not be taken for. IP addresses are asked for by name, where they count as personal."""


def our_finder() -> Finder:
    """The rules with their default options and thresholds."""
    rules = [BY_NAME[name](BY_NAME[name].Options()) for name in KINDS.values()]

    def find(text: str) -> Iterator[Found]:
        views, subject = Views(text), Subject(stage="answer", text=text, tenant="bench")
        for rule in rules:
            for hit in rule.find(views, subject):
                if hit.score >= rule.threshold and hit.span:
                    yield rule.name, hit.span.start, hit.span.end

    return find


def load(folder: Path) -> list[tuple[str, list[Found]]]:
    """Texts with the labelled spans of the kinds above."""
    rows = json.loads((folder / "generated_large.json").read_text(encoding="utf-8"))
    return [
        (
            row["full_text"],
            [
                (KINDS[span["entity_type"]], span["start_position"], span["end_position"])
                for span in row["spans"]
                if span["entity_type"] in KINDS
            ],
        )
        for row in rows
    ]


def overlap(one: Found, other: Found) -> bool:
    """Whether both are of one kind and share a character."""
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


def scores(rows: Sequence[tuple[str, list[Found]]], found: Sequence[list[Found]]) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 of each kind, by spans that overlap."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for (_, labelled), ours in zip(rows, found, strict=True):
        for span in labelled:
            counts[span[0]]["hit" if any(overlap(span, each) for each in ours) else "missed"] += 1
        for each in ours:
            counts[each[0]]["right" if any(overlap(span, each) for span in labelled) else "wrong"] += 1
    table = {}
    for kind in KINDS.values():
        count = counts[kind]
        recall = count["hit"] / max(1, count["hit"] + count["missed"])
        precision = count["right"] / max(1, count["right"] + count["wrong"])
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        table[kind] = {"labelled": count["hit"] + count["missed"], "precision": precision, "recall": recall, "f1": f1}
    return table


def report(folder: Path, finder: Finder | None = None, times: Sequence[float] | None = None) -> dict[str, object]:
    """All figures for a finder, ours unless one is given: shares are 0 to 1, times in milliseconds of processor.

    A finder that works in another process fills `times` itself, one for each text.
    """
    find = finder or our_finder()
    rows, found, spent = load(folder), [], []
    for text, _ in rows:
        start = time.thread_time()
        found.append(list(find(text)))
        spent.append((time.thread_time() - start) * 1_000)
    spent = spent if times is None else list(times)
    mistaken: Counter[str] = Counter()
    benign = list(benign_numbers())
    for kind, text in benign:
        mistaken[kind] += any(name in IN_BENIGN for name, _, _ in find(text))
    table = scores(rows, found)
    structured = [table[kind]["f1"] for kind in table if kind not in WITHOUT_STRUCTURE]
    return {
        "texts": len(rows),
        "kinds": table,
        "structured_f1_mean": sum(structured) / len(structured),
        "benign_texts": len(benign),
        "benign_mistaken": sum(mistaken.values()) / len(benign),
        "benign_mistaken_by_kind": {kind: count for kind, count in sorted(mistaken.items()) if count},
        "ms_p50": quantiles(spent, n=100)[49],
        "ms_p95": quantiles(spent, n=100)[94],
    }


def show(figures: dict) -> None:
    """The table for people."""
    print(f"{'kind':<16}{'labelled':>9}{'precision':>11}{'recall':>8}{'F1':>7}")
    for kind, row in figures["kinds"].items():
        print(f"{kind:<16}{row['labelled']:>9}{row['precision']:>11.3f}{row['recall']:>8.3f}{row['f1']:>7.3f}")
    print(f"benign numbers mistaken: {figures['benign_mistaken']:.2%} of {figures['benign_texts']}")
    print(f"per text: {figures['ms_p50']:.2f} ms at the median, {figures['ms_p95']:.2f} ms at p95 (processor time)")


def main() -> None:
    """Command line."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--json", action="store_true", help="one JSON object on the last line")
    given = arguments.parse_args()
    figures = report(given.folder)
    show(figures)
    if given.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
