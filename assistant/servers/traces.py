"""Traces of turns for OpenTelemetry: a span for each turn, its stages below it, sent to one configured address."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, Tracer, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import set_span_in_context

from assistant.app.clients.stages import Stage

_NANO = 10**9


class Traces:
    """Sends spans in the background; no words of anybody are in them.

    Args:
        address: of a collector that speaks OTLP over gRPC.
        tell: takes a line, once, where it cannot be reached.
    """

    def __init__(self, address: str, tell: Callable[[str], None]) -> None:
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # it would write a line a second
        exporter = OTLPSpanExporter(endpoint=address, insecure=address.startswith("http:"), timeout=3)
        self._provider = TracerProvider(resource=Resource.create({"service.name": "assistant"}))
        self._provider.add_span_processor(BatchSpanProcessor(_Exporter(exporter, address, tell)))
        self._tracer: Tracer = self._provider.get_tracer("assistant")  # type: ignore[assignment]

    def observe(self, stage: Stage) -> None:
        """Take a piece of work that has ended."""
        self._send(stage, None)

    def close(self) -> None:
        """Send the rest."""
        self._provider.shutdown()

    def _send(self, stage: Stage, above: Context | None) -> None:
        began = round(stage.began * _NANO)
        attributes = {"assistant.outcome": stage.outcome}
        span = self._tracer.start_span(stage.name, above, start_time=began, attributes=attributes)
        for part in stage.parts:
            self._send(part, set_span_in_context(span))
        span.end(began + round(stage.seconds * _NANO))


class _Exporter(SpanExporter):
    """An exporter that says once that nobody takes what it sends."""

    def __init__(self, exporter: SpanExporter, address: str, tell: Callable[[str], None]) -> None:
        self._exporter, self._address, self._tell = exporter, address, tell
        self._is_told = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send spans."""
        result = self._exporter.export(spans)
        if result is not SpanExportResult.SUCCESS and not self._is_told:
            self._tell(f"[server] traces: {self._address} takes no traces; is the collector running?")
        self._is_told = result is not SpanExportResult.SUCCESS
        return result

    def shutdown(self) -> None:
        """End."""
        self._exporter.shutdown()
