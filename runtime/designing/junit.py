"""Test reports as JUnit's XML, which build servers read."""

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from runtime.designing.testing import CaseResult, TestReport

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(reports: Sequence[TestReport]) -> str:
    """One suite for each prompt, one test case for each of its cases."""
    root = Element("testsuites", name="prompts")
    for report in reports:
        suite = SubElement(
            root,
            "testsuite",
            name=report.name,
            tests=str(len(report.cases)),
            failures=str(report.failed),
            errors="0",
            skipped=str(report.skipped),
        )
        for case in report.cases:
            _add(suite, report.name, case)
    indent(root)
    return f"<?xml version='1.0' encoding='utf-8'?>\n{tostring(root, encoding='unicode')}\n"


def _add(suite: Element, name: str, case: CaseResult) -> None:
    one = SubElement(suite, "testcase", classname=name, name=_clean(case.description))
    if case.result == "failed":
        told = (
            [case.problem]
            if case.problem
            else [
                f"{' '.join((result.field, result.type)).strip()}: {result.told}"
                for result in case.assertions
                if result.result == "failed"
            ]
        )
        SubElement(one, "failure", message=_clean(told[0])).text = _clean("\n".join(told))
    elif case.result == "skipped":
        SubElement(one, "skipped", message=_clean(case.assertions[0].told))
    skipped = [result for result in case.assertions if result.result == "skipped"]
    if skipped and case.result != "skipped":
        # The format knows no part of a case that was skipped, and a case that passed may hold one.
        told = [f"skipped: {' '.join((result.field, result.type)).strip()}: {result.told}" for result in skipped]
        SubElement(one, "system-out").text = _clean("\n".join(told))


def _clean(text: str) -> str:
    return _NOT_XML.sub("?", text)
