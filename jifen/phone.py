"""The phone's pages put together, and how their sessions are known."""

from __future__ import annotations

from flask import Flask

from jifen.access import phone as door
from jifen.access import visitors
from jifen.activities import phone as activities
from jifen.model_posts import phone as model_posts
from jifen.notices import phone as reminders
from jifen.points import phone as points
from jifen.points.queue import phone as report
from jifen.privacy import phone as my_data
from jifen.privacy import phone_seen as seen
from jifen.volunteering import phone as hours
from jifen.volunteering.certificates import phone as certificates
from jifen.web import doors, pages

#: Modules with a ``blp`` made by ``pages.section`` for the phone.
ROOMS: tuple = (door, points, reminders, seen, hours, certificates, activities, model_posts)


def init_app(app: Flask) -> None:
    """Open ``/m`` with every room's pages."""
    for room in ROOMS:
        app.register_blueprint(room.blp)
    app.register_blueprint(door.bp)
    app.register_blueprint(my_data.bp)
    app.register_blueprint(report.bp)
    doors.recognise_by(app, visitors.come_in, at=doors.PHONE)
    pages.leads("agree_first", "/m/consent", at=doors.PHONE)
