"""The engine of the CEL library, without the command line that its package brings in with it.

``import cel`` imports a terminal interface, half a second of processor for every process of ours that starts (a worker, a
command, each web server); the engine is a compiled module beside it, and needs none of it.
"""

from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from types import ModuleType


def _engine() -> ModuleType:
    package = find_spec("cel")
    found = PathFinder.find_spec("cel.cel", package.submodule_search_locations) if package else None
    if found is None or found.loader is None:
        raise ImportError("the library of CEL (common-expression-language) is not installed", name="cel")
    module = module_from_spec(found)
    found.loader.exec_module(module)
    return module


cel = _engine()
