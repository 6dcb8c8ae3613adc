"""One contact, on whatever channel: it comes in, is answered, passed on, ended."""
