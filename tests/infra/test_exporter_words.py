"""What exporters log is kept for whoever asks, and goes nowhere else."""

import logging

import pytest

from infra.exporter_words import EXPORTERS, MOST, listen


@pytest.fixture
def exporter(monkeypatch):
    above = logging.getLogger(EXPORTERS)
    monkeypatch.setattr(above, "handlers", [])
    monkeypatch.setattr(above, "propagate", True)
    return logging.getLogger(f"{EXPORTERS}.otlp.http")


def test_the_last_two_lines_are_told_once_and_the_log_has_none_of_them(exporter, caplog):
    words = listen()
    for line in ("one", "two", "three"):
        exporter.warning("said %s", line)
    exporter.debug("nothing")
    assert (words.taken(), words.taken()) == ("said two said three", "")
    assert caplog.records == []


def test_a_long_line_is_cut(exporter):
    words = listen()
    exporter.error("x" * 1_000)
    assert len(words.taken()) == MOST


def test_who_listens_last_hears_it_and_nobody_else(exporter):
    first, second = listen(), listen()
    exporter.error("gone")
    assert (first.taken(), second.taken()) == ("", "gone")
