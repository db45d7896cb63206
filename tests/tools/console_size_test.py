"""What a browser fetches before the list of keys works: program and scripts, as they travel, below 250 kB.

usage: console_size_test.py <site folder>
"""

import glob
import os
import sys
import unittest

LIMIT = 250_000
FIRST = ("index.*.wasm", "index.*.js", "shell.*.js")
LATER = "later.*.wasm"


def travels(pattern):
    (file,) = glob.glob(os.path.join(SITE, "assets", pattern + ".br"))
    return os.path.getsize(file)


class ConsoleSize(unittest.TestCase):
    def test_the_first_part_stays_below_its_limit(self):
        sizes = {pattern: travels(pattern) for pattern in FIRST}
        print(f"{sum(sizes.values())} bytes of {LIMIT}: {sizes}; later {travels(LATER)}")
        self.assertLess(sum(sizes.values()), LIMIT)


if __name__ == "__main__":
    SITE = sys.argv.pop()
    unittest.main()
