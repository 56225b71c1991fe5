"""Feedback: votes joined with the answers that they are about, and what each answer was worth."""
