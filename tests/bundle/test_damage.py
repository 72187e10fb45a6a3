"""Damage and malice: every changed byte is found, and nothing but a whole bundle is read."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cineblend.bundle.fitted import Fitted
from cineblend.bundle.manifest import FORMAT, READABLE, FileRecord, Manifest, read_manifest
from cineblend.bundle.read import read
from cineblend.bundle.state import Shelf, write_plain
from cineblend.bundle.write import write
from cineblend.errors import CineblendError, InputError, UserError

TRIES = 300


def flipped(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ 1 << chance.randrange(8)]) + raw[at + 1 :]


def truncated(raw: bytes, chance: random.Random) -> bytes:
    return raw[: chance.randrange(len(raw))]


def lengthened(raw: bytes, chance: random.Random) -> bytes:
    return raw + chance.randbytes(1)


def swapped(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw))
    end = min(len(raw), at + 512)
    return raw[:at] + chance.randbytes(end - at) + raw[end:]


def test_every_damage_to_any_file_is_found(bundle: Path) -> None:
    chance = random.Random(5)
    paths = sorted(path for path in bundle.rglob("*") if path.is_file() and path.name != ".lock")
    undetected: list[str] = []
    tried: Counter[str] = Counter()
    for number in range(TRIES):
        # every file in turn, so that small ones are not passed over
        path, harm = paths[number % len(paths)], chance.choice((flipped, truncated, lengthened, swapped))
        whole = path.read_bytes()
        if not whole:
            continue
        harmed = harm(whole, chance)
        path.write_bytes(harmed)
        tried[harm.__name__] += harmed != whole
        try:
            read(bundle)
        except InputError:
            pass
        else:
            undetected += [f"{harm.__name__} {path.name}"] if harmed != whole else []
        path.write_bytes(whole)
    assert undetected == []
    assert tried.total() >= 200, tried
    print(f"damaged {tried.total()} times ({dict(tried)}), found every time")
    read(bundle)


def test_a_missing_file_and_one_too_many_are_found(bundle: Path) -> None:
    inside = bundle / read_manifest(bundle).folder
    extra = inside / "arrays" / "extra.npy"
    extra.write_bytes(b"")
    with pytest.raises(InputError, match=r"extra\.npy: does not belong"):
        read(bundle)
    extra.unlink()
    (bundle / "run-me.sh").write_text("rm -rf /")
    with pytest.raises(InputError, match=r"run-me\.sh: does not belong"):
        read(bundle)
    (bundle / "run-me.sh").unlink()
    next(inside.glob("arrays/*.npy")).unlink()
    with pytest.raises(InputError, match="cannot be read"):
        read(bundle)


@pytest.mark.parametrize("what", ["state.json", "arrays"])
def test_links_are_refused(bundle: Path, tmp_path: Path, what: str) -> None:
    original = bundle / read_manifest(bundle).folder / what
    original.rename(tmp_path / "elsewhere")
    original.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError):
        read(bundle)


def forged(bundle: Path, change: Callable[[Manifest], Manifest]) -> None:
    """A manifest that is whole, but says something else."""
    (bundle / "manifest.json").write_bytes(change(read_manifest(bundle)).render())


@pytest.mark.parametrize("other", [min(READABLE) - 1, FORMAT + 1, None, True])
def test_another_format_is_refused(other: object, bundle: Path) -> None:
    said = json.loads((bundle / "manifest.json").read_bytes())
    (bundle / "manifest.json").write_text(json.dumps(said | {"format": other}))
    with pytest.raises(InputError, match=f"is of format {other}"):
        read(bundle)


def test_an_older_format_is_read(bundle: Path) -> None:
    """A bundle whose arrays all have the type that they are read as: format 4 is no more than that."""
    forged(bundle, lambda m: replace(m, format=min(READABLE)))
    read(bundle)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "arrays/../state.json", "run.py"])
def test_a_manifest_cannot_lead_out_of_its_folder(bundle: Path, name: str) -> None:
    forged(bundle, lambda m: replace(m, files={**m.files, name: FileRecord("0" * 64, 1)}))
    with pytest.raises(InputError, match="not a file of a bundle"):
        read(bundle)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"is": "os.system", "command": "true"}, "unknown config"),
        ({"is": "TextRidgeConfig"}, "other fields"),
        ({"is": "PopularityConfig", "extra": 1}, "other fields"),
        ({"is": "BiasConfig", "item_damping": "many", "user_damping": 1.0}, "item_damping is 'many'"),
        ({"is": "BiasConfig", "item_damping": True, "user_damping": 1.0}, "item_damping is True"),
        ({"is": "BiasConfig", "item_damping": 1.0, "user_damping": 1.0}, "other parts"),
        ({"is": "TextSpec"}, "other fields"),
    ],
)
def test_a_config_that_is_not_in_the_table_or_does_not_fit_is_refused(
    bundle: Path, config: dict[str, Any], message: str
) -> None:
    forged(bundle, lambda m: replace(m, config=config))
    with pytest.raises(InputError, match=message):
        read(bundle)


@pytest.mark.parametrize(
    "state",
    [
        {"kind": "subprocess.Popen", "fields": {}},
        {"kind": "dual inverse", "fields": {"diagonal": 1}},
        {"array": "0" * 64},
        {"scalar": ["O", 1]},
        {"map": []},
        {"what": 1},
        7,
        None,
    ],
)
def test_a_state_that_is_none_is_refused(bundle: Path, state: Any) -> None:
    manifest = read_manifest(bundle)
    inside = bundle / manifest.folder
    said = json.loads((inside / "state.json").read_bytes())
    (inside / "state.json").unlink()
    shelf = Shelf(inside)
    shelf.put("state.json", json.dumps(said | {"text": state, "model": state}).encode())
    forged(bundle, lambda m: replace(m, files={**m.files, **shelf.files}))
    with pytest.raises(InputError):
        read(bundle)


def test_an_array_of_objects_is_neither_written_nor_read(bundle: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="array of object"):
        write_plain(np.array([print], object), Shelf(tmp_path))
    manifest = read_manifest(bundle)
    inside = bundle / manifest.folder
    name = next(name for name in manifest.files if name.startswith("arrays/"))
    # What must not be read has to be written first.
    np.save(inside / name, np.array([print], object), allow_pickle=True)
    raw = (inside / name).read_bytes()
    (inside / name).unlink()
    shelf = Shelf(inside)
    shelf.put(name, raw)
    forged(bundle, lambda m: replace(m, files={**m.files, **shelf.files}))
    with pytest.raises(InputError, match="array of object"):
        read(bundle)


def test_a_full_disk_is_an_error_that_leaves_the_old_bundle(
    bundle: Path, plain: Fitted, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read(bundle).version

    def full(shelf: Shelf, name: str, *content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Shelf, "put", full)
    with pytest.raises(CineblendError, match="No space left on device"):
        write(plain, bundle)
    monkeypatch.undo()
    assert read(bundle).version == before
    assert len(list(bundle.glob("files-*"))) == 1
