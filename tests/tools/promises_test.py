"""The list of promises, the tests and docs/promises.md say the same.

usage: promises_test.py <build folder>

What is not built here (one's own targets alone, no console) cannot be asked for its names: that is skipped.
"""

import importlib.machinery
import importlib.util
import os
import re
import sys

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
NOTED = re.compile(r'\b(?:note_promise|notePromise)\(\s*"([a-z0-9-]+)"')
SKIPPED = 77


def load_tool():
    loader = importlib.machinery.SourceFileLoader("promises", os.path.join(ROOT, "tools/promises"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("promises", loader))
    loader.exec_module(module)
    return module


def noted_ids():
    """id to the files that tell its figure."""
    noted = {}
    for folder, folders, names in os.walk(os.path.join(ROOT, "tests")):
        folders[:] = [name for name in folders if name not in ("node_modules", "support")]
        for name in names:
            if name.endswith((".cpp", ".h", ".mjs")):
                path = os.path.join(folder, name)
                with open(path, encoding="utf-8") as file:
                    for id_ in NOTED.findall(file.read()):
                        noted.setdefault(id_, []).append(os.path.relpath(path, ROOT))
    return noted


def list_faults(tool, rows):
    ids = {row["id"] for row in rows}
    for id_, files in sorted(noted_ids().items()):
        if id_ not in ids:
            yield f"{', '.join(files)}: \"{id_}\" is no row of tests/promises/promises.json"
    with open(tool.DOCUMENT, encoding="utf-8") as file:
        written = file.read()
    if written != tool.HEAD + "\n".join(tool.table_lines(rows, tool.measured_before())) + "\n":
        yield "docs/promises.md is not what the list makes: run tools/promises --list"


def fuzz_targets():
    with open(os.path.join(ROOT, "tests/fuzz/CMakeLists.txt"), encoding="utf-8") as file:
        return {f"fuzz.{name}": None for name in re.findall(r"geminate_fuzz\(\s*(\w+)", file.read())}


def name_faults(tool, rows, build):
    """(faults, whether something could not be asked)"""
    tests = tool.known_tests(build)
    partly = any(name.endswith("_NOT_BUILT") for name in tests)
    no_console = not any(name.startswith("browser.") for name in tests)
    faults, unasked = [], False
    for row in rows:
        # Other builds have the same tests but for the fuzzers, which the one of clang has alone.
        _, lost = tool.matching(row, fuzz_targets() if tool.builds_of(row) == ["fuzz"] else tests)
        for expression in lost:
            if partly or (no_console and "browser" in expression):
                unasked = True
            else:
                faults.append(f"{row['id']}: no test is called {expression}")
    return faults, unasked


def main(build):
    tool = load_tool()
    rows = tool.load()
    faults, unasked = name_faults(tool, rows, os.path.basename(build))
    faults += list_faults(tool, rows)
    for fault in faults:
        print(fault)
    if faults:
        return 1
    return SKIPPED if unasked else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
