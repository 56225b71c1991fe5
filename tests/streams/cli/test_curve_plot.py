from html.parser import HTMLParser

from streams.cli.answer_curve import Point
from streams.cli.curve_plot import HEIGHT, page, terminal_plot

CURVES = {"ours": [Point(0.1, 1.0, 0.5), Point(0.9, 0.0, 0.0)], "<plain>": [Point(0.3, 0.5, 1.0)]}


def test_a_point_stands_where_its_shares_put_it():
    lines = terminal_plot(CURVES).splitlines()
    assert lines[1] == "1.00 |" + " " * 30 + "o"
    assert lines[1 + HEIGHT // 2].endswith("." if HEIGHT % 2 == 0 else "")
    assert lines[1 + HEIGHT].endswith("|o")
    assert lines[-1] == "o ours   . <plain>"


def test_no_curve_is_an_empty_plot():
    assert "share of" in terminal_plot({})


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.addresses = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in {"src", "href"}]


def test_a_page_has_figures_and_curves_and_fetches_nothing():
    written = page("Answers", {"wrong <b>": "1 & 2"}, CURVES)
    parsed = Page()
    parsed.feed(written)
    assert parsed.tags.count("polyline") == 2
    assert parsed.tags.count("details") == 2
    assert parsed.addresses == []
    assert "script" not in parsed.tags
    assert "<b>" not in written
    assert "wrong &lt;b&gt;" in written
