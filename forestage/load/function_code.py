"""Where the code of functions and layers is: in the template, on this machine, or elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from forestage.load.intake import property_of
from forestage.load.lambda_shapes import CodeProperties
from forestage.load.shape import load_shape
from forestage.model.functions import InlineCode, LocalCode, RemoteCode
from forestage.model.values import Secret, Unknown, known

if TYPE_CHECKING:
    from forestage.load.intake import Intake
    from forestage.load.resolved import ResolvedResource
    from forestage.model.functions import Code
    from forestage.model.values import Text

_PLACES = frozenset({"ImageUri", "S3Key", "ZipFile"})
_ABSENT = "its code is not on this machine, it cannot run"


def load_code(intake: Intake, resource: ResolvedResource, name: str) -> Code | None:
    """Read the property that says where code is; None where it cannot be read, which leaves a fault.

    A path in its place is what people write before ``aws cloudformation package`` uploads it.
    """
    written = property_of(resource, name)
    if written is None:
        intake.fault(f"{name} is required", resource.origin())
        return None
    if isinstance(written, str) and not written.lstrip().startswith("{"):
        return _at(intake, resource, name, written, RemoteCode(uri=written))
    code = load_shape(CodeProperties, written, origin_of=resource.origin, faults=intake.faults, at=(name,))
    if code is None:
        return None
    if code.zip_file is not None:
        return InlineCode(text=code.zip_file)
    if code.image_uri is not None:
        intake.warn(f"container images are not run: {code.image_uri}", resource.origin(name))
        return RemoteCode(uri=code.image_uri)
    if code.s3_key is None:
        if isinstance(written, Mapping) and _PLACES.isdisjoint(written):
            intake.fault(f"{name} needs ZipFile, S3Key or ImageUri", resource.origin(name))
        return None
    return _at(intake, resource, name, known(code.s3_key) or "", RemoteCode(uri=_object_uri(code)))


def _at(intake: Intake, resource: ResolvedResource, name: str, location: str, remote: RemoteCode) -> Code:
    path = intake.stack(resource).local_asset(location, resource.metadata)
    if path is not None:
        return LocalCode(path=path)
    intake.warn(f"{_ABSENT}: {remote.uri}", resource.origin(name))
    return remote


def _object_uri(code: CodeProperties) -> Text:
    for part in (code.s3_bucket, code.s3_key):
        if isinstance(part, Unknown):
            return part
    return f"s3://{known(code.s3_bucket) or ''}/{known(code.s3_key)}"


def package_of(resource: ResolvedResource, name: str) -> Text | None:
    """Tell what a template says of code: the text, the object key or the image, or the path in their place."""
    written = property_of(resource, name)
    places = ("ZipFile", "S3Key", "ImageUri")
    found = next(filter(None, map(written.get, places)), None) if isinstance(written, Mapping) else written
    return found if isinstance(found, str | Unknown | Secret) else None


def is_image(resource: ResolvedResource) -> bool:
    """Tell whether a function is a container image, which has neither runtime nor handler."""
    code = property_of(resource, "Code")
    return property_of(resource, "PackageType") == "Image" or (isinstance(code, Mapping) and "ImageUri" in code)
