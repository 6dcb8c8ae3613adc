"""The simulator: its rules by hand, against a second simulator, against theory, and as a command."""
