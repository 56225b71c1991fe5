"""Examples in, golden files out: run as a module it adds what is new and refuses to change the rest."""

import json
from pathlib import Path

from tests.schemas.examples import EXAMPLES

FOLDER = Path(__file__).parent / "golden"


def path_of(event):
    return FOLDER / f"{type(event).__name__}.json"


def written(event):
    return event.model_dump_json(indent=2) + "\n"


def broken_promises(old, new, at="event"):
    """Where `new` lacks something that `old` has, or says it otherwise; additions are no breach."""
    if isinstance(old, dict) and isinstance(new, dict):
        missing = [f"{at}.{name} is gone" for name in old if name not in new]
        return missing + [
            each for name in old if name in new for each in broken_promises(old[name], new[name], f"{at}.{name}")
        ]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [
            each
            for index, pair in enumerate(zip(old, new, strict=True))
            for each in broken_promises(*pair, f"{at}[{index}]")
        ]
    return [] if old == new and type(old) is type(new) else [f"{at} was {old!r} and is {new!r}"]


def update():
    for event in EXAMPLES:
        path = path_of(event)
        if path.exists():
            broken = broken_promises(json.loads(path.read_text()), json.loads(written(event)))
            if broken:
                raise SystemExit(
                    f"{path.name}: {'; '.join(broken)}. Fields are added with defaults, never renamed or re-typed."
                )
        path.write_text(written(event))


if __name__ == "__main__":
    update()
