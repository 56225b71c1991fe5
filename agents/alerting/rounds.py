"""The alerts of one tenant and the time in; the alerts as they are by then, and what is to be told, out.

A condition is an alert once it has lasted, unless a cause explains it or a silence covers it. It is over once it has
been well for a while. What was due at some time is decided as of that time, so it matters little how often one looks.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from agents.alerting.causes import CAUSES, explains, may_follow, order, outlasts
from agents.alerting.state import MAX_CONSEQUENCES, MAX_EVIDENCE, MAX_OPEN, MAX_PAST, Alerting, Open, Past
from agents.alerting.telling import consequence, fired, resolved
from agents.matchers import GRAVITY, fits
from schemas.conditions import ConditionRaised
from schemas.event import Event
from schemas.operations import AlertSilenced, Consequence

GRACE: Final = timedelta(seconds=10)
"""What a possible consequence waits for its cause, which may be noticed after it."""
PATIENCE: Final = timedelta(seconds=30)
"""What the end of a cause waits for that of its consequences, so that it can be told with them."""
LATELY: Final = timedelta(hours=1)
"""How long what is over is remembered."""
DAMPED_S: Final = 600.0
MOST_DAMPED_S: Final = 3_600.0
"""Seconds for which what comes back within the hour must be well to be over, doubled each time, up to the second."""


def advance(state: Alerting, now: datetime) -> tuple[Alerting, Sequence[Event]]:
    """What has become of all alerts by `now`. Without anything that was due the state is the same, and nothing told."""
    look = Round(dict(state.open), dict(state.past), state.silences, now)
    look.run()
    dropped = 0 if len(look.open) <= MAX_OPEN // 2 else state.dropped
    ended = [each.cleared for each in look.open.values() if each.cleared is not None and not each.told]
    earliest = min([now, *ended])  # what ended under a silence stays untold, though it is looked at for longer
    silences = {name: each for name, each in state.silences.items() if each.until > earliest}
    update = {"open": look.open, "past": look.past, "silences": silences, "dropped": dropped}
    return state.model_copy(update=update), look.events


@dataclass
class Round:
    """One look at everything that is open."""

    open: dict[str, Open]
    past: dict[str, Past]
    silences: dict[str, AlertSilenced]
    now: datetime
    events: list[Event] = field(default_factory=list)

    def run(self) -> None:
        for entry in self._entries():
            self._end_lease(entry)
        for entry in self._entries():
            if not entry.told and not entry.lasted(self.now) and entry.cleared is not None:
                del self.open[entry.fingerprint]
        explained = self._gathered()
        for entry in self._entries():
            if entry.fingerprint not in explained:
                self._tell(entry)
        for entry in reversed(self._entries()):
            self._close(entry)
        self.past = dict(self._remembered())

    def over(self, entry: Open) -> None:
        """It is no longer looked at; that is told if it was told of."""
        if entry.told:
            self.events.append(resolved(entry, self.now))
        if entry.told or entry.name in CAUSES:
            self.past[entry.fingerprint] = Past(
                fingerprint=entry.fingerprint,
                name=entry.name,
                labels=dict(entry.labels),
                since=entry.since,
                ended_at=entry.cleared or self.now,
                told=entry.told > 0,
                again=entry.again,
            )
        del self.open[entry.fingerprint]

    def _entries(self) -> Sequence[Open]:
        return sorted(self.open.values(), key=order)

    def _last_held(self, entry: Open) -> datetime:
        """As of when is decided: what is over was over by then, however late we look and however long it is kept."""
        return min(self.now, entry.cleared or self.now)

    def _end_lease(self, entry: Open) -> None:
        renewed, lease = entry.condition.at, timedelta(seconds=entry.condition.lease_s)
        if lease and entry.cleared is None and self.now - renewed > lease:
            words = f"{entry.condition.summary}; nobody has said so since"
            self._put(entry, cleared=max(renewed, entry.since), last_words=words)

    def _gathered(self) -> set[str]:
        """Note every consequence with its cause; gives the fingerprints of all that are explained."""
        roots: dict[str, str | None] = {}
        entries = self._entries()  # causes come first, and what explains a cause before it
        causes = [each for each in entries if each.name in CAUSES]
        for entry in entries:
            if not may_follow(entry) or not entry.lasted(self.now):
                continue
            cause = next((each for each in causes if explains(each, entry)), None)
            if cause is not None:
                roots[entry.fingerprint] = roots.get(cause.fingerprint) or cause.fingerprint
            elif any(self._still_explains(each, entry) for each in self.past.values()):
                roots[entry.fingerprint] = None
        behind: dict[str | None, list[Open]] = defaultdict(list)
        for entry in entries:
            behind[roots.get(entry.fingerprint)].append(entry)
        for cause in causes:
            self._gather(cause, behind.get(cause.fingerprint, []), roots)
        return set(roots)

    def _still_explains(self, past: Past, entry: Open) -> bool:
        longest = outlasts(past.name, entry)
        if longest is None or not explains(past, entry):
            return False
        return self._last_held(entry) < past.ended_at + timedelta(seconds=longest)

    def _gather(self, cause: Open, behind: Sequence[Open], roots: Mapping[str, str | None]) -> None:
        """Give `cause` what follows from it, also by way of others; what follows from another cause is that one's."""
        own = cause.fingerprint
        if not behind and not cause.consequences:
            return
        known = cause.consequences
        if not cause.told:
            handed_on = roots.get(own) is not None
            known = {name: each for name, each in known.items() if not handed_on and roots.get(name, own) == own}
        handed = [each for each in behind if not each.told]
        found = [one for each in handed for one in each.consequences.values()] + [consequence(each) for each in behind]
        evidence = [one for each in behind for one in (*each.evidence, *each.condition.evidence)]
        self._put(
            cause,
            consequences=_with(known, found),
            evidence=tuple(dict.fromkeys((*cause.evidence, *evidence)))[:MAX_EVIDENCE],
        )

    def _tell(self, entry: Open) -> None:
        if not entry.lasted(self.now) or self._silenced(entry):
            return
        if entry.told:
            if entry.cleared is not None or not self._worth_repeating(entry):
                return
        elif may_follow(entry) and self._last_held(entry) < entry.seen_at + GRACE:
            return
        self.events.append(fired(entry, self.now))
        worst = max(entry.told_severity or "info", entry.condition.severity, key=lambda each: GRAVITY[each])
        self._put(entry, told=entry.told + 1, told_at=self.now, told_severity=worst)

    def _worth_repeating(self, entry: Open) -> bool:
        worst = entry.told_severity or "info"
        rest = timedelta(seconds=entry.condition.renotify_s)
        worse = GRAVITY[entry.condition.severity] > GRAVITY[worst]
        return worse or self.now - (entry.told_at or self.now) >= rest

    def _silenced(self, entry: Open) -> bool:
        """What is over while it is silenced stays untold, though it may still come back."""
        return silenced(entry, self.silences, self._last_held(entry))

    def _close(self, entry: Open) -> None:
        until = entry.kept_until()
        if until is None or until > self.now:
            return
        going_on = any(
            other.fingerprint in entry.consequences and not other.told and other.cleared is None
            for other in self.open.values()
        )
        if not (entry.told and going_on and self.now < until + PATIENCE):
            self.over(entry)

    def _remembered(self) -> Iterable[tuple[str, Past]]:
        """The latest of those that were over lately."""
        lately = [each for each in self.past.values() if each.ended_at + LATELY > self.now]
        lately.sort(key=lambda each: (each.ended_at, each.fingerprint))
        return [(each.fingerprint, each) for each in lately[-MAX_PAST:]]

    def _put(self, entry: Open, **changes: object) -> None:
        changed = self.open[entry.fingerprint].model_copy(update=changes)
        self.open[entry.fingerprint] = changed


def silenced(condition: Open | ConditionRaised, silences: Mapping[str, AlertSilenced], at: datetime) -> bool:
    """Whether somebody wanted quiet of such a condition at that time."""
    severity = condition.condition.severity if isinstance(condition, Open) else condition.severity
    return any(
        each.until > at and fits(each.match, condition.name, severity, condition.labels) for each in silences.values()
    )


def damped(keep_s: float, again: int) -> float:
    """Seconds for which something must be well, that was over and came back `again` times within the hour."""
    return keep_s if not again else max(keep_s, min(DAMPED_S * 2.0 ** min(again - 1, 10), MOST_DAMPED_S))


def _with(known: Mapping[str, Consequence], found: Iterable[Consequence]) -> dict[str, Consequence]:
    """Consequences of a cause, each from its first beginning to its last end."""
    together = dict(known)
    for each in found:
        before = together.get(each.fingerprint)
        if before is None and len(together) >= MAX_CONSEQUENCES:
            continue
        began = min(each.started_at, before.started_at) if before else each.started_at
        together[each.fingerprint] = each.model_copy(update={"started_at": began})
    return together
