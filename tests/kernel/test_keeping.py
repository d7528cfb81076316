"""What is kept: secrets sealed, keys in rings, files by their digest; and streams that readers resume."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brama.kernel.blobs import Blobs
from brama.kernel.config import FirstKey
from brama.kernel.database import Database
from brama.kernel.keys import KeyRing, TrustedKeys
from brama.kernel.secrets import SealBroken, Sealer, from_base64url, to_base64url
from brama.kernel.streams import Bell, StreamEvent, event_stream
from tests.kernel.house import config
from tests.support.clock import MovableClock
from tests.support.keys import IDENTITY_KEY, MASTER_KEY

SEALER = Sealer(MASTER_KEY)
OTHER = Sealer(to_base64url(bytes(32)))


@given(st.binary(), st.text())
def test_a_secret_comes_back_from_its_own_place_only(secret: bytes, context: str) -> None:
    sealed = SEALER.seal(secret, context)
    assert SEALER.open(sealed, context) == secret
    for opener, where in ((SEALER, context + "!"), (OTHER, context)):
        with pytest.raises(SealBroken):
            opener.open(sealed, where)


@given(st.binary(max_size=60))
def test_bytes_that_were_never_sealed_are_refused(data: bytes) -> None:
    with pytest.raises((SealBroken, ValueError)):
        SEALER.open(data, "anywhere")


def test_sealing_twice_gives_different_bytes_and_a_changed_bit_is_noticed() -> None:
    first, second = SEALER.seal(b"token", "a"), SEALER.seal(b"token", "a")
    assert first != second
    for at in range(len(first)):
        broken = bytearray(first)
        broken[at] ^= 1
        with pytest.raises(SealBroken):
            SEALER.open(bytes(broken), "a")


@given(st.binary())
def test_base64url_survives_without_padding(data: bytes) -> None:
    assert from_base64url(to_base64url(data)) == data
    assert not set(to_base64url(data)) & set("+/=")


async def test_a_ring_signs_with_the_newest_key_that_is_in_force(db: Database, clock: MovableClock) -> None:
    ring, now, day = KeyRing(SEALER, config()), clock.now(), timedelta(days=1)
    async with db.transaction() as tx:
        assert await ring.current(tx, "order", now) is None
        first = await ring.create(tx, "order", not_before=now, life=3 * day, now=now)
        second = await ring.create(tx, "order", not_before=now + day, life=3 * day, now=now)
        other = await ring.create(tx, "access", not_before=now, life=day, now=now)
    async with db.reading() as tx:
        days = [await ring.current(tx, "order", now + n * day) for n in (0, 1, 3, 5)]
        assert [key and key.key_id for key in days] == [first.key_id, second.key_id, second.key_id, None]
        assert (await ring.current(tx, "access", now)).key_id == other.key_id  # type: ignore[union-attr]
        found = days[0]
        assert found is not None
        found.private.public_key().verify(found.private.sign(b"x"), b"x")
        rows: list[Any] = await tx.raw.fetch("select private_sealed, public_key from signing_key")
    for row in rows:
        for key in (first, second, other):
            assert key.private.private_bytes_raw() not in row["private_sealed"]


async def test_the_settings_first_key_is_taken_over_once(db: Database, clock: MovableClock) -> None:
    private = to_base64url(IDENTITY_KEY.private.private_bytes_raw())
    ring = KeyRing(SEALER, config(first_keys=[FirstKey("access", "FIRSTKEY", private)]))
    async with db.transaction() as tx:
        imported = await ring.import_first(tx, "access", clock.now())
        assert imported is not None
        assert imported.public_key == IDENTITY_KEY.public_key
        assert await ring.import_first(tx, "access", clock.now()) is None
        assert await ring.import_first(tx, "order", clock.now()) is None


async def test_the_settings_keys_are_trusted_from_the_first_moment(db: Database) -> None:
    trusted = TrustedKeys(db, config())
    found = await trusted.get("identity", IDENTITY_KEY.key_id)
    assert found is not None
    assert found.public_bytes_raw() == IDENTITY_KEY.public_key
    assert await trusted.get("sales", IDENTITY_KEY.key_id) is None
    assert await trusted.get("identity", "NOBODY") is None


async def test_a_file_is_kept_once_and_found_by_its_digest(tmp_path: Path) -> None:
    blobs = Blobs(str(tmp_path / "private"), str(tmp_path / "public"))
    digest, again = [await blobs.put(b"poster", "image/png") for _ in range(2)]
    assert digest == again
    found = await blobs.get(digest)
    assert found is not None
    assert (found.data, found.content_type) == (b"poster", "image/png")
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
    assert await blobs.get(digest, public=True) is None
    await blobs.put(b"poster", "image/png", public=True)
    path = blobs.public_path(digest, "image/png")
    assert path == f"/media/{digest[:2]}/{digest}.png"
    assert (tmp_path / "public" / path.removeprefix("/media/")).read_bytes() == b"poster"


@pytest.mark.parametrize(
    "digest", ["", "..", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n", "*" * 64]
)
async def test_what_is_no_digest_finds_no_file(tmp_path: Path, digest: str) -> None:
    blobs = Blobs(str(tmp_path / "private"), str(tmp_path / "public"))
    await blobs.put(b"secret", "application/pdf")
    assert await blobs.get(digest) is None


async def test_files_put_at_once_are_whole(tmp_path: Path) -> None:
    blobs = Blobs(str(tmp_path / "private"), str(tmp_path / "public"))
    data = b"x" * 1_000_000
    digests = set(await asyncio.gather(*(blobs.put(data, "application/pdf") for _ in range(8))))
    assert len(digests) == 1
    found = await blobs.get(digests.pop())
    assert found is not None
    assert found.data == data
    assert not list(tmp_path.rglob("*.part"))


async def _read(
    events: AsyncIterator[StreamEvent | None], clock: MovableClock, stopping: asyncio.Event, **more: Any
) -> bytes:
    stream = event_stream(events, stopping=stopping, clock=clock, **more, is_trusted=_always)
    return b"".join([part async for part in stream.iterator])  # type: ignore[misc,union-attr]


async def test_a_stream_tells_events_with_cursors_and_heartbeats(clock: MovableClock) -> None:
    async def events() -> AsyncIterator[StreamEvent | None]:
        yield StreamEvent("scan", {"name": "Оля\n"}, "7")
        yield None
        clock.advance(seconds=11)
        yield None
        yield StreamEvent("count", 3)

    text = (await _read(events(), clock, asyncio.Event())).decode()
    blocks = text.strip().split("\n\n")
    assert blocks[0] == "retry: 1000"
    assert blocks[1] == 'id: 7\nevent: scan\ndata: {"name":"Оля\\n"}'
    assert blocks[2].startswith("event: heartbeat\ndata: {")
    assert blocks[3:] == ["event: count\ndata: 3"]


@pytest.mark.parametrize("reason", ["stopping", "expired"])
async def test_a_stream_ends_when_the_service_or_the_token_does(clock: MovableClock, reason: str) -> None:
    stopping = asyncio.Event()

    async def endless() -> AsyncIterator[StreamEvent | None]:
        yield StreamEvent("first", 1)
        if reason == "stopping":
            stopping.set()
        else:
            clock.advance(minutes=6)
        while True:
            yield StreamEvent("late", 2)

    until = clock.now() + timedelta(minutes=5)
    text = await asyncio.wait_for(_read(endless(), clock, stopping, until=until), 2)
    assert b"event: first" in text
    assert b"event: late" not in text


async def test_a_bell_wakes_all_who_wait_and_nobody_later() -> None:
    bell = Bell()
    waiting = [asyncio.create_task(bell.wait(5)) for _ in range(3)]
    await asyncio.sleep(0)
    bell.ring()
    await asyncio.wait_for(asyncio.gather(*waiting), 1)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(bell.wait(5), 0.05)
    await asyncio.wait_for(bell.wait(0.01), 1)


async def _always() -> bool:
    return True
