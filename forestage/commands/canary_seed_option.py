"""What commands take for canaries: a seed, so that the same requests go to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable


def canary_seed_option(function: Callable[..., object]) -> Callable[..., object]:
    """Let a command take ``--canary-seed``, as ``canary_seed``: None for requests that are drawn anew each time."""
    return click.option(
        "--canary-seed",
        type=int,
        metavar="NUMBER",
        help="Let the same requests in the same order go to canaries each time.",
    )(function)
