"""`experiments report`: the table, the plot and the page, with the topics replaced."""

import json
from html.parser import HTMLParser
from importlib import import_module

import pytest
from typer.testing import CliRunner

from schemas.experiments import Estimate
from streams.cli import app
from streams.cli.experiments_page import ADJUSTED, page
from streams.cli.experiments_plot import HEIGHT, WIDTH, bounds, sampled, terminal_plot
from streams.cli.output import Exit
from streams.experiment_history import History
from streams.experiment_log import ExperimentLog
from tests.streams.experiment_samples import defined, reported

module, world_module = (import_module(f"streams.cli.{name}") for name in ("experiments_report", "experiments_world"))


def history(*numbers, **more):
    made = History()
    for number in numbers:
        made.add(reported(number, **more))
    return made


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setenv("RAGSTREAM_KAFKA__BOOTSTRAP", "localhost:1")
    monkeypatch.setenv("COLUMNS", "200")

    def running(reports, *arguments):
        async def read(*_):
            log = ExperimentLog()
            log.book.apply(defined(about="Shorter\x1b[31m answers"))
            return log

        async def events_since(*_):
            for each in reports:
                yield each

        monkeypatch.setattr(world_module, "read_experiments", read)
        monkeypatch.setattr(module, "events_since", events_since)
        return CliRunner().invoke(app, ["experiments", "report", "x", *arguments])

    return running


REPORTS = [*(reported(n) for n in range(1, 9)), reported(8), reported(9, name="y"), reported(9, tenant="acme")]


def test_the_report_has_arms_numbers_and_how_they_came_about(run):
    told = json.loads(run(REPORTS, "--json").stdout)
    assert (told["name"], told["tenant"], told["report"]["event_id"]) == ("x", "default", "r8")
    (series,) = told["history"]
    assert (series["metric"], series["arm"], len(series["looks"])) == ("feedback", "b", 8)
    assert series["looks"][-1]["units"] == 808


def test_people_see_a_table_and_a_plot(run):
    done = run(REPORTS)
    assert done.exit_code == Exit.OK
    for part in ("a 800, b 808", "+0.2", "90.0%", "feedback: b minus the control", "2026-03-01 13:00"):
        assert part in done.stdout
    assert "o" * 5 in done.stdout
    assert "\x1b" not in done.stdout


def test_before_anything_was_counted_the_report_says_so(run):
    assert "nothing was counted yet" in run([]).stdout
    assert json.loads(run([], "--json").stdout)["report"] is None


def test_with_too_few_units_nothing_is_said_of_the_difference(run, tmp_path):
    early = tuple(
        Estimate(arm=arm, metric="feedback", units=9, mean=0.5, low=-bound, high=bound)
        for arm, bound in (("a", 0), ("b", 2))
    )
    path = tmp_path / "x.html"
    done = run([reported(1, estimates=early)], "--html", str(path))
    assert "Too few units have been seen to say anything." in done.stdout
    assert "+2" not in done.stdout
    assert "Too few units" in path.read_text("utf-8")
    assert json.loads(run([reported(1, estimates=early)], "--json").stdout)["history"][0]["looks"] == []


def test_how_much_of_the_variance_pasts_explain_is_shown_where_there_are_any(run, tmp_path):
    path = tmp_path / "x.html"
    known, unknown = (
        tuple(Estimate(arm=arm, metric="feedback", units=90, with_past=past, variance_removed=0.49) for arm in "ab")
        for past in (60, 0)
    )
    done = run([reported(1, estimates=known)], "--html", str(path))
    assert (done.stdout.count("49%"), done.stdout.count(ADJUSTED)) == (2, 1)
    assert ADJUSTED in path.read_text("utf-8")
    assert path.read_text("utf-8").count("<td>49%</td>") == 2
    none_taken = tuple(each.model_copy(update={"variance_removed": 0.0}) for each in known)
    assert "49%" not in run([reported(1, estimates=unknown)]).stdout
    assert ADJUSTED not in run([reported(1, estimates=none_taken)]).stdout


def test_a_split_that_is_not_as_configured_is_told(run, tmp_path):
    path = tmp_path / "x.html"
    done = run([reported(1, trusted=False, srm_p_value=0.0001)], "--html", str(path))
    assert "not to be trusted" in done.stdout
    assert "not to be trusted" in path.read_text("utf-8")


class Page(HTMLParser):
    """What a browser would fetch, and whether every tag is closed."""

    def __init__(self, text):
        super().__init__()
        self.fetched, self.tags, self.open = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.fetched += [value for name, value in attributes if name in {"src", "href", "data", "srcset", "xlink:href"}]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)


def test_the_page_holds_all_it_shows_and_fetches_nothing(run, tmp_path):
    path = tmp_path / "new folder" / "x.html"
    assert run(REPORTS, "--html", str(path)).exit_code == Exit.OK
    text = path.read_text("utf-8")
    found = Page(text)
    assert found.open == found.fetched == []
    assert "script" not in found.tags
    assert (found.tags.count("svg"), found.tags.count("polygon")) == (1, 1)
    assert "url(" not in text
    assert "@import" not in text
    assert "nan" not in text.lower()


def test_what_comes_from_events_is_escaped():
    bad = "<script>alert(1)</script>"
    estimates = tuple(Estimate(arm=arm, metric=bad, units=1) for arm in ("a", bad))
    made = history(1, estimates=estimates, decision=bad)
    text = page(f"Experiment {bad}", {bad: bad}, made)
    assert bad not in text
    assert "&lt;script&gt;" in text


def test_the_plot_fits_its_frame_and_shows_zero():
    lines = terminal_plot(history(*range(1, 30)).looks("feedback", "b")).splitlines()
    assert len(lines) == HEIGHT + 3
    assert max(map(len, lines)) <= WIDTH + 12
    assert sum(line.startswith("        0 |") for line in lines) == 1


def test_a_single_look_can_be_plotted():
    looks = history(3).looks("feedback", "b")
    assert "o" in terminal_plot(looks)
    assert "polygon" in page("x", {}, history(3))
    assert [each.units for each in sampled(looks, 3)] == [303] * 3


def test_the_first_looks_do_not_make_a_thin_line_of_the_later_ones():
    looks = history(*range(1, 31)).looks("feedback", "b")
    low, high = bounds(looks)
    assert low < min(0, looks[-1].low) < max(0, looks[-1].high) < high
    assert high < looks[0].high
