"""Which events of its rooms the dispatch acts on itself; the wiring of the packages above takes them over."""

from kernel.unit_of_work import Handlers

HANDLERS: Handlers = {}
