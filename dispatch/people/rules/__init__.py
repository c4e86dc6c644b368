"""The numbers that a region's rules about people go by."""
