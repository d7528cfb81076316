"""What the catalogue hears."""

from brama.contracts.identity import OrganiserChanged
from brama.kernel.database import Transaction
from brama.kernel.inbox import Heard
from brama.services.catalogue import operations


def heard() -> Heard:
    """The facts that change something here."""
    return {OrganiserChanged: on_organiser_changed}


async def on_organiser_changed(tx: Transaction, fact: OrganiserChanged) -> None:
    """Keep how the organiser is called."""
    await operations.remember_organiser(tx, fact)
