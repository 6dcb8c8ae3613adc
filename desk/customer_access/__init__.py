"""Customers who sign in to the help centre: by a link that is sent to an address of theirs, and to nothing of staff."""
