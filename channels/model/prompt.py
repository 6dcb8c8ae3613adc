"""channels/model/prompt.py: what a language model is told."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """What it shall do, in our words, and what it shall do it with, in others'."""

    task: str
    material: str

    @property
    def characters(self) -> int:
        """How much is sent."""
        return len(self.task) + len(self.material)
