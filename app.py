"""The WSGI application: rooms and doors together."""

from bot import open_door
from jifen import create_app
from jifen.core.errors import DomainError

try:
    app = create_app()
except DomainError as refusal:
    # Bad settings, a full disk: whoever starts us reads a sentence, not a stack.
    raise SystemExit(refusal.message) from None
open_door(app)
