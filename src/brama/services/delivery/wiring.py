"""Composition root of delivery."""

from datetime import timedelta

from brama.kernel.runtime import Kernel, Service
from brama.services.delivery import http, subscribers
from brama.services.delivery.config import DeliveryConfig
from brama.services.delivery.operations.hearing import Editor
from brama.services.delivery.operations.sending import Courier
from brama.services.delivery.providers.smtp import SmtpPost, SmtpServer
from brama.services.delivery.rendering import Renderer

CONFIG = DeliveryConfig


def build(kernel: Kernel, config: DeliveryConfig) -> Service:
    """Put delivery together."""
    server = SmtpServer(
        host=config.smtp_host, port=config.smtp_port, tls=config.smtp_tls, user=config.smtp_user,
        password=config.smtp_password, timeout_s=config.smtp_timeout_s,
    )  # fmt: skip
    courier = Courier(
        kernel.db, kernel.clock, SmtpPost(server), Renderer(kernel.blobs, config.from_address),
        at_once=config.smtp_connections, patience=timedelta(hours=config.give_up_after_h),
    )  # fmt: skip
    editor = Editor(kernel.clock, config.public_origin, courier.worker.wake)
    return Service(
        name="delivery",
        routes=http.ROUTES,
        problems=http.PROBLEMS,
        heard=subscribers.heard(editor),
        workers=[courier.worker],
        dependencies={"editor": editor},
        on_stop=[courier.stop],
    )
