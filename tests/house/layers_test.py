#!/usr/bin/python3
"""Proves that tests/layers.py refuses what it should: each test builds a small tree with one fault."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import layers

HEADER = "// What it is for.\n#pragma once\n"


class Layers(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="tarsier-layers-")
        self.addCleanup(self.folder.cleanup)
        self.root = Path(self.folder.name)
        self.write("src/frame/row.hpp", HEADER)
        self.write("src/frame/row.cpp", '#include "frame/row.hpp"\n#include "base/result.hpp"\n#include <vector>\n')
        self.write("tests/frame/row_test.cpp", '#include "frame/row.hpp"\n')

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def refuses(self, words):
        found = [fault for _, fault in layers.faults(self.root)]
        self.assertEqual(len(found), 1, found)
        self.assertIn(words, found[0])

    def test_accepts_a_tree_in_order(self):
        self.assertEqual(layers.faults(self.root), [])

    def test_refuses_a_folder_that_looks_upwards(self):
        self.write("src/frame/row.hpp", HEADER + '#include "process/chain.hpp"\n')
        self.refuses("may not include process/chain.hpp")

    def test_refuses_two_ends_that_meet(self):
        self.write("src/store/recorder.hpp", HEADER + '#include "capture/camera.hpp"\n')
        self.refuses("may not include capture/camera.hpp")

    def test_refuses_a_library_outside_its_folder(self):
        self.write("src/frame/row.cpp", "#include <hdf5.h>\n")
        self.refuses("<hdf5.h>: it belongs to hdf5")

    def test_refuses_gstreamer_outside_capture(self):
        self.write("src/frame/row.cpp", "#include <gst/video/video.h>\n")
        self.refuses("it belongs to capture")

    def test_refuses_a_library_in_a_header_that_only_sources_may_use(self):
        self.write("src/frame/row.hpp", HEADER + "#include <fmt/format.h>\n")
        self.refuses("<fmt/format.h>: it belongs to *.cpp")

    def test_refuses_the_json_library_beside_its_alias(self):
        self.write("src/frame/row.cpp", "#include <nlohmann/json.hpp>\n")
        self.refuses("it belongs to base/json.hpp")

    def test_refuses_a_library_that_nobody_owns(self):
        self.write("src/frame/row.cpp", "#include <opencv2/core.hpp>\n")
        self.refuses("nobody owns this library")

    def test_refuses_a_folder_that_the_design_does_not_have(self):
        self.write("src/utilities/row.hpp", HEADER)
        self.refuses("src/utilities is no folder of the design")

    def test_refuses_a_header_without_guard(self):
        self.write("src/frame/row.hpp", "// What it is for.\n")
        self.refuses("no #pragma once")

    def test_refuses_a_header_without_purpose(self):
        self.write("src/frame/row.hpp", "#pragma once\n")
        self.refuses("does not begin with a comment")

    def test_refuses_a_long_file(self):
        self.write("src/frame/row.cpp", "\n" * 401)
        self.refuses("has 401 lines")

    def test_refuses_a_source_that_others_use_without_test(self):
        self.write("src/frame/ring.hpp", HEADER)
        self.write("src/frame/ring.cpp", '#include "frame/ring.hpp"\n')
        self.assertEqual(layers.faults(self.root), [])
        self.write("src/process/chain.hpp", HEADER + '#include "frame/ring.hpp"\n')
        self.refuses("write tests/frame/ring_test.cpp")

    def test_refuses_a_test_in_the_wrong_folder(self):
        self.write("tests/frame/gone_test.cpp", '#include "base/result.hpp"\n')
        self.refuses("tests nothing in src/frame")

    def test_accepts_a_second_test_of_one_source(self):
        self.write("tests/frame/row_layout_test.cpp", '#include "frame/row.hpp"\n')
        self.assertEqual(layers.faults(self.root), [])


if __name__ == "__main__":
    # The table of exceptions speaks of the real tree.
    layers.TESTED_BY = {}
    unittest.main()
