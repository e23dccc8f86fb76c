"""The direction of the walk: who may import whom, and what nobody does at import."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from assets.city import CitySettings
from database.settings import PROJECT

ROOMS = ("command", "benchmarks", "portal", "orchestration", "assets", "ml", "database", "sample_city")
# What the files of a room may import of ours, besides their own room. The sample city stands apart: whatever it shared
# with the platform could be wrong in both.
BELOW = {
    "command": {"benchmarks", "portal", "orchestration", "assets", "ml", "database", "sample_city"},
    "benchmarks": {"portal", "orchestration", "assets", "ml", "database", "sample_city"},
    # Pages know the city and its database, and nothing of how they are filled.
    "portal": {"assets", "ml", "database"},
    "orchestration": {"assets", "ml", "database", "sample_city"},
    "assets": {"ml", "database"},
    "ml": set(),
    "database": set(),
    "sample_city": set(),
}
# The same inside assets: what several domains share imports no domain, and few domains read another.
SHARED = {
    "sources",
    "places",
    "messages",
    "storage",
    "quality",
    "reference",
    "settings",
    "city",
    "clock",
    "city_time",
    "shelf",
    "parquet",
    "marts_export",
    "cluster",
    "freshness",
    "statuses",
}
SURFACE = {"resources", "partitions", "gates"}
DOMAINS = {
    "complaints": set(),
    "cases": {"complaints"},
    "enforcement": set(),
    "cctv": set(),
    "traffic": set(),
    "reports": {"traffic"},
    "lineage": set(),
    "watch": {"complaints", "reports"},
    "cities": {"complaints"},
}
# A path in a docstring's brackets, from the module's own folder, the project, or one of these.
SHARED_FOLDERS = ("assets", "dbt_project", f"cities/{CitySettings.model_fields['city'].default}", "cities/indonesia")
IN_BRACKETS = re.compile(r"\(([^()]*)\)")
PATH = re.compile(r"[\w*./-]*\w\.(?:py|sql|yml|csv|j2)\b|[a-z_]+/[\w/]*")
MODULES = sorted(file for room in ROOMS for file in (PROJECT / room).rglob("*.py"))
ASSETS = [file for file in MODULES if file.is_relative_to(PROJECT / "assets") and file.parent != PROJECT / "assets"]
DAGSTERS = [
    file
    for file in MODULES
    if file.is_relative_to(PROJECT / "assets")
    and (file.name in ("assets.py", "checks.py") or (file.parent == PROJECT / "assets" and file.stem in SURFACE))
]
DOMAIN = [file for file in MODULES if file.is_relative_to(PROJECT / "assets") and file not in DAGSTERS]
WITHOUT_DAGSTER = [
    *DOMAIN,
    *(file for file in MODULES if file.relative_to(PROJECT).parts[0] in ("ml", "sample_city")),
]


def name(file: Path) -> str:
    return file.relative_to(PROJECT).as_posix()


def every(files: Iterable[Path]) -> Callable[[Callable[[Path], None]], Callable[[], None]]:
    """Make a check of one file a test of all these: of thousands of tests each took longer than its check."""
    chosen = tuple(files)

    def of_all(check: Callable[[Path], None]) -> Callable[[], None]:
        def test() -> None:
            wrong: dict[str, str] = {}
            for file in chosen:
                try:
                    check(file)
                except AssertionError as error:
                    wrong[name(file)] = str(error)
            assert not wrong

        test.__name__, test.__doc__ = check.__name__, check.__doc__
        return test

    return of_all


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


@cache
def nodes(file: Path) -> list[ast.AST]:
    return list(ast.walk(tree(file)))


@cache
def imports(file: Path) -> frozenset[str]:
    """Every module that a file imports, wherever in it."""
    found: set[str] = set()
    for node in nodes(file):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


@every(MODULES)
def test_no_import_points_up(file: Path) -> None:
    room = file.relative_to(PROJECT).parts[0]
    imported = {module.split(".")[0] for module in imports(file)} & {*ROOMS, "portal"}
    assert imported <= {room, *BELOW[room]}


@every(ASSETS)
def test_no_import_inside_assets_points_up(file: Path) -> None:
    room = file.relative_to(PROJECT).parts[1]
    imported = {module.split(".")[1] for module in imports(file) if module.startswith("assets.")}
    assert imported <= {room, *SHARED, *SURFACE, *DOMAINS.get(room, set())}


def test_each_room_of_assets_has_its_place() -> None:
    rooms = {file.relative_to(PROJECT).parts[1].removesuffix(".py") for file in DAGSTERS + DOMAIN} - {"__init__"}
    assert rooms == {*SHARED, *SURFACE, *DOMAINS}


@every(WITHOUT_DAGSTER)
def test_pure_modules_know_no_dagster(file: Path) -> None:
    assert not {module for module in imports(file) if module.split(".")[0].startswith("dagster")}


@every(f for f in MODULES if name(f).startswith("ml/"))
def test_models_know_no_database_and_no_environment(file: Path) -> None:
    assert not {module.split(".")[0] for module in imports(file)} & {"os", "psycopg", "sqlalchemy", "httpx"}


@every([*DAGSTERS, *(f for f in MODULES if name(f).startswith("orch"))])
def test_no_future_annotations_where_dagster_reads_them(file: Path) -> None:
    """Dagster then reads a resource parameter as an input asset, without a word."""
    assert "__future__.annotations" not in imports(file)


@every(f for f in MODULES if f.name == "__init__.py")
def test_packages_hold_a_docstring_and_nothing_else(file: Path) -> None:
    assert [type(statement) for statement in tree(file).body] == [ast.Expr]


@every(f for f in MODULES if f.name != "__init__.py" and not {"migrations", "benchmarks"} & {*f.parts})
def test_a_module_says_what_belongs_in_it(file: Path) -> None:
    """But for migrations, which say what they change, and benchmarks, which say what they claim."""
    docstring = ast.get_docstring(tree(file)) or ""
    assert "Belongs here" in docstring
    assert "not belong here" in docstring


def paths_named(file: Path) -> set[str]:
    """Files and folders that a module's docstring names in brackets."""
    docstring = ast.get_docstring(tree(file)) or ""
    return {path for text in IN_BRACKETS.findall(docstring) for path in PATH.findall(text)}


@every(MODULES)
def test_a_docstring_names_paths_that_exist(file: Path) -> None:
    folders = (file.parent, PROJECT, *(PROJECT / folder for folder in SHARED_FOLDERS))
    named = paths_named(file)
    assert not {
        path for path in named if not any(list(folder.glob(end)) for folder in folders for end in (path, f"{path}.py"))
    }


def test_some_docstrings_name_paths() -> None:
    assert paths_named(PROJECT / "assets" / "gates.py") == {"*/checks.py", "*/expectations.py"}
    assert sum(len(paths_named(file)) for file in MODULES) > 200


@every(MODULES)
def test_a_module_has_at_most_400_lines(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 400


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in nodes(file):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of code of a function, without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


@every(MODULES)
def test_a_function_has_at_most_40_lines(file: Path) -> None:
    assert not {f.name: body_lines(f) for f in functions(file) if body_lines(f) > 40}


@every(f for f in MODULES if f.name == "assets.py")
def test_assets_are_thin(file: Path) -> None:
    assert not {f.name: body_lines(f) for f in functions(file) if body_lines(f) > 25}


@every(MODULES)
def test_nothing_happens_at_import(file: Path) -> None:
    """No call to a connection, a file or the environment at the top level of a module."""
    forbidden = {"open", "connect", "getenv", "read_text", "read_csv", "get_server", "Settings"}
    for statement in tree(file).body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                assert called not in forbidden, f"{name(file)}:{node.lineno} calls {called} at import"
