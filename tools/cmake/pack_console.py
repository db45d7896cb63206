#!/usr/bin/env python3
"""Turns the console's build output into what is served, and into a C++ table of it.

usage: pack_console.py <folder of the web build> <site folder>

The site folder gets index.html and assets/<name>.<hash>.<type>, each also as .br and .gz, and
embedded_files.cpp, which carries all of them into the server's binary (backend/http/embedded_files.h).

Names: everything but index.html carries a hash of its content in its name, so browsers may keep it for good;
index.html, which names the others, is asked for anew each time. References between the files are rewritten:
in HTML every reference becomes an absolute URL (the page is served under deep links); in scripts and styles
`"/index.wasm"` becomes an absolute URL and `"index.wasm"` the bare new name, as both files stand side by side.
"""

import gzip
import hashlib
import os
import re
import subprocess
import sys

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".wasm": "application/wasm",  # browsers compile while downloading only with just this type
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
# CMake's own files in the same folder.
NOT_OURS = {"compile_commands.json", "CMakeCache.txt", ".ninja_log"}
TEXT_TYPES = {".html", ".js", ".css", ".svg"}
ALREADY_COMPRESSED = {".png", ".woff2", ".ico"}
ASSETS = "/assets/"
PAGE = "index.html"


def read_outputs(folder):
    files = {}
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if os.path.isfile(path) and os.path.splitext(name)[1] in CONTENT_TYPES and name not in NOT_OURS:
            with open(path, "rb") as file:
                files[name] = file.read()
    if PAGE not in files:
        sys.exit(f"pack_console: {folder} holds no {PAGE}")
    return files


def reference_pattern(name):
    """`name` as a whole word, with or without the slash that makes it absolute."""
    return re.compile(rb"(?<![\w./-])(\./|/)?" + re.escape(name.encode()) + rb"(?![\w-]|\.\w)")


def references(name, content, names):
    if os.path.splitext(name)[1] not in TEXT_TYPES:
        return []
    return [other for other in names if other not in (name, PAGE) and reference_pattern(other).search(content)]


def rewrite(name, content, renamed):
    if os.path.splitext(name)[1] not in TEXT_TYPES:
        return content
    for other, new_name in renamed.items():
        bare, absolute = new_name.encode(), (ASSETS + new_name).encode()
        content = reference_pattern(other).sub(
            lambda match: absolute if name == PAGE or match.group(1) == b"/" else bare, content)
    return content


def hashed_name(name, content):
    stem, suffix = os.path.splitext(name)
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}{suffix}"


def resolve(files):
    """Yields (path, content), what is referred to before what refers to it: a hash covers the final content."""
    renamed, waiting = {}, dict(files)
    while waiting:
        ready = [n for n in waiting
                 if n != PAGE and not set(references(n, waiting[n], waiting))]
        if not ready and set(waiting) != {PAGE}:
            sys.exit("pack_console: these files refer to each other in a circle: " + ", ".join(sorted(waiting)))
        for name in ready or [PAGE]:
            content = rewrite(name, waiting.pop(name), renamed)
            if name == PAGE:
                yield "/" + PAGE, content
            else:
                renamed[name] = hashed_name(name, content)
                yield ASSETS + renamed[name], content


def write_if_changed(path, content):
    try:
        with open(path, "rb") as file:
            if file.read() == content:
                return False
    except FileNotFoundError:
        pass
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".new", "wb") as file:
        file.write(content)
    os.replace(path + ".new", path)
    return True


def compressed(path, suffix, content, compress):
    """The file's compressed form, or None where that isn't smaller. Made anew only when the content changed."""
    target = path + suffix
    if not os.path.exists(target) or os.path.getmtime(target) < os.path.getmtime(path):
        write_if_changed(target, compress(content))
        os.utime(target)
    return target if os.path.getsize(target) < len(content) else None


def brotli(content):
    return subprocess.run(["brotli", "--quality=11", "--stdout", "-"], input=content, check=True,
                          stdout=subprocess.PIPE).stdout


def gzipped(content):
    return gzip.compress(content, compresslevel=9, mtime=0)  # no time: the same input gives the same bytes


def pack(site, path, content):
    file = site + path
    write_if_changed(file, content)
    suffix = os.path.splitext(path)[1]
    squeeze = suffix not in ALREADY_COMPRESSED
    return {
        "path": path,
        "type": CONTENT_TYPES[suffix],
        "etag": hashlib.sha256(content).hexdigest()[:32],
        "immutable": path.startswith(ASSETS),
        "raw": file,
        "br": compressed(file, ".br", content, brotli) if squeeze else None,
        "gz": compressed(file, ".gz", content, gzipped) if squeeze else None,
    }


def remove_stale(site, entries):
    keep = {entry[form] for entry in entries for form in ("raw", "br", "gz") if entry[form]}
    keep |= {entry["raw"] + suffix for entry in entries for suffix in (".br", ".gz")}
    for folder in (site, site + ASSETS.rstrip("/")):
        for name in os.listdir(folder) if os.path.isdir(folder) else []:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and path not in keep and name != "embedded_files.cpp":
                os.remove(path)


def cpp_table(entries):
    blobs, rows = [], []
    for entry in entries:
        views = []
        for form in ("raw", "br", "gz"):
            if entry[form] is None:
                views.append("{}")
                continue
            symbol = f"geminate_console_{len(rows)}_{form}"
            blobs.append((symbol, entry[form]))
            views.append(f"{{{symbol}, {os.path.getsize(entry[form])}}}")
        rows.append(f'    {{"{entry["path"]}", "{entry["type"]}", {", ".join(views)}, '
                    f'"W/\\"{entry["etag"]}\\"", {str(entry["immutable"]).lower()}}},')
    assembly = "\n".join(f'    ".global {symbol}\\n{symbol}: .incbin \\"{file}\\"\\n"' for symbol, file in blobs)
    declarations = "\n".join(f"extern const char {symbol}[];" for symbol, _ in blobs)
    return TEMPLATE.format(assembly=assembly, declarations=declarations, rows="\n".join(rows), count=len(rows))


TEMPLATE = """\
// Generated by tools/cmake/pack_console.py from the console's build. Do not edit.
#include "backend/http/embedded_files.h"

#include <array>

// The assembler copies the files: a compiler would take minutes over arrays of that size.
asm(
    ".pushsection .rodata\\n"
{assembly}
    ".popsection\\n");

extern "C" {{
{declarations}
}}

namespace geminate::http {{

std::span<const EmbeddedFile> embedded_files() {{
  static constexpr std::array<EmbeddedFile, {count}> kFiles{{{{
{rows}
  }}}};
  return kFiles;
}}

}}  // namespace geminate::http
"""


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    source, site = (os.path.abspath(argument) for argument in sys.argv[1:])
    entries = sorted((pack(site, path, content) for path, content in resolve(read_outputs(source))),
                     key=lambda entry: entry["path"])
    remove_stale(site, entries)
    # The hashes of the contents stand in the table, so it changes whenever a file does.
    if write_if_changed(os.path.join(site, "embedded_files.cpp"), cpp_table(entries).encode()):
        for entry in entries:
            sizes = ", ".join(f"{form} {os.path.getsize(entry[form])}" for form in ("raw", "br", "gz") if entry[form])
            print(f"  {entry['path']}: {sizes}")


if __name__ == "__main__":
    main()
