#!/usr/bin/python3
"""Checks that a file holds nothing that HDF5 1.8 does not know, by the bytes of its superblock and object headers.

    hdf5_18_rules.py FILE...

h5py says only where the objects lie. The versions are those that the HDF5 file format specification 2.0 gives, which is
that of 1.8. Exit code 0: nothing newer; 1: something is.
"""
import struct
import sys

import h5py

# Message type: (name, newest version that 1.8 reads, place of the version in the message).
KNOWN = {0x01: ("dataspace", 2), 0x02: ("link info", 0), 0x03: ("datatype", 3), 0x05: ("fill value", 3),
         0x06: ("link", 1), 0x08: ("data layout", 3), 0x0A: ("group info", 0), 0x0B: ("filter pipeline", 2),
         0x0C: ("attribute", 3), 0x0F: ("shared messages", 0), 0x13: ("B-tree K values", 0), 0x15: ("attribute info", 0)}
WITHOUT_VERSION = {0x00, 0x10, 0x12, 0x14, 0x16}
FAIL_IF_UNKNOWN = 0x08 | 0x80


def messages(data, address):
    """(type, flags, body) of each message of a version 2 object header, continuation blocks included."""
    assert data[address:address + 4] == b"OHDR", f"no version 2 object header at {address}"
    assert data[address + 4] == 2
    flags = data[address + 5]
    at = address + 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
    width = 1 << (flags & 3)
    size = int.from_bytes(data[at:at + width], "little")
    blocks = [(at + width, size)]
    while blocks:
        at, size = blocks.pop()
        end = at + size
        head = 6 if flags & 0x04 else 4
        while at + head <= end:
            kind, length, message_flags = struct.unpack_from("<BHB", data, at)
            body = data[at + head:at + head + length]
            yield kind, message_flags, body
            if kind == 0x10:
                offset, block = struct.unpack_from("<QQ", body)
                assert data[offset:offset + 4] == b"OCHK"
                blocks.append((offset + 4, block - 8))
            at += head + length


def version_of(kind, body):
    return body[0] >> 4 if kind == 0x03 else body[0]


def faults_at(data, address, name):
    for kind, flags, body in messages(data, address):
        if kind in WITHOUT_VERSION:
            continue
        if kind not in KNOWN:
            if flags & FAIL_IF_UNKNOWN:
                yield f"{name}: message {kind:#x}, which 1.8 must refuse"
            continue
        what, newest = KNOWN[kind]
        if version_of(kind, body) > newest:
            yield f"{name}: {what} version {version_of(kind, body)}, 1.8 knows {newest}"


def addresses(path):
    with h5py.File(path, "r") as file:
        found = {"/": file["/"]}
        file.visititems(lambda name, thing: found.update({"/" + name: thing}))
        return {name: h5py.h5o.get_info(thing.id).addr for name, thing in found.items()}


def faults(path):
    with open(path, "rb") as file:
        data = file.read()
    assert data[:8] == b"\x89HDF\r\n\x1a\n"
    if data[8] > 2:
        yield f"superblock version {data[8]}, 1.8 knows 2"
    extension = struct.unpack_from("<Q", data, 20)[0]
    if extension != 0xFFFFFFFFFFFFFFFF:
        yield from faults_at(data, extension, "superblock extension")
    for name, address in addresses(path).items():
        yield from faults_at(data, address, name)


def main(paths):
    found = [f"{path}: {fault}" for path in paths for fault in faults(path)]
    print("\n".join(found) or "nothing newer than HDF5 1.8")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
