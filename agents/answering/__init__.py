"""QuestionAsked in, one outcome out: screened, retrieved, drafted, and every quote checked before it is served."""

from agents.answering.extractive import ExtractiveGenerator
from agents.answering.handler import make_answering_handler
from agents.answering.options import AnsweringOptions
from agents.answering.outcomes import answer_failed
from agents.answering.ports import AnsweringPorts

__all__ = ["AnsweringOptions", "AnsweringPorts", "ExtractiveGenerator", "answer_failed", "make_answering_handler"]
