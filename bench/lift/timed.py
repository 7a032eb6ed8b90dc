"""One analysis of GeoX's own example, beside meridian-geox, which needs an environment of its own.

`GEOX_PYTHON` names the interpreter of one that has it: `python -m venv D && D/bin/pip install meridian-geox`.
"""

import json
import os
import subprocess
import time
from pathlib import Path

from agents.learning.lift.choice import read_effect
from bench.lift.experiments import meridian_geox
from bench.report import Row

TIMES = 5
FASTER = 100.0


def rows() -> tuple[list[Row], list[str]]:
    experiment = meridian_geox()
    took = []
    for _ in range(TIMES):
        began = time.process_time()
        read_effect(experiment.panel, experiment.treated)
        took.append(time.process_time() - began)
    ours = sorted(took)[TIMES // 2]
    interpreter = os.environ.get("GEOX_PYTHON")
    if not interpreter:
        note = "meridian-geox was not run beside: GEOX_PYTHON names an interpreter that has it."
        return [Row(what="one analysis of GeoX's example: CPU", value=ours, unit="s", better="lower")], [note]
    script = Path(__file__).with_name("geox_once.py")
    told = subprocess.run([interpreter, script, "3"], check=True, capture_output=True, text=True)
    theirs = json.loads(told.stdout.splitlines()[-1])
    later = min(theirs["later"])
    parts = {"s ours": ours, "s meridian-geox": later, "s its first time": theirs["first"]}
    what = "one analysis of GeoX's example: CPU of meridian-geox over ours"
    return [Row(what=what, value=later / ours, unit="x", target=FASTER, of=parts)], []
