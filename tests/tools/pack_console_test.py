"""What is served must name what exists, and its names must change with the content."""

import gzip
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
PAGE = '<link rel=stylesheet href=shell.css><script src="shell.js"></script><script src=index.js></script>'


class PackConsole(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.site = os.path.join(self.folder, "site")
        self.write("index.html", PAGE)
        self.write("index.js", 'f="index.wasm"; g="my-index.wasm"; h="index.wasm.map";' + " " * 500)
        self.write("shell.js", "fetch('/index.wasm')")
        self.write("shell.css", "b{}" * 100)
        self.write("index.wasm", "\0asm" + "x" * 1000)
        self.write("compile_commands.json", "[]")

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def pack(self, expect=0):
        tool = os.path.join(ROOT, "tools/cmake/pack_console.py")
        result = subprocess.run([sys.executable, tool, self.folder, self.site], stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, check=False)
        self.assertEqual(result.returncode, expect, result.stdout)
        return result.stdout

    def assets(self):
        """{name without the hash: name}"""
        names = [name for name in os.listdir(self.site + "/assets") if not name.endswith((".br", ".gz"))]
        return {name.split(".")[0] + "." + name.split(".")[2]: name for name in names}

    def read(self, path, mode="r"):
        with open(os.path.join(self.site, path), mode) as file:
            return file.read()

    def test_gives_every_file_but_the_page_a_hashed_name_and_rewrites_references(self):
        self.pack()
        assets = self.assets()
        self.assertEqual(set(assets), {"index.js", "index.wasm", "shell.js", "shell.css"})
        page = self.read("index.html")
        for name in ("shell.css", "shell.js", "index.js"):
            self.assertIn("/assets/" + assets[name], page)
        self.assertIn(f"fetch('/assets/{assets['index.wasm']}')", self.read("assets/" + assets["shell.js"]))

    def test_rewrites_whole_names_only(self):
        self.pack()
        assets = self.assets()
        script = self.read("assets/" + assets["index.js"])
        self.assertIn(f'f="{assets["index.wasm"]}"; g="my-index.wasm"; h="index.wasm.map"', script)

    def test_a_change_deep_down_changes_every_name_above_it(self):
        self.pack()
        before = self.assets()
        self.write("index.wasm", "\0asm" + "y" * 1000)
        self.pack()
        after = self.assets()
        for name in ("index.wasm", "index.js", "shell.js"):
            self.assertNotEqual(before[name], after[name])
        self.assertEqual(before["shell.css"], after["shell.css"])

    def test_compresses_what_becomes_smaller(self):
        self.pack()
        name = "assets/" + self.assets()["index.js"]
        self.assertEqual(gzip.decompress(self.read(name + ".gz", "rb")), self.read(name, "rb"))
        self.assertLess(os.path.getsize(os.path.join(self.site, name + ".br")),
                        os.path.getsize(os.path.join(self.site, name)))

    def test_leaves_the_table_alone_when_nothing_changed(self):
        self.assertIn("/index.html", self.pack())
        before = os.stat(self.site + "/embedded_files.cpp").st_mtime_ns
        self.assertEqual(self.pack(), "")
        self.assertEqual(os.stat(self.site + "/embedded_files.cpp").st_mtime_ns, before)

    def test_the_table_names_all_files_and_nothing_of_cmake(self):
        self.pack()
        table = self.read("embedded_files.cpp")
        for name in self.assets().values():
            self.assertIn(f'"/assets/{name}"', table)
        self.assertNotIn("compile_commands", table)

    def test_refuses_references_in_a_circle(self):
        self.write("index.js", "shell.js")
        self.write("shell.js", "index.js")
        self.assertIn("circle", self.pack(expect=1))


if __name__ == "__main__":
    unittest.main()
