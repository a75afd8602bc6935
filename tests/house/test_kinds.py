"""What a file is called says what it may touch."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import tree

#: kind -> packages that a file of this kind never imports.
NEVER = {
    "service": ("flask", "flask_smorest", "marshmallow", "wechatpy", "werkzeug"),
    "models": ("flask", "flask_smorest", "marshmallow", "wechatpy", "jifen.web.plumbing"),
    "policy": ("sqlalchemy", "flask", "psycopg", "jifen.core.db"),
    "queries": ("flask", "marshmallow", "wechatpy"),
    "door": ("sqlalchemy", "psycopg", "jifen.core.db"),
    "handler": ("sqlalchemy", "psycopg", "jifen.core.db"),
}
DOORS = ("api", "phone", "console")


def kind(file: Path) -> str | None:
    """Return what kind of file this is by its name, or by the folder that a kind was split into."""
    if file.parts[:2] == ("bot", "handlers"):
        return "handler"
    if file.parts[:3] == ("jifen", "rulebook", "engine"):
        return "rules"
    names = {part.removesuffix(".py") for part in file.parts[2:]}
    for name in names:
        stem = name.split("_")[0]
        if stem in DOORS:
            return "door"
        if stem in ("rules", "models", "policy", "service", "queries", "schemas"):
            return stem
    return None


def of_kind(*kinds: str) -> Iterator[tuple[Path, int, str]]:
    for file in tree.product():
        if kind(file) in kinds:
            for line, module in tree.imports(file):
                if line not in tree.type_only(file):
                    yield file, line, module


def within(module: str, packages: tuple[str, ...]) -> bool:
    return any(f"{module}.".startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize("which", NEVER)
def test_what_a_kind_never_imports(which):
    found = [
        f"{file}:{line} {module}" for file, line, module in of_kind(which) if within(module, NEVER[which])
    ]

    assert found == []


def test_rules_know_only_plain_values():
    pure = ("jifen.core.errors", "jifen.core.period", "jifen.rulebook.engine")
    found = [
        f"{file}:{line} {module}"
        for file, line, module in of_kind("rules")
        if module.split(".")[0] not in sys.stdlib_module_names and not within(module, pure)
    ]

    assert found == []


@pytest.mark.parametrize("which", ["door", "handler", "schemas", "policy"])
def test_tables_are_out_of_reach_of(which):
    found = [f"{file}:{line} {module}" for file, line, module in of_kind(which) if module.endswith(".models")]

    assert found == []


def test_policies_know_only_the_core_and_other_policies():
    found = [
        f"{file}:{line} {module}"
        for file, line, module in of_kind("policy")
        if module.startswith("jifen.")
        and not within(module, ("jifen.core",))
        and not module.endswith(".policy")
    ]

    assert found == []


def test_queries_write_nothing():
    writing = {"add", "add_all", "delete", "insert", "update", "merge", "flush"}
    found = [
        f"{file}:{node.lineno} {tree.dotted(node.func)}"
        for file in tree.product()
        if kind(file) == "queries"
        for node in ast.walk(tree.tree(file))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in writing
        and tree.dotted(node.func.value).split(".")[-1]
        in {"session", "s", "sa", "connection", "postgresql", "pg"}
    ]

    assert found == []


def test_verbs_name_who_acts():
    """A public verb that opens a transaction takes ``by`` by keyword only."""
    found = []
    for file in tree.product():
        if kind(file) != "service":
            continue
        for node in tree.tree(file).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                positional = {argument.arg for argument in [*node.args.posonlyargs, *node.args.args]}
                if "by" in positional:
                    found.append(f"{file}:{node.lineno} {node.name}")

    assert found == []
