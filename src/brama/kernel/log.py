"""Structured logs: the event is the key, facts are fields; never a token, card, code or e-mail address."""

import logging
import sys
from typing import Any

import structlog

from brama.kernel import correlation


def _add_correlation(_: Any, __: str, fields: structlog.typing.EventDict) -> structlog.typing.EventDict:
    if correlation._correlation.get() is not None:
        fields["correlation_id"] = correlation.correlation_id()
    return fields


def set_up(service: str, *, level: str = "info", as_json: bool = True) -> None:
    """Send every log line of this process, libraries' included, to standard error as one JSON object."""
    chain: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        _add_correlation,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[*chain, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
    structlog.contextvars.bind_contextvars(service=service)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processor=renderer, foreign_pre_chain=[*chain]
        )  # libraries' lines
    )
    logging.root.handlers = [handler]
    logging.root.setLevel(logging.WARNING)


def get_logger() -> structlog.typing.FilteringBoundLogger:
    """A logger: `log.info("order.placed", order_code=…)`."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return logger
