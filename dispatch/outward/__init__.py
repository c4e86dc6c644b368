"""How anything of ours is sent to an address that somebody outside chose: never into our own network, and within limits."""
