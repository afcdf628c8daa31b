"""The formulas of the product once more, in numpy, from the luma planes that ffmpeg decodes. Shares no code with it."""

import subprocess

import numpy as np


def video_facts(path):
    """(width, height) of the first video stream."""
    out = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "stream=width,height,pix_fmt",
                          "-of", "csv=p=0", str(path)], capture_output=True, text=True, check=True).stdout
    width, height, pixel_format = out.strip().split(",")[:3]
    assert pixel_format in ("yuv420p", "yuvj420p"), pixel_format
    return int(width), int(height)


def luma_frames(path):
    """Yields each frame's luma plane (H, W) uint8, as it was decoded: no scaling of range, no frame left out or doubled."""
    width, height = video_facts(path)
    chroma = 2 * ((width + 1) // 2) * ((height + 1) // 2)
    size = width * height + chroma
    with subprocess.Popen(["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:v:0", "-fps_mode", "passthrough",
                           "-f", "rawvideo", "-"], stdout=subprocess.PIPE) as decoder:
        while len(frame := decoder.stdout.read(size)) == size:
            yield np.frombuffer(frame, np.uint8)[: width * height].reshape(height, width)


def region_mask(region, height, width):
    """Boolean (H, W) of one region of a rig."""
    y, x = np.mgrid[0:height, 0:width].astype(np.int64)
    if "circle" in region:
        c = region["circle"]
        return (x - c["x_px"]) ** 2 + (y - c["y_px"]) ** 2 <= c["radius_px"] ** 2
    if "rectangle" in region:
        r = region["rectangle"]
        return ((x >= r["x_px"]) & (x < r["x_px"] + r["width_px"])
                & (y >= r["y_px"]) & (y < r["y_px"] + r["height_px"]))
    corners = region["polygon"]
    inside = np.zeros((height, width), bool)
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1]):
        if ay == by:
            continue
        crosses = (ay <= y) != (by <= y)
        # x < crossing, compared without a division: exact for integer corners.
        left = (x - ax) * (by - ay) < (y - ay) * (bx - ax) if by > ay else (x - ax) * (by - ay) > (y - ay) * (bx - ax)
        inside ^= crosses & left
    return inside


def totals(frame, previous, pixels, threshold):
    """abs_diff_sum, changed, sum, sum_sq, min, max over frame[pixels] as Python integers."""
    values = frame[pixels].astype(np.int64)
    difference = np.abs(values - previous[pixels].astype(np.int64)) if previous is not None else np.zeros(1, np.int64)
    return (int(difference.sum()), int((difference > threshold).sum()), int(values.sum()), int((values * values).sum()),
            int(values.min()), int(values.max()))
