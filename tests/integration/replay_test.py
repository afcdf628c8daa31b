"""Recordings of every kind through `reduce`: each row equals numpy's, computed from what h5py, Pillow or numpy read."""

import json
import re
import struct

import h5py
import numpy as np
from PIL import Image

import reference
import support

THRESHOLD = 15
FIELDS = ("abs_diff_sum", "changed", "sum", "sum_sq", "min", "max")


def regions_for(width, height):
    return [{"name": "middle", "circle": {"x_px": width // 2, "y_px": height // 2, "radius_px": min(width, height) // 3}},
            {"name": "corner", "rectangle": {"x_px": 0, "y_px": 0, "width_px": width // 2, "height_px": height // 3}}]


def rig_for(folder, width, height, deep, bayer=None, **camera):
    convert = {"pixel": "gray16" if deep else "gray8", **({"bayer": bayer} if bayer else {})}
    camera = {"name": "cam", "regions": regions_for(width, height), "keep": {"frames": "none"},
              "reduce": {"changed_threshold": THRESHOLD}, "convert": convert, **camera}
    return support.write_rig(folder, support.rig(folder, camera))


def gray(colours):
    """The product's gray of (H, W, 3) RGB."""
    r, g, b = (colours[..., c].astype(np.int64) for c in range(3))
    return ((9798 * r + 19235 * g + 3735 * b + 16384) >> 15).astype(np.uint8)


def check(inputs, frames, *options, name="out.h5", interval_s=None, bayer=None):
    """Reduces `inputs` and compares with `frames`, where None stands for one that can't be read."""
    known = next(frame for frame in frames if frame is not None)
    height, width = known.shape
    with support.Scratch() as folder:
        out = folder / name
        rig = rig_for(folder, width, height, known.dtype == np.uint16, bayer)
        result = support.must(support.run("reduce", *inputs, "--rig", rig, "-o", out, "--json", *options))
        ledger = support.delivered_is_accounted_for(json.loads(result.stdout)["cameras"][0]["ledger"])
        with h5py.File(out) as file:
            rows, region_rows, gaps = (file[f"/tarsier/{n}"][:] for n in ("rows", "regions", "gaps"))
    broken = [i for i, frame in enumerate(frames) if frame is None]
    assert ledger["delivered"] == len(frames) and ledger["dropped"]["corrupted"] == len(broken), ledger
    assert list(rows["frame_id"]) == [i for i in range(len(frames)) if i not in broken]
    covered = [i for gap in gaps for i in range(int(gap["first_id"]), int(gap["last_id"]) + 1)]
    assert covered == broken, (gaps, broken)
    compare([frame for frame in frames if frame is not None], rows, region_rows)
    if interval_s is not None:
        assert (np.diff(rows["sensor_ns"]) == round(interval_s * 1e9)).all(), rows["sensor_ns"][:5]


def compare(frames, rows, region_rows):
    height, width = frames[0].shape
    masks = [np.ones((height, width), bool)]
    masks += [reference.region_mask(region, height, width) for region in regions_for(width, height)]
    previous = None
    for t, frame in enumerate(frames):
        for r, mask in enumerate(masks):
            row = rows[t] if r == 0 else region_rows[t, r - 1]
            expected = reference.totals(frame, previous, mask, THRESHOLD)
            assert tuple(int(row[f]) for f in FIELDS) == expected, f"frame {t}, mask {r}: {row} {expected}"
        previous = frame


def moving(count, dtype=np.uint8, height=60, width=80):
    random = np.random.default_rng(5)
    return list(random.integers(0, np.iinfo(dtype).max, (count, height, width), dtype, endpoint=True))


def hdf5_of_every_layout():
    for dtype in (np.uint8, np.uint16):
        frames = moving(11, dtype)
        for layout in ({}, {"chunks": (1, 60, 80)}, {"chunks": (4, 60, 80)}, {"chunks": (4, 60, 80), "compression": 1},
                       {"chunks": (3, 32, 32), "compression": 1, "shuffle": True}):
            with support.Scratch() as folder:
                with h5py.File(folder / "in.h5", "w") as file:
                    file.create_dataset("frames", data=np.stack(frames), **layout)
                check([folder / "in.h5"], frames)


def hdf5_with_one_dataset_a_frame():
    frames = moving(12)
    with support.Scratch() as folder:
        with h5py.File(folder / "in.h5", "w") as file:
            for i, frame in enumerate(frames):
                file[f"images/frame_{i}"] = frame
        check([folder / "in.h5"], frames, "--fps", "20", interval_s=0.05)


def a_damaged_chunk_is_a_gap():
    frames = moving(10)
    with support.Scratch() as folder:
        with h5py.File(folder / "in.h5", "w") as file:
            place = file.create_dataset("frames", data=np.stack(frames), chunks=(1, 60, 80), compression=1).id
            spots = [place.get_chunk_info(i) for i in (0, 4, 5)]
        data = bytearray((folder / "in.h5").read_bytes())
        for spot in spots:
            data[spot.byte_offset:spot.byte_offset + spot.size] = b"\xff" * spot.size
        (folder / "in.h5").write_bytes(data)
        check([folder / "in.h5"], [None if i in (0, 4, 5) else frame for i, frame in enumerate(frames)])


def a_folder_of_png_with_a_broken_one():
    for frames in (moving(12), moving(12, np.uint16)):
        with support.Scratch() as folder:
            for i, frame in enumerate(frames):
                Image.fromarray(frame).save(folder / f"img{i}.png")
            bad = folder / "img7.png"
            bad.write_bytes(bad.read_bytes()[:-400])
            frames[7] = None
            check([folder], frames, "--interval", "5", interval_s=None)


def a_pattern_of_colour_png():
    colours = [np.stack(moving(3), -1) for _ in range(1)] + [np.stack(moving(3)[::-1], -1)]
    with support.Scratch() as folder:
        for i, image in enumerate(colours):
            Image.fromarray(image).save(folder / f"rgb_{i}.png")
        check([folder / "rgb_*.png"], [gray(image) for image in colours])


def tiff_files_and_stacks():
    for frames in (moving(5), moving(5, np.uint16)):
        with support.Scratch() as folder:
            images = [Image.fromarray(frame) for frame in frames]
            images[0].save(folder / "stack.tif", save_all=True, append_images=images[1:])
            check([folder / "stack.tif"], frames)
            for i, image in enumerate(images):
                image.save(folder / f"t{i}.tif", compression="tiff_lzw")
            check([folder / f"t{i}.tif" for i in range(5)], frames)


def pgm_and_raw():
    for frames in (moving(4), moving(4, np.uint16)):
        deep = frames[0].dtype == np.uint16
        with support.Scratch() as folder:
            for i, frame in enumerate(frames):
                header = f"P5\n80 60\n{65535 if deep else 255}\n".encode()
                (folder / f"p{i}.pgm").write_bytes(header + frame.astype(">u2" if deep else "u1").tobytes())
            check([folder], frames)
        with support.Scratch() as folder:
            (folder / "all.raw").write_bytes(np.stack(frames).astype("<u2" if deep else "u1").tobytes() + b"cut")
            check([folder / "all.raw"], frames + [None], "--raw", "80x60:u16" if deep else "80x60:gray8")


def chunks_that_were_never_written_are_gaps():
    frames = moving(9)
    for layout in ({"chunks": (3, 60, 80)}, {"chunks": (3, 60, 80), "compression": 1}, {"chunks": (3, 32, 32)}):
        with support.Scratch() as folder:
            with h5py.File(folder / "in.h5", "w") as file:
                dataset = file.create_dataset("frames", (9, 60, 80), np.uint8, **layout)
                dataset[:3], dataset[6:] = np.stack(frames[:3]), np.stack(frames[6:])
            check([folder / "in.h5"], frames[:3] + [None] * 3 + frames[6:])


def a_recording_that_is_mostly_unreadable_failed():
    with support.Scratch() as folder:
        Image.fromarray(moving(1)[0]).save(folder / "a.png")
        for i in range(2):
            Image.fromarray(moving(1, height=50)[0]).save(folder / f"b{i}.png")
        rig = rig_for(folder, 80, 60, False)
        result = support.run("reduce", *sorted(folder.glob("*.png")), "--rig", rig, "-o", folder / "out.h5")
        assert result.returncode == 1 and "most frames could not be read" in result.stderr, result
        assert "2 dropped: could not be read from the recording" in result.stdout and "cable" not in result.stdout


def frames_between_samples_are_not_read():
    frames = moving(20)
    with support.Scratch() as folder:
        with h5py.File(folder / "in.h5", "w") as file:
            file.create_dataset("frames", data=np.stack(frames))
            file.attrs["frame_interval"] = 0.5
        rig = rig_for(folder, 80, 60, False, sampling={"interval_s": 2})
        support.must(support.run("reduce", folder / "in.h5", "--rig", rig, "-o", folder / "out.h5"))
        with h5py.File(folder / "out.h5") as file:
            assert list(file["/tarsier/rows"]["sum"]) == [int(frame.sum()) for frame in frames[::4]]


def several_inputs_side_by_side_and_in_order():
    with support.Scratch() as folder:
        for i in range(5):
            with h5py.File(folder / f"in{i}.h5", "w") as file:
                file.create_dataset("frames", data=np.stack(moving(3 + i)))
        (folder / "in2.h5").write_bytes(b"\x89HDF\r\n\x1a\n nothing")
        rig, inputs = rig_for(folder, 80, 60, False), [folder / f"in{i}.h5" for i in range(5)]
        result = support.must(support.run("reduce", *inputs, "--rig", rig, "-o", folder / "out", "--jobs", "3"), code=1)
        assert re.findall(r"^== .*in(\d)\.h5 \((\d) of 5\)$", result.stdout, re.M) == [(str(i), str(i + 1)) for i in range(5)]
        assert "4 done, 1 failed" in result.stdout and "in2.h5: is not a recording" in result.stderr
        for i in (0, 1, 3, 4):
            with h5py.File(folder / "out" / f"in{i}.h5") as file:
                assert len(file["/tarsier/rows"]) == 3 + i


def cine(path, frames):
    """Writes a CINE file of gray frames, last line first, as far as its readers look."""
    height, width = frames[0].shape
    bits = 8 * frames[0].itemsize
    header, bitmap, setup = 44, 40, 5800
    offsets_at = header + bitmap + setup
    first = offsets_at + 8 * len(frames)
    body, offsets = b"", []
    for frame in frames:
        offsets.append(first + len(body))
        body += struct.pack("<II", 8, frame.nbytes) + frame[::-1].tobytes()
    text = bytearray(setup)
    text[140:142], text[142:144] = b"ST", struct.pack("<H", setup)
    struct.pack_into("<I", text, 768, 200)
    struct.pack_into("<I", text, 896, bits)
    path.write_bytes(struct.pack("<2sHHHiIiIIIIQ", b"CI", header, 0, 1, 0, len(frames), 0, len(frames), header,
                                 header + bitmap, offsets_at, 0)
                     + struct.pack("<IiiHHIIiiII", bitmap, width, height, 1, bits, 0,
                                   frames[0].nbytes, 0, 0, 0, 0)
                     + bytes(text) + struct.pack(f"<{len(frames)}q", *offsets) + body)


def cine_frames(path, last_line_first):
    """The frames of a CINE file of uint16, by its documented layout."""
    data = path.read_bytes()
    count, bitmap, _, offsets_at = struct.unpack_from("<4I", data, 20)
    width, height = struct.unpack_from("<ii", data, bitmap + 4)
    frames = []
    for offset in struct.unpack_from(f"<{count}q", data, offsets_at):
        notes = struct.unpack_from("<I", data, offset)[0]
        frame = np.frombuffer(data, "<u2", width * height, offset + notes).reshape(height, width)
        frames.append(frame[::-1] if last_line_first else frame)
    return frames


def cine_files():
    for dtype in (np.uint8, np.uint16):
        with support.Scratch() as folder:
            frames = moving(5, dtype)
            cine(folder / "a.cine", frames)
            check([folder / "a.cine"], frames, interval_s=0.005)


def superpixels(mosaic, order):
    """The product's gray (H/2, W/2) of a Bayer mosaic; `order` names the colours of its first square."""
    samples = {}
    for i, colour in enumerate(order):
        samples.setdefault(colour, []).append(mosaic[i // 2::2, i % 2::2].astype(np.int64))
    green = (samples["g"][0] + samples["g"][1] + 1) >> 1
    return ((9798 * samples["r"][0] + 19235 * green + 3735 * samples["b"][0] + 16384) >> 15).astype(np.uint16)


def bayer_orders():
    """The same scene in the four orders, each a permutation of the squares of the others, gives one gray."""
    scene = support.recording("D10_isp_bayer14")
    if scene is None:
        print("  skipped: the recordings are not here")
        return
    grays = []
    for order in ("rggb", "bggr", "grbg", "gbrg"):
        file = scene / f"DSC_1339_768x512_{order}.raw"
        grays.append(superpixels(np.fromfile(file, "<u2").reshape(512, 768), order))
        check([file], grays[-1:], "--raw", f"768x512:bayer_{order}16", bayer="superpixel")
    assert all((gray == grays[0]).all() for gray in grays)


def foreign_recordings():
    """Real recordings that the project does not bring along."""
    fish = support.recording("D05_stytra_hdf5", "fish_compressed.h5")
    if fish is None:
        print("  skipped: the recordings are not here")
        return
    with h5py.File(fish) as file:
        check([fish], list(file["video"][:]), "--dataset", "/video", "--fps", "200", interval_s=0.005)
    cells = sorted(support.recording("D06_usiigaci_T98G").glob("*.tif"))
    check(cells, [np.asarray(Image.open(file)).astype(np.uint16) for file in cells])
    drift = Image.open(support.recording("D07_pystackreg_pc12", "pc12-unreg.tif"))
    pages = []
    for page in range(drift.n_frames):
        drift.seek(page)
        pages.append(np.asarray(drift).astype(np.uint16))
    check([support.recording("D07_pystackreg_pc12", "pc12-unreg.tif")], pages)
    depth = support.recording("D09_aims_realsense")
    check([depth / "depth_*.png"], [np.asarray(Image.open(f)).astype(np.uint16) for f in sorted(depth.glob("depth_*"))])
    check([depth / "rgb_*.png"], [gray(np.asarray(Image.open(f))) for f in sorted(depth.glob("rgb_*"))])
    for name, last_line_first in (("cine_781.cine", False), ("cine_legacy.cine", True)):
        path = support.recording("D08_pims_cine", name)
        check([path], cine_frames(path, last_line_first))
    scene = support.recording("D10_isp_bayer14")
    raws = sorted(scene.glob("*.raw"))
    check(raws, [np.fromfile(f, "<u2").reshape(512, 768) for f in raws], "--raw", "768x512:u16")


if __name__ == "__main__":
    support.main([hdf5_of_every_layout, hdf5_with_one_dataset_a_frame, a_damaged_chunk_is_a_gap,
                  chunks_that_were_never_written_are_gaps, a_recording_that_is_mostly_unreadable_failed,
                  a_folder_of_png_with_a_broken_one, a_pattern_of_colour_png, tiff_files_and_stacks, pgm_and_raw,
                  frames_between_samples_are_not_read, several_inputs_side_by_side_and_in_order,
                  cine_files, bayer_orders, foreign_recordings])
