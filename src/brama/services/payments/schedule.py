"""What payments does by time: workers for what waits on the provider, schedules for what is due daily."""

from datetime import datetime, timedelta

from brama.kernel.schedule import Schedule
from brama.kernel.worker import Worker
from brama.services.payments import operations
from brama.services.payments.operations import Desk


def workers(desk: Desk) -> list[Worker]:
    """One loop for each kind of provider call, so that a slow kind delays no other.

    All claim their rows with a lease: any number of replicas may run them, and no transaction waits for a
    provider. The desk wakes them; the pause is the safety net.
    """
    webhooks = Worker("look_into_webhooks", lambda: operations.look_into_webhooks(desk))
    polling = Worker("poll_payments", lambda: operations.poll_payments(desk))
    refunds = Worker("send_refunds", lambda: operations.send_refunds(desk))
    closing = Worker("close_invoices", lambda: operations.close_invoices(desk))
    reconciling = Worker("reconcile", lambda: operations.reconcile_next(desk), idle_s=30.0)
    desk.wake_webhooks, desk.wake_refunds = webhooks.wake, refunds.wake
    desk.wake_closing, desk.wake_reconciling = closing.wake, reconciling.wake
    return [webhooks, polling, refunds, closing, reconciling]


def schedules(desk: Desk) -> list[Schedule]:
    """Last night's comparison is asked for hourly: once is enough, more changes nothing."""

    async def plan_reconciliations(_: datetime) -> None:
        await operations.plan_reconciliations(desk)

    async def drop_old(_: datetime) -> None:
        await operations.drop_old(desk)

    return [
        Schedule("plan_reconciliations", timedelta(hours=1), plan_reconciliations),
        Schedule("drop_old", timedelta(hours=6), drop_old),
    ]
