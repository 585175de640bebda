"""A real Ctrl-C: at any moment the process ends in an orderly way."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bayescript.runtime.interrupt import Interrupts

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "specs/linear_regression/engel.bayes"


@pytest.mark.skipif(sys.platform == "win32", reason="another kind of signal")
@pytest.mark.parametrize("wait", [0.1, 1.4, 2.4])
def test_ctrl_c_while_importing_and_compiling(wait: float, tmp_path: Path) -> None:
    # Until the command line itself is imported, Ctrl-C is answered by Python.
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "bayescript", "--version"], check=True, cwd=ROOT)
    imported = time.perf_counter() - start
    command = [sys.executable, "-m", "bayescript", "run", str(SPEC), "--set", "draws=200000"]
    command += ["--data", str(SPEC.with_name("households.csv"))]
    environment = {**os.environ, "BAYESCRIPT_CACHE": str(tmp_path)}
    running = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    time.sleep(imported + wait)
    running.send_signal(signal.SIGINT)
    told, _ = running.communicate(timeout=120)
    # Before anything was drawn it is an error; with draws they are shown.
    assert running.returncode in (5, 130), told
    assert "Traceback" not in told and "Fatal" not in told


def test_the_first_waits_and_the_second_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    with Interrupts() as interrupts:
        interrupts.check()
        signal.raise_signal(signal.SIGINT)
        assert "Ctrl-C again" in capsys.readouterr().err
        with pytest.raises(KeyboardInterrupt):
            interrupts.check()
        interrupts.check()
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_how_to_go_on_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    with Interrupts("`bayescript resume run.ckpt` goes on"):
        signal.raise_signal(signal.SIGINT)
        assert capsys.readouterr().err.endswith("\n`bayescript resume run.ckpt` goes on\n")
