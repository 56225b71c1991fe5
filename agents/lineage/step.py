"""Citations and changes of one document in, any order between them; answers that no longer stand out.

An answer is outdated when a quote of it is no longer in its document. The state holds each quote once, with the answers
that stand on it, and the latest changes, for answers which come after a change that they did not know of.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from agents.lineage.quotes import Added, Part, followed, spaced
from schemas.conditions import ConditionRaised
from schemas.event import Event, UtcDatetime, Value, derive_id
from schemas.lineage import AddedChunk, DocumentCited, DocumentRevised, LineageTicked, Quoted
from schemas.operations import Evidence

ALERT: Final = "answers-outdated"
LIFETIME: Final = timedelta(days=30)
"""As long as answers are kept."""
LATE: Final = timedelta(days=1)
"""How long after a change an answer that did not know of it may still come."""
MAX_ANSWERS: Final = 1_000
"""Of one document; the oldest are forgotten first."""
MAX_CHANGES: Final = 4
MAX_CHANGED_CHARACTERS: Final = 65_536
"""Of the texts that the changes brought; older ones are forgotten first, and one that is larger is not kept."""


class Standing(Value):
    """An answer that stands on a quote."""

    answer_id: str
    at: UtcDatetime


class HeldQuote(Value):
    """A quote where it stands now, and who stands on it."""

    parts: tuple[Part, ...]
    answers: tuple[Standing, ...]


class Change(Value):
    """A revision that took chunks away."""

    revision: int
    at: UtcDatetime
    removed: tuple[str, ...] = ()
    added: tuple[AddedChunk, ...] = ()
    deleted: bool = False


class Lineage(Value):
    """What is known of one document."""

    quotes: tuple[HeldQuote, ...] = ()
    changes: tuple[Change, ...] = ()
    """The latest, for answers that come after a change which they did not know of."""
    readers: tuple[str, ...] = ()
    announced: tuple[str, ...] = ()
    """Answers that the latest changes made outdated: a citation that is delivered again is not announced again."""


Keep: TypeAlias = Callable[[Standing], bool]
Outcome: TypeAlias = tuple[Lineage | None, Sequence[Event]]


def trace_lineage(state: Lineage | None, event: DocumentCited | DocumentRevised | LineageTicked) -> Outcome:
    """The step. It says of each answer once that it is outdated, in one condition per change."""
    before = state or Lineage()
    match event:
        case DocumentCited():
            return _cited(before, event)
        case DocumentRevised():
            return _revised(before, event)
        case LineageTicked():
            return _ticked(before, event.at), ()


def lineage_key(event: DocumentCited | DocumentRevised | LineageTicked) -> str:
    """Where a document's lineage is kept."""
    return event.slot


def due(key: str, state: Lineage, now: datetime) -> Sequence[LineageTicked]:
    """A tick when there is something to forget."""
    at = now.replace(second=0, microsecond=0)  # so that it has one id, however often one looks within a minute
    if _ticked(state, at) == state:
        return ()
    tenant = key.partition("/")[0]
    return (LineageTicked(event_id=derive_id("lineage", key, at.isoformat()), tenant=tenant, at=at, slot=key),)


def _cited(before: Lineage, event: DocumentCited) -> Outcome:
    """Take an answer's quotes in, followed through the changes that it did not know of."""
    if event.answer_id in before.announced:
        return before, ()
    held: list[tuple[Part, ...]] = []
    for quoted in event.quotes:
        parts = _now(before, quoted)
        if parts is None:
            after = before.model_copy(update={"announced": (*before.announced, event.answer_id)[-MAX_ANSWERS:]})
            return after, [_outdated(event, before, [event.answer_id], event.answer_id)]
        held.append(parts)
    standing = Standing(answer_id=event.answer_id, at=event.at)
    quotes = {each.parts: each for each in before.quotes}
    for parts in held:
        answers = quotes[parts].answers if parts in quotes else ()
        others = tuple(each for each in answers if each.answer_id != event.answer_id)
        quotes[parts] = HeldQuote(parts=parts, answers=(*others, standing))
    return before.model_copy(update={"quotes": _bounded(quotes.values())}), ()


def _now(state: Lineage, quoted: Quoted) -> tuple[Part, ...] | None:
    """Where a quote of some revision stands now; None when it is gone."""
    parts: tuple[Part, ...] | None = (Part(chunk_id=quoted.chunk_id, text=spaced(quoted.quote)),)
    for change in state.changes:
        if change.revision > quoted.revision and parts is not None:
            parts = None if change.deleted else followed(parts, frozenset(change.removed), Added(change.added))
    return parts


def _revised(before: Lineage, event: DocumentRevised) -> Outcome:
    if before.changes and event.revision <= before.changes[-1].revision:
        return before, ()  # it is delivered again; quotes may stand in what a later change brought back
    change = Change(
        revision=event.revision, at=event.at, removed=event.removed, added=event.added, deleted=event.deleted
    )
    gone, left = _after(before.quotes, change)
    answers = list(dict.fromkeys(standing.answer_id for quote in gone for standing in quote.answers))
    after = Lineage(
        quotes=_without(left, gone),
        changes=_kept((*before.changes, change)),
        readers=event.readers,
        announced=(*before.announced, *answers)[-MAX_ANSWERS:],
    )
    return after, [_outdated(event, after, answers, str(event.revision))] if answers else ()


def _after(quotes: Iterable[HeldQuote], change: Change) -> tuple[list[HeldQuote], list[HeldQuote]]:
    """The quotes that a change took away, and the others where they stand now."""
    removed, added = frozenset(change.removed), Added(change.added)
    if change.deleted:
        return list(quotes), []
    gone: list[HeldQuote] = []
    left: list[HeldQuote] = []
    for quote in quotes:
        parts = followed(quote.parts, removed, added)
        if parts is None:
            gone.append(quote)
        else:
            left.append(quote.model_copy(update={"parts": parts}))
    return gone, left


def _without(quotes: Iterable[HeldQuote], gone: Iterable[HeldQuote]) -> tuple[HeldQuote, ...]:
    """An answer is outdated as a whole: its other quotes are let go too."""
    over = {standing.answer_id for quote in gone for standing in quote.answers}
    return _of(quotes, lambda standing: standing.answer_id not in over)


def _ticked(state: Lineage, now: datetime) -> Lineage | None:
    """None when nothing is left."""
    quotes = _of(state.quotes, lambda standing: standing.at > now - LIFETIME)
    changes = tuple(each for each in state.changes if each.at > now - LATE)
    announced = state.announced if changes else ()
    left = {"quotes": quotes, "changes": changes, "announced": announced}
    return state.model_copy(update=left) if quotes or changes else None


def _kept(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The latest of them, as far as their texts are few enough."""
    kept: list[Change] = []
    room = MAX_CHANGED_CHARACTERS
    for change in reversed(changes[-MAX_CHANGES:]):
        room -= sum(len(each.text) for each in change.added)
        if room < 0:
            break
        kept.insert(0, change)
    return tuple(kept)


def _bounded(quotes: Iterable[HeldQuote]) -> tuple[HeldQuote, ...]:
    held = tuple(quotes)
    standings = {standing.answer_id: standing.at for quote in held for standing in quote.answers}
    if len(standings) <= MAX_ANSWERS:
        return held
    latest = set(sorted(standings, key=lambda each: (standings[each], each))[-MAX_ANSWERS:])
    return _of(held, lambda standing: standing.answer_id in latest)


def _of(quotes: Iterable[HeldQuote], keep: Keep) -> tuple[HeldQuote, ...]:
    """The quotes with only those answers; a quote that no answer stands on is let go."""
    found = (
        quote.model_copy(update={"answers": tuple(each for each in quote.answers if keep(each))}) for quote in quotes
    )
    return tuple(quote for quote in found if quote.answers)


def _outdated(
    event: DocumentCited | DocumentRevised, state: Lineage, answers: Sequence[str], cause: str
) -> ConditionRaised:
    """The condition, for those who may read the document. `cause` tells it from others about the same document."""
    deleted = bool(state.changes) and state.changes[-1].deleted
    number = f"{len(answers):,} answer" + ("s that cite it are" if len(answers) > 1 else " that cites it is")
    fingerprint = derive_id("alert", event.tenant, ALERT, event.doc_id, cause)
    return ConditionRaised(
        event_id=derive_id("raised", fingerprint, event.event_id),
        tenant=event.tenant,
        at=event.at,
        fingerprint=fingerprint,
        name=ALERT,
        labels={"doc_id": event.doc_id},
        severity="info",
        summary=f"{event.doc_id} was {'deleted' if deleted else 'changed'}: {number} outdated",
        value=float(len(answers)),
        evidence=tuple(Evidence(answer_id=each, doc_id=event.doc_id) for each in answers),
        details={"change": "deleted" if deleted else "changed"},
        readers=state.readers,
        since=event.at,
        once=True,
    )
