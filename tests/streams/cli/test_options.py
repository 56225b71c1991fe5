import pytest
import typer

from streams.cli.options import pairs


def test_an_equals_sign_gives_text_and_a_colon_before_it_a_scalar():
    given = ["team=blue", "n:=2", "share:=0.5", "draft:=true", 'year:="2026"', "note=a:=b"]
    expected = {"team": "blue", "n": 2, "share": 0.5, "draft": True, "year": "2026", "note": "a:=b"}
    assert pairs(given, "--filter") == expected


@pytest.mark.parametrize("given", ["team", "=blue", ":=1", "n:=", "n:=two", "n:=[1]", "n:=null", "n:={}"])
def test_anything_else_is_a_usage_error_that_quotes_it(given):
    with pytest.raises(typer.BadParameter, match=r"is not of the form|is wanted after"):
        pairs([given], "--filter")
