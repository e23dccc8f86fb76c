"""The direction of the walk: who may import whom, and what nobody does at import."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from assets.settings import PROJECT

ROOMS = ("command", "benchmarks", "orchestration", "assets", "ml", "database", "sample_city")
LEAVES = ("assets.partitions", "assets.resources")
MODULES = sorted(file for room in ROOMS for file in (PROJECT / room).rglob("*.py"))
DOMAIN = [file for file in MODULES if file.relative_to(PROJECT).parts[0] == "assets" and file.name != "assets.py"]
WITHOUT_DAGSTER = [
    *DOMAIN,
    *(file for file in MODULES if file.relative_to(PROJECT).parts[0] in ("ml", "sample_city")),
]


def name(file: Path) -> str:
    return file.relative_to(PROJECT).as_posix()


def imports(file: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_of(modules: Iterator[str]) -> set[str]:
    return {module.split(".")[0] for module in modules} & {*ROOMS, "portal"}


@pytest.mark.parametrize("file", [f for f in MODULES if name(f).startswith("ml/")], ids=name)
def test_ml_imports_nothing_of_ours_but_itself(file: Path) -> None:
    assert rooms_of(imports(file)) <= {"ml"}


@pytest.mark.parametrize("file", [f for f in MODULES if name(f).startswith("assets/")], ids=name)
def test_assets_import_ml_and_two_leaves_of_orchestration(file: Path) -> None:
    modules = set(imports(file))
    assert rooms_of(iter(modules)) <= {"assets", "ml", "orchestration"}
    ours = {module for module in modules if module.startswith("orchestration.")}
    assert all(module.startswith(LEAVES) for module in ours), ours
    if file.name != "assets.py":
        assert not ours, "only the thin assets know orchestration"


@pytest.mark.parametrize("file", WITHOUT_DAGSTER, ids=name)
def test_pure_modules_know_no_dagster(file: Path) -> None:
    assert not {module for module in imports(file) if module.split(".")[0].startswith("dagster")}


@pytest.mark.parametrize("file", [f for f in MODULES if name(f).startswith("ml/")], ids=name)
def test_models_know_no_database_and_no_environment(file: Path) -> None:
    assert not {module.split(".")[0] for module in imports(file)} & {"os", "psycopg", "sqlalchemy", "httpx"}


@pytest.mark.parametrize("file", [f for f in MODULES if name(f).startswith("sample_city/")], ids=name)
def test_the_sample_city_is_an_independent_oracle(file: Path) -> None:
    assert rooms_of(imports(file)) <= {"sample_city"}


@pytest.mark.parametrize("file", [f for f in MODULES if f.name == "assets.py" or name(f).startswith("orch")], ids=name)
def test_no_future_annotations_where_dagster_reads_them(file: Path) -> None:
    """Dagster then reads a resource parameter as an input asset, without a word."""
    assert "__future__.annotations" not in set(imports(file))


@pytest.mark.parametrize("file", [f for f in MODULES if f.name == "__init__.py"], ids=name)
def test_packages_hold_a_docstring_and_nothing_else(file: Path) -> None:
    [statement] = ast.parse(file.read_text(encoding="utf-8")).body
    assert isinstance(statement, ast.Expr)


@pytest.mark.parametrize("file", [f for f in MODULES if f.name != "__init__.py"], ids=name)
def test_a_module_says_what_belongs_in_it(file: Path) -> None:
    if "migrations" in file.parts or "benchmarks" in file.parts:
        pytest.skip("a migration says what it changes, a benchmark what it claims")
    docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    assert "Belongs here" in docstring
    assert "not belong here" in docstring


@pytest.mark.parametrize("file", MODULES, ids=name)
def test_a_module_has_at_most_400_lines(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 400


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of code of a function, without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("file", MODULES, ids=name)
def test_a_function_has_at_most_40_lines(file: Path) -> None:
    assert not {f.name: body_lines(f) for f in functions(file) if body_lines(f) > 40}


@pytest.mark.parametrize("file", [f for f in MODULES if f.name == "assets.py"], ids=name)
def test_assets_are_thin(file: Path) -> None:
    assert not {f.name: body_lines(f) for f in functions(file) if body_lines(f) > 25}


@pytest.mark.parametrize("file", MODULES, ids=name)
def test_nothing_happens_at_import(file: Path) -> None:
    """No call to a connection, a file or the environment at the top level of a module."""
    forbidden = {"open", "connect", "getenv", "read_text", "read_csv", "get_server", "Settings"}
    for statement in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                assert called not in forbidden, f"{name(file)}:{node.lineno} calls {called} at import"
