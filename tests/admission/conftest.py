"""An event at the gates, told as the other services tell it."""

import pytest_asyncio

from tests.admission.house import House, a_house
from tests.support.app import App, app_fixture

app = app_fixture("admission")


@pytest_asyncio.fixture
async def house(app: App) -> House:
    """An event tonight with two gates and one list."""
    return await a_house(app)
