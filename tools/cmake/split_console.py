#!/usr/bin/env python3
"""Splits the console's program in two: index.wasm keeps what the browser needs at once, later.wasm gets the rest.

usage: split_console.py <folder of the web build>

later.wasm gets the functions that are reached only through the gates of frontend-wasm/app/parts.h, whose names begin
with "later_". Reached means: called, or named by a number that may be its place in the table of functions, in the
code or in data that the code may address. Numbers are not told from places, so that rather too much stays in
index.wasm than too little. Afterwards both parts are optimized for size and lose their names.

Binaryen's wasm-split does the cutting: the later part takes what it calls of the first one from its exports, and
fills the places in the table that the first part calls. shell.js brings them together.
"""

import bisect
import os
import re
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

GATE = "later_"
FEATURES = ["--mvp-features", "--enable-mutable-globals", "--enable-sign-ext"]
SIZE = ["-tnh", "-lmu", "--converge", "-Oz", "--strip-debug"]
NAMESPACES = ["--import-namespace=f", "--placeholder-namespace=l", "--export-prefix=%"]

CALL = re.compile(r"\((?:return_)?call \$([^\s)]+)")
NUMBER = re.compile(r"\(i32\.const (-?\d+)\)| offset=(\d+)")
EXPORT = re.compile(r' \(export "[^"]+" \(func \$([^\s)]+)\)\)')
DATA = re.compile(r' \(data (?:\$\S+ )?\(i32\.const (\d+)\) "(.*)"\)$')
ELEMENTS = re.compile(r" \(elem \(i32\.const (\d+)\) (.*)\)$")
ESCAPED = re.compile(rb'\\([0-9a-f]{2}|[tnr"\'\\])')
LETTERS = {b"t": b"\t", b"n": b"\n", b"r": b"\r", b'"': b'"', b"'": b"'", b"\\": b"\\"}


class Program:
    """What wasm-dis tells of a program: functions with what they call and which numbers they name; data; the table."""

    def __init__(self, text):
        self.calls, self.numbers, self.exports, self.table, self.data = {}, {}, set(), {}, {}
        name = None
        for line in text.splitlines():
            if line.startswith(" (func $"):
                name = line[8:].split(" ")[0]
                self.calls[name], self.numbers[name] = set(), set()
            elif line.startswith(" ("):
                name = None
                self.read_top(line)
            elif name:
                self.calls[name].update(CALL.findall(line))
                self.numbers[name].update(int(a or b) for a, b in NUMBER.findall(line))

    def read_top(self, line):
        if match := EXPORT.match(line):
            self.exports.add(match.group(1))
        elif match := DATA.match(line):
            self.data[int(match.group(1))] = unescaped(match.group(2))
        elif match := ELEMENTS.match(line):
            for place, name in enumerate(match.group(2).split(), int(match.group(1))):
                self.table[place] = name[1:]
        elif line.startswith((" (start", " (elem", " (data")):
            sys.exit("split_console: cannot read " + line[:80])


def unescaped(text):
    return ESCAPED.sub(lambda match: LETTERS.get(match.group(1)) or bytes([int(match.group(1), 16)]), text.encode())


class Data:
    """The words of the program's data. An object ends where the next one begins that something names: the data lies
    where hardly any other number looks like an address (GLOBAL_BASE in frontend-wasm/CMakeLists.txt)."""

    def __init__(self, program):
        self.words, self.begin, self.end = {}, min(program.data), max(a + len(d) for a, d in program.data.items())
        for address, content in program.data.items():
            for at in range(-address % 4, len(content), 4):
                self.words[address + at], = struct.unpack("<I", content[at:at + 4].ljust(4, b"\0"))
        named = set().union(*program.numbers.values()) | set(self.words.values())
        self.starts = sorted(number for number in named if self.begin <= number < self.end)

    def object_at(self, address):
        """Its words; none where no data is."""
        following = bisect.bisect_right(self.starts, address)
        if not self.begin <= address < self.end:
            return []
        end = self.starts[following] if following < len(self.starts) else self.end
        return [self.words[at] for at in range(address + -address % 4, end, 4) if at in self.words]


def needed_at_once(program):
    """The functions that are reached without passing a gate."""
    data = Data(program)
    gates = {name for name in program.calls if name.startswith(GATE)}
    if not gates:
        sys.exit("split_console: the program has no gates (are its names there?)")
    functions, read = set(), set()
    waiting = [name for name in program.exports if name not in gates]
    while waiting:
        name = waiting.pop()
        if name in functions or name in gates or name not in program.calls:
            continue
        functions.add(name)
        waiting += program.calls[name]
        numbers = list(program.numbers[name])
        while numbers:
            number = numbers.pop()
            if number in program.table:
                waiting.append(program.table[number])
            if number not in read:
                read.add(number)
                numbers += data.object_at(number)
    return functions


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    os.chdir(sys.argv[1])
    program = Program(run("wasm-dis", "index.wasm", "-o", "-"))
    later = set(program.calls) - needed_at_once(program)
    with open("later.functions", "w", encoding="utf-8") as file:
        file.write("\n".join(sorted(later)) + "\n")
    run("wasm-split", *FEATURES, *NAMESPACES, "index.wasm", "--split-funcs=@later.functions", "-o1", "first.wasm.part",
        "-o2", "later.wasm.part")
    parts = {"first.wasm.part": "index.wasm", "later.wasm.part": "later.wasm"}
    with ThreadPoolExecutor() as pool:
        # Binaryen finds more to take away in a program that it has been through once, as emcc ran it.
        list(pool.map(lambda part: run("wasm-opt", *FEATURES, *SIZE, part, "-o", parts[part]), parts))
    for part in parts:
        os.remove(part)


if __name__ == "__main__":
    main()
