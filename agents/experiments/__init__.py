"""Experiments: who gets which arm, and what can be said of the arms at every look."""
