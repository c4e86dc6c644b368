"""Preventive rounds (巡检): plans by a rule of recurrence, and the orders that are made from them ahead of time."""
