"""A real OpenID provider for the tests, and a browser that signs in there."""
