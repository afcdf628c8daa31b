#!/usr/bin/python3
"""Checks the shape of the source tree: who includes whom, who uses which library, and the form of files.

Usage: layers.py [ROOT]. Prints one line for each fault and ends with exit code 1 when there is any.
"""

import re
import sys
from pathlib import Path

# Which folders of src/ each may include beside itself. Nobody else exists.
SEES = {
    "base": "",
    "frame": "base",
    "kernels": "base frame",
    "config": "base frame",
    "hdf5": "base",
    "capture": "base frame config",
    "replay": "base frame config hdf5",
    "process": "base frame kernels config",
    "store": "base frame config hdf5",
    "report": "base hdf5",
    "control": "base frame config",
    "client": "base",
    "daemon": "base frame kernels config hdf5 capture replay process store report control client",
    "cli": "base frame kernels config hdf5 capture replay process store report control client daemon",
}

# A library's headers, and who may include them: folders, single files, or "*.cpp" for every source file.
LIBRARIES = {
    r"(gst|glib|gio|gobject)(/|-|\.h)": "capture",
    r"(hdf5(_hl)?|H5\w+)\.h": "hdf5",
    r"boost/": "control client",
    r"openssl/": "base/hash.cpp control client",
    r"avahi-\w+/": "client",
    r"CLI/": "cli",
    r"ncurses\.h": "cli",
    r"indicators/": "cli",
    r"systemd/": "daemon",
    r"png\.h": "replay report control",
    r"turbojpeg\.h": "control",
    r"prometheus/": "control",
    r"tiff\w*\.h": "replay",
    r"libav\w+/": "replay",
    r"(libdeflate|isa-l|isa-l/\w+|igzip_lib)\.h": "store",
    r"lz4\.h": "hdf5",
    r"(xxhash|xxh3)\.h": "base/hash.cpp",
    r"nlohmann/": "base/json.hpp",
    r"fmt/": "*.cpp",
    r"tl/expected\.hpp": "base/result.hpp *.cpp",
    r"kiss_fft\w*\.h": "kernels",
}

# The C++ library has no dot in its names; of the C library and the kernel these are in use.
SYSTEM = re.compile(r"[a-z_]+$|(sys|linux|net|netinet|arpa|asm)/\w+\.h$|"
                    r"(arm_neon|immintrin|dirent|dlfcn|errno|fcntl|fnmatch|malloc|netdb|poll|pthread|sched|signal|stdio|stdlib|strings|"
                    r"string|spawn|termios|time|unistd|ucontext|execinfo)\.h$")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
MOST_LINES = 400

# Sources that other folders use and whose proof is not the mirrored test, with what it is.
TESTED_BY = {
    "store/isal_deflater.cpp": "tests/store/deflater_test.cpp",
    "replay/av_library.cpp": "tests/integration/replay_test.py",
    "daemon/engine.cpp": "tests/integration/stop_test.py",
    "hdf5/attribute.cpp": "tests/hdf5/file_test.cpp",
    "hdf5/filters.cpp": "tests/hdf5/bitshuffle_test.cpp",
    "hdf5/error.cpp": "tests/hdf5/file_test.cpp",
    "hdf5/series.cpp": "tests/hdf5/file_test.cpp",
    "hdf5/file_driver.cpp": "tests/hdf5/file_test.cpp",
    "hdf5/types.cpp": "tests/hdf5/file_test.cpp",
    "hdf5/version.cpp": "tests/hdf5/file_test.cpp",
}


def library_of(header):
    """The pattern in LIBRARIES that the header belongs to; None: the system's own; "": nobody's."""
    for pattern in LIBRARIES:
        if re.match(pattern, header):
            return pattern
    return None if SYSTEM.match(header) else ""


def may_use(library, path):
    """Whether the file at `path` (relative to src/) may include a header of the library."""
    for owner in LIBRARIES[library].split():
        if owner == "*.cpp" and path.suffix == ".cpp":
            return True
        if owner in (path.parts[0], path.as_posix()):
            return True
    return False


def include_faults(path, text):
    """Faults in the includes of one file; `path` is relative to src/."""
    folder = path.parts[0]
    for bracket, header in INCLUDE.findall(text):
        if bracket == '"':
            other = header.split("/")[0]
            if "/" not in header:
                yield f'"{header}": write it as "folder/{header}"'
            elif other != folder and other not in SEES[folder].split():
                yield f"may not include {header}: {folder} sees only {SEES[folder] or 'itself'}"
            elif header.endswith(".cpp"):
                yield f"includes a source file: {header}"
            continue
        library = library_of(header)
        if library == "":
            yield f"<{header}>: nobody owns this library; name its owner in tests/layers.py"
        elif library and not may_use(library, path):
            yield f"may not include <{header}>: it belongs to {LIBRARIES[library]}"


def form_faults(path, text):
    """Faults in the form of one file."""
    lines = text.count("\n")
    if lines > MOST_LINES:
        yield f"has {lines} lines; {MOST_LINES} is the most, split it by subject"
    if path.suffix == ".hpp":
        if not text.startswith("//"):
            yield "does not begin with a comment that says what it is for"
        if "#pragma once" not in text:
            yield "has no #pragma once"


def source_faults(root):
    for path in sorted((root / "src").rglob("*.[ch]pp")):
        name, text = path.relative_to(root / "src"), path.read_text(encoding="utf-8")
        if name.parts[0] not in SEES:
            yield path, f"src/{name.parts[0]} is no folder of the design; give it a line in tests/layers.py"
            continue
        for fault in (*include_faults(name, text), *form_faults(name, text)):
            yield path, fault


def shared_headers(root):
    """Headers, as "folder/name.hpp", that another folder includes."""
    shared = set()
    for path in (root / "src").rglob("*.[ch]pp"):
        folder = path.relative_to(root / "src").parts[0]
        headers = (header for _, header in INCLUDE.findall(path.read_text(encoding="utf-8")))
        shared.update(header for header in headers if not header.startswith(folder + "/"))
    return shared


def has_test(root, source):
    """Whether a source file (relative to src/) has a test of its own, or one that TESTED_BY names."""
    named = TESTED_BY.get(source.as_posix())
    mirror = f"tests/{source.parent.as_posix()}/{source.stem}_test.cpp"
    return (root / (named or mirror)).exists()


def untested_faults(root):
    """What folders offer each other has a test of its own; what they keep to themselves is tested through that."""
    shared = shared_headers(root)
    for path in sorted((root / "src").rglob("*.cpp")):
        source = path.relative_to(root / "src")
        if source.with_suffix(".hpp").as_posix() in shared and not has_test(root, source):
            yield path, f"is used by other folders and has no test: write tests/{source.parent}/{source.stem}_test.cpp"
    for name in TESTED_BY:
        if not (root / "src" / name).exists():
            yield root / "tests/layers.py", f"TESTED_BY names src/{name}, which is gone"


def orphan_faults(root):
    """Tests that lie in the folder of something else than they test."""
    for path in sorted((root / "tests").glob("*/*_test.cpp")):
        folder = path.parent.name
        headers = [header for _, header in INCLUDE.findall(path.read_text(encoding="utf-8"))]
        if not any(header.startswith(folder + "/") or (path.parent / header).exists() for header in headers):
            yield path, f"tests nothing in src/{folder}: it includes no header from there"


def test_form_faults(root):
    for path in sorted((root / "tests").rglob("*.[chp]*")):
        if path.suffix in (".cpp", ".hpp", ".py"):
            for fault in form_faults(path, path.read_text(encoding="utf-8")):
                yield path, fault


def faults(root):
    """All faults of the tree at `root`, as pairs of path and sentence."""
    return [*source_faults(root), *untested_faults(root), *orphan_faults(root), *test_form_faults(root)]


def main(arguments):
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    found = faults(root)
    for path, fault in found:
        print(f"{path.relative_to(root) if path.is_relative_to(root) else path}: {fault}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
