"""The console's texts: each is used, gets the arguments it has places for, and nothing is shown that is not a text.

What is missing does not compile (a TextId that is no row), and texts_test.cpp compares the two languages.
"""

import os
import re
import unittest

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
CONSOLE = os.path.join(ROOT, "frontend-wasm")
ROW = re.compile(r'^X\((\w+),\s*"((?:[^"\\]|\\.)*)",\s*"((?:[^"\\]|\\.)*)"\)$')
COMMENT = re.compile(r"//[^\n]*")
# The logo's letters are the name's, in every language.
NOT_WORDS = {"Ge"}


def rows():
    with open(os.path.join(CONSOLE, "text/texts.def"), encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in file]
    return [(number, line) for number, line in enumerate(lines, 1) if line and not line.startswith("//")]


def sources():
    """(path, text without comments) of all that is compiled."""
    for folder, _, names in os.walk(CONSOLE):
        for name in sorted(names):
            if name.endswith((".cpp", ".h")):
                path = os.path.join(folder, name)
                with open(path, encoding="utf-8") as file:
                    yield os.path.relpath(path, ROOT), COMMENT.sub("", file.read())


def arguments_at(text, start):
    """How many arguments stand in the braces that open at `start`."""
    depth, count, quoted, at = 0, 0, False, start
    while True:
        letter = text[at]
        if quoted:
            at += letter == "\\"
            quoted = letter != '"'
        elif letter == '"':
            quoted = True
        elif letter in "({[":
            depth += 1
        elif letter in ")}]":
            depth -= 1
            if depth == 0:
                return count + (text[start + 1:at].strip() != "")
        elif letter == "," and depth == 1:
            count += 1
        at += 1


class Texts(unittest.TestCase):
    def setUp(self):
        self.sources = list(sources())
        self.places = {}
        for number, line in rows():
            match = ROW.match(line)
            self.assertIsNotNone(match, f"texts.def:{number} is not X(Id, \"Chinese\", \"English\"): {line}")
            self.assertNotIn(match[1], self.places, f"texts.def:{number}: {match[1]} stands there twice")
            self.places[match[1]] = len(set(re.findall(r"\{\d+\}", match[2])))

    def test_every_text_is_used(self):
        used = set(re.findall(r"TextId::(\w+)", " ".join(text for _, text in self.sources)))
        self.assertEqual(sorted(set(self.places) - used), [])

    def test_every_text_gets_its_arguments(self):
        wrong = []
        for path, text in self.sources:
            for match in re.finditer(r"(?:\bsay\(|\bsay\(\)\(|\{)\s*TextId::(\w+),\s*(?=\{)", text):
                given = arguments_at(text, match.end())
                if match[1] in self.places and given != self.places[match[1]]:
                    wrong.append(f"{path}: {match[1]} has {self.places[match[1]]} places and gets {given} arguments")
            for match in re.finditer(r"\bsay\(TextId::(\w+)\)", text):
                if self.places.get(match[1], 0) > 0:
                    wrong.append(f"{path}: {match[1]} gets no arguments")
        self.assertEqual(wrong, [])

    def test_no_words_are_shown_that_are_not_texts(self):
        wrong = []
        for path, text in self.sources:
            for literal in re.findall(r'verbatim\("((?:[^"\\]|\\.)*)"', text):
                if re.search(r"[^\W\d_]", literal) and literal not in NOT_WORDS:
                    wrong.append(f'{path}: "{literal}"')
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main()
