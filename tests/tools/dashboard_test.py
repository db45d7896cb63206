"""The Grafana dashboard shows the metrics that there are: each one it names stands in metrics.def with its labels, and
each that stands there is shown."""

import json
import os
import re
import unittest

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
ROW = re.compile(r'^(COUNTER[012]|HISTOGRAM|GAUGE)\(\w+, "(\w+)", "[^"]*"(.*)\)$', re.MULTILINE)
NAME = re.compile(r"\bgeminate_\w+")
LABELLED = re.compile(r"\b(geminate_\w+)\{([^}]*)\}")
GROUPED = re.compile(r"by \(([^)]*)\)\s*\((?:rate\()?(geminate_\w+)")
# What Prometheus adds to whatever it collects.
COLLECTED = {"job", "instance"}


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def metrics():
    """Each name that Prometheus sees, with its metric's own name and labels."""
    seen = {}
    for kind, name, rest in ROW.findall(read("backend/observe/metrics.def")):
        labels = {label for label in re.findall(r'"(\w*)"', rest) if label}
        seen[name] = (name, labels)
        if kind == "HISTOGRAM":
            del seen[name]
            for part in ("_bucket", "_sum", "_count"):
                seen[name + part] = (name, labels | ({"le"} if part == "_bucket" else set()))
    return seen


def leaf_panels(dashboard):
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


class Dashboard(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dashboard = json.loads(read("tools/grafana/geminate.json"))
        cls.panels = leaf_panels(cls.dashboard)
        cls.expressions = [target["expr"] for panel in cls.panels for target in panel["targets"]]
        cls.metrics = metrics()

    def test_the_list_of_metrics_is_read(self):
        self.assertIn("geminate_requests_total", self.metrics)
        self.assertIn("geminate_request_duration_seconds_bucket", self.metrics)
        self.assertEqual(self.metrics["geminate_requests_total"][1], {"dialect", "status"})

    def test_names_no_metric_that_is_not_there(self):
        for text in self.expressions + [json.dumps(self.dashboard["templating"])]:
            for name in NAME.findall(text):
                self.assertIn(name, self.metrics, text)

    def test_shows_every_metric(self):
        shown = {self.metrics[name][0] for text in self.expressions for name in NAME.findall(text)}
        every = {metric for metric, _ in self.metrics.values()}
        self.assertEqual(every - shown, set(), "add them to a panel of tools/grafana/geminate.json")

    def test_asks_for_no_label_that_a_metric_has_not(self):
        for text in self.expressions:
            for name, matchers in LABELLED.findall(text):
                for label in re.findall(r'(\w+)\s*[=!]', matchers):
                    self.assertIn(label, self.metrics[name][1] | COLLECTED, text)
            for labels, name in GROUPED.findall(text):
                for label in labels.split(","):
                    self.assertIn(label.strip(), self.metrics[name][1], text)

    def test_counters_are_shown_as_rates_and_braces_match(self):
        for text in self.expressions:
            for pair in ("()", "{}", "[]"):
                self.assertEqual(text.count(pair[0]), text.count(pair[1]), text)
            for name in NAME.findall(text):
                counts = name.endswith("_total") and not name.endswith("_dropped_total")
                if counts or name.endswith("_bucket"):
                    self.assertRegex(text, r"(rate|increase)\(" + name, text)

    def test_panels_are_told_apart_and_lie_side_by_side(self):
        ids = [panel["id"] for panel in self.dashboard["panels"]]
        self.assertEqual(len(ids), len(set(ids)))
        taken = set()
        for panel in self.dashboard["panels"]:
            place = panel["gridPos"]
            self.assertLessEqual(place["x"] + place["w"], 24, panel["title"])
            for x in range(place["x"], place["x"] + place["w"]):
                for y in range(place["y"], place["y"] + place["h"]):
                    self.assertNotIn((x, y), taken, panel["title"])
                    taken.add((x, y))

    def test_names_no_data_source_of_somebodys_own(self):
        self.assertNotIn("__inputs", self.dashboard)
        for panel in self.panels:
            self.assertEqual(panel["datasource"]["uid"], "${datasource}", panel["title"])
            self.assertTrue(panel["description"].endswith("."), panel["title"])


if __name__ == "__main__":
    unittest.main()
