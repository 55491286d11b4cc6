"""The HTTP server: one application of all routes behind the gate of `access`."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import JSONResponse

from assistant import __version__
from assistant.app.clients.admission import BusyError, NotReadyError
from assistant.app.clients.gateway import Gateway
from assistant.config import ServerConfig
from assistant.errors import AssistantError, AudioError
from assistant.servers.http.access import Access, fault
from assistant.servers.http.chat_api import chat_routes
from assistant.servers.http.metrics import metric_routes
from assistant.servers.http.own_api import own_routes
from assistant.servers.http.realtime_api import realtime_routes
from assistant.servers.http.sound_api import sound_routes, vector_routes


def application(gateway: Gateway, config: ServerConfig) -> Access:
    """Build the application."""
    app = FastAPI(title="Assistant", version=__version__, docs_url="/docs", redoc_url=None)
    for routes in (chat_routes, sound_routes, vector_routes, own_routes, realtime_routes, metric_routes):
        app.include_router(routes(gateway))

    @app.exception_handler(AssistantError)
    def _(_: Request, error: AssistantError) -> JSONResponse:
        match error:
            case BusyError():
                return fault(429, str(error), "rate_limit_exceeded", retry=1)
            case NotReadyError():
                return fault(503, str(error), "server_error", retry=2)
            case AudioError():
                return fault(400, str(error), "invalid_request_error")
        return fault(500, str(error), "server_error")

    @app.exception_handler(ValueError)
    def _(_: Request, error: ValueError) -> JSONResponse:
        return fault(400, str(error), "invalid_request_error")

    @app.exception_handler(RequestValidationError)
    def _(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"] if step != "body")
        return fault(400, f"{place or 'body'}: {first['msg'].lower()}", "invalid_request_error")

    return Access(app, config)
