"""What proves a person beside their password: an authenticator app, and codes on paper for when it is lost."""
