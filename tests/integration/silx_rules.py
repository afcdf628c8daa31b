#!/usr/bin/python3
"""Checks that silx opens a sealed segment and finds what to plot by itself.

    silx_rules.py FILE...

Prints a line for each rule; exit code 0 when all hold, 1 when one is broken, 2 for wrong use.
"""
import sys

import silx.io
from silx.io import nxdata


def rule(name, holds, found=""):
    print(f"{'ok    ' if holds else 'BROKEN'} {name}" + ("" if holds else f": found {found!r}"))
    return 0 if holds else 1


def check_file(path):
    with silx.io.open(path) as file:
        broken = rule("the root leads to an NXentry with a valid default NXdata",
                      nxdata.is_NXroot_with_default_NXdata(file), file.attrs.get("default"))
        default = nxdata.get_default(file)
        if default is None:
            return broken + rule("there is a default plot", False)
        print(f"       default plot: {default.group.name}, signal {default.signal_dataset_name}, axes {default.axes_names}")
        regions = len(file["rois/masks"])
        wanted = "roi_0_activity" if regions else "frame_mean_intensity"
        broken += rule(f"its signal is {wanted}", default.signal_dataset_name == wanted, default.signal_dataset_name)
        broken += rule("its axis is time", len(default.axes) == 1 and default.axes[0].shape == default.signal.shape,
                       default.axes_names)
        broken += rule("the other regions are drawn with it", len(default.auxiliary_signals) == max(regions - 1, 0),
                       default.auxiliary_signals_dataset_names)
        for name in file["entry"]:
            group = file["entry"][name]
            if group.attrs.get("NX_class") in ("NXdata", b"NXdata"):
                broken += rule(f"{group.name} is a valid NXdata", nxdata.is_valid_nxdata(group))
        if "frames" in file:
            frames = nxdata.NXdata(file["entry/frames"])
            broken += rule("frames are shown as images", frames.interpretation == "image", frames.interpretation)
    print(f"{path}: {broken} rules broken")
    return broken


def main(paths):
    if not paths:
        print(__doc__, file=sys.stderr)
        return 2
    broken = 0
    for path in paths:
        try:
            broken += check_file(path)
        except (OSError, KeyError, ValueError, IndexError) as error:
            print(f"BROKEN {path}: {error}")
            broken += 1
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
