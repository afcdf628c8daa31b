"""Sealed and merged files say the same to other HDF5 libraries: Debian 12's tools, R, and HDF5 1.14 of Debian 13."""

import pathlib
import shutil
import subprocess

import h5py
import numpy as np

import support

REGIONS = [{"name": "left", "rectangle": {"x_px": 0, "y_px": 0, "width_px": 80, "height_px": 120}},
           {"name": "disc", "circle": {"x_px": 110, "y_px": 60, "radius_px": 30}}]
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def files_to_read(folder):
    """A sealed and a merged file with gray16 frames, projections, and pairs that are no activity."""
    camera = support.test_camera(160, 120, 30, frames=90, regions=REGIONS, convert={"pixel": "gray16"},
                                 sampling={"interval_s": 0.1, "on_missing": "repeat_last"},
                                 reduce={"projection": {"interval_s": 0.5, "kinds": ["mean", "std"]}})
    camera["source"]["format"] = "GRAY16_LE"
    document = support.rig(folder / "store", camera)
    document["store"]["segment_s"] = 1
    support.must(support.run("run", support.write_rig(folder, document)))
    [run] = (folder / "store").glob("check_*")
    support.must(support.run("merge", run, "-o", folder))
    [merged] = folder.glob("*.h5")
    with h5py.File(merged) as file:
        assert file["tarsier/projections/std"].shape[0] > 0
        # A pair that was not measured, so that a NaN is among what must be equal; its hash is another one then.
    nan = folder / "nan.h5"
    shutil.copy(merged, nan)
    with h5py.File(nan, "r+") as file:
        file["analysis/roi_0_activity"][3] = np.nan
    return [sorted(support.sealed(folder / "store"))[0], merged, nan]


def datasets(file):
    names = []
    file.visititems(lambda name, thing: names.append(name) if isinstance(thing, h5py.Dataset) else None)
    return names


def h5dump_agrees(h5dump, path, folder):
    """Every byte of every dataset, as the other library reads it."""
    raw = folder / "raw"
    with h5py.File(path) as file:
        names = datasets(file)
        assert len(names) >= 24, names
        for name in names:
            if file[name].size == 0:
                continue
            result = subprocess.run([*h5dump, "-d", f"/{name}", "-b", "FILE", "-o", raw, path], capture_output=True, text=True,
                                    timeout=120)
            assert result.returncode == 0, result.stderr
            assert raw.read_bytes() == file[name][:].tobytes(), (path, name)


def attributes_of(h5dump, path):
    result = subprocess.run([*h5dump, "-A", path], capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
    return [line.strip() for line in result.stdout.splitlines() if line.strip().startswith(("ATTRIBUTE", "(", "DATASPACE"))]


def every_dataset_is_the_same_to_h5dump():
    with support.Scratch() as folder:
        for path in files_to_read(folder):
            h5dump_agrees(["h5dump"], path, folder)
            assert len(attributes_of(["h5dump"], path)) > 200


class Debian13:
    """HDF5's tools of Debian 13 with all that they need, unpacked and not installed."""

    def __init__(self, folder):
        self.folder = folder
        for part in ("etc/apt/apt.conf.d", "etc/apt/preferences.d", "var/lib/apt/lists/partial",
                     "var/cache/apt/archives/partial", "var/lib/dpkg"):
            (folder / part).mkdir(parents=True)
        (folder / "var/lib/dpkg/status").touch()
        (folder / "etc/apt/sources.list").write_text(
            f"deb [signed-by={KEYRING}] http://deb.debian.org/debian trixie main\n")

    def apt(self, *arguments):
        return subprocess.run(["apt-get", "-q", "-o", f"Dir={self.folder}", "-o",
                               f"Dir::State::status={self.folder}/var/lib/dpkg/status", "-o", "Acquire::Retries=1", "-o",
                               "APT::Sandbox::User=root", "-o", "Acquire::http::Timeout=20", *arguments],
                              capture_output=True, text=True, timeout=300)

    def h5dump(self):
        """The command, or None where Debian 13 cannot be reached."""
        if not pathlib.Path(KEYRING).exists() or self.apt("update").returncode != 0:
            return None
        if self.apt("--download-only", "--no-install-recommends", "-y", "install", "hdf5-tools").returncode != 0:
            return None
        root = self.folder / "root"
        for package in (self.folder / "var/cache/apt/archives").glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", package, root], check=True)
        [loader] = list(root.glob("usr/lib*/ld-linux-*.so.*")) [:1]
        [libraries] = [path.parent for path in root.glob("usr/lib/*/libc.so.6")]
        return [loader, "--library-path", libraries, root / "usr/bin/h5dump"]


def every_dataset_is_the_same_to_hdf5_1_14():
    with support.Scratch() as folder:
        h5dump = Debian13(folder / "debian13").h5dump()
        if h5dump is None:
            support.skip("Debian 13's packages cannot be reached")
        version = subprocess.run([*h5dump, "--version"], capture_output=True, text=True, timeout=60).stdout
        assert "1.14" in version, version
        print("  " + version.strip())
        for path in files_to_read(folder):
            h5dump_agrees(h5dump, path, folder)
            assert attributes_of(h5dump, path) == attributes_of(["h5dump"], path)


def every_number_is_the_same_to_r():
    if subprocess.run(["Rscript", "-e", "library(hdf5r)"], capture_output=True).returncode != 0:
        print("  skipped: R with hdf5r is not here")
        return
    with support.Scratch() as folder:
        for path in files_to_read(folder):
            script = f"""library(hdf5r)
                f <- H5File$new("{path}", mode = "r")
                a <- f[["analysis/roi_0_activity"]][]
                frames <- f[["frames"]][, , ]
                cat(sprintf("%.17g", c(length(a), sum(is.nan(a)), sum(a, na.rm = TRUE), sum(as.numeric(frames)),
                    sum(as.numeric(f[["tarsier/rows"]][]$sum)), sum(f[["timestamps"]][]))), "\\n")"""
            out = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, timeout=120)
            assert out.returncode == 0, out.stderr
            got = list(map(float, out.stdout.split()))
            with h5py.File(path) as file:
                a = file["analysis/roi_0_activity"][:].astype(float)
                wanted = [len(a), np.isnan(a).sum(), np.nansum(a), file["frames"][:].astype(float).sum(),
                          file["tarsier/rows"]["sum"].astype(float).sum(), file["timestamps"][:].sum()]
            assert np.allclose(got, wanted, rtol=1e-12, atol=0), (got, wanted)


if __name__ == "__main__":
    support.main([every_dataset_is_the_same_to_h5dump, every_number_is_the_same_to_r, every_dataset_is_the_same_to_hdf5_1_14])
