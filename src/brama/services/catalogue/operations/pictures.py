"""Pictures: what people upload is never what the public gets."""

import asyncio

from brama.kernel.blobs import Blobs
from brama.kernel.clock import Clock
from brama.kernel.database import Database
from brama.services.catalogue import domain, store
from brama.services.catalogue.ports import Reencode


async def keep_picture(
    db: Database, clock: Clock, blobs: Blobs, reencode: Reencode, data: bytes
) -> domain.Picture:
    """Draw an uploaded picture anew and keep that. The same picture again gives the same digest.

    Raises:
        PictureUnreadable: it is no JPEG, PNG or WebP.
        PictureTooLarge: too many bytes or pixels.
    """
    drawn = await asyncio.to_thread(reencode, data)
    digest = await blobs.put(drawn.data, drawn.content_type, public=True)
    picture = domain.Picture(
        digest=digest,
        url=blobs.public_path(digest, drawn.content_type),
        content_type=drawn.content_type,
        width=drawn.width,
        height=drawn.height,
    )
    async with db.transaction() as tx:
        await store.add_picture(tx, picture, clock.now())
    return picture
