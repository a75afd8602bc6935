"""What lies where, how long it may grow, and what must never be in it."""

from __future__ import annotations

import re

import pytest

from tests.house import tree

FOLDERS = {"jifen", "bot", "migrations", "config", "tests", "docs", "bench", ".ci"}
TOOLING = {
    ".editorconfig",
    ".gitattributes",
    ".gitignore",
    "LICENSE",
    "Makefile",
    "pyproject.toml",
    "requirements.in",
    "requirements.lock",
    "requirements-dev.in",
    "requirements-dev.lock",
}
PAGES = {"app.py", "README.md", "README.zh-CN.md"}
#: Lines of code, docstrings and comments not counted.
LONGEST = 400

#: A package index, however it is written; ``--no-emit-index-url`` is how the locks stay clean.
INDEX = re.compile(
    r"(?<!no-emit-)(?:extra-)?index-url\s*[= ]|(?<!no-emit-)find-links\s*[= ]|trusted-host\s*[= ]\s*\w"
    r"|https?://[^\s\"'<>]*(?:pypi|/simple\b)|registry\.npmjs|file:///[a-z]+/pypi",
    re.I,
)
#: Written apart, so that this file keeps its own law.
UNFINISHED = re.compile(
    "|".join(["TO" + "DO", "FIX" + "ME", "raise NotImplemented" + "Error", r"pytest\.mark\.sk" + "ip"])
)
UNTESTED = re.compile("|".join([r"pytest\.(?:mark\.)?x" + "fail", r"pytest\.sk" + "ip"]))


def texts(*suffixes: str):
    for file in tree.tracked():
        if not suffixes or file.suffix in suffixes:
            try:
                yield file, (tree.ROOT / file).read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue  # a picture or a sheet


def found_in(pattern: re.Pattern, *suffixes: str) -> list[str]:
    return [
        f"{file}:{number} {line.strip()[:80]}"
        for file, text in texts(*suffixes)
        if pattern.search(text)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_the_top_level_holds_only_what_belongs_there():
    top = {file.parts[0] for file in tree.tracked()}

    assert top - FOLDERS - TOOLING - PAGES == set()


def test_no_file_becomes_a_district():
    lengths = {file: tree.code_lines(file) for file in tree.product()}

    assert {str(file): lines for file, lines in lengths.items() if lines > LONGEST} == {}


def test_no_package_index_is_named():
    assert found_in(INDEX) == []


def test_nothing_is_left_for_later():
    assert found_in(UNFINISHED, ".py", ".html", ".js", ".sh") == []
    assert found_in(UNTESTED, ".py") == []


def test_kept_data_names_no_machine():
    assert found_in(re.compile(r"(?<![\w.])/(?:work|root|home)/\w"), ".py", ".toml", ".md", ".json") == []


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("--index-" + "url https://packages.example/x", True),
        ("https://packages.example/" + "simple", True),
        ("find-" + "links = here", True),
        ("pip-compile --no-emit-index-url --no-emit-find-links", False),
        ("https://example.org/simpler", False),
    ],
)
def test_what_counts_as_naming_an_index(line, refused):
    assert bool(INDEX.search(line)) is refused
