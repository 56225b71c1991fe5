"""Dispatching: alerts in, told to each subscriber in order."""
