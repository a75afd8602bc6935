"""The WSGI application: rooms and doors together."""

from jifen import create_app

app = create_app()
