"""What commands take for VPC links: addresses on this machine that stand for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class VpcLinkAddress(click.ParamType["tuple[str, str]"]):
    """A VPC link and where it leads, ``Link=http://127.0.0.1:9000``."""

    name = "vpc link"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Read id and address; a slash behind the address is let pass."""
        from forestage.preview.host.backend_address import AddressError, read_origin

        link, equals, address = str(value).partition("=")
        origin = address.removesuffix("/")
        if not link or not equals:
            self.fail(f"{value!r} is no ID=ADDRESS like Link=http://127.0.0.1:9000", param, ctx)
        try:
            read_origin(origin)
        except AddressError as error:
            self.fail(f"{link}: {error}, and nothing behind it", param, ctx)
        return link, origin


def _by_link(context: click.Context, param: click.Parameter, value: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """Gather the addresses by link; one that is given twice is a mistake."""
    gathered: dict[str, str] = {}
    for link, address in value:
        if gathered.setdefault(link, address) != address:
            raise click.BadParameter(f"{link} is given twice, as {gathered[link]} and as {address}", context, param)
    return gathered


def vpc_link_option(function: Callable[..., object]) -> Callable[..., object]:
    """Let a command take ``--vpc-link``, as ``vpc_links``: addresses by link."""
    return click.option(
        "--vpc-link",
        "vpc_links",
        multiple=True,
        type=VpcLinkAddress(),
        callback=_by_link,
        metavar="ID=ADDRESS",
        help="Address that stands for a VPC link, by id or name: Link=http://127.0.0.1:9000; may be repeated.",
    )(function)
