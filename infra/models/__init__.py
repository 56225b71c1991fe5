"""Embedding models: fetched, built, checked."""

from infra.models.candidates import NamedModel, ensure_models
from infra.models.catalogue import ensure_model
from infra.models.model_folder import ModelFolder, load_model

__all__ = ["ModelFolder", "NamedModel", "ensure_model", "ensure_models", "load_model"]
