"""The monthly complaint report: read from rows, computed as one value, told in two languages."""
