"""The benchmarks' web server."""

from benchmarks.cases.web_server import JsonHandler, serving

__all__ = ["JsonHandler", "serving"]
