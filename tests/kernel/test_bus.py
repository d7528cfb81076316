"""Facts from one service to another: said with their cause, heard with their effect, never lost or doubled."""

import asyncio
from typing import Any

import msgspec
import pytest

from brama.kernel import inbox as inbox_module
from brama.kernel.bus import stream_of
from brama.kernel.correlation import correlated
from brama.kernel.database import Transaction
from brama.kernel.facts import Fact
from brama.kernel.ids import new_id
from brama.kernel.inbox import Inbox, NotYet, replay_dead_letters
from brama.kernel.outbox import say, say_again
from tests.kernel.small import Broker, EchoMade, Small, ThingDone, done, eventually, keep


@pytest.fixture
def few_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up after two failures, so that no test waits a minute."""
    monkeypatch.setattr(inbox_module, "_ATTEMPTS", 2)


async def test_a_fact_is_heard_once_with_its_chain_of_causes(alpha: Small, beta: Small) -> None:
    beta.hears({ThingDone: keep})
    async with alpha.running(), beta.running():
        fact = done("one", alpha.clock)
        with correlated("chain-7"):
            await alpha.say(fact)
        await beta.has_heard("one")
        [row] = await beta.fetch("select * from done")
        assert (row["correlation_id"], row["causation_id"]) == ("chain-7", fact.fact_id)
        assert (await alpha.envelope(fact.fact_id)).causation_id is None
        await eventually(lambda: _is_drained(alpha, beta))


async def _is_drained(alpha: Small, beta: Small) -> bool:
    assert beta.inbox is not None
    return await alpha.unsent() == 0 and await beta.inbox.backlog() == 0


async def test_what_is_rolled_back_was_never_said(alpha: Small, beta: Small) -> None:
    beta.hears({ThingDone: keep})
    async with alpha.running(), beta.running():
        with pytest.raises(RuntimeError, match="changed my mind"):
            async with alpha.db.transaction() as tx:
                await say(tx, done("never", alpha.clock))
                raise RuntimeError("changed my mind")
        await alpha.say(done("after", alpha.clock))
        await beta.has_heard("after")


async def test_an_answer_travels_back_in_the_same_chain(alpha: Small, beta: Small) -> None:
    async def echo(tx: Transaction, fact: ThingDone) -> None:
        await say(tx, EchoMade(aggregate_id=fact.name, aggregate_version=1, occurred_at=fact.occurred_at,
                               name=f"echo of {fact.name}"))  # fmt: skip

    beta.hears({ThingDone: echo})
    alpha.hears({EchoMade: keep})
    async with alpha.running(), beta.running():
        fact = done("call", alpha.clock)
        with correlated("chain-8"):
            await alpha.say(fact)
        await alpha.has_heard("echo of call")
        [row] = await alpha.fetch("select * from done")
        assert row["correlation_id"] == "chain-8"
        envelope = await beta.envelope(row["fact_id"])
        assert (envelope.correlation_id, envelope.causation_id) == ("chain-8", fact.fact_id)


async def test_an_effect_that_fails_leaves_nothing_and_is_tried_again(alpha: Small, beta: Small) -> None:
    failures = 2

    async def fragile(tx: Transaction, fact: ThingDone) -> None:
        nonlocal failures
        await keep(tx, fact)
        if failures:
            failures -= 1
            raise RuntimeError("half done")

    beta.hears({ThingDone: fragile})
    async with alpha.running(), beta.running():
        await alpha.say(done("fragile", alpha.clock))
        await beta.has_heard("fragile")
        assert failures == 0
        assert not await beta.dead()


async def test_one_fact_that_fails_holds_up_no_other(alpha: Small, beta: Small, few_attempts: None) -> None:
    async def picky(tx: Transaction, fact: ThingDone) -> None:
        if fact.name == "bad":
            raise ValueError("cannot digest this")
        await keep(tx, fact)

    beta.hears({ThingDone: picky})
    names = [f"good-{n}" for n in range(20)]
    async with alpha.running(), beta.running():
        facts = [done(name, alpha.clock) for name in (*names[:10], "bad", *names[10:])]
        await alpha.say(*facts)
        await beta.has_heard(*names)
        await eventually(lambda: _has_dead(beta, 1))
        [letter] = await beta.dead()
        assert (letter["fact_id"], letter["attempts"]) == (facts[10].fact_id, 2)
        assert "cannot digest this" in letter["error"]


async def _has_dead(small: Small, count: int) -> bool:
    return len(await small.dead()) == count


async def test_a_dead_letter_is_applied_once_by_replay(alpha: Small, beta: Small, few_attempts: None) -> None:
    is_broken = True

    async def broken(tx: Transaction, fact: ThingDone) -> None:
        if is_broken:
            raise RuntimeError("not today")
        await keep(tx, fact)

    beta.hears({ThingDone: broken})
    async with alpha.running(), beta.running():
        first, second = done("first", alpha.clock), done("second", alpha.clock)
        with correlated("chain-9"):
            await alpha.say(first, second)
        await eventually(lambda: _has_dead(beta, 2))
    assert beta.inbox is not None
    assert await replay_dead_letters(beta.inbox, beta.db) == (0, 2)
    assert len(await beta.dead()) == 2
    is_broken = False
    assert await replay_dead_letters(beta.inbox, beta.db, "beta.%") == (0, 0)
    assert await replay_dead_letters(beta.inbox, beta.db, fact_id=second.fact_id) == (1, 0)
    assert await beta.heard() == ["second"]
    assert await replay_dead_letters(beta.inbox, beta.db, "alpha.thing.%") == (1, 0)
    assert await replay_dead_letters(beta.inbox, beta.db) == (0, 0)
    assert await beta.heard() == ["first", "second"]
    assert {row["correlation_id"] for row in await beta.fetch("select * from done")} == {"chain-9"}


async def test_a_message_that_cannot_be_read_is_kept_as_dead_and_stops_nobody(
    alpha: Small, beta: Small
) -> None:
    beta.hears({ThingDone: keep})
    async with alpha.running(), beta.running():
        await alpha.say(done("before", alpha.clock))
        await beta.has_heard("before")
        fact_id = new_id()
        await alpha.bus.publish([(ThingDone.SUBJECT, b'{"subject": "alpha.thing.done.v1"', str(fact_id))])
        await alpha.bus.publish([(ThingDone.SUBJECT, b'{"of": "another age"}', "no id of ours")])
        await alpha.say(done("after", alpha.clock))
        await beta.has_heard("after", "before")
        await eventually(lambda: _has_dead(beta, 2))
        assert fact_id in {letter["fact_id"] for letter in await beta.dead()}
        assert await replay_dead_letters(beta.inbox, beta.db) == (0, 2)  # type: ignore[arg-type]


async def test_what_comes_too_early_waits_for_what_it_builds_on(alpha: Small, beta: Small) -> None:
    async def in_order(tx: Transaction, fact: ThingDone) -> None:
        known = await tx.raw.fetchval("select count(*) from done where name = 'base'")
        if fact.name != "base" and not known:
            raise NotYet("base unknown")
        await keep(tx, fact)

    beta.hears({ThingDone: in_order})
    async with alpha.running(), beta.running():
        await alpha.say(done("roof", alpha.clock))
        await asyncio.sleep(0.5)
        assert await beta.heard() == []
        await alpha.say(done("base", alpha.clock))
        await beta.has_heard("base", "roof")
        assert not await beta.dead()


async def test_what_waits_in_vain_for_an_hour_is_given_up(
    alpha: Small, beta: Small, few_attempts: None
) -> None:
    async def never(tx: Transaction, fact: ThingDone) -> None:
        raise NotYet("nobody knows it")

    beta.hears({ThingDone: never})
    fact = msgspec.structs.replace(done("old", alpha.clock))
    alpha.clock.advance(minutes=59)
    async with alpha.running(), beta.running():
        await alpha.say(fact)
        await asyncio.sleep(1.5)
        assert not await beta.dead()
        alpha.clock.advance(minutes=2)
        await eventually(lambda: _has_dead(beta, 1))


@pytest.mark.parametrize("is_stopped_first", [True, False], ids=["broker-lost-its-disk", "stream-deleted"])
async def test_a_wiped_stream_is_filled_again_and_nothing_is_applied_twice(
    alpha: Small, beta: Small, broker: Broker, is_stopped_first: bool
) -> None:
    beta.hears({ThingDone: keep})
    before = [f"before-{n}" for n in range(30)]
    async with alpha.running(), beta.running():
        await alpha.say(*(done(name, alpha.clock) for name in before))
        await beta.has_heard(*before)
        made_at = (await alpha.bus.js.stream_info(stream_of("alpha"))).created
        if is_stopped_first:
            broker.stop()
            broker.wipe()
            await alpha.say(done("meanwhile", alpha.clock))
            assert await alpha.unsent() == 1
            await broker.start()
        else:
            await alpha.bus.js.delete_stream(stream_of("alpha"))
            await alpha.say(done("meanwhile", alpha.clock))
        await beta.has_heard(*before, "meanwhile", within_s=30)

        async def is_full() -> bool:
            info = await alpha.bus.js.stream_info(stream_of("alpha"))
            return info.created != made_at and info.state.messages == 31

        await eventually(is_full, within_s=20)
        await eventually(lambda: _is_drained(alpha, beta), within_s=20)
        assert await beta.heard() == sorted([*before, "meanwhile"])


async def test_a_listener_that_lost_what_it_heard_hears_it_again(
    alpha: Small, beta: Small, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    beta.hears({ThingDone: keep})
    async with alpha.running(), beta.running():
        fact, other = done("again", alpha.clock), done("other", alpha.clock)
        await alpha.say(fact, other)
        await beta.has_heard("again", "other")
        await beta.fetch("with gone as (delete from inbox) delete from done")
        await alpha.bus.js.purge_stream(stream_of("alpha"))  # else its two minutes of memory drop the copy
        await alpha.bus.js.delete_stream(stream_of("alpha"))
        assert await say_again(alpha.db, "beta.%") == 0
        await say_again(alpha.db, "alpha.thing.%", fact.fact_id)
        await beta.has_heard("again", "other", within_s=30)


async def test_replicas_share_what_is_heard(alpha: Small, beta: Small, broker: Broker) -> None:
    by: dict[str, int] = {"first": 0, "second": 0}

    def handler(replica: str) -> Any:
        async def hear(tx: Transaction, fact: Fact) -> None:
            by[replica] += 1
            await keep(tx, fact)

        return hear

    twin = Small("beta", beta.db, broker, beta.clock)
    beta.hears({ThingDone: handler("first")})
    twin.hears({ThingDone: handler("second")})
    names = [f"shared-{n:03}" for n in range(120)]
    async with alpha.running(), beta.running(), twin.running():
        await eventually(lambda: _both_listen(beta, twin))
        for name in names:
            await alpha.say(done(name, alpha.clock))
        await beta.has_heard(*names)
    assert by["first"] > 0
    assert by["second"] > 0


async def _both_listen(*replicas: Small) -> bool:
    return all(replica.bus.is_connected for replica in replicas)


async def test_a_subject_that_is_heard_no_longer_is_let_go(alpha: Small, beta: Small) -> None:
    """After an update a consumer still follows the old subjects for a moment: they are nobody's."""
    beta.hears({ThingDone: keep, EchoMade: keep})
    async with alpha.running(), beta.running():
        assert beta.inbox is not None
        await beta.say(
            EchoMade(aggregate_id="x", aggregate_version=1, occurred_at=beta.clock.now(), name="x")
        )
        await beta.has_heard("x")
        del beta.inbox._heard[ThingDone.SUBJECT]
        await alpha.say(done("unasked", alpha.clock))
        await beta.say(
            EchoMade(aggregate_id="y", aggregate_version=1, occurred_at=beta.clock.now(), name="y")
        )
        await beta.has_heard("x", "y")
        assert not await beta.dead()


async def test_a_service_works_while_the_broker_is_away(alpha: Small, beta: Small, broker: Broker) -> None:
    broker.stop()
    beta.hears({ThingDone: keep})
    async with alpha.running(), beta.running():
        await alpha.say(done("patient", alpha.clock))
        await asyncio.sleep(1)
        assert await alpha.unsent() == 1
        assert await beta.heard() == []
        await broker.start()
        await beta.has_heard("patient", within_s=20)


def test_a_service_that_hears_nothing_needs_no_consumer() -> None:
    assert Inbox("gamma", None, None, None, {}).speakers() == {}  # type: ignore[arg-type]
