"""What each region has decided, by subject and from a moment on."""
