"""Work in line and in hand: what waits, at whom it rings, what room it takes there."""
