"""What forestage makes of the WebSocket API: it is loaded and checked, and not yet previewed."""

import json
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parent.parent


def test_api_is_loaded_without_faults() -> None:
    command = [sys.executable, "-m", "forestage", "synth", "--format", "json"]
    loaded = json.loads(subprocess.run(command, cwd=PROJECT, stdout=subprocess.PIPE, check=True).stdout)

    assert [name for name in loaded["apis"] if name.startswith("ChatApi")]
    assert loaded["warnings"] == []
