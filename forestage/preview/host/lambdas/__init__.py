"""Runs Lambda functions as processes on this machine, on AWS's own runtime clients."""

from __future__ import annotations

from forestage.preview.host.lambdas.host import FunctionHost
from forestage.preview.host.lambdas.settings import FunctionLogLine, FunctionSettings, LogStream, Warm, Wire

__all__ = ["FunctionHost", "FunctionLogLine", "FunctionSettings", "LogStream", "Warm", "Wire"]
