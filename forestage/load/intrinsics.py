"""The walk over a template that calls its intrinsic functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.load.dynamic import MARK
from forestage.load.functions.conditions import CONDITION_FUNCTIONS, choose, misplaced, of_account
from forestage.load.functions.lists import length, select
from forestage.load.functions.mappings import find_in_map
from forestage.load.functions.network import cidr, get_azs
from forestage.load.functions.references import get_att, get_stack_output, import_value, ref
from forestage.load.functions.strings import encode_base64, join, split, sub, to_json_string
from forestage.load.positions import MarkedList, MarkedMap, Raw
from forestage.load.scope import Absent, Function, Scope, Value, Written, nearest

if TYPE_CHECKING:
    from forestage.load.resolved import Resolved
    from forestage.model.values import Unknown

FUNCTIONS: dict[str, Function] = {
    "Ref": ref,
    "Fn::Base64": encode_base64,
    "Fn::Cidr": cidr,
    "Fn::FindInMap": find_in_map,
    "Fn::GetAtt": get_att,
    "Fn::GetAZs": get_azs,
    "Fn::GetStackOutput": get_stack_output,
    "Fn::If": choose,
    "Fn::ImportValue": import_value,
    "Fn::Join": join,
    "Fn::Length": length,
    "Fn::RefAll": of_account,
    "Fn::Select": select,
    "Fn::Split": split,
    "Fn::Sub": sub,
    "Fn::ToJsonString": to_json_string,
    "Fn::ValueOf": of_account,
    "Fn::ValueOfAll": of_account,
    **dict.fromkeys(CONDITION_FUNCTIONS, misplaced),
}
"""Every intrinsic function that yields a value.

Source: CloudFormation template reference, "Intrinsic function reference" and "Rule-specific intrinsic functions".
``Fn::Transform`` and ``Fn::ForEach`` are gone before this table is asked: see expansion.py.
"""

EXTENSIONS = frozenset({"Fn::Length", "Fn::ToJsonString"})
"""Functions that exist only with ``Transform: AWS::LanguageExtensions``."""


def resolve(scope: Scope, node: Raw, holder: Written | None = None) -> Value:
    """Resolve all intrinsics in a value; ``holder`` is the map or list around a bare text."""
    if isinstance(node, str):
        return scope.dynamic(node, holder) if MARK in node else node
    if isinstance(node, MarkedMap):
        return _resolve_map(scope, node)
    if isinstance(node, MarkedList):
        return _resolve_list(scope, node)
    return node


def _resolve_map(scope: Scope, node: MarkedMap[Raw]) -> Value:
    if len(node) == 1:
        name, argument = next(iter(node.items()))
        function = FUNCTIONS.get(name)
        if function:
            if name in EXTENSIONS and not scope.has_language_extensions:
                scope.fault(f"{name} exists only with Transform: AWS::LanguageExtensions", node)
            value = function(scope, argument, node)
            return scope.dynamic(value, node) if isinstance(value, str) and MARK in value else value
    entries: dict[str, Resolved] = {}
    for name, child in node.items():
        if name.startswith("Fn::"):
            return _report_function(scope, name, node)
        value = resolve(scope, child, node)
        if not isinstance(value, Absent):
            entries[name] = value
    return node.like(entries)


def _resolve_list(scope: Scope, node: MarkedList[Raw]) -> Value:
    items: list[Resolved] = []
    marks: list[int] = []
    for child, mark in zip(node, node.marks, strict=True):
        value = resolve(scope, child, node)
        if not isinstance(value, Absent):
            items.append(value)
            marks.append(mark)
    return MarkedList(node.document, node.mark, marks, items)


def _report_function(scope: Scope, name: str, node: MarkedMap[Raw]) -> Unknown:
    if name.startswith("Fn::ForEach::"):
        return scope.fault("Fn::ForEach exists only with Transform: AWS::LanguageExtensions", node)
    if name == "Fn::Transform":
        return scope.fault("a macro runs only on AWS; AWS::Include is the only one that is read here", node)
    if name in FUNCTIONS:
        others = ", ".join(key for key in node if key != name)
        return scope.fault(f"{name} must stand alone in its map, beside it is {others}", node)
    return scope.fault(f"there is no intrinsic function {name}", node, hint=nearest(name, tuple(FUNCTIONS)))
