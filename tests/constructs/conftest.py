"""Node.js for jsii, before the first import of ``aws_cdk``, and a stack for each test."""

from __future__ import annotations

import os

import pytest

from forestage.load.app import bundled_node

os.environ["JSII_NODE"] = str(bundled_node())

from aws_cdk import App, Environment, Stack


@pytest.fixture
def stack() -> Stack:
    """A stack of a known account and region, alone in its app."""
    app = App(analytics_reporting=False)
    return Stack(app, "Stack", env=Environment(account="123456789012", region="eu-west-1"))
