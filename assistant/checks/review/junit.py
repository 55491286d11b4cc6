"""Tests that were run, and the report of them that build servers read."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.checks.finding import Finding


@dataclass(frozen=True, slots=True)
class CaseRun:
    """A test of a file, and what came of it."""

    file: str
    line: int
    group: str
    """The intent, or `dialogues`."""
    say: str
    fault: str
    """Empty where it went as it is written."""
    seconds: float
    meant: str = ""
    """Name of what the sentence meant."""

    def finding(self, subject: str) -> Finding:
        """Return the finding of a fault."""
        said = f"'{self.say}' " if subject == "test" else ""
        detail = f"{self.file}:{self.line}: {said}{self.fault}"
        return Finding(subject, False, detail, rule="test", file=self.file, line=int(self.line))


def junit(runs: Iterable[CaseRun]) -> str:
    """Return the report in JUnit's XML, a suite for each file."""
    suites = defaultdict[str, list[CaseRun]](list)
    for run in runs:
        suites[run.file].append(run)
    root = ET.Element("testsuites", name="assistant")
    for file, own in suites.items():
        failed = str(sum(bool(run.fault) for run in own))
        total = f"{sum(run.seconds for run in own):.3f}"
        suite = ET.SubElement(root, "testsuite", name=_xml(file), tests=str(len(own)), failures=failed, time=total)
        for run in own:
            names = {
                "classname": _xml(run.group),
                "name": _xml(run.say),
                "file": _xml(file),
                "line": str(int(run.line)),
            }
            case = ET.SubElement(suite, "testcase", names, time=f"{run.seconds:.3f}")
            if run.fault:
                ET.SubElement(case, "failure", message=_xml(run.fault)).text = f"{_xml(file)}:{int(run.line)}"
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


def _xml(text: str) -> str:
    """Take out what no XML may hold."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text)
