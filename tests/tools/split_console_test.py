"""The first part of a split program runs alone until a gate is passed; with the later part it does everything."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
TOOL = os.path.join(ROOT, "tools/cmake/split_console.py")

# `start` reaches near and, through a number in the data it names, near_by_table; only through the gate: far,
# far_by_code and far_by_data. Each tells which it is by a global.
PROGRAM = r"""(module
  (type $plain (func))
  (memory (export "memory") 1)
  (table (export "table") 4 4 funcref)
  (global $told (mut i32) (i32.const 0))
  (elem (i32.const 1) $near_by_table $far_by_data $far_by_code)
  (data (i32.const 1024) "\01\00\00\00")
  (data (i32.const 2048) "\02\00\00\00")
  (func $tell (param i32) (global.set $told (i32.add (i32.mul (global.get $told) (i32.const 10)) (local.get 0))))
  (func $told (export "told") (result i32) (global.get $told))
  (func $near (call $tell (i32.const 5)))
  (func $near_by_table (call $tell (i32.const 6)))
  (func $far (call $tell (i32.const 7)) (call $near))
  (func $far_by_data (call $tell (i32.const 8)))
  (func $far_by_code (call $tell (i32.const 9)))
  (func $start (export "start")
    (call $near)
    (call_indirect (type $plain) (i32.load (i32.const 1024))))
  (func $later_all (export "later")
    (call $far)
    (call_indirect (type $plain) (i32.load (i32.const 2048)))
    (call_indirect (type $plain) (i32.const 3))))
"""

# What shell.js does, without a browser.
RUN = r"""
const { readFileSync } = require('fs');
const missing = () => { throw new Error('missing'); };
const first = new WebAssembly.Instance(new WebAssembly.Module(readFileSync('index.wasm')),
                                       { l: new Proxy({}, { get: () => missing }) }).exports;
first.start();
const begun = first.told();
let refused = false;
try { first.later(); } catch (fault) { refused = fault.message === 'missing'; }
new WebAssembly.Instance(new WebAssembly.Module(readFileSync('later.wasm')), { f: first });
first.later();
console.log(begun, refused, first.told());
"""


class SplitConsole(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def split(self, program):
        with open(os.path.join(self.folder, "program.wat"), "w", encoding="utf-8") as file:
            file.write(program)
        subprocess.run(["wasm-as", "-g", "--enable-mutable-globals", "program.wat", "-o", "index.wasm"],
                       cwd=self.folder, check=True)
        return subprocess.run([sys.executable, TOOL, self.folder], capture_output=True, text=True, check=False)

    def test_takes_out_what_is_reached_through_gates_only(self):
        result = self.split(PROGRAM)
        self.assertEqual(result.returncode, 0, result.stderr)
        with open(os.path.join(self.folder, "later.functions"), encoding="utf-8") as file:
            self.assertEqual(file.read().split(), ["far", "far_by_code", "far_by_data", "later_all"])

    def test_the_first_part_runs_alone_and_both_do_everything(self):
        self.split(PROGRAM)
        result = subprocess.run(["node", "-e", RUN], cwd=self.folder, capture_output=True, text=True, check=False)
        self.assertEqual(result.stdout.split(), ["56", "true", "5675" + "89"], result.stderr)

    def test_refuses_a_program_without_gates(self):
        result = self.split(PROGRAM.replace("$later_all", "$all"))
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("no gates", result.stderr)


if __name__ == "__main__":
    unittest.main()
