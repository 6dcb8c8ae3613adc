"""Telephone calls, those that come in and those that we make."""
