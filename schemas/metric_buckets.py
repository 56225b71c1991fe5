"""Upper bounds of histograms' buckets: those of OpenTelemetry's conventions where they give some.

Messaging's and GenAI's are theirs; the others are ours, a factor of two to three apart where something may be decided.
"""

from typing import Final

SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Of work, from a chunk's to a slow language model's."""
WAITS: Final = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3_600.0)
"""From a record that somebody was there for to one that an outage left behind."""
AGES: Final = (*WAITS[3:], 86_400.0, 604_800.0, 31_536_000.0)
"""From what was just said to what is a year old."""
COUNTS: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0)
MESSAGING_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
GEN_AI_SECONDS: Final = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
GEN_AI_TOKENS: Final = tuple(4.0**power for power in range(14))
RUN_TOKENS: Final = tuple(16.0 * 2**power for power in range(12))
