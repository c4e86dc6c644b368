"""What of phones waits for a person: seen, replayed, released or discarded, each with who and why."""
