"""Everything of ours in a build folder was compiled with warnings as errors, and by which compiler.

usage: warnings_test.py <build folder>

A file that a warning was found in does not compile, so that a finished build is the test; this one sees to it that no
file got around it. Skipped (77) in builds that do not ask for it.
"""

import json
import os
import shlex
import subprocess
import sys

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
OURS = ("backend", "frontend-wasm", "shared", "tests", "tools")
# Compiled as parts of Dear ImGui, whose warnings are not ours.
NOT_OURS = {"frontend-wasm/platform/imgui_format.cpp", "frontend-wasm/platform/imgui_left_out.cpp"}
SKIPPED = 77


def compiler_of(command):
    """The words of a command from the compiler on, past ccache and what sets its environment."""
    for place, word in enumerate(command):
        name = os.path.basename(word)
        if name.startswith(("c++", "g++", "clang++")):
            return command[place:]
    return command


def main(build):
    with open(os.path.join(build, "CMakeCache.txt"), encoding="utf-8") as file:
        if "GEMINATE_WERROR:BOOL=ON" not in file.read():
            return SKIPPED
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        units = json.load(file)
    lax, count, compilers = [], 0, set()
    for unit in units:
        path = os.path.relpath(os.path.join(unit["directory"], unit["file"]), ROOT)
        if not path.startswith(OURS) or path in NOT_OURS:
            continue
        command = compiler_of(shlex.split(unit["command"]))
        count += 1
        compilers.add(command[0])
        if not {"-Werror", "-Wall", "-Wextra"} <= set(command):
            lax.append(path)
    if lax:
        print("compiled without warnings as errors:", *lax, sep="\n")
        return 1
    versions = [subprocess.run([one, "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout.split("\n")[0]
                for one in sorted(compilers)]
    print(f"PROMISE warnings: {count} files by {', '.join(versions)}, no warning", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
