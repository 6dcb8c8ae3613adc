"""What the demo says of itself when it is ready."""

from pathlib import Path

from desk.kernel.settings import Settings
from tests.integration.floor import sample_organization
from web.demo.house import welcome


def test_the_number_that_is_printed_is_the_one_of_the_sample(tmp_path: Path) -> None:
    (number,) = [one.address for one in sample_organization().entry_points or () if one.channel == "voice"]
    said = welcome(Settings(data_dir=tmp_path), quiet=True, temporary=False)
    assert [line.split()[1] for line in said if line.strip().startswith("Telephone")] == [number]
