"""The kernel's own figures: peak resident memory stays under the budget, and does not grow over 100,000 frames."""

import json
import os
import pathlib
import re
import subprocess
import sys

import support

REGIONS = [{"name": f"well-{i + 1}", "circle": {"x_px": 204 + 408 * (i % 3), "y_px": 256 + 512 * (i // 3), "radius_px": 190}}
           for i in range(6)]


def peak_kib(rig, *arguments):
    """Maximum resident set size of one run, as GNU time reports it."""
    result = subprocess.run(["/usr/bin/time", "-v", str(support.TARSIER), "run", str(rig), *arguments],
                            capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stderr
    return int(re.search(r"Maximum resident set size \(kbytes\): (\d+)", result.stderr).group(1))


def under_budget(document, folder, name):
    rig = support.write_rig(folder, document)
    support.must(support.run("plan", rig))  # also fills GStreamer's registry, whose scanner is not the product
    peak, budget = peak_kib(rig), document["memory"]["budget_mib"] * 1024
    planned = json.loads(support.must(support.run("plan", rig, "--json")).stdout)["planned_bytes"] // 1024
    print(f"  {name}: peak {peak / 1024:.1f} MiB, planned {planned / 1024:.1f}, budget {budget / 1024:.0f}")
    assert peak < budget, f"{name}: {peak} KiB of {budget}"
    assert peak <= planned, f"{name}: {peak} KiB resident, {planned} planned"


def demo_document(folder):
    document = json.loads((support.SOURCE / "firmware-config/rigs/demo.json").read_text())
    document["cameras"][0]["source"]["location"] = str(support.MOUSE)
    document["store"]["directory"] = str(folder / "store")
    document["control"] = {"listen": ""}
    return document


def the_demo_stays_under_128_mib():
    with support.Scratch() as folder:
        document = demo_document(folder)
        assert document["memory"]["budget_mib"] == 128
        under_budget(document, folder, "demo")


def a_camera_of_1224x1024_at_30_frames_a_second_stays_under_64_mib():
    with support.Scratch() as folder:
        camera = support.test_camera(1224, 1024, 30, frames=600, regions=REGIONS, slots=15)
        under_budget(support.rig(folder / "store", camera, memory={"budget_mib": 64}), folder, "1224x1024")


def seals_corrections_and_projections_are_in_the_plan():
    with support.Scratch() as folder:
        kinds = ["mean", "max", "min", "std", "median"]
        camera = support.test_camera(320, 240, 30, frames=450, slots=8, threads=2,
                                     correct={"subtract": {"kind": "sliding_mean", "window": 16}, "offset": 100},
                                     reduce={"projection": {"interval_s": 2, "kinds": kinds}})
        document = support.rig(folder / "store", camera, memory={"budget_mib": 64})
        document["store"]["segment_s"] = 3
        under_budget(document, folder, "seals")


def resident_kib(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1))


def memory_is_flat_over_100000_frames():
    port = 18473
    with support.Scratch() as folder:
        camera = support.test_camera(160, 120, 500, frames=100_000)
        rig = support.rig(folder / "store", camera, control={"listen": f"127.0.0.1:{port}"}, memory={"budget_mib": 96})
        process = support.start("run", support.write_rig(folder, rig), "--json")

        def recorded(frames):
            def reached():
                assert process.poll() is None, process.communicate()
                status = support.get_json(port)
                return status and status["cameras"] and status["cameras"][0]["ledger"]["delivered"] >= frames
            support.wait_until(reached, f"{frames} frames", 400)
            return resident_kib(process)

        early, late = recorded(5000), recorded(98_000)
        out, error = process.communicate(timeout=60)
        assert process.returncode == 0, error
        end = json.loads(out)["memory"]["resident_bytes"] // 1024
        print(f"  after 5,000 frames {early / 1024:.1f} MiB, after 98,000 {late / 1024:.1f}, sealed {end / 1024:.1f}")
        assert max(late, end) - early < 2048, (early, late, end)


def cgroup():
    """A fresh memory cgroup as (folder, limit file), or None where none can be made."""
    for root, limit in ((pathlib.Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"),
                        (pathlib.Path("/sys/fs/cgroup"), "memory.max")):
        folder = root / f"tarsier-test-{os.getpid()}"
        try:
            folder.mkdir()
        except OSError:
            continue
        if (folder / limit).exists():
            return folder, folder / limit
        folder.rmdir()
    return None


def a_cgroup_of_budget_plus_16_mib_runs_the_demo_without_a_kill():
    made = cgroup()
    if made is None:
        print("  skipped: no memory cgroup can be made here")
        return
    folder, limit = made
    try:
        with support.Scratch() as scratch:
            document = demo_document(scratch)
            rig = support.write_rig(scratch, document)
            support.must(support.run("plan", rig))
            limit.write_text(str((document["memory"]["budget_mib"] + 16) << 20))

            def enter():
                (folder / "cgroup.procs").write_text("0")

            support.must(support.run("run", rig, preexec_fn=enter))
            control = folder / "memory.oom_control"
            if control.exists():
                assert "oom_kill 0" in control.read_text(), control.read_text()
    finally:
        folder.rmdir()


if __name__ == "__main__":
    if "long" in sys.argv[1:]:
        support.main([memory_is_flat_over_100000_frames])
    else:
        support.main([the_demo_stays_under_128_mib, a_camera_of_1224x1024_at_30_frames_a_second_stays_under_64_mib,
                      seals_corrections_and_projections_are_in_the_plan,
                      a_cgroup_of_budget_plus_16_mib_runs_the_demo_without_a_kill])
