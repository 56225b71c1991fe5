import io

from rich.console import Console

from infra.weaviate_census import Holding
from streams.cli.status import all_run, index_facts, tables


def facts(**changes):
    role = {"running": True, "ready": True, "pid": 7, "pids": [7], "lag": 1_234, "embedder": None, "metrics": []}
    given = {
        "home": "/home/me/.ragstream",
        "kafka": {"bootstrap": "127.0.0.1:1", "running": True},
        "weaviate": {"url": "http://127.0.0.1:2", "running": True},
        "llm": {"model": "small", "base_url": None, "pid": None, "running": False},
        "roles": {"plan": role, "index": role, "answer": role},
        "topics": {"documents": 5_000, "alerts": None},
        "dead_letters": 3,
        "firing": [],
        "embedder": "mini@1",
        "chunks": 12_345,
        "candidates": {},
        "other_chunks": 0,
    }
    return {**given, **changes}


def shown(found):
    console = Console(file=io.StringIO(), width=120)
    for table in tables(found):
        console.print(table)
    return console.file.getvalue()


def test_everything_runs_only_when_each_part_does():
    assert all_run(facts())
    assert not all_run(facts(kafka={"bootstrap": None, "running": False}))
    stopped = {"running": False, "ready": False, "pid": None, "pids": [], "lag": 9, "embedder": None}
    assert not all_run(facts(roles={**facts()["roles"], "index": stopped}))


def test_a_local_language_model_is_shown_where_there_is_one_and_nothing_waits_for_it():
    """Answers are extractive without one."""
    assert "llm" not in shown(facts())
    stopped = facts(llm={"model": "small", "base_url": "http://127.0.0.1:3/v1", "pid": None, "running": False})
    assert "http://127.0.0.1:3/v1" in shown(stopped)
    assert all_run(stopped)


def test_people_see_lags_counts_and_the_embedder():
    text = shown(facts())
    assert all(each in text for each in ("1,234", "5,000", "12,345", "mini@1", "127.0.0.1:1", "http://127.0.0.1:2"))


def test_people_see_which_alerts_fire():
    assert "alerts that fire  none" in shown(facts())
    assert "weaviate-away, slow" in shown(facts(firing=["weaviate-away", "slow"]))
    assert "alerts that fire  ?" in shown(facts(firing=None))


def test_people_see_where_a_worker_says_that_it_embeds():
    """FAILURES 31: what the session says, not what was asked for."""
    found = facts()
    index = {**found["roles"]["index"], "embedder": {"providers": ["CUDAExecutionProvider", "CPU…"], "workers": 1}}
    assert "CUDA x 1" in shown({**found, "roles": {**found["roles"], "index": index}})
    assert "CUDA" not in shown(found)


def test_people_see_at_which_ports_metrics_are_read():
    found = facts()
    index = {**found["roles"]["index"], "metrics": ["127.0.0.1:9465", "127.0.0.1:9471"]}
    assert ":9465, :9471" in shown({**found, "roles": {**found["roles"], "index": index}})


def test_after_a_change_of_model_the_workers_embedder_is_shown_and_the_chunks_that_it_finds():
    held = [Holding("C_1", "mini@1", 384, {"default": 5, "acme": 2}), Holding("C_2", "other@2", 512, {"default": 3})]
    worker = {"embedder": {"model": "other@2"}}
    assert index_facts(held, {"plan": {"embedder": None}, "index": worker}) == {
        "embedder": "other@2",
        "chunks": 3,
        "candidates": {},
        "other_chunks": 7,
    }
    assert "7, which no question finds" in shown(facts(other_chunks=7))
    assert "of other embedders" not in shown(facts())


def test_what_candidates_hold_is_told_apart_from_what_no_question_finds():
    held = [Holding("C_1", "mini@1", 384, {"default": 5}), Holding("C_2", "other@2", 512, {"default": 3})]
    worker = {"embedder": {"model": "mini@1"}, "candidates": ["other@2", "new@3"]}
    found = index_facts(held, {"plan": {"embedder": None}, "index": worker, "answer": worker})
    assert (found["chunks"], found["candidates"], found["other_chunks"]) == (5, {"other@2": 3, "new@3": 0}, 0)
    text = shown(facts(candidates=found["candidates"]))
    assert "of candidate" in text
    assert "3 by other@2" in text
    assert index_facts(None, {"index": worker})["candidates"] == {"other@2": None, "new@3": None}


def test_without_workers_the_index_says_what_it_was_made_with_and_without_an_index_nothing_does():
    held = [Holding("C_1", "mini@1", 384, {"default": 5})]
    away = {"plan": {"embedder": None}}
    assert index_facts(held, away) == {"embedder": "mini@1", "chunks": 5, "candidates": {}, "other_chunks": 0}
    assert index_facts([], away) == {"embedder": None, "chunks": 0, "candidates": {}, "other_chunks": 0}
    assert index_facts(None, away) == {"embedder": None, "chunks": None, "candidates": {}, "other_chunks": None}


def test_what_is_not_known_is_a_question_mark_and_what_starts_is_not_up():
    starting = {"running": True, "ready": False, "pid": 7, "pids": [7], "lag": None, "embedder": None, "metrics": []}
    text = shown(facts(roles={"plan": starting}, chunks=None))
    assert "starting" in text
    assert "?" in text
