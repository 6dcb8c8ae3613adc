"""web/compiled_templates.py: templates compiled once in a process, whoever shows them.

A site that is opened a second time in a process, or in a child of it, would compile each page anew: a twentieth of a
second for the longest.
"""

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class CompiledTemplates(BytecodeCache):
    """What was compiled, by template and by what stands in it: only memory, which nobody else can write."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Gives what the same text became before."""
        compiled = self._compiled.get((bucket.key, bucket.checksum))
        if compiled is not None:
            bucket.bytecode_from_string(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps what a text has become."""
        self._compiled[bucket.key, bucket.checksum] = bucket.bytecode_to_string()
