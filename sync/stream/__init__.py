"""Wakes phones: streams of pokes, and questions for the head that wait for news, held by one process for thousands of phones."""
