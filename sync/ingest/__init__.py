"""Push: ops stored durably, with an answer for each."""
