"""Rooms import only to the left; every crossing import is named."""

from pathlib import Path

from tests.house import tree

#: What stands above the rooms, from left to right.
TOP, BOT, APP = len(tree.ROOMS), len(tree.ROOMS) + 1, len(tree.ROOMS) + 2


def rank(module: str) -> int | None:
    """Return how far right ``module`` stands; None when it is not ours."""
    parts = module.split(".")
    if parts[0] == "jifen":
        return tree.ROOMS.index(parts[1]) if len(parts) > 1 and parts[1] in tree.ROOMS else TOP
    return {"bot": BOT, "app": APP}.get(parts[0])


def crossings(file: Path) -> list[str]:
    own = rank(tree.module_name(file))
    assert own is not None
    found = []
    for line, module in tree.imports(file):
        theirs = rank(module)
        if theirs is not None and theirs > own:
            found.append(f"{file}:{line} imports {module}")
    return found


def test_rooms_import_only_to_the_left():
    assert [one for file in tree.product() for one in crossings(file)] == []


def test_every_room_has_its_place_in_the_order():
    folders = {file.parts[1] for file in tree.sources("jifen") if len(file.parts) > 2}

    assert folders <= set(tree.ROOMS)


def test_the_stand_in_for_wechat_knows_nothing_of_the_product():
    found = [
        f"{file}:{line} imports {module}"
        for file in tree.sources("bot")
        if tree.is_simulator(file)
        for line, module in tree.imports(file)
        if rank(module) is not None and not f"{module}.".startswith("bot.simulator.")
    ]

    assert found == []


def test_only_the_stand_in_itself_runs_the_stand_in():
    found = [
        f"{file}:{line} imports {module}"
        for file in tree.product()
        for line, module in tree.imports(file)
        if f"{module}.".startswith("bot.simulator.")
    ]

    assert found == []


def test_a_revision_stands_alone():
    found = [
        f"{file}:{line} imports {module}"
        for file in tree.sources("migrations/versions")
        for line, module in tree.imports(file)
        if rank(module) is not None
    ]

    assert found == []
