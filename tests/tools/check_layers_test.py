"""check_layers must see what it is there for: each rule is broken once in a small tree of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))


class CheckLayers(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        os.makedirs(os.path.join(self.folder, "tools"))
        shutil.copy(os.path.join(ROOT, "tools/layers.toml"), os.path.join(self.folder, "tools"))
        self.write("shared/core/result.h")
        self.write("backend/http/http_types.h", "#include <vector>\n")
        self.write("backend/http/pistache_listener.h", "#include <pistache/listener.h>\n")
        self.write("backend/keys/key_pool.h", '#include "shared/core/result.h"\n#include <sys/socket.h>\n')

    def write(self, path, text=""):
        path = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def run_check(self):
        return subprocess.run([sys.executable, os.path.join(ROOT, "tools/check_layers"), "--root", self.folder],
                              stdout=subprocess.PIPE, text=True, check=False)

    def expect_clean(self):
        result = self.run_check()
        self.assertEqual(result.returncode, 0, result.stdout)

    def expect_fault(self, *texts):
        result = self.run_check()
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertIn("1 broken rules", result.stdout)
        for text in texts:
            self.assertIn(text, result.stdout)

    def test_accepts_includes_that_follow_the_layers(self):
        self.write("backend/proxy/exchange.cpp",
                   '#include "backend/keys/key_pool.h"\n#include "backend/http/http_types.h"\n#include <string>\n')
        self.expect_clean()

    def test_catches_an_upward_include_and_says_why(self):
        self.write("backend/keys/selector.cpp", '\n#include "backend/http/http_types.h"\n')
        self.expect_fault("backend/keys/selector.cpp:2", "backend/keys includes backend/http/http_types.h",
                          "because the pool decides about keys")

    def test_catches_features_that_know_each_other(self):
        self.write("backend/proxy/exchange.h")
        self.write("backend/admin/keys_api.cpp", '#include "backend/proxy/exchange.h"\n')
        self.expect_fault("backend/admin includes backend/proxy/exchange.h")

    def test_catches_a_library_outside_its_folder(self):
        self.write("backend/keys/sql.cpp", "#include <sqlite3.h>\n")
        self.expect_fault("sqlite3 belongs to backend/storage", "another engine")

    def test_catches_a_library_that_leaks_through_a_header(self):
        self.write("backend/admin/api.cpp", '#include "backend/http/pistache_listener.h"\n')
        self.expect_fault("sees pistache's headers through backend/http/pistache_listener.h")

    def test_lets_the_assembly_see_an_edge_s_library(self):
        self.write("backend/app/application.h", '#include "backend/http/pistache_listener.h"\n')
        self.expect_clean()

    def test_catches_a_library_without_a_row(self):
        self.write("backend/keys/new.cpp", "#include <lzma.h>\n")
        self.expect_fault("<lzma.h>, a library that tools/layers.toml does not know")

    def test_catches_the_console_reaching_into_the_server(self):
        self.write("frontend-wasm/pages/keys.cpp", '#include "backend/keys/key_pool.h"\n')
        self.expect_fault("frontend-wasm/pages includes backend/keys/key_pool.h")

    def test_catches_an_include_that_is_not_written_from_the_root(self):
        self.write("backend/keys/pool.cpp", '#include "key_pool.h"\n')
        self.expect_fault("written from the repository's root")

    def test_catches_a_header_that_does_not_exist(self):
        self.write("backend/keys/pool.cpp", '#include "backend/keys/gone.h"\n')
        self.expect_fault("which does not exist")

    def test_catches_a_folder_without_a_row(self):
        self.write("backend/novelty/thing.cpp", '#include "shared/core/result.h"\n')
        self.expect_fault("no row in tools/layers.toml")


if __name__ == "__main__":
    unittest.main()
