"""A turn is a trace: a real collector on loopback takes it; one that is gone is told once."""

from __future__ import annotations

from concurrent import futures

import grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc

from assistant.app.clients.admission import BusyError
from assistant.app.clients.stages import Stages
from assistant.events import TurnEnded, Understood
from assistant.servers.traces import Traces
from assistant.values import OutOfScope, Utterance
from fakes.openai_server import refusing_port


class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    def __init__(self):
        self.spans = []

    def Export(self, request, context):  # noqa: N802 (the protocol's name)
        self.spans += [span for part in request.resource_spans for scope in part.scope_spans for span in scope.spans]
        return trace_service_pb2.ExportTraceServiceResponse()


def turn(stages):
    with stages.watched("turn") as work:
        work.note(Understood(Utterance("a secret"), OutOfScope(0.0, ())))
        work.note(TurnEnded({"understand": 0.25, "respond": 0.5}))


def test_a_turn_is_a_span_with_its_stages_and_without_its_words():
    collector, told = Collector(), []
    server = grpc.server(futures.ThreadPoolExecutor(1))
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(collector, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        stages, traces = Stages(), Traces(f"http://127.0.0.1:{port}", told.append)
        stages.observers.append(traces.observe)
        turn(stages)
        try:
            with stages.watched("speak"):
                raise BusyError("too many")
        except BusyError:
            pass
        traces.close()
    finally:
        server.stop(None)
    spans = {span.name: span for span in collector.spans}
    assert spans.keys() == {"turn", "understand", "respond", "speak"}
    assert {spans["understand"].parent_span_id, spans["respond"].parent_span_id} == {spans["turn"].span_id}
    assert abs(spans["respond"].end_time_unix_nano - spans["respond"].start_time_unix_nano - 5e8) < 1000
    assert abs(spans["respond"].start_time_unix_nano - spans["understand"].end_time_unix_nano) < 1000
    outcomes = {name: span.attributes[0].value.string_value for name, span in spans.items()}
    assert (outcomes["turn"], outcomes["speak"]) == ("out_of_scope", "busy")
    assert b"secret" not in b"".join(span.SerializeToString() for span in collector.spans)
    assert told == []


def test_a_collector_that_is_gone_is_one_line():
    told = []
    stages, traces = Stages(), Traces(f"http://127.0.0.1:{refusing_port()}", told.append)
    stages.observers.append(traces.observe)
    turn(stages)
    traces.close()
    assert len(told) == 1
    assert "takes no traces; is the collector running?" in told[0]
