"""check_sizes counts functions without a compiler, so what it takes for a function is tried here."""

import importlib.machinery
import importlib.util
import os
import tempfile
import unittest

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))


def load_tool():
    path = os.path.join(ROOT, "tools/check_sizes")
    loader = importlib.machinery.SourceFileLoader("check_sizes", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("check_sizes", loader))
    loader.exec_module(module)
    return module


tool = load_tool()


def found(text):
    return [(name, length) for name, _, length in tool.functions(text)]


class CheckSizes(unittest.TestCase):
    def test_finds_functions_in_namespaces_and_classes(self):
        text = "namespace a {\nclass B {\n public:\n  int c() const { return 1; }\n};\nint B::d(int x) {\n  return x;\n}\n}\n"
        self.assertEqual(found(text), [("c", 1), ("B::d", 3)])

    def test_counts_a_lambda_to_the_function_it_stands_in(self):
        self.assertEqual(found("void f() {\n  auto g = [] {\n    return 1;\n  };\n}\n"), [("f", 5)])

    def test_takes_a_constructor_with_brace_initialisers(self):
        self.assertEqual(found("A::A(int a) : a_(a), b_{a} {\n  go();\n}\n"), [("A::A", 3)])

    def test_is_not_fooled_by_braces_in_strings_and_comments(self):
        self.assertEqual(found('void f() {\n  // {\n  g("{", \'{\', R"x({)x", 1\'000);\n}\nvoid h() {}\n'),
                         [("f", 4), ("h", 1)])

    def test_leaves_tables_and_types_alone(self):
        text = "constexpr std::array<Row, 2> kRows = {{\n  {1, f(2)},\n}};\nenum class E { A, B };\nstruct S {\n  int x{3};\n};\n"
        self.assertEqual(found(text), [])

    def test_takes_operators_and_templates(self):
        text = "template <class T = int>\nbool operator==(const T& a, const T& b) {\n  return &a == &b;\n}\n"
        self.assertEqual([length for _, length in found(text)], [3])

    def test_reports_what_is_too_large(self):
        with tempfile.TemporaryDirectory() as folder:
            os.makedirs(os.path.join(folder, "shared"))
            with open(os.path.join(folder, "shared/a.cpp"), "w", encoding="utf-8") as file:
                file.write("void f() {\n" + "  g();\n" * 70 + "}\n" + "int x;\n" * 500)
            self.assertEqual(len(list(tool.check(folder))), 2)


if __name__ == "__main__":
    unittest.main()
