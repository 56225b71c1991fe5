import pytest

from infra.local import toolchain
from schemas.failures import ConfigurationError


@pytest.fixture
def path(tmp_path, monkeypatch):
    """An otherwise empty PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    return tmp_path


def program(path, name, script):
    path.mkdir(parents=True, exist_ok=True)
    file = path / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return str(file)


@pytest.mark.parametrize(
    ("tool", "install", "setting"),
    [
        (toolchain.java, "install Java 17", "RAGSTREAM_KAFKA__BOOTSTRAP"),
        (toolchain.maven, "install Apache Maven", "RAGSTREAM_KAFKA__BOOTSTRAP"),
        (toolchain.go, "install Go", "RAGSTREAM_WEAVIATE__URL"),
    ],
)
def test_a_missing_tool_is_one_sentence_that_says_what_to_do(path, tool, install, setting):
    with pytest.raises(ConfigurationError) as caught:
        tool()
    sentence = str(caught.value)
    assert install in sentence
    assert setting in sentence
    assert "ragstream demo --in-memory" in sentence
    assert "\n" not in sentence


def test_maven_and_go_are_found_on_the_path(path):
    mvn, go = program(path, "mvn", ""), program(path, "go", "")
    assert toolchain.maven() == mvn
    assert toolchain.go() == go


@pytest.mark.parametrize(
    "said", ['openjdk version "17.0.15" 2025-04-15', 'java version "24" 2025', 'x version "21-ea"']
)
def test_java_17_and_later_will_do(path, said):
    java = program(path, "java", f"echo '{said}' >&2")
    assert toolchain.java() == java


@pytest.mark.parametrize(("said", "version"), [('java version "1.8.0_402"', 8), ('openjdk version "11.0.2"', 11)])
def test_an_older_java_is_named_with_its_version(path, said, version):
    program(path, "java", f"echo '{said}' >&2")
    with pytest.raises(ConfigurationError, match=rf"is Java {version}: install a newer one"):
        toolchain.java()


def test_a_java_that_only_says_that_there_is_none_is_none(path):
    program(path, "java", "echo 'Unable to locate a Java Runtime.' >&2; exit 1")
    with pytest.raises(ConfigurationError, match="no working `java`"):
        toolchain.java()


def test_java_home_goes_before_the_path(path, monkeypatch):
    program(path, "java", "echo 'java version \"1.8.0\"' >&2")
    wanted = program(path / "jdk" / "bin", "java", "echo 'openjdk version \"21\"' >&2")
    monkeypatch.setenv("JAVA_HOME", str(path / "jdk"))
    assert toolchain.java() == wanted
