"""The WSGI application: rooms and doors together."""

import gc

from bot import open_door
from jifen import create_app
from jifen.core.errors import DomainError

# What loading makes, half a million objects, stays. Looking through it for garbage costs a third of every start,
# and 0.1 s of a request now and then: nothing is looked for until all is there, and that is never looked at again.
gc.disable()
try:
    app = create_app()
except DomainError as refusal:
    # Bad settings, a full disk: whoever starts us reads a sentence, not a stack.
    raise SystemExit(refusal.message) from None
open_door(app)
gc.freeze()
gc.enable()
