"""Metrics of this process, for Prometheus to fetch under /metrics."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY = CollectorRegistry()
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


def counter(name: str, about: str, labels: tuple[str, ...] = ()) -> Counter:
    """Something that only grows; `name` ends in `_total`."""
    return Counter(name, about, labels, registry=REGISTRY)


def gauge(name: str, about: str, labels: tuple[str, ...] = ()) -> Gauge:
    """Something that rises and falls."""
    return Gauge(name, about, labels, registry=REGISTRY)


def histogram(name: str, about: str, labels: tuple[str, ...] = ()) -> Histogram:
    """A distribution, in seconds; `name` ends in `_seconds`."""
    return Histogram(name, about, labels, registry=REGISTRY, buckets=_BUCKETS)


def rendered() -> bytes:
    """Everything, in Prometheus's text format."""
    return generate_latest(REGISTRY)
