"""Monitors: signals in, conditions out."""
