"""The logs of workers, from their ends and as they grow."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.process import log_before, log_path
from infra.log_reader import BLOCK, Following, newest_first, parsed, worker_logs


def line(second: int, event: str) -> str:
    return json.dumps({"event": event, "timestamp": f"2026-01-01T00:00:{second:02}.000000Z"}) + "\n"


def write(home: Path, name: str, *texts: str, before: bool = False) -> Path:
    path = log_path(home, name)
    path.parent.mkdir(exist_ok=True)
    with (log_before(path) if before else path).open("a", encoding="utf-8") as log:
        log.writelines(texts)
    return path


def events(home: Path, role: str | None = None) -> list[str]:
    return [each.fields["event"] for each in newest_first(worker_logs(home, role))]


def test_lines_of_all_workers_come_by_their_times_the_newest_first(tmp_path: Path) -> None:
    write(tmp_path, "worker-plan", line(1, "a"), line(4, "d"))
    write(tmp_path, "worker-plan-2", line(3, "c"))
    write(tmp_path, "worker-index", line(2, "b"))
    write(tmp_path, "kafka", "not a worker's\n")
    assert events(tmp_path) == ["d", "c", "b", "a"]
    assert events(tmp_path, "plan") == ["d", "c", "a"]
    assert events(tmp_path, "watch") == []


def test_what_was_before_the_log_is_read_with_it_and_is_no_log_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, "worker-plan", line(1, "old"), before=True)
    write(tmp_path, "worker-plan", line(2, "new"))
    assert events(tmp_path) == ["new", "old"]
    assert [each.name for each in worker_logs(tmp_path)] == ["worker-plan.log"]


def test_what_was_written_past_the_logs_stays_behind_the_line_before_it(tmp_path: Path) -> None:
    write(tmp_path, "worker-plan", "first words\n", line(1, "a"), "native\n", "[1, 2]\n", line(3, "c"))
    write(tmp_path, "worker-index", line(2, "b"))
    assert events(tmp_path) == ["c", "b", "[1, 2]", "native", "a", "first words"]


@given(st.lists(st.integers(0, BLOCK // 3), max_size=12), st.booleans())
def test_a_log_is_read_backwards_whole_whatever_the_lengths_of_its_lines(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int], ends: bool
) -> None:
    home = tmp_path_factory.mktemp("home")
    texts = ["é" * length + str(number) for number, length in enumerate(lengths)]
    write(home, "worker-plan", "\n".join(texts) + ("\n" if ends and texts else ""))
    assert events(home) == texts[::-1]


@pytest.fixture
def following(tmp_path: Path) -> Iterator[Following]:
    write(tmp_path, "worker-plan", line(1, "before"))
    following = Following(tmp_path)
    yield following
    following.close()


def new(following: Following) -> list[str]:
    return [each.fields["event"] for each in following.new()]


def test_following_gives_what_is_new_and_whole(tmp_path: Path, following: Following) -> None:
    assert new(following) == []
    whole = line(3, "b")
    write(tmp_path, "worker-plan", line(2, "a"), whole[:10])
    assert new(following) == ["a"]
    write(tmp_path, "worker-plan", whole[10:], "native\n")
    assert new(following) == ["b", "native"]


def test_following_loses_nothing_when_a_log_is_begun_anew_or_a_worker_is_added(
    tmp_path: Path, following: Following
) -> None:
    path = write(tmp_path, "worker-plan", line(2, "last of the old"))
    path.replace(log_before(path))
    assert new(following) == ["last of the old"], "for a moment there is no file of that name"
    write(tmp_path, "worker-plan", line(4, "first of the new"))
    write(tmp_path, "worker-index", line(3, "another worker"))
    assert new(following) == ["another worker", "first of the new"]
    assert new(following) == []


def test_a_line_that_is_not_an_object_or_has_no_time_is_a_line_all_the_same() -> None:
    assert parsed("w", "oops").fields == {"event": "oops"}
    assert parsed("w", '{"event": "x", "timestamp": 7}', "2026").at == "2026"
