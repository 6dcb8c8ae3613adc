"""Scenario files of `careline simulate`: read, checked, played."""
