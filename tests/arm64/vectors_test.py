#!/usr/bin/python3
"""Proves that the hot loops of the arm64 kernels are NEON code.

Usage: vectors_test.py OBJDUMP PROGRAM. Of each function named below, a loop must be mostly vector instructions and
have those that the technique needs. Scalar code of the same loop has none.
"""

import re
import subprocess
import sys

# Part of the function's name, and instructions of which its hottest loop has each at least once.
WANTED = {
    "colour_neon<tarsier::PackedColour{3ul, 0ul, 1ul, 2ul}": ["ld3", "umlal", "ssra", "rshrn"],
    "colour_neon<tarsier::PackedColour{4ul, 2ul, 1ul}": ["ld4", "umlal", "ssra", "rshrn"],
    "superpixel_line(tarsier::SquareLines const&, std::span<unsigned char": ["mla"],
    "bilinear_line(tarsier::MosaicLines const&, unsigned int, std::span<unsigned char": ["mla"],
    "bin_lines(std::span<unsigned char const": ["add"],
    "place_band(std::span<unsigned char const": ["zip1", "zip2"],
    "tarsier::add_stretch_neon(": ["uabd", "uadalp", "umull", "umin", "umax", "cmhi"],
    "tarsier::add_spans_neon(": ["uabd", "uadalp", "umull", "umin", "umax", "cmhi"],
    "read_samples(std::byte const*": ["tbl", "mul", "ushr"],
}
VECTOR_SHARE = 0.5

FUNCTION = re.compile(r"^[0-9a-f]+ <(.*)>:$")
LINE = re.compile(r"^\s*([0-9a-f]+):\s+(\S+)\s*(.*)$")
VECTOR = re.compile(r"\bv\d+\.\d*[bhsd]|\b[qdsh]\d+\b")


def functions(listing):
    """Name and instructions, (address, word, operands), of each function of objdump's listing."""
    name, body = None, []
    for line in listing.splitlines():
        if found := FUNCTION.match(line):
            if name is not None:
                yield name, body
            name, body = found.group(1), []
        elif found := LINE.match(line):
            body.append((int(found.group(1), 16), found.group(2), found.group(3)))
    yield name, body


def loops(body):
    """Instructions from the target of each backward branch to the branch; loops around loops are left out."""
    spans = []
    for index, (address, word, operands) in enumerate(body):
        target = re.search(r"\b([0-9a-f]+) <", operands) if word.startswith(("b", "cb", "tb")) else None
        if target and int(target.group(1), 16) <= address:
            starts = [i for i, line in enumerate(body) if line[0] == int(target.group(1), 16)]
            spans += [(start, index + 1) for start in starts]
    inner = [span for span in spans if not any(other != span and span[0] <= other[0] and other[1] <= span[1] for other in spans)]
    return [body[start:end] for start, end in inner]


def is_vector_loop(loop, wanted):
    vectors = [word for _, word, operands in loop if VECTOR.search(operands)]
    has_all = all(any(word.startswith(part) for word in vectors) for part in wanted)
    return has_all and len(vectors) >= VECTOR_SHARE * len(loop)


def faults(listing):
    found = {part: [] for part in WANTED}
    for name, body in functions(listing):
        for part in WANTED:
            if part in name:
                found[part] += loops(body)
    for part, wanted in WANTED.items():
        if not found[part]:
            yield f"{part}: no loop of such a function in the program"
        elif not any(is_vector_loop(loop, wanted) for loop in found[part]):
            yield f"{part}: none of its {len(found[part])} loops is NEON code with {', '.join(wanted)}"


def main(arguments):
    objdump, program = arguments
    listing = subprocess.run([objdump, "-d", "-C", "--no-show-raw-insn", program], check=True, capture_output=True,
                             text=True).stdout
    wrong = list(faults(listing))
    for fault in wrong:
        print(fault, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
