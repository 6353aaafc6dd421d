from __future__ import annotations

from pathlib import Path

import pytest

from forestage.load.app_failure import explain_failure, hint_for

FOLDER = Path("/srv/app")

PYTHON = """
Loading
Traceback (most recent call last):
  File "/srv/app/app.py", line 4, in <module>
    Api(app, "Api")
  File "/usr/lib/python3/site-packages/other.py", line 7, in __init__
    super().__init__()
  File "/srv/app/.venv/lib/more.py", line 7, in __init__
    boom()
  File "/srv/app/stacks/api.py", line 12, in build
    raise ValueError("no stage")
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
ValueError: no stage
that is all

Done
"""

JSII = """jsii.errors.JavaScriptError:
  «CannotFindAsset» Cannot find asset at /srv/app/gone
      ...aws-cdk-lib, jsii runtime...
  Relates to construct:
      <.> (aws-cdk-lib.App)
       └─ Api (aws-cdk-lib.Stack)
           └─ Fn (aws-cdk-lib.aws_lambda.Function)

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/srv/app/app.py", line 4, in <module>
    Api(app, "Api")
  File "/x/site-packages/jsii/_runtime.py", line 135, in __call__
    inst = super(JSIIMeta, cast(JSIIMeta, cls)).__call__(*args, **kwargs)
RuntimeError: Cannot find asset at /srv/app/gone
    at Function.fromAsset (/tmp/jsii/lib/code.js:1:2)
"""

NODE = """
/srv/app/bin/app.js:1
function build() { throw new TypeError('cannot build'); }
                   ^

TypeError: cannot build
    at build (/srv/app/lib/build.js:1:26)
    at new Stack (/srv/app/node_modules/aws-cdk-lib/core/lib/stack.js:1:1)
    at main (file:///srv/app/bin/app.js:2:19)
    at Object.<anonymous> (/srv/app/bin/app.js:3:1)
    at node:internal/main/run_main_module:28:49

Node.js v24
"""

MODULE = """node:internal/modules/cjs/loader:1210
  throw err;
  ^

Error: Cannot find module 'aws-cdk-lib'
Require stack:
- /srv/app/bin/app.js
    at Module._resolveFilename (node:internal/modules/cjs/loader:1207:15)
"""

TYPESCRIPT = """
TSError: Unable to compile TypeScript:
bin/app.ts(5,3): error TS2304: Cannot find name 'Stak'.
lib/api.ts:7:11 - error TS2322: Type 'number' is not assignable to type 'string'.
"""

SYNTAX = """
  File "/srv/app/app.py", line 3
    def x(:
          ^
SyntaxError: invalid syntax
"""


@pytest.mark.parametrize(
    ("output", "faults"),
    [
        pytest.param(
            PYTHON,
            [
                '/srv/app/app.py:4 (<module>): Api(app, "Api")',
                '/srv/app/stacks/api.py:12 (build): raise ValueError("no stage")',
                "ValueError: no stage\n  that is all",
            ],
            id="python",
        ),
        pytest.param(
            JSII,
            [
                '/srv/app/app.py:4 (<module>): Api(app, "Api")',
                "RuntimeError: Cannot find asset at /srv/app/gone (in construct Api/Fn)",
            ],
            id="jsii",
        ),
        pytest.param(
            NODE,
            [
                "/srv/app/bin/app.js:3 (Object.<anonymous>): called from here",
                "/srv/app/bin/app.js:2 (main): called from here",
                "/srv/app/lib/build.js:1 (build): called from here",
                "TypeError: cannot build",
            ],
            id="node",
        ),
        pytest.param(
            MODULE, ["Error: Cannot find module 'aws-cdk-lib'\n  Require stack:\n  - /srv/app/bin/app.js"], id="module"
        ),
        pytest.param(
            TYPESCRIPT,
            [
                "/srv/app/bin/app.ts:5: error TS2304: Cannot find name 'Stak'.",
                "/srv/app/lib/api.ts:7: error TS2322: Type 'number' is not assignable to type 'string'.",
            ],
            id="typescript",
        ),
        pytest.param(
            SYNTAX, ['File "/srv/app/app.py", line 3', "def x(:", "^", "SyntaxError: invalid syntax"], id="syntax-error"
        ),
        pytest.param(
            "    at x (/srv/app/a.js:1:1)",
            ["/srv/app/a.js:1 (x): called from here", "the app threw an error"],
            id="frames-alone",
        ),
        pytest.param("\n".join(f"line {n}" for n in range(20)), [f"line {n}" for n in range(5, 20)], id="unknown-form"),
        pytest.param("", [], id="nothing"),
        pytest.param(
            'Traceback (most recent call last):\n  File "/srv/app/a.py", line 1, in f',
            ["/srv/app/a.py:1 (f): ", ""],
            id="cut-off",
        ),
    ],
)
def test_failure_is_cut_to_what_helps(output: str, faults: list[str]) -> None:
    assert [str(fault) for fault in explain_failure(output.split("\n"), FOLDER)] == faults


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("ModuleNotFoundError: No module named 'aws_cdk'", "python -m pip install -r requirements.txt"),
        ("Error: Cannot find module 'aws-cdk-lib'", "npm ci"),
        ("Error: spawnSync docker ENOENT", "Docker"),
    ],
)
def test_common_failure_comes_with_a_remedy(line: str, hint: str) -> None:
    assert hint in (hint_for([line]) or "")


def test_other_failure_comes_without_a_remedy() -> None:
    assert hint_for(["boom"]) is None
