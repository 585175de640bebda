"""Checkpoints as files: what is written when, what is refused, and all that it takes inside."""

import io
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bayescript as bs
from bayescript.grammar.diagnostics import BackendError, RunError
from bayescript.runtime.engines import checkpoint, kept
from bayescript.runtime.engines.journal import Journal, Record, packed, read, unpacked
from bayescript.runtime.sample import fit
from tests.runtime import examples
from tests.runtime.interrupted import NUTS, Interrupt, assert_same, sample

# --- what is written -----------------------------------------------------------------------


def test_a_write_a_second_and_at_the_end_of_a_chain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    real = Journal.append

    def counted(self: Journal, record: Record) -> None:
        written.append(record.part)
        real(self, record)

    monkeypatch.setattr(Journal, "append", counted)
    monkeypatch.setattr(checkpoint, "_EVERY", 1e9)
    sample(checkpoint=tmp_path / "rarely.ckpt", **NUTS)
    assert written == [0, 1]
    monkeypatch.setattr(checkpoint, "_EVERY", 0.0)
    sample(checkpoint=tmp_path / "always.ckpt", **NUTS)
    assert written.count(0) > 5
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_the_file_is_never_much_larger_than_what_it_keeps(tmp_path: Path) -> None:
    path, sizes = tmp_path / "journal", []
    journal = Journal(path, [Record(-1, packed({"head": np.zeros(3)}))])
    state, row = np.zeros(50_000), np.arange(1000.0)
    for turn in range(100):
        journal.append(Record(turn % 2, packed({"row": row + turn}), packed({"state": state})))
        sizes.append(path.stat().st_size)
    live = 2 * state.nbytes + 100 * row.nbytes
    assert live < sizes[-1] and max(sizes) < 2 * live + 2**21
    found = list(read(path))
    rows = [unpacked(one.more)["row"][0] for one in found if one.part >= 0]
    assert rows == list(range(100))
    assert [one.part for one in found if one.now][-2:] == [0, 1]


def test_a_record_of_another_process_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    first = Journal(path, [Record(-1, b"head")])
    second = Journal(path, [Record(-1, b"head")])
    first.append(Record(0, b"one", b"now"))
    second.append(Record(0, b"two", b"now"))
    first.append(Record(0, b"three", b"now"))  # just where the record of the other ends
    assert [one.more for one in read(path)] == [b"head", b"two"]


def test_the_run_goes_on_where_the_file_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.ckpt"

    def full(self: Journal, record: Record) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Journal, "append", full)
    with pytest.warns(UserWarning, match=r"no longer kept in `.*run.ckpt`: No space left") as told:
        found = sample(checkpoint=path, **NUTS)
    assert len(told) == 1
    monkeypatch.undo()
    assert_same(found, sample(**NUTS))


# --- what is refused -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("begun") / "run.ckpt"
    sample(Interrupt(0, 400), checkpoint=path, **NUTS)
    return path


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(RunError) as caught:
        call()
    assert {one.code for one in caught.value.diagnostics} == {"B606"}
    assert all(one.help for one in caught.value.diagnostics)
    return "\n".join(one.message for one in caught.value.diagnostics)


def test_another_run_is_refused(begun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = begun.read_bytes()

    def again(name: str = "linear", **settings: Any) -> Callable[[], object]:
        return lambda: sample(name=name, checkpoint=begun, resume=True, **NUTS | settings)

    assert "other settings: `seed` was 0 and is now 3" in refused(again(seed=3))
    told = refused(again(warmup=301, target_accept=0.9))
    assert "`warmup` was 300 and is now 301, `target_accept` was 0.8 and is now 0.9" in told
    assert "another method: it was `nuts` and is now `mh`" in refused(again(method="mh"))
    assert "another program" in refused(again("eight_schools"))
    assert "holds a run already" in refused(lambda: sample(checkpoint=begun, **NUTS))
    with monkeypatch.context() as changed:
        changed.setattr(kept, "versions", lambda: {"python": "9", "jax": "0.0.1"})
        told = refused(again())
        assert "and is now 0.0.1" in told and "`numpyro` was" in told and "python" not in told
    assert begun.read_bytes() == before


def test_other_data_is_refused_by_name(begun: Path) -> None:
    data = examples.linear()
    data.data["x"] = data.data["x"] + 1e-12
    source = examples.source("linear")

    def again() -> object:
        return fit(source, "linear", data, progress=False, checkpoint=begun, resume=True, **NUTS)

    assert refused(again) == f"`{begun}` has other data: `x` differs"


def test_another_machine_is_told(begun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "machine", lambda device: {"device": ["another"]})
    with pytest.warns(UserWarning, match="another kind of machine"):
        sample(Interrupt(), checkpoint=begun, resume=True, **NUTS)


class Trap:
    """Runs code when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("trapped",)


def test_a_file_that_is_none_is_refused_and_not_unpickled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "other.ckpt"
    trap = np.array([Trap()], dtype=object)
    archive = io.BytesIO()
    np.savez(archive, about=trap)
    contents = [b"", b"x" * 10_000, pickle.dumps(Trap()), archive.getvalue()]
    for content in contents:
        path.write_bytes(content)
        assert "cannot be read as a checkpoint" in refused(lambda: bs.resume(path))
        assert "cannot be read" in refused(lambda: sample(checkpoint=path, **NUTS))
        assert path.read_bytes() == content
    for content in (contents[1], contents[2], contents[3]):
        Journal(path, [Record(-1, content)])
        assert "cannot be read as a checkpoint" in refused(lambda: bs.resume(path))
    sample(Interrupt(0, 400), checkpoint=tmp_path / "good.ckpt", **NUTS)
    head, part = list(read(tmp_path / "good.ckpt"))[:2]
    Journal(path, [head, Record(0, part.more, archive.getvalue())])
    assert "cannot be read" in refused(lambda: sample(checkpoint=path, resume=True, **NUTS))
    assert not (tmp_path / "trapped").exists()
    assert "No such file" in refused(lambda: bs.resume(tmp_path / "absent.ckpt"))
    nowhere = tmp_path / "no" / "such" / "run.ckpt"
    assert "cannot be written" in refused(lambda: sample(checkpoint=nowhere, **NUTS))


def test_runs_that_keep_no_checkpoint_say_so(tmp_path: Path) -> None:
    for method in ("map", "laplace"):
        with pytest.raises(BackendError, match=f"`{method}` keeps no checkpoint"):
            sample(method=method, checkpoint=tmp_path / "run.ckpt")
    with pytest.raises(BackendError, match="`resume` needs `checkpoint`"):
        sample(resume=True)
    model = bs.loads(SPEC, "weights.bayes")
    with pytest.raises(BackendError, match="Pyro's runs keep no checkpoint") as caught:
        model.fit(DATA, backend="pyro", progress=False, checkpoint=tmp_path / "run.ckpt")
    assert caught.value.diagnostics[0].code == "B402"
    assert list(tmp_path.iterdir()) == []


# --- from the file alone -------------------------------------------------------------------

SPEC = """\
plate parcel
data
  grams[parcel] : positive
mu ~ Normal(500, 100)
sigma ~ HalfNormal(10)
grams[parcel] ~ Normal(mu, sigma)
infer nuts
  chains = 2
  warmup = 300
"""
DATA = {"parcel": {"parcel": ["A", "B", "C"], "grams": [502.0, 498.5, 511.0]}}


def test_the_file_has_all_that_it_takes(tmp_path: Path) -> None:
    path, model = tmp_path / "run.ckpt", bs.loads(SPEC, "weights.bayes")
    settings: dict[str, Any] = {"draws": 300, "noncentered": [], "seed": 5}
    model.fit(DATA, progress=Interrupt(1, 350), checkpoint=path, **settings)
    found = bs.resume(path, progress=False)
    whole = model.fit(DATA, progress=False, **settings)
    assert_same(found, whole)
    assert str(found.summary()) == str(whole.summary()) and repr(found) == repr(whole)
    assert list(found.posterior["mu"].coords) == list(whole.posterior["mu"].coords)
    assert found.bound.coords["parcel"].tolist() == ["A", "B", "C"]
    assert found.bound.named == whole.bound.named == {"parcel"}
    longer = bs.resume(path, progress=False, draws=450)
    assert_same(longer, model.fit(DATA, progress=False, **settings | {"draws": 450}))
    assert_same(bs.resume(path, progress=False), longer)  # what was asked for last is noted
    with pytest.raises(BackendError, match="has no setting `drews`"):
        bs.resume(path, drews=10)
    assert "`seed` was 5 and is now 6" in refused(lambda: bs.resume(path, seed=6))


def test_the_line_of_the_spec_that_changed_is_shown(tmp_path: Path) -> None:
    path, model = tmp_path / "run.ckpt", bs.loads(SPEC, "weights.bayes")
    model.fit(DATA, progress=Interrupt(0, 350), checkpoint=path, draws=300)
    other = bs.loads(SPEC.replace("HalfNormal(10)", "HalfNormal(20)"), "weights.bayes")
    told = refused(lambda: other.fit(DATA, checkpoint=path, resume=True, draws=300))
    was, now = "`sigma ~ HalfNormal(10)`", "`sigma ~ HalfNormal(20)`"
    assert told == f"`{path}` has another program: line 5 of the spec was {was} and is now {now}"


def test_a_checkpoint_without_its_spec_goes_on_by_the_same_call_only(begun: Path) -> None:
    assert "without its spec" in refused(lambda: bs.resume(begun))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="another kind of signal")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_the_command_line(end: signal.Signals, tmp_path: Path) -> None:
    spec = tmp_path / "weights.bayes"
    spec.write_text(SPEC, encoding="utf-8")
    (tmp_path / "parcel.csv").write_text("parcel,grams\nA,502\nB,498.5\nC,511\n", encoding="utf-8")
    run = ["run", "weights.bayes", "--data", "parcel.csv", "--draws", "40000"]
    keep = [*run, "--checkpoint", "run.ckpt"]
    program = [sys.executable, "-m", "bayescript"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}

    def call(*arguments: str, code: int = 0) -> str:
        done = subprocess.run(
            [*program, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    running = subprocess.Popen(
        [*program, *keep],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    path = tmp_path / "run.ckpt"
    while not path.exists() or sum(1 for _ in read(path)) < 2:
        assert running.poll() is None
        time.sleep(0.02)
    running.send_signal(end)
    _, told = running.communicate(timeout=120)
    if end is signal.SIGINT:
        # On a slow machine the chain is still in its warmup, and nothing is drawn: an error.
        assert running.returncode in (5, 130) and "bayescript resume run.ckpt" in told
    assert "holds a run already" in call(*keep, code=5)
    whole = call(*run, "--quiet", "--output", "whole.nc")
    assert call(*keep, "--resume", "--quiet") == whole.replace("saved whole.nc\n", "")
    alone = call("resume", "run.ckpt", "--quiet", "--output", "resumed.nc")
    assert alone == whole.replace("whole.nc", "resumed.nc")
    assert_same(bs.load_fit(tmp_path / "resumed.nc"), bs.load_fit(tmp_path / "whole.nc"))
