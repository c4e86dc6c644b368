"""Signing in at a provider of OpenID Connect: whom it vouches for, who that is here, and which roles follow."""
