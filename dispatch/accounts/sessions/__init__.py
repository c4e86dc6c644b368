"""Who is signed in where, for how long, and with which tokens."""
