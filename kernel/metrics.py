"""Counters for operators, in Prometheus' format, summed over all processes of the host."""

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

REQUEST_SECONDS = Histogram(
    "fieldbeat_request_seconds",
    "Time to answer a request",
    ["method", "route", "status"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)
JOB_SECONDS = Histogram(
    "fieldbeat_job_seconds", "Time a job took", ["job"], buckets=(0.005, 0.02, 0.1, 0.5, 1, 5, 20, 60, 300)
)
OPS_STORED = Counter("fieldbeat_ops_stored_total", "Ops by what the push answered", ["status"])
OPS_RECONCILED = Counter("fieldbeat_ops_reconciled_total", "Ops by their outcome", ["outcome"])
OPS_WAITING = Gauge(
    "fieldbeat_ops_waiting",
    "Ops that are not settled, by what they wait for",
    ["state"],
    multiprocess_mode="mostrecent",
)
OLDEST_OP_SECONDS = Gauge(
    "fieldbeat_oldest_pending_op_seconds", "How long the first op waits for a worker", multiprocess_mode="mostrecent"
)
PHONES_HELD = Gauge("fieldbeat_phones_held", "Phones that are held for news", multiprocess_mode="livesum")
PULLED = Counter("fieldbeat_changes_pulled_total", "Changes sent to phones")
REPLICA_PAGES = Counter(
    "fieldbeat_replica_pages_total",
    "Pages of pulls asked of the replica, by what came of it: served, behind, away",
    ["outcome"],
)


def exposition(registry: CollectorRegistry | None = None) -> bytes:
    """Write all metrics as text. With PROMETHEUS_MULTIPROC_DIR set (as `fieldbeat up` does), of every process."""
    if registry is None:
        registry = CollectorRegistry()
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        else:
            from prometheus_client import REGISTRY

            registry = REGISTRY
    return generate_latest(registry)


def forget_process(pid: int) -> None:
    """Drop what a process that ended said of its present state; what it counted stays."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        mark_process_dead(pid)  # type: ignore[no-untyped-call]
