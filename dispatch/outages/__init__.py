"""Planned outages and upgrades (计划停机/升级): announced to those they trouble, and known to whoever answers their calls."""
