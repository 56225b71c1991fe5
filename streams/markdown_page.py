"""A Markdown page with a generated part in, the page with that part as it is now out."""

from collections.abc import Iterable, Sequence


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [columns, tuple("---" for _ in columns), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def with_part(page: str, begin: str, end: str, part: str) -> str:
    """`page` with what stands between the markers `begin` and `end` replaced. Raises `ValueError` without markers."""
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"the page needs the markers {begin} and {end}")
    return f"{before}{begin}\n{part}\n{end}{after}"
