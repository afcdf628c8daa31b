"""read_crash_states.py FOLDER: judges every state of a disk in FOLDER as a stranger would who has read JOURNAL.md and
FORMAT.md and nothing else. A state is a folder with a run in it and a file `promised`: how many frames, from the first
on, had been acknowledged, and where the power went. Prints the first complaint and ends with 1."""

import glob
import json
import os
import pathlib
import struct
import sys

import h5py
import numpy as np
import xxhash

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration"))
import read_journal

HEIGHT, WIDTH, FRAMES_PER_CHUNK = 64, 96, 3
PIXELS = np.arange(HEIGHT * WIDTH)
FRAME = HEIGHT * WIDTH


def is_right(identity, pixels):
    return bytes(pixels) == ((7 * identity + PIXELS) % 251).astype(np.uint8).tobytes()


def of_sealed(path):
    """Frame ids and gap starts of a sealed file."""
    with h5py.File(path) as file:
        rows, frames = file["/tarsier/rows"][:], file["/frames"][:]
        gaps = file["/tarsier/gaps"]["start_utc_ns"].tolist()
    for row in rows:
        assert is_right(int(row["frame_id"]), frames[row["stored_index"]]), f"{path}: wrong pixels"
    return rows["frame_id"].tolist(), gaps


def of_torn(journal, part):
    """The same of a torn segment: the journal says where each chunk lies."""
    try:
        records = read_journal.read_journal(journal)["records"]
    except (SystemExit, ValueError, struct.error):
        return [], []  # the head never became durable, so nothing was acknowledged
    ids, gaps, chunks = [], [], {}
    data = pathlib.Path(part).read_bytes() if os.path.exists(part) else b""
    for record in records:
        for chunk in record.get("chunks", []):
            chunks[chunk["index"]] = data[chunk["offset"]:chunk["offset"] + chunk["bytes"]]
            assert xxhash.xxh3_64_intdigest(chunks[chunk["index"]]) == chunk["hash"], f"{part}: a chunk is torn"
        for row in record.get("rows", []):
            chunk, place = divmod(row["stored_index"], FRAMES_PER_CHUNK)
            pixels = chunks[chunk][place * FRAME:(place + 1) * FRAME]
            assert is_right(row["frame_id"], pixels), f"{part}: wrong pixels"
            ids.append(row["frame_id"])
        gaps += [gap["start_utc_ns"] for gap in record.get("gaps", [])]
    return ids, gaps


def judge(state):
    promised, _ = map(int, (state / "promised").read_text().split())
    run, ids, gaps = state / "run", [], []
    for path in sorted(glob.glob(str(run / "*" / "*.h5"))):
        more_ids, more_gaps = of_sealed(path)
        ids, gaps = ids + more_ids, gaps + more_gaps
    for journal in sorted(glob.glob(str(run / "*" / "*.journal"))):
        if not os.path.exists(journal.replace(".journal", ".h5")):
            more_ids, more_gaps = of_torn(journal, journal.replace(".journal", ".h5.part"))
            ids, gaps = ids + more_ids, gaps + more_gaps
    assert len(ids) == len(set(ids)), "a frame is there twice"
    assert not set(range(promised)) - set(ids), f"of {promised} frames these are lost: {set(range(promised)) - set(ids)}"
    assert not {i for i in range(promised) if i % 7 == 3} - set(gaps), "a gap is lost"
    if (run / "run.json").exists():
        for segment in json.loads((run / "run.json").read_text())["cameras"][0]["segments"]:
            assert not segment["sealed"] or (run / segment["file"]).exists(), f"run.json: {segment} is not there"


def main():
    for state in sorted(pathlib.Path(sys.argv[1]).iterdir()):
        try:
            judge(state)
        except Exception as what:  # whatever a reader trips over is a loss
            print(f"frames promised, place in the log: {(state / 'promised').read_text()}: {what}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
