"""The API's description, and a page that shows it without asking any other server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, jsonify

from jifen.web.doors import open_door
from jifen.web.rest import Api, IdConverter
from jifen.web.secrecy import FREE_TEXT, LONG, NO_SECRETS

_PAGE = Path(__file__).with_name("description.html")
_ABOUT = f"""\
机关党建绩效指数管理的接口。

- 请求头 `Authorization: Bearer <令牌>`；令牌由 `POST /api/v1/tokens` 申请，按权限范围使用，可随时作废。
- 列表一律 `?after=&limit=`，返回 `{{"items", "next"}}`；`next` 为空即到底。
- 出错一律 `{{"code", "message", "errors", "request_id"}}`；`code` 不变，`message` 给人看。
- 多写的字段一律拒绝（422）。分值是十进制文本，不是浮点数。
- `POST` 可带 `Idempotency-Key`：同一个键只办一次，一天内重发得到同样的答复。
- {NO_SECRETS}
- 每个令牌每分钟最多 600 次请求，超过返回 429。
"""


def options() -> dict[str, Any]:
    """Return what the description says about the whole API."""
    return {
        "info": {"description": _ABOUT},
        "servers": [{"url": "/"}],
        "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
    }


def warn(_converter: Any, field: Any, ret: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Return the warning for a field that comes in and takes free text or a file."""
    comes_in = type(field.parent).__name__.endswith("In")
    free = field.name in FREE_TEXT or ret.get("format") == "binary" or (ret.get("maxLength") or 0) >= LONG
    if not comes_in or not free or "enum" in ret:
        return {}
    said = str(ret.get("description", "")).rstrip("。；")
    return {"description": f"{said}。{NO_SECRETS}" if said else NO_SECRETS}


def id_parameter(converter: IdConverter) -> dict[str, Any]:
    """Return how an identity in a path is described."""
    return {"type": "integer", "format": "int64", "minimum": converter.min, "maximum": converter.max}


def show(app: Flask, api: Api) -> None:
    """Serve the description at ``/api/openapi.json`` and the page at ``/api/docs``."""
    bp = Blueprint("description", __name__, url_prefix="/api")

    @bp.get("/openapi.json")
    @open_door
    def openapi() -> Response:
        return jsonify(api.spec.to_dict())

    @bp.get("/docs")
    @open_door
    def docs() -> Response:
        page = Response(_PAGE.read_text(encoding="utf-8"), content_type="text/html; charset=utf-8")
        page.headers["Content-Security-Policy"] = (
            "default-src 'none'; connect-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
        )
        return page

    app.register_blueprint(bp)
