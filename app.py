"""The WSGI application: rooms and doors together."""

from bot import callback
from jifen import create_app

app = create_app()
app.register_blueprint(callback.bp)
