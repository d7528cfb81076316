"""Identity as its tests see it: real, with cheap password hashes."""

from tests.identity.club import SETUP_CODE
from tests.support.app import app_fixture

app = app_fixture("identity", setup_code=SETUP_CODE, argon2_memory_kib=64, argon2_passes=1)
