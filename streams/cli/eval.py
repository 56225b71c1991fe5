"""`ragstream eval`."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.table import Table

from agents.answering import AnsweringOptions
from infra.settings import Settings
from schemas.failures import RagstreamError
from schemas.passages import Mode
from streams.cli.beir import BeirFolder, read_beir
from streams.cli.eval_answers import answers
from streams.cli.eval_asker import opened_asker
from streams.cli.eval_corpus import check_readable, forget_corpus, index_corpus
from streams.cli.eval_questions import Answered, Asker, ask_all, ways
from streams.cli.options import Json, new_app
from streams.cli.output import plain, stderr, stdout, write_json
from streams.cli.retrieval_metrics import metrics_library
from streams.cli.sending import Sending, counting
from streams.cli.settings import load_settings, located
from streams.composition import answering_options

app = new_app("Measure on judged questions, through the whole pipeline.")

app.command()(answers)

MODES: Final[tuple[Mode, ...]] = ("dense", "lexical", "hybrid")
FIGURES: Final = ("ndcg@10", "recall@10", "recall@100", "mrr")


@app.callback()
def evaluate() -> None:
    """Measure on judged questions, through the whole pipeline."""


@app.command()
def retrieval(
    folder: Annotated[Path, typer.Argument(help="A folder in BEIR's layout: corpus.jsonl, queries.jsonl, qrels/.")],
    *,
    split: Annotated[str, typer.Option(help="The judgements to use: qrels/SPLIT.tsv.")] = "test",
    limit: Annotated[int | None, typer.Option(min=1, help="Take only so many documents, from the top.")] = None,
    modes: Annotated[str, typer.Option(help="What to compare, separated by commas.")] = ",".join(MODES),
    alpha: Annotated[
        list[float] | None, typer.Option(min=0, max=1, help="Weight of the dense part in hybrid; repeatable.")
    ] = None,
    forget: Annotated[bool, typer.Option("--forget/--keep", help="Withdraw the documents at the end.")] = False,
    timeout: Annotated[float | None, typer.Option(min=0.1, help="Wait so many seconds for the documents.")] = None,
    as_json: Json = False,
) -> None:
    """Index a judged corpus as anybody's documents, ask its questions, and print how good and how fast the search is.

    The documents are kept in a tenant of their own, named after their content: a second run finds them indexed. The
    figures are those of trec_eval, of documents, each at the place of its best chunk. With --limit only questions
    with a relevant document among those are asked, so the figures compare with no others.

    Exit code 1 when a document could not be indexed or is not readable, 3 when a file or a server is missing.
    """
    metrics_library()
    chosen = _modes(modes)
    beir = read_beir(folder, split, limit)
    settings = located(load_settings())
    sending = Sending(settings, wait=True, timeout_s=timeout, machine=as_json)
    evaluation = Evaluation(settings, beir, sending, ways(answering_options(settings), chosen, alpha or ()))
    report = asyncio.run(evaluation.run(forget=forget))
    if as_json:
        write_json({"folder": str(folder), "split": split, "limit": limit, **report})
        return
    for table in tables(report):
        stdout().print(table)


def _modes(given: str) -> list[Mode]:
    wanted = [each.strip() for each in given.split(",")]
    if unknown := [each for each in wanted if each not in MODES]:
        raise typer.BadParameter(f"{unknown[0]!r} is none of {', '.join(MODES)}", param_hint="--modes")
    return [mode for mode in MODES if mode in wanted]


@dataclass(frozen=True)
class Evaluation:
    """One run of the command."""

    settings: Settings
    beir: BeirFolder
    sending: Sending
    ways: list[AnsweringOptions]

    async def run(self, *, forget: bool) -> dict[str, Any]:
        """The report. With `forget` the documents are withdrawn afterwards, also when measuring failed."""
        try:
            report = await self._measure()
        except RagstreamError:
            if forget:
                await forget_corpus(self.beir, self.sending)
            raise
        if forget:
            await forget_corpus(self.beir, self.sending)
        return report

    async def _measure(self) -> dict[str, Any]:
        async with opened_asker(self.settings, self.beir.tenant, machine=self.sending.machine) as asker:
            tally = await index_corpus(self.beir, self.sending)
            embedder_id = asker.embedder.embedder_id
            await check_readable(self.settings, self.beir.tenant, embedder_id, tally.chunks)
            answered = await self._ask(asker)
        return {
            "tenant": self.beir.tenant,
            "embedder_id": embedder_id,
            "reranker_id": None if asker.reranker is None else asker.reranker.reranker_id,
            "documents": self.beir.count,
            "questions": len(self.beir.questions),
            "relevant_absent": self.beir.absent,
            **tally.as_counts(),
            "results": [each.row(self.beir.judgements) for each in answered],
        }

    async def _ask(self, asker: Asker) -> list[Answered]:
        questions = self.beir.questions
        answered = []
        with counting(machine=self.sending.machine) as bar:
            for options in self.ways:
                if bar.disable and not self.sending.machine:
                    stderr().print(f"asking {len(questions):,} questions, {options.mode}")
                task = bar.add_task(f"asked, {options.mode}", total=len(questions))
                answered.append(await ask_all(questions, asker, options, lambda: bar.advance(task)))  # noqa: B023
        return answered


def tables(report: Mapping[str, Any]) -> list[Table]:
    """What was measured on, then a line for each way to search."""
    facts = Table(show_header=False, box=None)
    for name in ("embedder_id", "reranker_id", "tenant", "documents", "chunks", "questions"):
        if report[name] is not None:
            facts.add_row(name, plain(f"{report[name]:,}" if isinstance(report[name], int) else report[name]))
    if report["relevant_absent"]:
        absent = f"{report['relevant_absent']:,} judged relevant, and not in the corpus: recall stays below 1"
        facts.add_row("missing", absent)
    stages = [name for name in report["results"][0] if name.endswith("_ms")]
    results = Table("mode", *FIGURES, *[f"{stage.removesuffix('_ms')} ms p50 / p90 / p99" for stage in stages])
    for row in report["results"]:
        name = f"{row['mode']} {row['alpha']:g} {row['fusion']}" if "alpha" in row else row["mode"]
        times = [" / ".join(f"{each:.1f}" for each in row[stage].values()) for stage in stages]
        results.add_row(name, *[f"{row[figure]:.4f}" for figure in FIGURES], *times)
    return [facts, results]
