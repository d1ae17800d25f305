"""Which modules of the project a module reaches by its imports, so that what a change concerns is never a kept list."""

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from orchestration.settings import PROJECT

PACKAGE = "orchestration"

# A reader declares with it how its publisher offers files, which has no part in reading them.
NOT_READ_WITH = frozenset({f"{PACKAGE}.offers.publishers"})


def files_reached(modules: Iterable[str]) -> list[Path]:
    """The files of the modules and of all of the project that they import, also within functions, in order of name.

    Not among them are what publishers offer, and what is imported for the type checker alone.
    """
    reached: set[str] = set()
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        if module not in reached:
            reached.add(module)
            waiting += _imported(module)
    return sorted({path for module in reached if (path := _file_of(module))})


def texts_in(paths: Iterable[Path], ending: str) -> list[str]:
    """The texts with this ending, such as names of files, that stand in the code of modules."""
    return sorted({text for path in paths for text in _contents(path)[1] if text.endswith(ending)})


@cache
def _file_of(module: str) -> Path | None:
    path = PROJECT / module.replace(".", "/")
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if file.is_file():
            return file
    return None


@cache
def _imported(module: str) -> tuple[str, ...]:
    path = _file_of(module)
    if path is None:
        return ()
    # A module's package is imported before it.
    packages = (module.rpartition(".")[0],)
    return tuple(sorted({name for name in (*_contents(path)[0], *packages) if _is_followed(name)}))


def _is_followed(name: str) -> bool:
    return name.split(".")[0] == PACKAGE and name not in NOT_READ_WITH and _file_of(name) is not None


@cache
def _contents(path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names that a module imports, but for the type checker alone, and the texts in its code."""
    names, texts = [], []
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Constant):
            texts += [node.value] if isinstance(node.value, str) else []
        elif isinstance(node, ast.Import):
            names += [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            # A name can be a module of the package.
            names += [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
        elif isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            waiting += node.orelse
        elif not isinstance(node, ast.Name | ast.expr_context):
            waiting += ast.iter_child_nodes(node)
    return tuple(names), tuple(texts)
