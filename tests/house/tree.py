"""The source as the house laws see it: files, syntax trees, imports."""

from __future__ import annotations

import ast
import functools
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Rooms import only to the left (docs of the house: core is everybody's, demo is nobody's).
ROOMS = [
    *("core", "web", "wechat", "files", "documents", "audit", "notices"),
    *("org", "members", "access", "rulebook", "decisions", "points"),
    *("volunteering", "activities", "model_posts", "cycle", "feedback"),
    *("indices", "outcomes", "reports", "privacy", "jobs", "demo"),
]


def sources(*folders: str) -> list[Path]:
    """Return the Python files under ``folders`` (or these files), as paths relative to the top."""
    found = (ROOT / folder for folder in folders)
    files = (file for start in found for file in ([start] if start.is_file() else start.rglob("*.py")))
    return sorted(file.relative_to(ROOT) for file in files)


def product() -> list[Path]:
    """Return every Python file that an installation runs, the stand-in for WeChat left out."""
    return [file for file in sources("app.py", "jifen", "bot") if not is_simulator(file)]


def is_simulator(file: Path) -> bool:
    return file.parts[:2] == ("bot", "simulator")


@functools.cache
def tree(file: Path) -> ast.Module:
    return ast.parse((ROOT / file).read_text(encoding="utf-8"), filename=str(file))


def module_name(file: Path) -> str:
    parts = file.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(file: Path) -> Iterator[tuple[int, str]]:
    """Yield (line, module) of every import in ``file``, wherever it stands in the code.

    ``from jifen.core import db`` names ``jifen.core.db`` when that is a module.
    """
    package = module_name(file).split(".")
    if file.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                inside = ROOT.joinpath(*f"{base}.{alias.name}".split("."))
                is_module = inside.is_dir() or inside.with_suffix(".py").is_file()
                yield node.lineno, f"{base}.{alias.name}" if is_module else base


def type_only(file: Path) -> set[int]:
    """Return the lines that only a type checker reads."""
    blocks = (node for node in ast.walk(tree(file)) if isinstance(node, ast.If))
    guarded = [block for block in blocks if dotted(block.test).endswith("TYPE_CHECKING")]
    return {line for block in guarded for line in range(block.lineno, (block.end_lineno or block.lineno) + 1)}


def code_lines(file: Path) -> int:
    """Return how many lines of ``file`` hold code: neither blank, nor comment, nor docstring."""
    text = (ROOT / file).read_text(encoding="utf-8")
    prose = {
        line
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    lines = enumerate(text.splitlines(), 1)
    return sum(1 for number, line in lines if number not in prose and line.strip() and line.strip()[0] != "#")


def dotted(node: ast.expr) -> str:
    """Return ``a.b.c`` for a chain of attributes; what is not a name becomes ``?``."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def sayings(file: Path) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of every string in ``file`` that is not a docstring."""
    prose = {
        id(node.value)
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.lineno, node.value


@functools.cache
def tracked() -> tuple[Path, ...]:
    """Return every file that is, or on the next commit would be, part of the project."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    said = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(Path(name) for name in said.split("\0") if name and (ROOT / name).is_file())
