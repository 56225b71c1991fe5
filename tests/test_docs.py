"""The guide in, what is wrong with it out: pages with substance, links that lead somewhere, commands that exist."""

import re
from pathlib import Path

import pytest
import typer.main
from pydantic import BaseModel

from infra.settings import Settings
from schemas.event import Event
from streams.cli import COMMANDS, app
from streams.cli.demo import QUESTIONS
from streams.topics import TOPICS
from streams.topics_table import with_table

ROOT = Path(__file__).parents[1]
GUIDE = sorted((ROOT / "docs").glob("*.md"))
HANDWRITTEN = [*GUIDE, *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"))]
CODE_BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
COMMAND = re.compile(r"(?:^|[`$ /])ragstream ([a-z][a-z-]+)((?: [^\n`#|]+)?)", re.MULTILINE)


def ids(paths):
    return [path.name for path in paths]


def headings(text):
    found = re.findall(r"^#+ (.+)$", CODE_BLOCK.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def commands_in(text):
    """Command and the rest of its line, from code blocks and inline code only: prose may say ragstream anything."""
    code = "\n".join([*CODE_BLOCK.findall(text), *re.findall(r"`[^`\n]+`", CODE_BLOCK.sub("", text))])
    return COMMAND.findall(code)


def test_the_guide_has_at_least_ten_pages():
    assert len(GUIDE) >= 10


@pytest.mark.parametrize("page", GUIDE, ids=ids(GUIDE))
def test_every_page_has_substance_and_one_title(page):
    text = page.read_text("utf-8")
    assert len(text.splitlines()) >= 40
    assert len(re.findall(r"^# ", CODE_BLOCK.sub("", text), re.MULTILINE)) == 1


@pytest.mark.parametrize("page", HANDWRITTEN, ids=ids(HANDWRITTEN))
def test_links_within_the_repository_lead_somewhere(page):
    for target in LINK.findall(CODE_BLOCK.sub("", page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        assert linked.exists(), f"{page.name} links to {target}"
        assert not anchor or anchor in headings(linked.read_text("utf-8")), f"{page.name} links to {target}"


def test_the_map_names_every_page():
    linked = set(LINK.findall((ROOT / "docs" / "index.md").read_text("utf-8")))
    assert {page.name for page in GUIDE} - linked == {"index.md"}


@pytest.mark.parametrize("page", HANDWRITTEN, ids=ids(HANDWRITTEN))
def test_commands_and_options_that_are_shown_exist(page):
    group = typer.main.get_command(app)
    for name, rest in commands_in(page.read_text("utf-8")):
        assert name in COMMANDS, f"{page.name} shows `ragstream {name}`"
        context = typer.Context(group)
        context.meta["ragstream.json"] = False
        _, command, _ = group.resolve_command(context, [name])
        known = {option for each in with_subcommands(command) for parameter in each.params for option in parameter.opts}
        shown = set(re.findall(r"(?<!\S)--[a-z][a-z-]+", rest)) - {"--help"}
        assert shown <= known, f"{page.name} shows `ragstream {name}{rest}`"


def with_subcommands(command):
    return [command, *getattr(command, "commands", {}).values()]


def setting_names(model, prefix=""):
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from setting_names(kind, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


@pytest.mark.parametrize("name", list(setting_names(Settings)))
def test_every_setting_is_documented_with_its_variable(name):
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    variable = f"RAGSTREAM_{name.replace('.', '__').upper()}"
    assert f"| `{name}` | `{variable}` |" in page


@pytest.mark.parametrize("page", HANDWRITTEN, ids=ids(HANDWRITTEN))
def test_no_variable_is_shown_that_nothing_reads(page):
    known = {f"RAGSTREAM_{name.replace('.', '__').upper()}" for name in setting_names(Settings)}
    known |= {"RAGSTREAM_DEBUG", "RAGSTREAM_TEST_HOME"}
    assert set(re.findall(r"\bRAGSTREAM_[A-Z_]*[A-Z]", page.read_text("utf-8"))) <= known


def test_defaults_in_the_table_are_those_in_force():
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    settings = Settings.model_construct()
    for name in setting_names(Settings):
        value = settings
        for part in name.split("."):
            value = getattr(value, part)
        if isinstance(value, int | float):
            assert re.search(rf"^\| `{re.escape(name)}` \| `\w+` \| {value:.10g} \|", page, re.MULTILINE), name


def test_the_topics_page_has_the_table_as_it_is_and_explains_every_event():
    page = (ROOT / "docs" / "topics-and-events.md").read_text("utf-8")
    assert with_table(page) == page, "make docs"
    kinds: list[type[Event]] = [kind for topic in TOPICS for kind in topic.events]
    body = page.partition("<!-- topics:end -->")[2]
    assert [kind.__name__ for kind in kinds if kind.__name__ not in body] == []


def test_the_guide_says_what_the_demo_asks():
    """Each question's telling words stand together on one page, so that an extractive answer can be found."""
    telling = (
        "cannot be parsed goes to",
        "chunk boundaries stable when a document is edited:",
        "To delete a document from",
    )
    assert len(QUESTIONS) == len(telling)
    text = " ".join(" ".join(page.read_text("utf-8").split()) for page in GUIDE)
    assert [words for words in telling if words not in text] == []


@pytest.mark.parametrize("language", ["java", "go", "js"])
def test_each_language_sends_a_document_waits_for_it_asks_and_reads_the_answer(language):
    page = (ROOT / "docs" / "producing-from-other-languages.md").read_text("utf-8")
    programs = re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(programs) == 1
    places = [programs[0].rindex(f'"{topic}"') for topic in ("documents", "queries")]
    assert places == sorted(places)
    assert [word for word in ("index-log", "answers", "query_id", "origin") if word not in programs[0].lower()] == []
