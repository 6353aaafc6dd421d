"""The transform itself: aws-sam-translator, kept from asking AWS anything."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from forestage.load.sam.plain import map_at
from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.load.sam.plain import Plain, PlainMap
    from forestage.model.deployment import Environment

SOURCE = "forestage:source"
"""Key of the metadata by which each resource that is made tells the logical id that it was made from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transformed:
    """What came of a transform: a template, or the reasons why there is none; then the template is empty."""

    template: PlainMap
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    """What the translator wants to know of a session of boto3: its region."""

    region_name: str


def transform(template: PlainMap, parameters: Mapping[str, Plain], environment: Environment) -> Transformed:
    """Make a SAM template, which is changed by it, into one of CloudFormation.

    Resources that were made have SOURCE in their metadata, except those of implicit APIs and some shared ones.
    Managed policies that the translator does not know by itself keep their name in place of their ARN.
    """
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator
    from samtranslator.utils.py27hash_fix import (
        to_py27_compatible_template,
        undo_mark_unicode_str_in_template,
    )

    logging.getLogger("samtranslator").addHandler(logging.NullHandler())  # It logs tracebacks of what it raises.
    for logical_id, resource in map_at(template, "Resources").items():
        if isinstance(resource, dict):
            resource["Metadata"] = {SOURCE: logical_id}
    values = {**parameters, "AWS::Region": environment.region, "AWS::Partition": environment.partition}
    try:
        to_py27_compatible_template(template, values)  # Without it hashes in logical ids are not those of AWS.
        translator = Translator(None, Parser(), boto_session=_Session(region_name=environment.region))
        made = translator.translate(template, values, passthrough_metadata=True, get_managed_policy_map=dict)
    except InvalidDocumentException as error:
        return Transformed(template={}, causes=tuple(cause.message for cause in error.causes))
    except Exception as error:  # ruff: ignore[blind-except]  # It trips over values of a kind that it does not expect.
        return Transformed(template={}, causes=(f"The transform failed with {type(error).__name__}: {error}",))
    # The translator's own kinds of maps and texts go no further.
    plain: PlainMap = json.loads(json.dumps(undo_mark_unicode_str_in_template(made)))
    return Transformed(template=plain)
