import pytest
import typer
from typer.testing import CliRunner

from streams.cli import app
from streams.cli.feedback import score_of
from streams.cli.output import Exit


@pytest.mark.parametrize(
    ("said", "score"), [("up", 1), ("down", -1), ("retract", None), ("0.25", 0.25), ("-0.5", -0.5)]
)
def test_a_word_or_a_number_is_a_score(said, score):
    assert score_of(said) == score


@pytest.mark.parametrize("said", ["great", "2", "-1.01", "nan", ""])
def test_what_is_no_score_is_a_usage_error(said):
    with pytest.raises(typer.BadParameter, match="from -1 to 1"):
        score_of(said)


@pytest.mark.parametrize("said", ["up", "-0.5"])
def test_without_servers_it_says_how_to_start_them(said, tmp_path):
    result = CliRunner().invoke(app, ["feedback", "a", said], env={"RAGSTREAM_HOME": str(tmp_path)})
    assert result.exit_code == Exit.NOT_RUNNING
    assert "ragstream up" in result.stderr


def test_a_kind_that_there_is_not_is_a_usage_error(tmp_path):
    result = CliRunner().invoke(app, ["feedback", "a", "up", "--kind", "love"], env={"RAGSTREAM_HOME": str(tmp_path)})
    assert result.exit_code == Exit.USAGE
