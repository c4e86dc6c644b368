"""Who did and saw what, from where and when: written once, in chains that show when they were tampered with."""
