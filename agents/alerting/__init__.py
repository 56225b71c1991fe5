"""Conditions in, alerts out: what people are told, once, with what follows from it, and when it is over."""

from agents.alerting.state import Alerting
from agents.alerting.step import alert, due

__all__ = ["Alerting", "alert", "due"]
