"""Migrations: per service, forward-only: `pre` is safe before the new code runs, `post` once it does."""

import hashlib
from importlib import resources
from typing import Any, Literal

import asyncpg
import msgspec

from brama.kernel.log import get_logger

log = get_logger()
Phase = Literal["pre", "post"]

_LEDGER = """
create table if not exists migration (
    package text not null, name text not null, digest text not null,
    applied_at timestamptz not null default now(), primary key (package, name)
)"""


class MigrationChanged(Exception):
    """A migration that has run was edited afterwards; write a new one instead."""


class Migration(msgspec.Struct, frozen=True):
    """One file: `NNNN_word.pre.sql` or `NNNN_word.post.sql`."""

    package: str
    name: str
    sql: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations_of(service: str, phase: Phase) -> list[Migration]:
    """The kernel's migrations, then the service's, in order."""
    found: list[Migration] = []
    for package in ("brama.kernel", f"brama.services.{service}"):
        folder = resources.files(package) / "migrations"
        if folder.is_dir():
            files = sorted(f.name for f in folder.iterdir() if f.name.endswith(f".{phase}.sql"))
            found += [Migration(package, name, (folder / name).read_text("utf-8")) for name in files]
    return found


async def migrate(service: str, database_url: str, phase: Phase = "pre") -> list[str]:
    """Apply what has not run yet, each in a transaction; two at once wait for each other.

    Returns the names of those applied.

    Raises:
        MigrationChanged: a file that ran before has other contents now.
    """
    raw: asyncpg.Connection[Any] = await asyncpg.connect(
        database_url, server_settings={"search_path": service}
    )
    try:
        await raw.execute("select pg_advisory_lock(hashtext('migrate'), hashtext($1))", service)
        await raw.execute(_LEDGER)
        applied = {
            (r["package"], r["name"]): r["digest"]
            for r in await raw.fetch("select package, name, digest from migration")
        }
        done = []
        for migration in migrations_of(service, phase):
            digest = applied.get((migration.package, migration.name))
            if digest is None:
                await _apply(raw, migration)
                done.append(migration.name)
            elif digest != migration.digest:
                raise MigrationChanged(f"{service}: {migration.name}")
        return done
    finally:
        await raw.close()


async def _apply(raw: Any, migration: Migration) -> None:
    async with raw.transaction():
        await raw.execute(migration.sql)
        await raw.execute(
            "insert into migration (package, name, digest) values ($1, $2, $3)",
            migration.package, migration.name, migration.digest,
        )  # fmt: skip
