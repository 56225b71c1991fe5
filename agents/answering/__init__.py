"""QuestionAsked in, one outcome out: screened, retrieved, drafted, and every quote checked before it is served."""

from agents.answering.extractive import ExtractiveGenerator
from agents.answering.handler import make_answering_handler
from agents.answering.options import AnsweringOptions

__all__ = ["AnsweringOptions", "ExtractiveGenerator", "make_answering_handler"]
