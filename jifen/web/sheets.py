"""Sending a sheet or a document as a download."""

from __future__ import annotations

from flask import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet(name: str, content: bytes) -> Response:
    """Return ``content`` as a download called ``name`` (ASCII)."""
    return Response(
        content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def pdf(name: str, content: bytes) -> Response:
    """Return a document to be printed, shown by the browser under ``name`` (ASCII)."""
    return Response(
        content, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )
