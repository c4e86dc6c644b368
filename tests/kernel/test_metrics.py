"""Metrics: one text for the scraper, summed over the processes of the host."""

import os
import subprocess
import sys

from prometheus_client.parser import text_string_to_metric_families

from kernel import metrics

COUNT = "from kernel import metrics; metrics.PULLED.inc({}); metrics.OPS_STORED.labels(status='accepted').inc()"
SHOW = "from kernel import metrics; import sys; sys.stdout.buffer.write(metrics.exposition())"


def values(text: str) -> dict[tuple[str, str], float]:
    return {
        (sample.name, ",".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def run(program: str, folder: object) -> str:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, check=True, capture_output=True, text=True)
    return done.stdout


def test_the_text_has_every_metric_with_what_it_counts():
    before = values(metrics.exposition().decode()).get(("fieldbeat_ops_reconciled_total", "applied"), 0)
    metrics.OPS_RECONCILED.labels(outcome="applied").inc(3)
    metrics.JOB_SECONDS.labels(job="drain").observe(0.3)
    text = metrics.exposition().decode()
    assert values(text)["fieldbeat_ops_reconciled_total", "applied"] == before + 3
    for name in ("request_seconds", "job_seconds", "ops_stored_total", "ops_reconciled_total", "changes_pulled_total"):
        assert f"# HELP fieldbeat_{name} " in text
    assert values(text)["fieldbeat_job_seconds_count", "drain"] >= 1


def test_the_counts_of_all_processes_are_summed_also_of_those_that_ended(tmp_path):
    run(COUNT.format(2), tmp_path)
    run(COUNT.format(5), tmp_path)
    found = values(run(SHOW, tmp_path))
    assert found["fieldbeat_changes_pulled_total", ""] == 7
    assert found["fieldbeat_ops_stored_total", "accepted"] == 2


def test_a_process_that_ended_is_forgotten_but_not_what_it_counted(tmp_path):
    run(f"{COUNT.format(2)}; import os; metrics.forget_process(os.getpid())", tmp_path)
    assert values(run(SHOW, tmp_path))["fieldbeat_changes_pulled_total", ""] == 2
    metrics.forget_process(1)  # without the variable there is nothing to forget
