"""Customers and the sites where they are served."""
