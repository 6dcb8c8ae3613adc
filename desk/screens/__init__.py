"""What readers see: the screen pop, agents, why somebody waits; and who may see what happened."""
