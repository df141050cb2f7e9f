"""The service under a real systemd: what it does when it is started, asked, killed, hung, misled."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import NoReturn

import pytest

from tests.systemd.shown import units_shown

pytestmark = pytest.mark.long

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
RUNNER = HERE / "run-under-systemd.sh"
CANNOT = 77  # the runner's exit code on a machine that cannot
LIMIT = 100  # seconds; about 30 are needed
CLAIMS = re.findall(
    r"^ *(?:check|same|refused) ([a-z]\w+)", (HERE / "inside.sh").read_text("utf-8"), re.MULTILINE
)


def visible_python() -> Path | None:
    """An interpreter like ours in a place that a service with ProtectHome= sees, if there is one."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    candidates = [
        Path(os.path.realpath(sys.executable)),
        *(Path(folder) / name for folder in ("/usr/local/bin", "/usr/bin")),
    ]
    hidden = ("/home/", "/root/", "/run/", "/tmp/", f"{REPOSITORY}/")
    seen = (p for p in candidates if not str(p).startswith(hidden) and os.access(p, os.X_OK))
    return next(seen, None)


def skip(reason: str) -> NoReturn:
    if os.environ.get("REQUIRE_SYSTEMD_TEST") == "1":
        pytest.fail(f"REQUIRE_SYSTEMD_TEST=1, but {reason}")
    pytest.skip(reason)


def environment_for(python: Path, place: Path) -> None:
    """A virtual environment that finds the libraries of this one and the program at /opt."""
    subprocess.run([python, "-m", "venv", "--without-pip", place], check=True)
    (packages,) = place.glob("lib/python*/site-packages")
    (packages / "opt.pth").write_text("/opt/source\n/opt/libraries\n")
    command = place / "bin" / "parcels"
    command.write_text("#!/opt/parcels/bin/python\nfrom monitor.cli import main\n\nmain()\n")
    command.chmod(0o755)


def material(folder: Path) -> None:
    """What is bound at /sdtest."""
    shutil.copytree(HERE / "given", folder)
    for name in ("inside.sh", "loopback.py"):
        shutil.copy(HERE / name, folder)
    (folder / "units").mkdir()
    for name, text in units_shown().items():
        (folder / "units" / name).write_text(text)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What `inside.sh` said of each claim: "" where it held, else what was seen instead."""
    probe = subprocess.run([RUNNER, "-p"], capture_output=True, text=True, check=False)
    if probe.returncode == CANNOT:
        skip(probe.stderr.strip())
    python = visible_python()
    if python is None:
        skip("no Python of this version lies outside of the homes, where a service can see it")
    folder = tmp_path_factory.mktemp("systemd")
    environment_for(python, folder / "venv")
    material(folder / "sdtest")
    return said(folder)


def said(folder: Path) -> dict[str, str]:
    binds = {
        folder / "venv": "/opt/parcels",
        REPOSITORY / "monitor": "/opt/source/monitor",
        Path(sysconfig.get_path("purelib")): "/opt/libraries",
        REPOSITORY / "systemd": "/opt/units",
    }
    options = [word for src, dst in binds.items() for word in ("-b", f"{src}:{dst}")]
    out = folder / "out"
    command = [RUNNER, "-t", str(LIMIT), "-o", out, "-x", "/root", "-x", REPOSITORY, *options]
    run = subprocess.run(
        [*command, folder / "sdtest", "inside.sh"], capture_output=True, text=True, check=False
    )
    lines = re.findall(r"^(?:ok|FAIL) (\w+)(?:: (.*))?$", run.stdout, re.MULTILINE)
    if not lines:
        pytest.fail(f"{run.stderr}\n{run.stdout}\nsee {out}")
    return {name: detail and f"{detail}\nsee {out}" for name, detail in lines}


@pytest.mark.parametrize("claim", CLAIMS)
def test_under_a_real_systemd(claim: str, seen: dict[str, str]) -> None:
    assert seen.get(claim, "was never reached") == ""
