"""Keys with which programs ask: whose they are, what each opens, and until when."""
