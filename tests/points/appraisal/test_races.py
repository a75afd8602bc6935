"""Two people at once: one step is recorded once, one branch begins once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from jifen.core import clock
from jifen.core.errors import DomainError
from jifen.points.appraisal import errors, service, steps
from tests import city
from tests.points.appraisal import branch as branches


@pytest.fixture
def team(fresh_app):
    with fresh_app.app_context():
        town = city.build()
        made = branches.build(town, [0, 0, 0, 0], deputy=True)
    return made


def at_once(app, *acts: Callable[[], object]) -> list[str]:
    """Do all acts in threads of their own; return ``done`` or the code of each refusal, in order."""
    said, gate = [""] * len(acts), threading.Barrier(len(acts))

    def work(place: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                acts[place]()
                said[place] = "done"
            except DomainError as err:
                said[place] = err.code

    threads = [threading.Thread(target=work, args=(n,)) for n in range(len(acts))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return sorted(said)


def test_a_step_that_two_record_is_recorded_once(fresh_app, team):
    with fresh_app.app_context():
        found = service.start(team.id, clock.today().year, by=team.actor(0)).id

    def committee(position: int) -> Callable[[], object]:
        return lambda: steps.record_committee(
            found, minute=f"纪要{position}", held_on=clock.today(), by=team.actor(position)
        )

    assert at_once(fresh_app, committee(0), committee(1)) == ["done", "not_now"]
    with fresh_app.app_context():
        taken = service.steps(service.access(found, by=team.actor(0)))
        assert [one.step for one in taken] == ["committee"]


def test_a_year_that_two_begin_is_begun_once(fresh_app, team):
    year = clock.today().year
    begin = [lambda n=n: service.start(team.id, year, by=team.actor(n)) for n in (0, 1)]
    assert at_once(fresh_app, *begin) == ["appraisal_started", "done"]
    with fresh_app.app_context(), pytest.raises(errors.AlreadyStarted):
        service.start(team.id, year, by=team.actor(0))
