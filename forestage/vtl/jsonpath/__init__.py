"""JSONPath with the semantics of Jayway JsonPath, which is what API Gateway uses.

A path is *definite* when it can lead to one place only: it gives the value there, or nothing. Any other (``..``,
``*``, a filter, a slice, several indexes) gives a list, empty where nothing matched. Source: spec/vtl.md section 6;
Jayway JsonPath 2.0 and 2.9.
"""

from forestage.vtl.jsonpath.path import MISSING, JsonPath, compile_path
from forestage.vtl.jsonpath.steps import PathError

__all__ = ["MISSING", "JsonPath", "PathError", "compile_path"]
