"""`/metrics` for Prometheus: how many turns, how long their stages take, how much waits."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from starlette.responses import Response

from assistant.app.clients.gateway import Gateway
from assistant.app.clients.stages import Stage


def metric_routes(gateway: Gateway) -> APIRouter:
    """Build the route; counting begins here."""
    registry = CollectorRegistry()
    registry.register(_State(gateway))
    seconds = Histogram(
        "assistant_stage_seconds",
        "Seconds of work for clients",
        ("stage", "outcome"),
        registry=registry,
        buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
    )

    def count(stage: Stage) -> None:
        seconds.labels(stage.name, stage.outcome).observe(stage.seconds)
        for part in stage.parts:
            count(part)

    gateway.stages.observers.append(count)
    routes = APIRouter()

    @routes.get("/metrics")
    def metrics() -> Response:
        """Return the figures in Prometheus' text format."""
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return routes


class _State:
    """The figures that are read when they are asked for."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def collect(self) -> Iterator[Metric]:
        ready = GaugeMetricFamily("assistant_ready", "1 where a part can be used", labels=("part",))
        for part in ("text", "speech", "voice"):
            ready.add_metric((part,), float(part in self._gateway.ready))
        yield ready
        taken = GaugeMetricFamily("assistant_requests_taken", "Requests at work or waiting", labels=("part",))
        for part, number in self._gateway.taken.items():
            taken.add_metric((part,), number)
        yield taken
