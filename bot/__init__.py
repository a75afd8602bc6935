"""The WeChat door: callback, router, handlers, replies."""

from flask import Flask


def open_door(app: Flask) -> None:
    """Answer WeChat at ``/wechat``, let notices leave by it, and show the simulator where it runs."""
    from bot import callback, metrics, more, outbound, router, simulator_door, wecom_door
    from jifen.access import menus
    from jifen.core import house
    from jifen.demo import lens
    from jifen.files import service as files
    from jifen.notices import ports

    app.register_blueprint(callback.bp)
    app.register_blueprint(more.bp)
    app.wsgi_app = callback.Deliveries(app)  # type: ignore[method-assign]
    metrics.init_app(app)
    ports.use(outbound.ways())
    files.use(outbound.fetch_media)
    menus.understood_by(router.understands)
    with app.app_context():
        simulator_door.init_app(app, house.settings(), before_the_lens=lens.seen)
        wecom_door.init_app(app, house.settings())
