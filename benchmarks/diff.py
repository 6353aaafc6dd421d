"""Measure `forestage diff`: a pair of 500 resources as a command and in process, and how the time grows.

`--beside FOLDER` names a folder in whose node_modules @aws-cdk/cloudformation-diff is installed, to be measured in the
same run.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.servers import FORESTAGE
from forestage.diff.compare import Compared, compare
from forestage.load.loader import load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SIZES = (500, 1000, 5000)
MOST_IN_PROCESS_S = 0.2
MOST_AS_COMMAND_S = 1.0
MOST_GROWTH = 1.5
"""How much more a resource may take in the largest pair than in the smallest."""

ROUNDS = 5
_PER_PATH = 6
_CHANGED_EVERY = 10
_SCRIPT = """
const {fullDiff} = require('@aws-cdk/cloudformation-diff');
const [before, after] = process.argv.slice(1).map(file => JSON.parse(require('fs').readFileSync(file)));
const start = process.hrtime.bigint();
fullDiff(before, after);
console.log(Number(process.hrtime.bigint() - start) / 1e9);
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where something takes longer than it may."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.diff", description=__doc__)
    parser.add_argument("--beside", metavar="FOLDER", type=Path, help="where @aws-cdk/cloudformation-diff is installed")
    options = parser.parse_args(arguments)
    print(f"{'resources':>9}{'compare':>10}{'load both':>11}{'command':>10}{'findings':>10}  beside")
    rows = [_row(size, options.beside) for size in SIZES]
    growth = (rows[-1][0] / SIZES[-1]) / (rows[0][0] / SIZES[0])
    print(f"a resource takes {growth:.2f} times as long in the largest pair as in the smallest")
    holds = rows[0][0] <= MOST_IN_PROCESS_S and rows[0][1] <= MOST_AS_COMMAND_S and growth <= MOST_GROWTH
    return 0 if holds else 1


def _row(size: int, beside: Path | None) -> tuple[float, float]:
    """Measure one size; return the seconds in process and as a command."""
    with tempfile.TemporaryDirectory(prefix="forestage-diff-") as folder:
        files = [Path(folder, f"{name}.json") for name in ("before", "after")]
        for version, file in enumerate(files):
            file.write_text(json.dumps(template(size, version=version)), encoding="utf-8")
        loading = _seconds(lambda: [load(str(file)) for file in files], rounds=1)
        sides = [Compared.of(file.name, load(str(file))) for file in files]
        comparing = _seconds(lambda: compare(*sides))
        command = _seconds(lambda: _run([str(FORESTAGE), "diff", *map(str, files), "--format", "json"]), rounds=3)
        other = f"cloudformation-diff {_beside_s(beside, files):.3f} s" if beside else ""
    count = len(compare(*sides).findings)
    print(f"{size:>9}{comparing:>8.3f} s{loading:>9.3f} s{command:>8.3f} s{count:>10}  {other}", flush=True)
    return comparing, command


def _seconds(action: Callable[[], object], *, rounds: int = ROUNDS) -> float:
    took = []
    for _ in range(rounds):
        started = time.perf_counter()
        action()
        took.append(time.perf_counter() - started)
    return median(took)


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _beside_s(folder: Path, files: Sequence[Path]) -> float:
    """Time the CDK's own comparison, without the start of Node and the reading of the files."""
    command = ["node", "-e", _SCRIPT, *map(str, files)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder)
    return float(done.stdout)


# A template is whatever JSON CloudFormation takes.
def template(size: int, *, version: int) -> dict[str, Any]:
    """Write a template of so many resources; in version 1, every tenth path and model is another."""
    resources: dict[str, Any] = {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "big"}}}
    for number in range((size - 3) // _PER_PATH):
        resources |= _path(number, is_changed=version > 0 and number % _CHANGED_EVERY == 0)
    deployment = f"Deployment{version}"
    methods = [name for name in resources if name.startswith(("Get", "Post"))]
    own = {"RestApiId": {"Ref": "Api"}}
    resources[deployment] = {"Type": "AWS::ApiGateway::Deployment", "DependsOn": methods, "Properties": own}
    stage = {**own, "StageName": "prod", "DeploymentId": {"Ref": deployment}}
    resources["Prod"] = {"Type": "AWS::ApiGateway::Stage", "Properties": stage}
    return {"Resources": resources}


def _path(number: int, *, is_changed: bool) -> dict[str, Any]:
    api, model = {"Ref": "Api"}, {"application/json": {"Ref": f"Model{number}"}}
    schema = {
        "type": "object",
        "required": ["name", "kind"] if is_changed else ["name"],
        "properties": {"name": {"type": "string", "maxLength": 40}, "kind": {"enum": ["cat", "dog"]}},
    }
    method = {
        "RestApiId": api,
        "ResourceId": {"Ref": f"Path{number}"},
        "AuthorizationType": "NONE",
        "ApiKeyRequired": is_changed,
        "RequestModels": model,
        "MethodResponses": [{"StatusCode": "200", "ResponseModels": model}],
        "Integration": {
            "Type": "AWS_PROXY",
            "IntegrationHttpMethod": "POST",
            "Uri": {
                "Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
                f"${{Function{number}.Arn}}/invocations"
            },
        },
    }
    function = {"Runtime": "python3.13", "Handler": "index.handler", "Role": "arn:aws:iam::111122223333:role/run"}
    permission = {
        "Action": "lambda:InvokeFunction",
        "FunctionName": {"Ref": f"Function{number}"},
        "Principal": "apigateway.amazonaws.com",
        "SourceArn": {"Fn::Sub": "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*"},
    }
    parent = {"Fn::GetAtt": ["Api", "RootResourceId"]}
    made = {
        f"Path{number}": ("Resource", {"RestApiId": api, "ParentId": parent, "PathPart": f"pets{number}"}),
        f"Model{number}": ("Model", {"RestApiId": api, "Name": f"Model{number}", "Schema": schema}),
        f"Get{number}": ("Method", {**method, "HttpMethod": "GET"}),
        f"Post{number}": ("Method", {**method, "HttpMethod": "POST"}),
    }
    return {
        **{name: {"Type": f"AWS::ApiGateway::{kind}", "Properties": value} for name, (kind, value) in made.items()},
        f"Function{number}": {"Type": "AWS::Lambda::Function", "Properties": {**function, "Code": {"ZipFile": "x"}}},
        f"Permission{number}": {"Type": "AWS::Lambda::Permission", "Properties": permission},
    }


if __name__ == "__main__":
    sys.exit(main())
