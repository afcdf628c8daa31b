#!/usr/bin/python3
"""Counts the instructions per pixel of the arm64 kernels and compares them with the figures in the repository.

Usage: instructions_test.py COUNT_WORK [--write]. COUNT_WORK runs under qemu-aarch64-static, which logs each block of
instructions when it is translated and each time it is run; what two turns take more than one is what a turn takes.
Fails when a figure has grown by more than 2 %, or the fused pass is over its limit; --write keeps the new figures.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

FIGURES = Path(__file__).resolve().parents[1] / "bench" / "arm64_instructions.json"
EMULATOR = ["qemu-aarch64-static", "-cpu", "cortex-a72"]
MAY_GROW = 1.02
AT_MOST = {"fused pass, 6 regions": 2.8}

INSTRUCTION = re.compile(r"0x([0-9a-f]+):  [0-9a-f]{8} ")
RUN = re.compile(r"Trace \d+: \S+ \[[0-9a-f]+/([0-9a-f]+)/")


def count_instructions(log):
    """Instructions that were run, of a log of qemu's in_asm and exec."""
    sizes, total = {}, 0
    first, size = None, 0
    for line in log:
        if line.startswith("Trace"):
            if first is not None:
                sizes[first] = size
                first, size = None, 0
            total += sizes[int(RUN.match(line).group(1), 16)]
        elif line.startswith("IN:"):
            if first is not None:
                sizes[first] = size
            first, size = None, 0
        elif found := INSTRUCTION.match(line):
            if first is None:
                first = int(found.group(1), 16)
            size += 1
    return total


def instructions(program, name, turns):
    with tempfile.NamedTemporaryFile("r", prefix="tarsier-qemu-", suffix=".log") as log:
        subprocess.run([*EMULATOR, "-d", "in_asm,exec,nochain", "-D", log.name, program, name, str(turns)], check=True)
        return count_instructions(log)


def measure(program):
    """Instructions per pixel by name of the work."""
    listed = subprocess.run([*EMULATOR, program], check=True, capture_output=True, text=True).stdout
    figures = {}
    for line in listed.splitlines():
        name, pixels = line.split("\t")
        extra = instructions(program, name, 2) - instructions(program, name, 1)
        figures[name] = round(extra / int(pixels), 3)
    return figures


def faults(figures, kept):
    if missing := set(figures) ^ set(kept):
        yield f"names differ from those in {FIGURES.name}: {', '.join(sorted(missing))}; run with --write"
    for name, figure in figures.items():
        if figure > kept.get(name, figure) * MAY_GROW:
            yield f"{name}: {figure} instructions per pixel, was {kept[name]}; make it as fast again or run with --write"
        if figure > AT_MOST.get(name, figure):
            yield f"{name}: {figure} instructions per pixel, at most {AT_MOST[name]} are wanted"


def main(arguments):
    figures = measure(arguments[0])
    kept = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    for name, figure in figures.items():
        print(f"{name:<24} {figure:7.3f} instructions per pixel, kept {kept.get(name)}")
    if "--write" in arguments:
        FIGURES.write_text(json.dumps(figures, indent=2) + "\n")
        return 0
    found = list(faults(figures, kept))
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
