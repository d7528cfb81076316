"""A club whose other services tell analytics what happened."""

import pytest_asyncio

from tests.analytics.club import Club, a_club
from tests.support.app import App, app_fixture

app = app_fixture("analytics")


@pytest_asyncio.fixture
async def club(app: App) -> Club:
    """A club with one event on sale."""
    return await a_club(app)
