"""The WeChat door: callback, router, handlers, replies."""

from flask import Flask


def open_door(app: Flask) -> None:
    """Answer WeChat at ``/wechat`` and let notices leave by it."""
    from bot import callback, outbound
    from jifen.notices import sending

    app.register_blueprint(callback.bp)
    sending.use(outbound.send)
