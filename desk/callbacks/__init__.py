"""Customers who are rung back: promised, due, dialled, reached or not."""
