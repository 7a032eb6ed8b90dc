"""Runs in an environment that has meridian-geox: one analysis of its own example, seconds a time, as JSON.

`python geox_once.py TIMES` prints what the first analysis took, with what it compiles, and what each later one did.
"""

import importlib.resources
import json
import sys
import time
import warnings

import meridian_geox as geox
import pandas as pd


def main(times: int) -> None:
    warnings.simplefilter("ignore")
    folder = importlib.resources.files("meridian_geox") / "data"
    design = geox.Design.load_from_json((folder / "example_design_stratified_sampling_holdback.json").read_text())
    with (folder / "example_analysis_data_single_cell_holdback.csv").open() as file:
        data = pd.read_csv(file, dtype={"location": str}, parse_dates=["date"]).astype({"date": "datetime64[ns]"})
    asked = geox.AnalysisConfig(
        design=design,
        analysis_start_date=pd.to_datetime("2020-04-01"),
        analysis_end_date=pd.to_datetime("2020-04-30"),
    )
    took = []
    for _ in range(times):
        began = time.process_time()
        result = geox.analyze(data, asked)
        took.append(time.process_time() - began)
    (cell,) = result.results.values()
    print(json.dumps({"first": took[0], "later": took[1:], "lift": repr(cell.lift)}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
