#!/usr/bin/python3
"""Kernels against numpy, on one core, in turns: numpy_contest.py path/to/turns

The median of 31 frames of 1224x1024 against numpy.median along the stack, and gray, flat field, difference and
statistics of 24 regions of 1920x1080 RGB frames against the same in numpy, in place. Both must give the same pixels
(the flat field within rounding), else the contest ends.
"""

import os
import subprocess
import sys
import tempfile
import time

import numpy

HEIGHT, WIDTH = 1080, 1920
RADIUS = 120


class FlatField:
    """Every step in place, in arrays that were made before; regions within their boxes."""

    def __init__(self, frames):
        self.frames = frames
        self.gain = ((7000 + numpy.arange(HEIGHT * WIDTH) % 2400) / 8192).astype(numpy.float32).reshape(HEIGHT, WIDTH)
        self.sum = numpy.empty((HEIGHT, WIDTH), numpy.int32)
        self.product = numpy.empty_like(self.sum)
        self.work = numpy.empty((HEIGHT, WIDTH), numpy.float32)
        self.corrected = [numpy.zeros((HEIGHT, WIDTH), numpy.uint8) for _ in range(2)]
        self.difference = numpy.empty((HEIGHT, WIDTH), numpy.int16)
        self.changed = numpy.empty((HEIGHT, WIDTH), bool)
        y, x = numpy.ogrid[-RADIUS : RADIUS + 1, -RADIUS : RADIUS + 1]
        self.circle = x * x + y * y <= RADIUS * RADIUS
        centres = [((2 * (i % 6) + 1) * WIDTH // 12, (2 * (i // 6) + 1) * HEIGHT // 8) for i in range(24)]
        self.boxes = [numpy.s_[y - RADIUS : y + RADIUS + 1, x - RADIUS : x + RADIUS + 1] for x, y in centres]
        self.turn = 0

    def take(self):
        rgb = self.frames[self.turn % len(self.frames)]
        current, previous = self.corrected[self.turn % 2], self.corrected[(self.turn + 1) % 2]
        self.turn += 1
        numpy.multiply(rgb[..., 0], 9798, out=self.sum, dtype=numpy.int32)
        for colour, weight in ((1, 19235), (2, 3735)):
            numpy.multiply(rgb[..., colour], weight, out=self.product, dtype=numpy.int32)
            self.sum += self.product
        self.sum += 16384
        self.sum >>= 15
        numpy.subtract(self.sum, 4, out=self.work, dtype=numpy.float32, casting="unsafe")
        self.work *= self.gain
        self.work += 0.5
        numpy.clip(self.work, 0, 255, out=self.work)
        current[...] = self.work
        numpy.subtract(current, previous, out=self.difference, dtype=numpy.int16)
        numpy.abs(self.difference, out=self.difference)
        numpy.greater(self.difference, 15, out=self.changed)
        self.measure(current, self.difference, self.changed, None)
        for box in self.boxes:
            self.measure(current[box], self.difference[box], self.changed[box], self.circle)
        return current

    @staticmethod
    def measure(pixels, difference, changed, mask):
        if mask is not None:
            pixels, difference, changed = pixels[mask], difference[mask], changed[mask]
        return (difference.sum(dtype=numpy.uint64), numpy.count_nonzero(changed), pixels.mean(), pixels.std(),
                pixels.min(), pixels.max())


def microseconds_of(work):
    """Of this thread's own time: what others take of a busy machine does not count."""
    before = time.thread_time()
    work()
    return 1e6 * (time.thread_time() - before)


def contest(name, work, reference, ours, wanted, rounds, in_batch):
    def batch():
        for _ in range(in_batch):
            work()

    times, ratios = [], []
    for turn in range(rounds + 1):
        their_time, our_time = microseconds_of(batch), ours(in_batch)
        if turn > 0:  # the first turn fills caches and page tables
            times.append(our_time / in_batch)
            ratios.append(their_time / our_time)
    low, median, high = numpy.percentile(ratios, (10, 50, 90))
    print(f"{name:<46} {numpy.median(times):8.1f} us  {median:6.1f} x ({low:.1f} .. {high:.1f}) {reference}; "
          f"wanted {wanted}: {'reached' if median >= wanted else 'NOT reached'}", flush=True)


def run(program, instruction_set, folder, stack, flat):
    turns = subprocess.Popen([program, instruction_set, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             text=True, bufsize=1)

    def ours(name, times):
        turns.stdin.write(f"{times} {name}\n")
        turns.stdin.flush()
        answer = turns.stdout.readline()
        return float(answer) if answer else sys.exit(0)  # this processor does not have the instruction set

    print(instruction_set, flush=True)
    contest("median of 31 frames 1224x1024", lambda: numpy.median(stack, axis=0), "numpy.median along the stack",
            lambda times: ours("median", times), 60, 3, 1)
    flat.turn = 0
    contest("1920x1080 RGB24, flat field, 24 regions", flat.take, "numpy in place", lambda times: ours("flat", times), 20, 5, 16)
    ours("write", 1)
    medians = numpy.fromfile(folder + "/median.raw", numpy.uint8).reshape(stack.shape[1:])
    corrected = numpy.fromfile(folder + "/corrected.raw", numpy.uint8).reshape(HEIGHT, WIDTH)
    assert numpy.array_equal(medians, numpy.median(stack, axis=0)), "the medians differ"
    assert numpy.abs(corrected.astype(int) - flat.corrected[(flat.turn + 1) % 2]).max() <= 1, "corrected frames differ"
    turns.stdin.close()
    turns.wait()


def main():
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    print(f"numpy {numpy.__version__}, one core; medians (10 % .. 90 %)")
    random = numpy.random.default_rng(1)
    stack = random.integers(0, 256, (31, 1024, 1224), numpy.uint8)
    frames = random.integers(0, 256, (8, HEIGHT, WIDTH, 3), numpy.uint8)
    with tempfile.TemporaryDirectory() as folder:
        stack.tofile(folder + "/stack.raw")
        frames.tofile(folder + "/rgb.raw")
        flat = FlatField(frames)
        for instruction_set in ("AVX2", "AVX-512"):
            run(sys.argv[1], instruction_set, folder, stack, flat)


if __name__ == "__main__":
    main()
