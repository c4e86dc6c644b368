"""The figures of a simulation, and how they are shown."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bench.simulator.verify import Findings
from fieldbeat_client.exchange import Tally


def percentile(values: Iterable[float], share: float) -> float:
    """Return the value that this share (from 0 to 1) of all values does not exceed; 0 when there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


@dataclass
class Summary:
    """What a simulation came to. `push_seconds` are those in which phones handed over and waited for their receipts."""

    technicians: int
    orders: int
    seed: str
    run: str
    ops: int
    set_up_seconds: float
    push_seconds: float
    verify_seconds: float
    tally: Tally
    troubles: Counter[str]
    blows: Counter[str]
    findings: Findings
    outcomes: Counter[str] = field(default_factory=Counter)

    @property
    def clean(self) -> bool:
        """Whether nothing was lost, doubled, leaked or otherwise wrong."""
        return self.findings.clean

    def lines(self) -> list[str]:
        """Write it for a person."""
        tally, found = self.tally, self.findings
        dropped_after = self.troubles["drop_after"] + self.troubles["cut_answer"]
        dropped_before = self.troubles["drop_before"] + self.troubles["cut_request"] + self.troubles["portal"]
        resent = tally.sent_ops - self.ops
        return [
            f"{self.technicians} technicians × {self.orders} orders, seed {self.seed}, region {self.run}",
            f"  logs        {self.ops:,} recorded, {resent:,} sent again, {tally.answers['duplicate']:,} answered as duplicates",
            f"  receipts    {_counts(self.outcomes)}",
            f"  batches     {len(tally.pushes):,} answered; {tally.lost_connections:,} connections lost, "
            f"{tally.misunderstood:,} answers not understood",
            f"  network     {dropped_before:,} dropped before, {dropped_after:,} dropped after the commit, "
            f"{self.troubles['duplicate']:,} duplicated, {self.troubles['late']:,} late",
            *([f"  chaos       {_counts(self.blows)}"] if self.blows else []),
            f"  speed       {self.ops / max(self.push_seconds, 1e-9):,.0f} logs/s stored, reconciled and receipted "
            f"({self.push_seconds:.1f} s; set-up {self.set_up_seconds:.1f} s, check {self.verify_seconds:.1f} s)",
            f"  push        p50 {_ms(tally.pushes, 0.5)}, p99 {_ms(tally.pushes, 0.99)}",
            f"  pull        p50 {_ms(tally.pulls, 0.5)}, p99 {_ms(tally.pulls, 0.99)}",
            f"  checked     {_counts(found.checked)}",
            f"  lost {len(found.lost)}, doubled {len(found.doubled)}, leaked {len(found.leaked)}, wrong {len(found.wrong)}",
            *(f"    {sample}" for sample in found.samples()),
        ]


def add_up(tallies: Sequence[Tally]) -> Tally:
    """Add up what all phones did."""
    total = Tally()
    for one in tallies:
        total.pushes += one.pushes
        total.pulls += one.pulls
        total.sent_ops += one.sent_ops
        total.lost_connections += one.lost_connections
        total.misunderstood += one.misunderstood
        total.resyncs += one.resyncs
        total.answers += one.answers
        total.directives += one.directives
    return total


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counter.most_common()) or "none"


def _ms(seconds: Sequence[float], share: float) -> str:
    return f"{percentile(seconds, share) * 1000:.0f} ms"
