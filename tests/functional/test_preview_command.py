from __future__ import annotations

import json
import os
import re
import signal
import socket
from typing import TYPE_CHECKING

import pytest

from tests.commands.applications import MOCK, api, function_api, handler, method, mock_api, write_template
from tests.functional.preview_process import ROOT, PreviewProcess, forestage, wait_for, wait_until_gone

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ANSWER_WITH_PID = (
    "import os\n\n\ndef handler(event, context):\n    return {'statusCode': 200, 'body': str(os.getpid())}\n"
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def preview(tmp_path: Path, home: Path) -> Callable[..., PreviewProcess]:
    def start(*words: str, **variables: str) -> PreviewProcess:
        return PreviewProcess(*words, "--port", str(free_port()), folder=tmp_path, home=home, **variables)

    return start


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def server_after_a_free_port() -> socket.socket:
    """Listen on a port between two free ones."""
    while True:
        server = socket.create_server(("127.0.0.1", 0))
        port = server.getsockname()[1]
        if is_free(port - 1) and is_free(port + 1):
            return server
        server.close()


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def write_code(folder: Path, source: str) -> Path:
    (folder / "code").mkdir(exist_ok=True)
    (folder / "code" / "index.py").write_text(source, encoding="utf-8")
    return folder / "code"


def test_template_is_served_told_and_logged(tmp_path: Path, preview: Callable[..., PreviewProcess]) -> None:
    write_template(tmp_path, mock_api())

    with preview("template.json") as running:
        answer = running.call("GET", "/dev")
        running.wait_for_talk("properties of the template are honoured")
        code = running.end()

    assert code == 0
    assert (answer.status, answer.body) == (200, '["tiger"]')
    assert f"GET  /  MOCK  curl http://localhost:{running.port}/dev/" in running.talk()
    assert re.search(r"^GET     /dev 200 \d+\.\d ms - ", running.output(), re.MULTILINE)
    assert answer.headers["x-amzn-RequestId"] in running.output()


def test_edit_of_a_handler_is_served_and_no_process_stays(
    tmp_path: Path, preview: Callable[..., PreviewProcess]
) -> None:
    code = write_code(tmp_path, handler("old"))
    write_template(tmp_path, function_api(code))

    with preview("template.json") as running:
        running.wait_for_answer("/dev", "old")
        running.wait_for_talk("curl")
        write_code(tmp_path, handler("new"))
        running.wait_for_answer("/dev", "new")
        write_code(tmp_path, ANSWER_WITH_PID)
        running.wait_for_talk("code/index.py changed: new code for pets")
        wait_for(lambda: running.call("GET", "/dev").body.isdigit() is True, running.talk)
        pid = int(running.call("GET", "/dev").body)
        exit_code = running.end()

    assert exit_code == 0
    assert "[pets] answering old\n" in running.talk()
    wait_until_gone(pid)


def test_killed_preview_leaves_no_process(tmp_path: Path, preview: Callable[..., PreviewProcess]) -> None:
    write_template(tmp_path, function_api(write_code(tmp_path, ANSWER_WITH_PID)))

    with preview("template.json") as running:
        pid = int(running.call("GET", "/dev").body)
        running.end(signal.SIGKILL)

    wait_until_gone(pid)


def test_edit_of_the_template_is_served_with_connections_kept(
    tmp_path: Path, preview: Callable[..., PreviewProcess]
) -> None:
    template = write_template(tmp_path, mock_api())

    with preview("template.json") as running:
        running.wait_for_talk("curl")
        with socket.create_connection(("127.0.0.1", running.port)) as connection:
            request = f"GET /dev HTTP/1.1\r\nHost: localhost:{running.port}\r\n\r\n".encode()
            connection.sendall(request)
            before = connection.recv(65_536)
            template.write_text(template.read_text(encoding="utf-8").replace("tiger", "dog"), encoding="utf-8")
            running.wait_for_answer("/dev", '["dog"]')
            connection.sendall(request)
            after = connection.recv(65_536)
        running.wait_for_talk("template.json changed: loading")
        running.wait_for_talk("the new version is served")

    assert before.endswith(b'["tiger"]')
    assert after.endswith(b'["dog"]')


def test_broken_template_keeps_the_running_version_and_is_told(
    tmp_path: Path, preview: Callable[..., PreviewProcess]
) -> None:
    template = write_template(tmp_path, mock_api())
    good = template.read_text(encoding="utf-8")

    with preview("template.json") as running:
        running.wait_for_talk("curl")
        template.write_text(good.replace('"Ref": "Api"', '"Ref": "Nobody"'), encoding="utf-8")
        running.wait_for_talk("warning: the version from before the change goes on")
        kept = running.call("GET", "/dev")
        template.write_text(good.replace("tiger", "dog"), encoding="utf-8")
        running.wait_for_answer("/dev", '["dog"]')

    assert kept.body == '["tiger"]'
    assert "Nobody" in running.talk()


def test_added_api_gets_the_next_port(tmp_path: Path, preview: Callable[..., PreviewProcess]) -> None:
    template = mock_api()
    file = write_template(tmp_path, template)
    template["Resources"]["Second"] = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "birds"}}

    with preview("template.json") as running:
        running.wait_for_talk("curl")
        file.write_text(json.dumps(template), encoding="utf-8")
        running.wait_for_talk("birds")
        apis = json.loads(running.call("GET", "/_forestage/apis").body)["apis"]

    assert [served["name"] for served in apis] == ["pets", "birds"]


def test_files_are_left_alone_without_watching(tmp_path: Path, preview: Callable[..., PreviewProcess]) -> None:
    write_template(tmp_path, mock_api())

    with preview("template.json", "--no-watch") as running:
        running.wait_for_talk("curl")
        threads = len(os.listdir(f"/proc/{running.process.pid}/task"))  # ruff: ignore[os-listdir]

    assert threads == 1


def test_request_is_explained_and_functions_logs_are_shown(
    tmp_path: Path, home: Path, preview: Callable[..., PreviewProcess]
) -> None:
    write_template(tmp_path, function_api(write_code(tmp_path, handler("old"))))

    with preview("template.json") as running:
        request_id = running.call("GET", "/dev").headers["x-amzn-RequestId"]
        explained = forestage("explain", request_id, folder=tmp_path, home=home)
        logs = forestage("logs", "pets", folder=tmp_path, home=home)

    assert explained.returncode == 0
    assert f"200  {explained.stdout.partition('200  ')[2].partition(' ')[0]} ms  {request_id}" in explained.stdout
    assert "request to the integration" in explained.stdout
    assert "[pets] answering old" in logs.stdout
    assert "[pets] START RequestId: " in logs.stdout


def test_template_that_fails_is_explained_with_a_caret_and_logged_as_by_api_gateway(
    tmp_path: Path, home: Path, preview: Callable[..., PreviewProcess]
) -> None:
    failing = {**MOCK, "RequestTemplates": {"application/json": "{\n  \"a\": $input.path('$.l').get(9)\n}"}}
    write_template(tmp_path, api(Post=method(failing, verb="POST")))

    with preview("template.json") as running:
        answer = running.call("POST", "/dev", '{"l": ["x"]}', {"Content-Type": "application/json"})
        request_id = answer.headers["x-amzn-RequestId"]
        explained = forestage("explain", request_id, folder=tmp_path, home=home)
        logged = forestage("explain", request_id, "--aws-log", folder=tmp_path, home=home)

    assert (answer.status, answer.body) == (500, '{"message": "Internal server error"}')
    assert "      \"a\": $input.path('$.l').get(9)\n" in explained.stdout
    assert '    the value is ["x"]\n' in explained.stdout
    assert logged.stdout.startswith(f"Execution log for request {request_id}\n")
    assert " : Execution failed due to configuration error: Unable to transform request\n" in logged.stdout
    assert logged.stdout.endswith(" : Method completed with status: 500\n")


def test_request_that_the_listener_refused_is_explained(
    tmp_path: Path, home: Path, preview: Callable[..., PreviewProcess]
) -> None:
    write_template(tmp_path, mock_api())

    with preview("template.json") as running:
        answer = running.call("GET", "/dev", headers={"X-Long": "x" * 11_000})
        explained = forestage("explain", answer.headers["x-amzn-RequestId"], folder=tmp_path, home=home)

    assert answer.status == 431
    assert "GET /dev  431" in explained.stdout
    assert "refused by the listener: headers too large" in explained.stdout


def test_ctrl_c_ends_with_130(tmp_path: Path, preview: Callable[..., PreviewProcess]) -> None:
    write_template(tmp_path, mock_api())

    with preview("template.json") as running:
        assert running.end(signal.SIGINT) == 130


def test_port_that_was_asked_for_and_is_taken_is_an_error(tmp_path: Path, home: Path) -> None:
    write_template(tmp_path, mock_api())
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        ended = forestage("preview", "template.json", "--port", str(port), folder=tmp_path, home=home)

    assert ended.returncode == 1
    assert ended.stderr.startswith(f"error: port {port} of localhost is taken")
    assert "hint:" in ended.stderr


def test_taken_port_of_another_api_is_skipped_and_said(tmp_path: Path, home: Path) -> None:
    template = mock_api()
    template["Resources"]["Second"] = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "birds"}}
    write_template(tmp_path, template)
    with server_after_a_free_port() as server:
        taken = server.getsockname()[1]
        with PreviewProcess("template.json", "--port", str(taken - 1), folder=tmp_path, home=home) as running:
            running.wait_for_talk("birds")

    assert running.port == taken - 1
    # The port behind it may be somebody else's, too.
    assert re.search(rf"port {taken} is taken, using \d+", running.talk())


def test_strict_refuses_what_is_not_simulated(tmp_path: Path, home: Path) -> None:
    queue = {"Type": "AWS", "Uri": "arn:aws:apigateway:us-east-1:sqs:path/1/q", "IntegrationHttpMethod": "POST"}
    write_template(tmp_path, api(Get=method(queue)))

    ended = forestage("preview", "template.json", "--strict", folder=tmp_path, home=home)

    assert ended.returncode == 1
    assert "not simulated" in ended.stderr


def test_environment_variables_and_log_file_are_used(tmp_path: Path, preview: Callable[..., PreviewProcess]) -> None:
    source = "import os\n\n\ndef handler(event, context):\n    return {'statusCode': 200, 'body': os.environ['MOOD']}\n"
    write_template(tmp_path, function_api(write_code(tmp_path, source)))
    variables = {"Parameters": {"MOOD": "good"}, "Nobody": {}}
    (tmp_path / "env.json").write_text(json.dumps(variables), encoding="utf-8")

    with preview("template.json", "--env-vars", "env.json", "--log-file", "requests.log") as running:
        answer = running.call("GET", "/dev")
        running.wait_for_talk("env.json has variables for Nobody, which is no function here")
        running.end()

    assert answer.body == "good"
    assert answer.headers["x-amzn-RequestId"] in (tmp_path / "requests.log").read_text(encoding="utf-8")


STAGES = ROOT / "examples" / "stages" / "template.yaml"


def test_access_log_goes_to_the_terminal_and_to_the_control_plane(preview: Callable[..., PreviewProcess]) -> None:
    with preview(str(STAGES), "--access-log", "-") as running:
        (api,) = json.loads(running.call("GET", "/_forestage/apis").body)["apis"]
        answers = [running.call("GET", "/dev/time"), running.call("GET", "/dev/none")]
        told = running.call("GET", f"/_forestage/logs/access?api={api['id']}&stage=dev")
        running.wait_for_output(answers[1].headers["x-amzn-RequestId"])
        running.end()
        printed = running.output()

    lines = json.loads(told.body)["lines"]
    logged = [json.loads(line) for line in lines]
    assert [(entry["id"], entry["status"]) for entry in logged] == [
        (answer.headers["x-amzn-RequestId"], answer.status) for answer in answers
    ]
    assert all(line in printed.splitlines() for line in lines)


def test_access_log_is_written_to_a_file(tmp_path: Path, preview: Callable[..., PreviewProcess]) -> None:
    with preview(str(STAGES), "--access-log", "access.log") as running:
        answer = running.call("GET", "/dev/time")
        running.end()

    (line,) = (tmp_path / "access.log").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["id"] == answer.headers["x-amzn-RequestId"]


def test_access_log_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    ended = forestage(
        "preview", str(STAGES), "--access-log", str(tmp_path / "none" / "x"), folder=tmp_path, home=tmp_path
    )

    assert ended.returncode == 1
    assert "cannot write the log file" in ended.stderr


def test_canary_seed_sends_the_same_requests_to_the_canary(preview: Callable[..., PreviewProcess]) -> None:
    def chosen() -> list[str]:
        with preview(str(STAGES), "--canary-seed", "5") as running:
            bodies = [running.call("GET", f"/dev/time?zone={number}").body for number in range(40)]
            running.end()
        return [json.loads(body)["colour"] for body in bodies]

    first = chosen()

    assert set(first) == {"teal", "pink"}
    assert chosen() == first


def test_kept_answer_is_told_by_explain(preview: Callable[..., PreviewProcess]) -> None:
    with preview(str(STAGES), "--canary-seed", "1") as running:
        first, second = running.call("GET", "/dev/time"), running.call("GET", "/dev/time")
        told = forestage("explain", second.headers["x-amzn-RequestId"], folder=running.folder, home=running.home).stdout

    assert first.body == second.body
    assert "hit: an answer is kept since" in told


def test_python_function_is_debugged_with_the_debugpy_it_brings(
    tmp_path: Path, preview: Callable[..., PreviewProcess]
) -> None:
    code = write_code(tmp_path, handler("debugged"))
    (code / "debugpy").mkdir()
    (code / "debugpy" / "__main__.py").write_text(
        "import runpy, sys\n"
        "print('debugger at', sys.argv[2], flush=True)\n"
        "sys.argv[:] = sys.argv[3:]\n"
        "runpy.run_path(sys.argv[0], run_name='__main__')\n",
        encoding="utf-8",
    )
    write_template(tmp_path, function_api(code))

    with preview("template.json", "--debug-port", "5890") as running:
        answer = running.call("GET", "/dev")
        running.end()

    assert answer.body == "debugged"
    assert "function pets is debugged at 127.0.0.1:5890" in running.talk()
    assert "[pets] debugger at 127.0.0.1:5890" in running.talk()
