"""VPC links, the account, and portal products: what stands beside the APIs."""

from __future__ import annotations

from collections.abc import Mapping

from forestage.model.records import dataclass, field
from forestage.model.tags import Tag
from forestage.model.values import Origin, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class VpcLink:
    """A VPC link to network load balancers (the older kind)."""

    logical_id: str
    id: str
    name: Text
    target_arns: tuple[Text, ...]
    description: Text | None = None
    tags: tuple[Tag, ...] = ()
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class VpcLinkV2:
    """A VPC link to load balancers inside a VPC."""

    logical_id: str
    id: str
    name: Text
    subnet_ids: tuple[Text, ...]
    security_group_ids: tuple[Text, ...] = ()
    tags: Mapping[str, Text] = field(default_factory=dict)
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The account's role for CloudWatch."""

    logical_id: str
    id: str
    cloud_watch_role_arn: Text | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalProduct:
    """A product of a developer portal."""

    logical_id: str
    id: str
    display_name: Text
    description: Text | None = None
    tags: tuple[Tag, ...] = ()
    origin: Origin | None = field(default=None, compare=False, repr=False)
