"""Pages with a button that only WeChat can serve: its scanner, its question which notices may come.

The page is whole without it: a browser that runs no script, or that WeChat does
not answer, shows everything but that button.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Response, request

from jifen.core import house
from jifen.web import pages
from jifen.wechat import account


def page(template: str, **values: Any) -> Response:
    """Return a page of the phone whose template includes ``wechat.html``; it may load WeChat's script beside ours."""
    url = account.script_url(request.headers.get("User-Agent", ""))
    answer = pages.page(template, sdk=url, sdk_anywhere=house.settings().simulator, **values)
    parts = urlsplit(url)
    # The style of the platform's own button stands in the page itself, as the platform wants it.
    answer.headers["Content-Security-Policy"] = (
        f"{pages.POLICY}; script-src 'self' {parts.scheme}://{parts.netloc}; connect-src 'self';"
        " style-src-elem 'self' 'unsafe-inline'"
    )
    return answer
