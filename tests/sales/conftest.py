"""Sales with a night on sale."""

from tests.support.app import app_fixture

app = app_fixture("sales")
