"""Service reports: what a visit came to, as a document that can be checked."""
