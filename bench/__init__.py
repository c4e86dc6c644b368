"""Benchmarks and simulators; they talk to the published API only."""
