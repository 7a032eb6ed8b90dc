"""What `regress` found, as JUnit's XML, which build servers read."""

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from runtime.regressing.regress import Replay

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(told: Sequence[Replay]) -> str:
    """One suite, a test case for each history."""
    count = {result: str(sum(one.result == result for one in told)) for result in ("changed", "skipped", "unreadable")}
    root = Element("testsuites", name="histories")
    suite = SubElement(
        root,
        "testsuite",
        name="histories",
        tests=str(len(told)),
        failures=count["changed"],
        errors=count["unreadable"],
        skipped=count["skipped"],
    )
    for one in told:
        name = _clean(f"{one.name} {one.campaign_id}")
        case = SubElement(suite, "testcase", classname=f"released.{one.version}", name=name)
        if one.result == "changed":
            causes = [f"because of {because.cause}: {because.what}" for because in one.causes]
            changes = [f"{change.what}: {change.before} -> {change.after}" for change in one.changes]
            failure = SubElement(case, "failure", message=_clean("; ".join(causes) or changes[0]))
            failure.text = _clean("\n".join([*changes, *causes]))
        elif one.result == "skipped":
            SubElement(case, "skipped", message=_clean(one.why_skipped))
        elif one.result == "unreadable":
            SubElement(case, "error", message=_clean(one.why_skipped))
    indent(root)
    return f"<?xml version='1.0' encoding='utf-8'?>\n{tostring(root, encoding='unicode')}\n"


def _clean(text: str) -> str:
    return _NOT_XML.sub("?", text)
