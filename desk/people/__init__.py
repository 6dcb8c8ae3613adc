"""Users and what they may do: who comes in, by which rights, and what of the desk they may see."""
