"""flask-smorest as this house uses it: one error shape, ids that fit, scopes in the description."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import flask_smorest
import marshmallow as ma
from flask import Request
from flask.views import MethodView
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.routing import IntegerConverter

from jifen.core.actor import permissions, words_for
from jifen.web import idempotency
from jifen.web.doors import ANYBODY
from jifen.web.schemas import MAX_ID, ErrorOut


class IdConverter(IntegerConverter):
    """An identity in a path; what no BIGINT can hold is no address."""

    def __init__(self, url_map: Any) -> None:
        super().__init__(url_map, min=1, max=MAX_ID)


class Resource(MethodView):
    """A thing with an address; a POST with an ``Idempotency-Key`` is done once."""

    decorators = [idempotency.once]  # noqa: RUF012 - Flask's own attribute
    init_every_request = False


class _Parser(FlaskParser):
    """Refuses what a schema does not name, in the query as in the body; reads a form with a file as one."""

    DEFAULT_UNKNOWN_BY_LOCATION = FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION | {"query": ma.RAISE}
    __location_map__ = FlaskParser.__location_map__ | {"upload": "load_upload"}

    def load_upload(self, req: Request, schema: ma.Schema) -> Any:
        """Return the fields and the files of a form together."""
        return self._makeproxy(CombinedMultiDict([req.form, req.files]), schema)


class Blueprint(flask_smorest.Blueprint):
    """A room's part of the API."""

    ARGUMENTS_PARSER = _Parser()
    DEFAULT_LOCATION_CONTENT_TYPE_MAPPING = flask_smorest.Blueprint.DEFAULT_LOCATION_CONTENT_TYPE_MAPPING | {
        "upload": "multipart/form-data"
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare_doc_cbks.append(self._prepare_scope_doc)

    def _prepare_scope_doc(
        self, doc: dict[str, Any], info: dict[str, Any], *, method: str, **_: Any
    ) -> dict[str, Any]:
        """Describe the token's scope, the refusals and the key of a POST."""
        asked = info["asks"]
        scope = None if asked == ANYBODY else permissions()[asked]
        doc["security"] = [{"bearer": [scope] if scope else []}]
        if scope:
            info["docstring"]["description"] = "\n\n".join(
                filter(
                    None, [info["docstring"].get("description"), f"令牌权限：`{scope}`（{words_for(asked)}）"]
                )
            )
        answers = doc.setdefault("responses", {})
        for status in (401, 403, 429):
            answers.setdefault(status, HTTPStatus(status).name)
        if method == "post":
            doc.setdefault("parameters", []).append(
                {
                    "in": "header",
                    "name": idempotency.HEADER,
                    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
                    "description": "同一个键只办一次，一天内重发得到同样的答复",
                }
            )
        return doc


class Api(flask_smorest.Api):
    """The API's description; errors are rendered by the plumbing, in one place."""

    ERROR_SCHEMA = ErrorOut

    def _register_error_handlers(self) -> None:
        """Leave errors to ``jifen.web.plumbing``."""
