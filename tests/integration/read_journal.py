#!/usr/bin/env python3
"""Reads a journal as src/store/JOURNAL.md describes it and prints it as JSON: read_journal.py FILE"""
import json
import struct
import sys

import xxhash

BLOCK = 4096
ITEMS = {
    1: ("rows", "<QqqqqQqqIIIfQQQQQHHffff",
        "frame_id stored_index sensor_ns monotonic_ns utc_ns utc_uncertainty_ns residual_ns pair_ns flags generation "
        "exposure_ns gain n abs_diff_sum changed sum sum_sq min max drift_y drift_x drift_residual drift_confidence"),
    2: ("regions", "<QIQQHH", "abs_diff_sum changed sum sum_sq min max"),
    3: ("gaps", "<QQBBqq", "first_id last_id cause estimated start_utc_ns end_utc_ns"),
    4: ("events", "<qqBQQd64s", "utc_ns monotonic_ns kind first_id last_id value text"),
    5: ("environment", "<qHd", "utc_ns channel value"),
    6: ("chunks", "<HQQQQQI", "dataset index frames offset bytes hash filter_mask"),
    7: ("counters", "<16Q",
        "stored reduced_only sampled_out averaged ring_full disk_full corrupted failed shutdown missed_driver "
        "missed_restart repeated samples_expected samples_taken samples_missed next_frame_id"),
    9: ("storage", "<qBQfff", "utc_ns operation count mean_us p99_us max_us"),
    8: ("projections", "<QQQqqI", "first_id last_id count start_utc_ns end_utc_ns median_count"),
}


def padded(size):
    return -(-size // BLOCK) * BLOCK


def is_whole(data):
    return len(data) >= 8 and struct.unpack("<Q", data[-8:])[0] == xxhash.xxh3_64_intdigest(data[:-8])


def read_head(data):
    magic, version, size, segment_id, text_size, spans = struct.unpack_from("<8sIIQII", data)
    if magic != b"TARSJRNL" or version != 1 or not is_whole(data[:size]):
        raise SystemExit("not a journal, or its head is damaged")
    head = json.loads(data[32:32 + text_size])
    head["spans"] = [struct.unpack_from("<III", data, 32 + text_size + 12 * i) for i in range(spans)]
    return head, segment_id, padded(size)


def read_blocks(data):
    record, at = {}, 0
    while at < len(data):
        kind, item_bytes, _, count = struct.unpack_from("<HHIQ", data, at)
        at += 16
        if kind in ITEMS:
            name, layout, fields = ITEMS[kind]
            if struct.calcsize(layout) != item_bytes:
                raise SystemExit(f"{name}: items of {item_bytes} bytes")
            items = struct.iter_unpack(layout, data[at:at + item_bytes * count])
            record[name] = [dict(zip(fields.split(), item)) for item in items]
        at += item_bytes * count
    return record


def read_records(data, segment_id, at):
    for sequence in range(1, len(data)):
        head = struct.unpack_from("<4sIQQQ", data, at) if at + 32 <= len(data) else None
        if not head or head[:4] != (b"TREC", 0, segment_id, sequence) or not is_whole(data[at:at + head[4]]):
            return
        yield read_blocks(data[at + 32:at + head[4] - 8])
        at += padded(head[4])


def read_journal(path):
    with open(path, "rb") as file:
        data = file.read()
    head, segment_id, at = read_head(data)
    return {"head": head, "records": list(read_records(data, segment_id, at))}


if __name__ == "__main__":
    print(json.dumps(read_journal(sys.argv[1]), default=lambda text: text.rstrip(b"\0").decode()))
