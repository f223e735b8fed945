"""Aisle's library: everything the app and the command line do, without either.

The public names load when they are first used, so that `import recsys_core` costs milliseconds.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recsys_core.data.dataset import Dataset as Dataset
    from recsys_core.data.ingest import ingest as ingest
    from recsys_core.data.request import IngestRequest as IngestRequest
    from recsys_core.data.splits import make_split as make_split
    from recsys_core.errors import UserError as UserError
    from recsys_core.models.registry import model_spec as model_spec
    from recsys_core.models.registry import model_specs as model_specs
    from recsys_core.models.runs import Run as Run
    from recsys_core.settings import Settings as Settings
    from recsys_core.settings import load_settings as load_settings
    from recsys_core.storage.workspace import Workspace as Workspace

__version__ = "0.1.0"

_HOMES = {
    "Dataset": "data.dataset",
    "IngestRequest": "data.request",
    "Run": "models.runs",
    "Settings": "settings",
    "UserError": "errors",
    "Workspace": "storage.workspace",
    "ingest": "data.ingest",
    "load_settings": "settings",
    "make_split": "data.splits",
    "model_spec": "models.registry",
    "model_specs": "models.registry",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
