"""Benchmarks of one part of the product each, from inside; each prints a ratio to a baseline of the same run."""
