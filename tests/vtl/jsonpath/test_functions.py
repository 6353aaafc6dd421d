from __future__ import annotations

import pytest

from forestage.vtl.jsonpath import PathError
from forestage.vtl.jsonpath.functions import make_function
from forestage.vtl.jsonpath.reader import read_path


@pytest.mark.parametrize("arguments", ['"a', "[1", "$.a[", "{a", "concat(((((((((((1)))))))))))", "]"])
def test_argument_that_cannot_be_read_is_refused(arguments: str) -> None:
    with pytest.raises(PathError):
        make_function("concat", arguments, read_path)


def test_unknown_function_is_refused() -> None:
    with pytest.raises(PathError, match=r"no function nope\(\)"):
        make_function("nope", "", read_path)
