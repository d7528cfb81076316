"""Uploads of pictures over HTTP."""

from typing import Any

from litestar import Request, post
from litestar.datastructures import UploadFile

from brama.kernel.blobs import Blobs
from brama.kernel.web import Db, Given, Time
from brama.services.catalogue import errors, operations
from brama.services.catalogue.http.common import WRITERS
from brama.services.catalogue.http.shapes import PictureView, picture_view
from brama.services.catalogue.ports import Reencode


@post("/media", opt=WRITERS)
async def keep_picture(
    request: Request[Any, Any, Any], db: Db, clock: Time, blobs: Given[Blobs], reencode: Given[Reencode]
) -> PictureView:
    """Take a picture as the raw body or as the file of a form; no idempotency key: its digest is one."""
    data = await _uploaded(request)
    return picture_view(await operations.keep_picture(db, clock, blobs, reencode, data))


async def _uploaded(request: Request[Any, Any, Any]) -> bytes:
    if request.headers.get("content-type", "").partition(";")[0].strip() != "multipart/form-data":
        return await request.body()
    for value in (await request.form()).values():
        if isinstance(value, UploadFile):
            return await value.read()
    raise errors.PictureUnreadable()


ROUTES = [keep_picture]
