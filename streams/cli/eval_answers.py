"""`ragstream eval answers`."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from streams.cli.answers_evaluation import GOLDS, AnswersEvaluation
from streams.cli.beir import read_beir
from streams.cli.curve_plot import page, terminal_plot
from streams.cli.options import Json
from streams.cli.output import Exit, plain, stdout, write_json
from streams.cli.sending import Sending
from streams.cli.settings import load_settings, located
from streams.cli.squad import read_squad


def answers(
    folder: Annotated[Path, typer.Argument(help="A folder of JSON files in SQuAD 2.0's layout.")],
    *,
    questions: Annotated[int | None, typer.Option(min=1, help="Ask only so many, the same ones every time.")] = None,
    other: Annotated[
        Path | None, typer.Option(help="A folder in BEIR's layout, whose test questions have no answer here.")
    ] = None,
    at_once: Annotated[int, typer.Option(min=1, max=256, help="Questions that wait at the same time.")] = 8,
    page_file: Annotated[Path | None, typer.Option("--html", help="Write figures and curves to this page.")] = None,
    forget: Annotated[bool, typer.Option("--forget/--keep", help="Withdraw the documents at the end.")] = False,
    timeout: Annotated[float, typer.Option(min=0.1, help="Wait so many seconds for an answer.")] = 120.0,
    as_json: Json = False,
) -> None:
    """Index paragraphs as anybody's documents, ask the questions about them through Kafka, and judge the answers.

    Prints how many answers have the text that people marked, how many questions without an answer were left
    unanswered, and whether every citation is what its document has at that place. The curves are those of the search
    and the extractive generator here, over the threshold on the best sentence and over a plain similarity.

    Exit code 1 when a document could not be indexed or a citation does not hold, 3 when a file or a server is missing.
    """
    squad = read_squad(folder)
    others = tuple(read_beir(other).questions.values()) if other else ()
    settings = located(load_settings())
    sending = Sending(settings, wait=True, timeout_s=None, machine=as_json)
    evaluation = AnswersEvaluation(settings, squad, squad.sample(questions), others, sending, at_once, timeout)
    report, curves = asyncio.run(evaluation.run(forget=forget))
    if page_file:
        page_file.write_text(page("Answers", facts(report), curves), encoding="utf-8")
    if as_json:
        write_json({"folder": str(folder), **report})
    else:
        figures, points = tables(report)
        stdout().print(figures)
        stdout().print(terminal_plot(curves))
        stdout().print(points)
    raise typer.Exit(Exit.FAILED if report["checked"]["failed"] else Exit.OK)


def facts(report: Mapping[str, Any]) -> dict[str, str]:
    """The figures of a report, in words and percent."""
    checked = report["checked"]
    failed = "".join(f"; {failure}" for failure in checked["failures"])
    return {
        "answered by": ", ".join(report["generators"]) or "nobody",
        "embedder": report["embedder_id"],
        "tenant": report["tenant"],
        "paragraphs": f"{report['documents']:,}",
        "questions": f"{report['answerable']:,} answerable, {report['unanswerable']:,} not, "
        f"{report['other_questions']:,} of another corpus",
        "paragraph retrieved": _percent(report["retrieved"]),
        "of these answered": _percent(report["answered"]),
        "of these with the marked text": _percent(report["gold"]),
        "abstained, unanswerable": _percent(report["abstained_unanswerable"]),
        "abstained, another corpus": _percent(report["abstained_other"]),
        "wrong among the served": _percent(report["wrong"]),
        "citations": f"{checked['citations']:,} in {checked['answers']:,} answers checked, "
        f"{checked['failed']:,} failed{failed}",
        "outcomes": ", ".join(f"{count:,} {name}" for name, count in report["outcomes"].items()),
        "characters p50 / p90 / p99": _three(report["characters"], 0),
        "latency ms p50 / p90 / p99": f"{_three(report['latency_ms'], 1)}, {report['at_once']} questions at once",
    }


def tables(report: Mapping[str, Any]) -> list[Table]:
    """The figures, and how many unanswerable questions each curve abstains on at some shares of right answers."""
    figures = Table(show_header=False, box=None)
    for name, value in facts(report).items():
        figures.add_row(name, plain(value))
    points = Table("at least with the marked text", *(f"abstained: {name}" for name in report["curves"]))
    for gold in GOLDS:
        found = [
            next((each for each in curve if each["asked_for"] == gold), None) for curve in report["curves"].values()
        ]
        points.add_row(_percent(gold), *[_abstained(each) for each in found])
    return [figures, points]


def _abstained(point: Mapping[str, float] | None) -> str:
    return f"{1 - point['wrong']:.1%}, threshold {point['threshold']:.3f}" if point else "not reached"


def _percent(share: float | None) -> str:
    return "nothing to count" if share is None else f"{share:.1%}"


def _three(values: Mapping[str, float], digits: int) -> str:
    return " / ".join(f"{value:,.{digits}f}" for value in values.values())
