"""web/pages/knowledge/: where articles are written, put in order, and learnt from."""
