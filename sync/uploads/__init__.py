"""Photos and signatures that come in pieces over bad networks: resumable uploads by tus 1.0."""
