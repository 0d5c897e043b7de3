"""Metrics that alarms and the dashboard use: each is known to be published."""

import json
import re
from pathlib import Path
from typing import Any, Iterator

from .known_metrics import KNOWN, Metric
from .model import ROOT, Finding, Template


def of_alarm(properties: dict) -> list[Metric]:
    """Returns the metrics of an alarm, with those inside metric math."""
    found = [properties] if "MetricName" in properties else []
    found += [it["MetricStat"]["Metric"] for it in properties.get("Metrics", []) if "MetricStat" in it]
    return [
        Metric(it["Namespace"], it["MetricName"], frozenset(part["Name"] for part in it.get("Dimensions", [])))
        for it in found
    ]


def of_dashboard(body: dict) -> Iterator[tuple[str, list[list[Any]]]]:
    """Yields each widget's title and metrics, with the shorthands of the row before filled in.

    "." stands for the value in the same place of the row before, and "..." for all that is not given.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
    """
    for widget in body["widgets"]:
        before: list[Any] = []
        rows = []
        for row in widget.get("properties", {}).get("metrics", []):
            values = [value for value in row if not isinstance(value, dict)]
            if not values:
                continue
            if values[0] == "...":
                values = before[: len(before) - len(values) + 1] + values[1:]
            values = [before[place] if value == "." else value for place, value in enumerate(values)]
            rows.append(values)
            before = values
        yield widget.get("properties", {}).get("title", widget["type"]), rows


def published_here(template: Template, code: Path = ROOT / "shared" / "src") -> set[Metric]:
    """Returns the metrics of the template's metric filters and of the code's lines in the embedded metric format."""
    found = set()
    for properties in template.of_type("AWS::Logs::MetricFilter").values():
        for it in properties["MetricTransformations"]:
            dimensions = frozenset(part["Key"] for part in it.get("Dimensions", []))
            found.add(Metric(it["MetricNamespace"], it["MetricName"], dimensions))
    for file in code.rglob("*.rs"):
        text = file.read_text()
        namespace = re.search(r'"CloudWatchMetrics": \[\{"Namespace": "(\w+)", "Dimensions": \[\[\]\]', text)
        if namespace:
            names = re.findall(r'\bmetric\("(\w+)", "\w+"\)', text)
            found |= {Metric(namespace[1], name, frozenset()) for name in names}
    return found


def check(template: Template) -> list[Finding]:
    """Checks every metric against the list of those that exist."""
    used: list[tuple[str, Metric]] = []
    for name, properties in template.of_type("AWS::CloudWatch::Alarm").items():
        used += [(name, metric) for metric in of_alarm(template.resolve(properties))]
    for name, properties in template.of_type("AWS::CloudWatch::Dashboard").items():
        for title, rows in of_dashboard(json.loads(template.resolve(properties["DashboardBody"]))):
            used += [(f"{name}, widget “{title}”", Metric(row[0], row[1], frozenset(row[2::2]))) for row in rows]
    known = set(KNOWN) | published_here(template)
    found = []
    for where, metric in used:
        if metric not in known:
            dimensions = ", ".join(sorted(metric.dimensions)) or "no dimension"
            message = (
                f"no known page promises {metric.namespace} {metric.name} by {dimensions}, so the graph or alarm would stay empty; "
                "use a metric that exists, or add this one to tests/template_checks/known_metrics.py with the page that promises it"
            )
            found.append(Finding("metric", where, message))
    return found
