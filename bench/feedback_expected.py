"""What votes say, worked out in their order with pandas: a CSV of votes in, the worth of each answer out as JSON.

In an environment of its own (that of GrowthBook, which has pandas): it shares no code with what it is compared with.
"""

import json
import sys

import pandas as pd


def main() -> None:
    votes = pd.read_csv(sys.argv[1], dtype={"answer": str, "user": str, "event_id": str})
    last = votes.sort_values(["at", "event_id"]).drop_duplicates(["answer", "user"], keep="last")
    worth = last.dropna(subset=["score"]).groupby("answer")["score"].mean()
    print(json.dumps(worth.to_dict()))


if __name__ == "__main__":
    main()
