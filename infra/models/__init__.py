"""Embedding models: fetched, built, checked."""

from infra.models.catalogue import ensure_model
from infra.models.model_folder import ModelFolder, load_model

__all__ = ["ModelFolder", "ensure_model", "load_model"]
