"""Memory does not grow with rows or segments: 2,000,000 rows in 200 segments, recorded in one process."""

import json
import subprocess

import support


def memory_is_flat_over_two_million_rows_and_200_segments():
    result = subprocess.run([support.BUILD / "bin" / "appends", "memory"], capture_output=True, text=True, timeout=900)
    assert result.returncode == 0, result.stderr
    measured = json.loads(result.stdout)
    print("  ", measured)
    assert measured["rows"] >= 2_000_000 and measured["segments"] == 200
    assert measured["all_mib"] - measured["tenth_mib"] < 1, measured
    assert measured["all_mib"] - measured["before_mib"] < 4, f"more than the plan says of HDF5: {measured}"


if __name__ == "__main__":
    support.main([memory_is_flat_over_two_million_rows_and_200_segments])
