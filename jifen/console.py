"""The desk put together: every room's pages, and how sessions are known."""

from __future__ import annotations

from flask import Flask

from jifen.access import console as desk
from jifen.access import console_bindings as ways_in
from jifen.access import console_people as people
from jifen.access import console_wecom as wecom_account
from jifen.access import service_sessions as sessions
from jifen.activities import console as activities
from jifen.audit import console as trail
from jifen.cycle import console as burden
from jifen.decisions import todo
from jifen.jobs import console as clockwork
from jifen.members import console_imports as roster_pages
from jifen.model_posts import console as model_posts
from jifen.notices import console as sending_pages
from jifen.points import console_objections
from jifen.points import console_rulebooks as books
from jifen.points.appraisal import console as appraisal_pages
from jifen.points.attendance import console as attendance_pages
from jifen.points.intake import console as intake_pages
from jifen.points.lists import console as lists
from jifen.points.manual import console as manual
from jifen.points.periods import console as periods
from jifen.points.periods import console_year_end
from jifen.points.queue import console as queue
from jifen.points.sampling import console as sampling
from jifen.privacy import console as my_data
from jifen.volunteering import console as hours
from jifen.volunteering import console_community
from jifen.volunteering import console_imports as hours_imports
from jifen.volunteering.certificates import console as certificates
from jifen.web import doors, pages
from jifen.web.doors import Visit

#: Modules with a ``blp`` made by ``pages.section``.
ROOMS: tuple = (
    desk,
    console_year_end,
    queue,
    manual,
    console_objections,
    roster_pages,
    intake_pages,
    periods,
    people,
    ways_in,
    books,
    clockwork,
    trail,
    activities,
    attendance_pages,
    burden,
    appraisal_pages,
    my_data,
    sampling,
    lists,
    sending_pages,
    hours,
    console_community,
    hours_imports,
    certificates,
    model_posts,
    wecom_account,
)


def init_app(app: Flask) -> None:
    """Open ``/console`` with every room's pages."""
    for room in ROOMS:
        app.register_blueprint(room.blp)
    pages.front(lambda by: todo.waiting(by=by))
    doors.recognise_by(app, _visit)
    pages.leads("unproved", "/console/factor")


def _visit(token: str) -> Visit:
    found = sessions.come_in(token)
    return Visit(found.actor, found.name, found.number, found.session_id)
