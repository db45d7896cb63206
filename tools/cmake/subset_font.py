#!/usr/bin/env python3
"""Cuts the font out of a system font that the console falls back on where a visitor's system has none for Chinese.

usage: subset_font.py <font> <result.woff2> <folder of sources>...

The result has the hanzi and signs of GB 2312, for what people write, and every Chinese character that stands in the
sources, for what we write. Latin letters are left out: every system has those. It is made anew only when the font or
the characters change.
"""

import hashlib
import os
import sys

from fontTools import subset

SOURCES = (".def", ".cpp", ".h", ".js", ".html")


def is_chinese(character):
    """Hanzi, their punctuation and their full-width forms; the page's style sheet names the same ranges."""
    code = ord(character)
    return 0x2E80 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0xFE30 <= code <= 0xFE4F or 0xFF00 <= code <= 0xFFEF


def of_standard():
    """All of GB 2312: 94 rows of 94 places, many of them empty."""
    for row in range(0xA1, 0xF8):
        for place in range(0xA1, 0xFF):
            try:
                yield bytes((row, place)).decode("gb2312")
            except UnicodeDecodeError:
                pass


def of_sources(folders):
    for folder in folders:
        for path, _, names in os.walk(folder):
            for name in names:
                if name.endswith(SOURCES):
                    with open(os.path.join(path, name), encoding="utf-8") as file:
                        yield from file.read()


def read(path):
    try:
        with open(path, encoding="ascii") as file:
            return file.read()
    except FileNotFoundError:
        return None


def cut(font, result, characters):
    # The names carry the licence.
    subset.main([font, "--font-number=0", "--text=" + "".join(characters), f"--output-file={result}.new",
                 "--flavor=woff2", "--layout-features=", "--no-hinting", "--name-IDs=*", "--drop-tables+=FFTM"])
    os.replace(result + ".new", result)
    print(f"  {os.path.basename(result)}: {len(characters)} characters in {os.path.getsize(result)} bytes")


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    font, result, *folders = sys.argv[1:]
    characters = sorted(set(filter(is_chinese, of_standard())) | set(filter(is_chinese, of_sources(folders))))
    about = os.stat(font)
    made_of = f"{font} {about.st_size} {about.st_mtime_ns} {''.join(characters)}"
    made_of = hashlib.sha256(made_of.encode()).hexdigest()
    if os.path.exists(result) and read(result + ".of") == made_of:
        return
    cut(font, result, characters)
    with open(result + ".of", "w", encoding="ascii") as file:
        file.write(made_of)


if __name__ == "__main__":
    main()
