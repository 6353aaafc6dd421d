"""The Velocity template language as API Gateway speaks it.

That is Velocity 1.7, Jayway JsonPath and json-smart, and one rule of its own: a reference without a value is the empty
string. Templates come from outside and are not trusted: they reach no attribute of Python's, and every rendering ends
within its bounds.
"""

from forestage.vtl.errors import (
    InputError,
    LimitError,
    MethodError,
    OverrideError,
    TemplateSyntaxError,
    UnavailableError,
    VtlError,
)
from forestage.vtl.runtime import Notice
from forestage.vtl.template import Profile, Rendering, Scope, Template, compile_template

__all__ = [
    "InputError",
    "LimitError",
    "MethodError",
    "Notice",
    "OverrideError",
    "Profile",
    "Rendering",
    "Scope",
    "Template",
    "TemplateSyntaxError",
    "UnavailableError",
    "VtlError",
    "compile_template",
]
