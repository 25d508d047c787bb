"""Runs Great Expectations in a process of its own, because its import takes as long as the audit.

`python -m meldingskontroll.quality.worker` imports it at once, then reads one line of JSON: a list of
`{"suite": {…}, "frame": path of a Parquet file, "parameters": {…}}`, and answers with one line of JSON: a list of
`{"check_id", "status": "passed|failed|raised", "observed", "unexpected"}`, one for each expectation that ran.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from typing import Any, TextIO


def main() -> None:
    """Answer one request and end. Whatever the libraries print goes to stderr, so the answer stands alone."""
    answer_to = sys.stdout
    with contextlib.redirect_stdout(sys.stderr):
        os.environ["GX_ANALYTICS_ENABLED"] = "false"  # the audit sends nothing to anyone
        import great_expectations
        import pandas

        line = sys.stdin.readline()
        if line.strip():
            answer(json.loads(line), great_expectations, pandas, answer_to)


def answer(request: list[dict[str, Any]], gx: Any, pandas: Any, stream: TextIO) -> None:
    """Run every suite of the request on its frame and write the results as one line."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    source = context.data_sources.add_pandas("results")
    results: list[dict[str, Any]] = []
    for asked in request:
        name = asked["suite"]["name"]
        batch = (
            source.add_dataframe_asset(name)
            .add_batch_definition_whole_dataframe(name)
            .get_batch({"dataframe": pandas.read_parquet(asked["frame"])})
        )
        suite = gx.ExpectationSuite(name=name, expectations=asked["suite"]["expectations"])
        validation = batch.validate(suite, expectation_parameters=asked["parameters"], result_format="SUMMARY")
        results += [judge(result.to_json_dict()) for result in validation.results]
    stream.write(json.dumps(results) + "\n")
    stream.flush()


def judge(result: dict[str, Any]) -> dict[str, Any]:
    """One expectation's result in our words: raising is not failing, and a check that saw no rows has not passed."""
    found = result.get("result") or {}
    looked_at_nothing = found.get("element_count") == 0
    if raised(result.get("exception_info")):
        status, observed = "raised", "RAISED"
    elif result.get("success") is True and not looked_at_nothing:
        status, observed = "passed", str(found.get("observed_value", found.get("element_count", "")))
    else:
        status = "failed"
        observed = "NO_ROWS" if looked_at_nothing else _seen(found)
    return {
        "check_id": result["expectation_config"]["meta"]["check_id"],
        "status": status,
        "observed": observed,
        "unexpected": int(found.get("unexpected_count") or (status != "passed")),
    }


def raised(exception_info: Any) -> bool:
    """Whether an expectation's `exception_info`, flat or by metric, tells of an exception."""
    if not isinstance(exception_info, dict):
        return False
    return exception_info.get("raised_exception") is True or any(raised(value) for value in exception_info.values())


def _seen(found: dict[str, Any]) -> str:
    return str(found.get("observed_value", found.get("partial_unexpected_list", "")))[:200]


if __name__ == "__main__":
    main()
