"""One HTTP exchange with a platform: bounded waits, JSON in and out, and errors that hold no secret.

Our own, because wechatpy's client has no timeout on its token, repeats an
unaccepted token without end, takes an HTML page for success, sends an empty
file when it repeats an upload, and shows the secret in its errors. What this
one raises never holds an address, a token or a secret.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import time
from collections.abc import Mapping
from typing import Any

import requests
from urllib3.exceptions import HTTPError, NewConnectionError

from jifen.wechat.verdicts import ACTIONS, Action, Verdict, verdict

#: Seconds to connect, and to wait for the next bytes.
TIMEOUT = (3.05, 5.0)
#: The same for a file that leaves.
UPLOAD_TIMEOUT = (3.05, 30.0)
#: Seconds and bytes that one answer may take: a server that drips is left.
WHOLE_ANSWER, LONGEST_ANSWER = 15.0, 4 * 1024 * 1024
# Its debug lines hold whole addresses, and WeCom wants its secret in one.
logging.getLogger("urllib3.connectionpool").setLevel(logging.WARNING)
_RID = re.compile(r"rid: ?([0-9a-f-]{8,60})", re.ASCII)
_FIELD = re.compile(r"data\.([a-z_]{1,24}\d{0,3})\.value", re.ASCII)


class ApiError(Exception):
    """The platform answered and refused."""

    def __init__(
        self, code: int, rid: str = "", *, field: str = "", endpoint: str = "", wecom: bool = False
    ) -> None:
        #: The platform's errcode.
        self.code = code
        #: Names this one call to the platform's support.
        self.rid = rid
        #: The template field that was refused (47003); its name, never its value.
        self.field = field
        self.endpoint = endpoint
        self.verdict: Verdict = verdict(code, wecom=wecom)
        super().__init__(
            f"errcode {code} ({self.verdict}), rid {rid or '-'}" + (f", {field}" if field else "")
        )

    @property
    def action(self) -> Action:
        """What the house does about it."""
        return ACTIONS[self.verdict]


class Unreachable(Exception):
    """No answer that can be read came back."""

    def __init__(self, reason: str, *, maybe_done: bool) -> None:
        #: Whether the platform may have done what was asked all the same.
        self.maybe_done = maybe_done
        super().__init__(f"{reason}, {'outcome unknown' if maybe_done else 'nothing was sent'}")


class CircuitOpen(Unreachable):
    """The call was not made: the endpoint rests after what it said or failed before."""

    def __init__(self, reason: str, until: dt.datetime) -> None:
        #: When the rest ends, and why it began.
        self.until, self.reason = until, reason
        super().__init__(f"resting: {reason}", maybe_done=False)


class Transport:
    """Exchanges with one platform. Safe to share between threads.

    :param base_url: where every call goes; a path never leads elsewhere
    """

    def __init__(self, base_url: str, *, wecom: bool = False) -> None:
        self._base, self._wecom = base_url.rstrip("/"), wecom
        self._http = requests.Session()
        # A proxy or .netrc of the machine must not see or change these calls.
        self._http.trust_env = False

    def post(self, path: str, payload: Mapping[str, Any], query: Mapping[str, str]) -> dict[str, Any]:
        """POST JSON, read JSON.

        :raises ApiError: errcode is not 0
        :raises Unreachable: no connection, no answer in time, or not JSON
        """
        # The platform shows \\uXXXX to people as it stands.
        body = json.dumps(payload, ensure_ascii=False).encode()
        kind = {"Content-Type": "application/json; charset=utf-8"}
        return self._json("POST", path, query, data=body, headers=kind, timeout=TIMEOUT)

    def get(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        """GET, read JSON; raises as :meth:`post` does."""
        return self._json("GET", path, query, timeout=TIMEOUT)

    def upload(self, path: str, file: tuple[str, bytes, str], query: Mapping[str, str]) -> dict[str, Any]:
        """POST a file as the form field ``media``; raises as :meth:`post` does.

        :param file: name, content and type; bytes only: a stream that was read once would leave empty
        :raises ValueError: not bytes, or none
        """
        if not isinstance(file[1], bytes) or not file[1]:
            raise ValueError("an upload needs bytes")
        return self._json("POST", path, query, files={"media": file}, timeout=UPLOAD_TIMEOUT)

    def download(self, path: str, query: Mapping[str, str], *, most: int) -> bytes:
        """GET a picture.

        :param most: bytes that are read; what is longer comes back cut one byte above it
        :raises ApiError, Unreachable: see :meth:`post`
        """
        fault: Unreachable
        try:
            with self._http.get(
                self._base + path, params=query, timeout=TIMEOUT, allow_redirects=False, stream=True
            ) as response:
                kind = response.headers.get("Content-Type", "")
                if response.status_code == 200 and kind.startswith(("image/", "application/octet-stream")):
                    whole = response.raw.read(most + 1, decode_content=True)
                    declared = response.headers.get("Content-Length", "")
                    if declared.isdecimal() and len(whole) < min(int(declared), most):
                        raise requests.ConnectionError("cut short")
                    return whole
                # Anything else is an error as JSON, or nothing that is ours.
                self._read(response.status_code, response.content, path)
                raise Unreachable("no picture", maybe_done=False)
        except (requests.RequestException, HTTPError) as err:
            fault = Unreachable(type(err).__name__, maybe_done=False)
        raise fault

    def _json(self, method: str, path: str, query: Mapping[str, str], **sent: Any) -> dict[str, Any]:
        fault: Unreachable
        try:
            with self._http.request(
                method,
                self._base + path,
                params=dict(query),
                allow_redirects=False,
                stream=True,
                **sent,
            ) as response:
                status, body = response.status_code, _whole(response)
        except (requests.RequestException, HTTPError) as err:
            # Its text holds the address with the token: only its kind is kept,
            # and it is left before raising so that no traceback chains to it.
            fault = Unreachable(type(err).__name__, maybe_done=not _never_left(err))
        else:
            return self._read(status, body, path)
        raise fault

    def _read(self, status: int, body: bytes, path: str) -> dict[str, Any]:
        """Return the answer's object, whatever Content-Type says; errors come as text/plain."""
        if status != 200:
            raise Unreachable(f"HTTP {status}", maybe_done=status >= 500)
        try:
            answer = json.loads(body.decode(), strict=False)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise Unreachable("answer is not JSON", maybe_done=True)
        code = answer.get("errcode", 0)
        if code != 0:
            said = str(answer.get("errmsg", ""))
            rid, field = _RID.search(said), _FIELD.search(said)
            raise ApiError(
                code if isinstance(code, int) else -1,
                rid[1] if rid else "",
                field=field[1] if field else "",
                endpoint=path,
                wecom=self._wecom,
            )
        return answer


def _whole(response: requests.Response) -> bytes:
    """Return the body, within the time and the size that an answer may have."""
    ends, parts, size = time.monotonic() + WHOLE_ANSWER, [], 0
    for part in response.iter_content(64 * 1024):
        parts.append(part)
        size += len(part)
        if size > LONGEST_ANSWER:
            raise requests.exceptions.ContentDecodingError("answer too long")
        if time.monotonic() > ends:
            raise requests.ReadTimeout("answer too slow")
    return b"".join(parts)


def _never_left(err: Exception) -> bool:
    """Tell whether the request surely did not reach the platform."""
    # A connection reset while waiting is a ConnectionError too: only these are certain.
    reason = getattr(err.args[0], "reason", None) if err.args else None
    return isinstance(err, requests.ConnectTimeout | requests.exceptions.SSLError) or isinstance(
        reason, NewConnectionError
    )
