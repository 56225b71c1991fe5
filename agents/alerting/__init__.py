"""Alerting: conditions in, alerts out: what has lasted, what is told once, what follows from what."""
