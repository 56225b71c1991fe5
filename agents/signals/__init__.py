"""Signals: what answers, outcomes, documents and samples show, as numbers and categories."""
