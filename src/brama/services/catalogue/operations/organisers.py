"""Organisers as identity tells of them."""

from uuid import UUID

from brama.contracts.identity import OrganiserChanged
from brama.kernel.database import Database, Transaction
from brama.services.catalogue import domain, store


async def remember_organiser(tx: Transaction, told: OrganiserChanged) -> None:
    """Keep an organiser's names; an older word changes nothing."""
    await store.put_organiser(tx, told)


async def name_organisers(db: Database, organiser_ids: list[UUID]) -> dict[UUID, domain.OrganiserName]:
    """How organisers are called, of those that identity has told of."""
    async with db.reading() as tx:
        return {each.id: each for each in await store.organisers_among(tx, organiser_ids)}
