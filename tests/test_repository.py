"""Rules of the house that a reviewer would otherwise have to remember."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from streams.topics_table import with_table

ROOT = Path(__file__).parents[1]
MAX_LINES = 300
MAX_FUNCTION_LINES = 40
REGISTRIES = (
    "pypi.org",
    "pypi.python.org",
    "files.pythonhosted.org",
    "registry.npmjs",
    "registry.yarnpkg",
    "proxy.golang.org",
    "sum.golang.org",
    "repo.maven",
    "repo1.maven",
    "maven.org",
    "crates.io",
    "conda.anaconda",
    "artifactory",
)
MACHINE_PATHS = re.compile(r"(?<![\w.$}~-])/(?:work|root)/[\w.-]+")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b|NotImplementedError|not implemented", re.IGNORECASE)

TESTED_ELSEWHERE = {
    "agents/shapes.py": "type aliases",
    "agents/ports.py": "protocols; tests/contracts runs one suite on each adapter",
    "streams/cli/": "commands, a few lines each; tests/streams/cli and tests/live run them as a person does",
    "streams/client_reader.py": "needs Kafka: everything that tests/live reads with the command line goes through it",
    "streams/outcomes.py": "values of the runner; tests/streams/test_runner.py",
    "streams/topic.py": "one row; tests/streams/test_topics.py",
    "streams/stages.py": "values; tests/streams/test_runner.py runs each shape",
    "streams/topology.py": "wiring; tests/journeys runs all of it",
    "infra/index_guards.py": "tests/contracts runs it through each index",
    "infra/weaviate_collection.py": "tests/contracts and tests/live",
    "infra/weaviate_schema.py": "tests/contracts and tests/live",
    "infra/weaviate_writes.py": "tests/infra/test_weaviate_index.py, tests/contracts and tests/live",
    "agents/planning/document.py": "values; tests/agents/planning/test_parse.py",
    "agents/answering/options.py": "numbers only",
    "schemas/answers.py": "fields only; tests/schemas/test_golden.py",
    "schemas/chunks.py": "fields only; tests/schemas/test_golden.py",
    "schemas/drafts.py": "fields only",
    "schemas/index_log.py": "fields only; tests/schemas/test_golden.py",
    "schemas/conditions.py": "fields only; tests/schemas/test_golden.py",
    "schemas/lineage.py": "fields only; tests/schemas/test_golden.py",
    "schemas/notifications.py": "fields only; tests/schemas/test_golden.py",
    "agents/monitors/detecting.py": "values and a protocol; each detector has tests of its own",
    "agents/dispatching/ports.py": "protocols; tests/agents/dispatching and tests/infra",
    "schemas/operations.py": "fields only; tests/schemas/test_golden.py",
    "schemas/passages.py": "fields only",
    "schemas/failures.py": "a tree of exceptions without behaviour",
}
"""Modules without a test file of their own, and why."""


pytestmark = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="these rules are about what git tracks")


def tracked(pattern=""):
    listed = subprocess.run(
        ["git", "ls-files", "-z", pattern or "."], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def texts(pattern=""):
    """Every tracked text file with its content, but this one, which names what it forbids."""
    for path in tracked(pattern):
        if path == Path(__file__):
            continue
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def name(path):
    return path.relative_to(ROOT).as_posix()


def found(pattern, *, suffix=""):
    return [
        f"{name(path)}:{number}: {line.strip()[:120]}"
        for path, text in texts()
        if path.name.endswith(suffix)
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_python_file_is_longer_than_it_can_be_read_at_one_sitting():
    long = {name(path): len(text.splitlines()) for path, text in texts("*.py")}
    assert {path: lines for path, lines in long.items() if lines > MAX_LINES} == {}


def test_no_function_is_longer_than_a_screen():
    """From its first statement on: a command's signature is the list of its options."""
    long = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path, text in texts("*.py")
        if not name(path).startswith(("tests/", "bench/"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.body[0].lineno >= MAX_FUNCTION_LINES
    ]
    assert long == []


def test_no_registry_is_named_so_that_any_mirror_will_do():
    assert found(re.compile("|".join(map(re.escape, REGISTRIES)))) == []


def test_no_path_of_one_machine_is_in_the_repository():
    assert found(MACHINE_PATHS) == []


def test_nothing_is_left_for_later():
    assert found(UNFINISHED, suffix=".py") == []


def has_logic(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) for node in ast.walk(tree))


def excused(path):
    return any(
        name(path) == known or (known.endswith("/") and name(path).startswith(known)) for known in TESTED_ELSEWHERE
    )


def imported_by(text):
    """Names of modules, and of what is taken from them, that a Python text imports."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names)


@pytest.mark.parametrize("folder", ["agents", "infra", "schemas", "streams"])
def test_every_module_with_logic_has_a_test_of_its_own_name_or_one_that_imports_it(folder):
    tests = {name(path): text for path, text in texts("tests/*.py")}
    imported = {module for text in tests.values() for module in imported_by(text)}
    untested = []
    for path in tracked(f"{folder}/*.py"):
        inside = path.relative_to(ROOT)
        tested = (
            f"tests/{inside.parent}/test_{inside.stem}.py" in tests
            or ".".join(inside.with_suffix("").parts) in imported
        )
        if path.stem != "__init__" and has_logic(path) and not tested and not excused(path):
            untested.append(name(path))
    assert untested == []


def test_no_excuse_outlives_its_module():
    assert [path for path in TESTED_ELSEWHERE if not (ROOT / path).exists()] == []


def test_the_readme_shows_the_topics_table_as_it_is():
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    assert with_table(page) == page, "paste the output of `python -m streams.topics_table` between the markers"


def test_every_decision_has_a_number_of_its_own_a_title_and_a_status():
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    numbers = [path.name[:4] for path in records]
    assert len(numbers) == len(set(numbers)) > 0
    for path in records:
        text = path.read_text(encoding="utf-8")
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name), path.name
        assert text.startswith(f"# {int(path.name[:4])}. "), path.name
        assert "\nStatus: " in text, path.name


def test_decisions_that_are_cited_exist():
    cited = {(name(path), number) for path, text in texts() for number in re.findall(r"docs/adr/(\d{4})", text)}
    there = {path.name[:4] for path in (ROOT / "docs" / "adr").glob("*.md")}
    assert {each for each in cited if each[1] not in there} == set()
