"""What may be wrong with a delivery. Read by the callback door, never by people."""

from __future__ import annotations


class CallbackError(Exception):
    """A delivery that is not answered by the bot; the text names a reason, never a value."""


class Forged(CallbackError):
    """Nothing proves that the delivery is WeChat's for our account: answer 403.

    Also raised for a proven ciphertext that none of our keys opens, which
    is what an EncodingAESKey or appid entered wrongly looks like.
    """


class BadCallback(CallbackError):
    """Proven to be WeChat's but not readable as a message: answer 200 ``success``.

    Anything else would make WeChat push the same body again and, after
    enough of them, stop pushing for a minute.
    """
