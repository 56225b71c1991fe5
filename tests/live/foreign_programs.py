"""The programs of docs/producing-from-other-languages.md, and how each is built and run, as a reader would do it."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from infra.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "producing-from-other-languages.md"
FRANZ_GO = "github.com/twmb/franz-go/pkg/kgo@v1.22.3"
KAFKAJS = "kafkajs@2.2.4"
ASYNCAPI_PARSER = "@asyncapi/parser@3.6.6"
TOPICS = "documents|queries|index-log|answers|feedback"
LANGUAGES: Mapping[str, str] = {"java": "Ask.java", "go": "main.go", "js": "ask.js"}
"""Language of a code block to the file that it is kept as."""


def program(language: str, settings: Settings) -> str:
    """The one block of a language, with this session's broker, namespace and a user of its own."""
    [block] = re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    text = block.replace("127.0.0.1:9092", str(settings.kafka.bootstrap)).replace('"ada"', f'"{language}"')
    return re.sub(rf'"({TOPICS})"', rf'"{settings.namespace}.\1"', text)


def run_program(language: str, settings: Settings, folder: Path) -> list[str]:
    """Build and run it in an empty folder; gives the lines that it printed. Raises `AssertionError` when it fails."""
    (folder / LANGUAGES[language]).write_text(program(language, settings), "utf-8")
    match language:
        case "java":  # Kafka's own client and Jackson are among the jars of the broker that the stack runs
            jars = settings.cache_folder() / "kafka-4.1.1" / "*"
            return run("java", "-cp", str(jars), "Ask.java", folder=folder)
        case "go":
            run("go", "mod", "init", "ask", folder=folder)
            run("go", "get", FRANZ_GO, folder=folder)
            return run("go", "run", ".", folder=folder)
        case _:
            install(KAFKAJS, folder)
            return run("node", "ask.js", folder=folder)


def install(package: str, folder: Path) -> None:
    """A package of npm, without running scripts of its own."""
    quiet = ("--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts")
    run("npm", "install", *quiet, package, folder=folder)


def run(tool: str, *arguments: str, folder: Path) -> list[str]:
    """The lines of standard output. Raises `AssertionError` when the tool is missing or fails."""
    found = shutil.which(tool)
    assert found, f"{tool} is needed for this test and is not installed"
    done = subprocess.run(
        [found, *arguments],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        cwd=folder,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr[-4_000:]
    return done.stdout.splitlines()
