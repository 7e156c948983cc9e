"""Files for everybody and every program: known by their content, open to other sites."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "json": "application/json",
    "jsonld": "application/ld+json",
}


def open_file(
    request: HttpRequest,
    content: bytes,
    *,
    name: str,
    known_by: bytes | None = None,
    modified_at: datetime | None = None,
    is_download: bool = True,
) -> HttpResponse:
    """Answer with the file, or that it has not changed since the reader fetched it.

    ``known_by`` stands for the content where that is written differently each time (workbooks).
    """
    etag = quote_etag(hashlib.sha256(content if known_by is None else known_by).hexdigest())
    stamp = None if modified_at is None else int(modified_at.timestamp())
    response = HttpResponse(content, content_type=CONTENT_TYPES[name.rpartition(".")[2]])
    if is_download:
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["ETag"] = etag
    if stamp is not None:
        response["Last-Modified"] = http_date(stamp)
    answer = get_conditional_response(request, etag, stamp, response)
    answer = response if answer is None else answer
    # What stands here is public anyway; a program on another site may read it (Fetch standard).
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Content-Disposition"
    answer["Cache-Control"] = "public, max-age=300"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer  # type: ignore[return-value]
