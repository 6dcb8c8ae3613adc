"""Blobs: kept under names that we give, for this user alone, whole or not at all."""

import stat

import pytest

from desk.kernel.blobs import Blobs
from desk.kernel.errors import NotFound, Unavailable


@pytest.fixture
def blobs(tmp_path):
    return Blobs(tmp_path / "blobs")


async def chunks(*parts: bytes):
    for part in parts:
        yield part


async def test_what_is_put_can_be_got(blobs):
    name = await blobs.put(b"\x00hello\xff")
    assert await blobs.get(name) == b"\x00hello\xff"


async def test_files_and_folders_are_this_users_alone(blobs, tmp_path):
    name = await blobs.put(b"secret")
    streamed, _ = await blobs.put_stream(chunks(b"secret"), most=100)
    for file in (blobs.path(name), blobs.path(streamed)):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "blobs").stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["", "../secret.key", "a" * 31, "A" * 32, "g" * 32, "a" * 32 + "\n", "/etc/passwd"])
async def test_a_name_that_we_did_not_give_is_nothing(blobs, name):
    with pytest.raises(NotFound):
        await blobs.get(name)


async def test_a_blob_that_is_gone_is_not_found_and_removing_it_again_is_fine(blobs):
    name = await blobs.put(b"x")
    await blobs.remove(name)
    await blobs.remove(name)
    with pytest.raises(NotFound):
        await blobs.get(name)


async def test_a_blob_is_never_overwritten(blobs):
    name = await blobs.put(b"first")
    with pytest.raises(FileExistsError):
        blobs.write(name, b"second")
    assert await blobs.get(name) == b"first"


async def test_a_stream_is_stored_whole(blobs):
    name, size = await blobs.put_stream(chunks(b"ab", b"", b"cd"), most=4)
    assert (await blobs.get(name), size) == (b"abcd", 4)


async def test_of_a_stream_that_is_too_long_or_breaks_off_nothing_is_kept(blobs, tmp_path):
    async def breaks():
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(OverflowError):
        await blobs.put_stream(chunks(b"abc", b"def"), most=5)
    with pytest.raises((ConnectionResetError, Unavailable)):
        await blobs.put_stream(breaks(), most=100)
    assert [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()] == []


async def test_a_store_that_refuses_is_unavailable(tmp_path):
    blobs = Blobs(tmp_path / "blobs")
    (tmp_path / "blobs").rmdir()
    (tmp_path / "blobs").write_text("a file where the folder was")
    with pytest.raises(Unavailable):
        await blobs.put(b"x")
