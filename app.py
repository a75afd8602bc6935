"""The WSGI application: rooms and doors together."""

from bot import open_door
from jifen import create_app

app = create_app()
open_door(app)
