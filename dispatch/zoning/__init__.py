"""Proposals how a station's zones are split into groups and given to people, so that the load is balanced."""
