"""Who looks after whom while they are new."""
