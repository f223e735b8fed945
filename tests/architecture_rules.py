"""DESIGN.md's doors as a checker: source files in, one sentence for each broken rule out. `test_architecture.py` runs it on the project."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# From the ground up; rooms of one tuple are neighbours and never import each other.
FLOORS = (
    ("errors",),
    ("settings",),
    ("storage",),
    ("data",),
    ("evaluation", "inference"),
    ("training", "profiles"),
    ("models", "ranking"),
    ("latent", "synthesis", "explain", "search"),
    ("jobs",),
    ("cli",),
)
FLOOR = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}
HEAVY_ROOMS = {
    "torch": {"training", "models", "synthesis"},
    "umap": {"latent"},
    "sklearn": {"profiles", "latent", "synthesis"},
}
SCREEN = {"streamlit", "plotly"}
VAGUE = re.compile(r"(^|_)(utils?|helpers?|misc|common|managers?)(_|$)")
UNSAFE_MODULES = {"pickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}
CACHES = Path("pages/ui/cache")
MAX_LINES, MAX_APP_LINES, MAX_PAGE_LINES = 400, 60, 120


@dataclass(frozen=True)
class Import:
    """One imported module; `inside` says whether a function must run before it happens."""

    module: str
    line: int
    inside: bool


def heavy_file(path: Path) -> str | None:
    """The heavy package that a file's name allows at its top, if any."""
    return next((name for name in HEAVY_ROOMS if path.stem == name or path.stem.endswith(f"_{name}")), None)


def imports(tree: ast.AST) -> list[Import]:
    """Every import of a file, those inside functions and those by `import_module("literal")` too."""
    found: list[Import] = []

    def walk(node: ast.AST, inside: bool) -> None:
        if isinstance(node, ast.Import):
            found.extend(Import(alias.name, node.lineno, inside) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.append(Import(node.module, node.lineno, inside))
            found.extend(Import(f"{node.module}.{alias.name}", node.lineno, inside) for alias in node.names)
        elif isinstance(node, ast.Call) and _called(node).endswith("import_module") and node.args:
            name = node.args[0]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                found.append(Import(name.value, node.lineno, inside))
        deeper = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            walk(child, deeper)

    walk(tree, False)
    return found


def _called(node: ast.Call) -> str:
    return ast.unparse(node.func)


def _room(path: Path) -> str:
    """The room of a file of recsys_core, by its path relative to the project; '' for the package's own files."""
    inner = path.parts[1:]
    return "" if inner[0] in ("__init__.py", "__main__.py") else inner[0].removesuffix(".py")


def _library_doors(path: Path, found: list[Import]) -> Iterator[str]:
    room = _room(path)
    if room and room not in FLOOR:
        yield f"{path}: '{room}' is no room of DESIGN.md"
        return
    for each in found:
        top, *rest = each.module.split(".")
        where = f"{path}:{each.line}"
        if top in SCREEN or top in ("pages", "app"):
            yield f"{where}: the library imports {top}"
        if top == "recsys_core" and rest and room and rest[0] in FLOOR and rest[0] != room and FLOOR[rest[0]] >= FLOOR[room]:
            yield f"{where}: {room} imports {rest[0]}, which is not below it"
        if top == "recsys_core" and rest and not each.inside and path.parts[1:3] != ("jobs", "work"):
            target = heavy_file(Path(rest[-1])) or (heavy_file(Path(rest[-2])) if len(rest) > 1 else None)
            if target and not heavy_file(path):
                yield f"{where}: imports {each.module} at its top, and {target} with it"
        if top in HEAVY_ROOMS:
            if room not in HEAVY_ROOMS[top]:
                yield f"{where}: {top} has no place in {room or 'the package itself'}"
            elif not each.inside and heavy_file(path) != top and not (heavy_file(path) and room in HEAVY_ROOMS[top]):
                yield f"{where}: {top} is imported outside a function, in a file not named *_{top}.py"


def _screen_doors(path: Path, found: list[Import]) -> Iterator[str]:
    in_ui = path.parts[:2] == ("pages", "ui")
    for each in found:
        top, *rest = each.module.split(".")
        where = f"{path}:{each.line}"
        if top in HEAVY_ROOMS or heavy_file(Path(each.module.replace(".", "/"))):
            yield f"{where}: the server imports {each.module}"
        if top == "pages" and rest and rest[0] != "ui":
            yield f"{where}: imports the page {each.module}"
        if in_ui and top == "app":
            yield f"{where}: pages/ui imports app.py"
        if each.module.startswith("recsys_core.jobs.work"):
            yield f"{where}: imports {each.module}, which is the worker's"


def _screen_state(path: Path, tree: ast.AST) -> Iterator[str]:
    methods = {"get", "pop", "setdefault", "update", "keys", "items", "values", "clear", "to_dict"}
    for node in ast.walk(tree):
        where = f"{path}:{getattr(node, 'lineno', 0)}"
        if path.parent != CACHES and isinstance(node, ast.Attribute) and node.attr in ("cache_data", "cache_resource"):
            yield f"{where}: st.{node.attr} outside {CACHES.as_posix()}/"
        if isinstance(node, ast.FunctionDef):
            kept = [ast.unparse(each) for each in node.decorator_list]
            yield from (
                f"{where}: {node.name} is kept without a bound" for each in kept if "st.cache_" in each and "max_entries" not in each
            )
        if path.name == "state.py":
            continue
        literal = None
        if isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("session_state"):
            literal = node.slice
        elif isinstance(node, ast.Call) and re.search(r"session_state\.(get|pop|setdefault)$", _called(node)) and node.args:
            literal = node.args[0]
        elif isinstance(node, ast.Compare) and ast.unparse(node.comparators[0]).endswith("session_state"):
            literal = node.left
        if isinstance(literal, ast.Constant | ast.JoinedStr):
            yield f"{where}: names the session key {ast.unparse(literal)} outside pages/ui/state.py"
        if isinstance(node, ast.Attribute) and ast.unparse(node.value).endswith("session_state") and node.attr not in methods:
            yield f"{where}: names the session key {node.attr} outside pages/ui/state.py"


def _unsafe(path: Path, tree: ast.AST, found: list[Import]) -> Iterator[str]:
    yield from (f"{path}:{e.line}: imports {e.module}" for e in found if e.module.split(".")[0] in UNSAFE_MODULES)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name, where = _called(node), f"{path}:{node.lineno}"
        given = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
        if name in ("eval", "exec") or name.endswith(("read_pickle", "to_pickle")):
            yield f"{where}: calls {name}"
        if given.get("unsafe_allow_html") == "True":
            yield f"{where}: raw HTML (unsafe_allow_html)"
        if given.get("allow_pickle") == "True":
            yield f"{where}: allow_pickle"
        if name == "torch.load" and given.get("weights_only") != "True":
            yield f"{where}: torch.load without weights_only=True"


def _lengths(path: Path, lines: int) -> Iterator[str]:
    page = path.parts[0] == "pages" and len(path.parts) == 2
    limit = MAX_APP_LINES if path.as_posix() == "app.py" else MAX_PAGE_LINES if page else MAX_LINES
    if lines > limit:
        yield f"{path}: {lines} lines, over {limit}"


def _tests(path: Path, tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        text = ast.unparse(node) if isinstance(node, ast.Call | ast.Attribute) else ""
        if text.startswith(("time.sleep(", "sleep(", "asyncio.sleep(")):
            yield f"{path}:{node.lineno}: a test sleeps"
        if re.fullmatch(r"pytest\.(mark\.)?(skip|skipif|xfail|importorskip)", text):
            yield f"{path}:{node.lineno}: {text}"


def check_file(path: Path, text: str) -> list[str]:
    """Broken rules of one Python file; `path` relative to the project."""
    tree = ast.parse(text, filename=str(path))
    found = imports(tree)
    broken = list(_lengths(path, len(text.splitlines())))
    if VAGUE.search(path.stem):
        broken.append(f"{path}: a file called '{path.stem}' says nothing about what is in it")
    broken += _unsafe(path, tree, found)
    if path.parts[0] == "recsys_core":
        broken += _library_doors(path, found)
    elif path.parts[0] == "pages" or path.as_posix() == "app.py":
        broken += [*_screen_doors(path, found), *_screen_state(path, tree)]
    elif path.parts[0] == "tests":
        broken += _tests(path, tree)
    return broken


def check_project(root: Path) -> list[str]:
    """Broken rules of every Python file under app.py, pages, recsys_core, tests and assets."""
    files = [
        root / "app.py",
        *(file for part in ("pages", "recsys_core", "tests", "assets") for file in sorted((root / part).rglob("*.py"))),
    ]
    return [line for file in files if file.exists() for line in check_file(file.relative_to(root), file.read_text(encoding="utf-8"))]
