"""Commands for the operator: `migrate`, `replay`, `openapi`."""

import asyncio
import json
from pathlib import Path
from uuid import UUID

import click

from brama.cli import options
from brama.embedded.api_document import api_document
from brama.embedded.reference import write_reference
from brama.kernel import log as logs
from brama.kernel import runtime
from brama.kernel.clock import SystemClock
from brama.kernel.database import Database
from brama.kernel.inbox import replay_dead_letters
from brama.kernel.migrations import Phase
from brama.kernel.migrations import migrate as migrate_schema
from brama.kernel.outbox import say_again
from brama.kernel.runtime import SERVICES


@click.command()
@click.argument("service", type=click.Choice(SERVICES), required=False)
@click.option("--pre", "phase", flag_value="pre", help="Only what is safe before the new code runs.")
@click.option("--post", "phase", flag_value="post", help="Only what is safe once the new code runs.")
@options.settings
def migrate(service: str | None, phase: Phase | None, settings: Path | None, data: Path) -> None:
    """Bring the schema of SERVICE, or of all services, up to date.

    Each migration runs once, in a transaction; two at the same time wait for each other. Without --pre or
    --post both phases run.
    """
    path = options.settings_file(settings, data)
    for name in [service] if service else SERVICES:
        config, _ = runtime.build(name, path)
        for chosen in [phase] if phase else ("pre", "post"):
            applied = asyncio.run(migrate_schema(name, config.database_url, chosen))
            click.echo(f"{name} {chosen}: {', '.join(applied) or 'nothing to do'}")


@click.command()
@click.argument("service", type=click.Choice(SERVICES))
@click.option(
    "--subject", default="%", help="Only facts of this subject; % stands for anything: sales.order.%"
)
@click.option(
    "--fact-id", "--event-id", "fact_id", type=click.UUID, help="Only this fact, by the id in its envelope."
)
@click.option(
    "--said", is_flag=True, help="Send again what SERVICE itself said, instead of its dead letters."
)
@options.settings
def replay(
    service: str, subject: str, fact_id: UUID | None, said: bool, settings: Path | None, data: Path
) -> None:
    """Apply the dead letters of SERVICE again, oldest first.

    A dead letter is a fact that failed too often. Applying one that was applied meanwhile changes nothing.
    Exit code 1 when some failed again; their cause is in the lines above.

    With --said, the running service sends what it said in the last 30 days once more: whoever has heard it
    drops it.
    """
    path = options.settings_file(settings, data)
    if said:
        count = asyncio.run(_say_again(service, path, subject, fact_id))
        click.echo(f"{service}: {count} facts will be sent again")
        return
    applied, failed = asyncio.run(_replay(service, path, subject, fact_id))
    click.echo(f"{service}: {applied} applied, {failed} failed again")
    if failed:
        raise SystemExit(1)


async def _say_again(service: str, path: Path, subject: str, fact_id: UUID | None) -> int:
    config, _ = runtime.build(service, path)
    db = await Database.connect(config.database_url, schema=service, size=1)
    try:
        return await say_again(db, subject, fact_id)
    finally:
        await db.close()


async def _replay(service: str, path: Path, subject: str, fact_id: UUID | None) -> tuple[int, int]:
    config, compose = runtime.build(service, path)
    logs.set_up(service, level="warning", as_json=False)
    db = await Database.connect(config.database_url, schema=service, size=2)
    try:
        kernel = runtime.Kernel.of(service, config, db, SystemClock())
        running = runtime.Running(kernel, compose(kernel))
        return await replay_dead_letters(running.inbox, db, subject, fact_id)
    finally:
        await db.close()


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write.  [default: stdout]",
)
@click.option(
    "--site",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the document, and the page that reads it, into the folder api of this site instead.",
)
def openapi(output: Path | None, site: Path | None) -> None:
    """Describe the whole API as one OpenAPI 3.1 document.

    It is made from the code: neither database nor settings are needed. A running system serves it at
    /api/openapi.json, and a page to read it at /api.
    """
    document = api_document()
    if site is not None:
        write_reference(document, site)
        return
    text = json.dumps(document, ensure_ascii=False, indent=1)
    if output is None:
        click.echo(text)
    else:
        output.write_text(text + "\n", "utf-8")
