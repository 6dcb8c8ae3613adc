"""Settings: a wrong one stops start-up with one line; a secret is shown to nobody."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from desk.kernel.settings import SettingsError, load_settings, unknown_outside


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults_serve_one_machine(tmp_path):
    settings = load_settings(data_dir=tmp_path / "data")
    assert settings.database_url == f"sqlite:///{tmp_path}/data/careline.sqlite3"
    assert (settings.bind, settings.public_url) == ("127.0.0.1:8080", "http://127.0.0.1:8080")
    assert not settings.secure_cookies


def test_flags_win_over_the_environment_and_that_over_the_file(tmp_path, monkeypatch):
    (tmp_path / "careline.toml").write_text('bind = "127.0.0.1:1"\nsmtp_listen = "127.0.0.1:2"\nrole = "web"\n')
    monkeypatch.setenv("CARELINE_SMTP_LISTEN", "127.0.0.1:3")
    monkeypatch.setenv("CARELINE_ROLE", "router")
    settings = load_settings(role="all")
    assert (settings.bind, settings.smtp_listen, settings.role) == ("127.0.0.1:1", "127.0.0.1:3", "all")


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("BIND", "8080", "must be host:port"),
        ("BIND", "127.0.0.1:70000", "must be host:port"),
        ("SMTP_LISTEN", "localhost", "must be host:port"),
        ("SMTP_LISTEN", "1:2:3", "must be host:port"),
        ("SMTP_LISTEN", "::1:8025", "an IPv6 address in brackets"),
        ("BIND", "127.0.0.1:٨٠٨٠", "must be host:port"),
        ("DATABASE_URL", "mysql://x", "must begin with sqlite:/// or postgresql+asyncpg://"),
        ("DATABASE_URL", "sqlite:///", "must name a file"),
        ("DATABASE_URL", "sqlite:///:memory:", "must name a file"),
        ("DATABASE_URL", "sqlite:////tmp/x?mode=ro", "no options"),
        ("DATABASE_URL", "postgresql+asyncpg://", "must name a database"),
        ("DATABASE_URL", "postgresql+asyncpg://desk@db.example", "must name a database"),
        ("DATABASE_URL", "postgresql+asyncpg://desk@db.example:zz/desk", "a port that is a number"),
        ("DATABASE_URL", "postgresql+asyncpg://desk@db.example:99999/desk", "a port from 1 to 65535"),
        ("DATABASE_URL", "postgresql+asyncpg://desk@db.example/desk?sll=on", "does not know: sll"),
        ("PUBLIC_URL", "http://", "must be an http:// or https:// address"),
        ("PUBLIC_URL", "http://[::1", "must be an http:// or https:// address"),
        ("TWILIO_API_BASE_URL", "https://twilio.example:-1", "must be an http:// or https:// address"),
        ("SMTP_URL", "smtp://mail.example:zz", "must be smtp://host:port or smtps://host:port"),
        ("IMAP_URL", "pop3://mail.example", "must be imap://"),
        ("ARI_URL", "asterisk.example", "must be http://"),
        ("REDIS_URL", "redis://redis.example:70000", "must be redis://host:port/number"),
        ("BIND", "", "must be host:port"),
        ("BIND", "127.0.0.1:-1", "must be host:port"),
        ("BIND", "127.0.0.1:8025", "is where"),
        ("VOICE_CARRIER", "pigeon", "'browser', 'twilio', 'memory' or 'asterisk'"),
        ("TEST_CLOCK", "/nowhere/clock", "must name a file"),
        ("PUBLIC_URL", "desk.example", "must be an http:// or https:// address"),
        ("PUBLIC_URL", "http://desk example", "must be an http:// or https:// address"),
        ("PUBLIC_URL", "http://desk.example/a\u2028b", "must be an http:// or https:// address"),
        ("PUBLIC_URL", "http://desk.example/<a>", "without a user, quotes"),
        ("PUBLIC_URL", "http://desk.example/?a=b", "without a user, quotes"),
        ("PUBLIC_URL", "http://desk.example/#c", "without a user, quotes"),
        ("PUBLIC_URL", "http://user:word@desk.example", "without a user, quotes"),
        ("SMTP_URL", "mail.example:25", "must be smtp://host:port or smtps://host:port"),
        ("REDIS_URL", "zz", "must be redis://host:port/number"),
        ("ROLE", "everything", "'all', 'web' or 'router'"),
        ("TRUSTED_PROXIES", "10.0.0.0/8,nonsense", "nonsense"),
        ("DEMO", "perhaps", "boolean"),
        ("MODEL_URL", "models.example/v1", "must be an http:// or https:// address"),
        ("MODEL_URL", "https://key@models.example/v1", "without a user, quotes"),
        ("MODEL_URL", "http://models.example/v1", "must be https:// beyond this machine"),
        ("MODEL_URL", "http://8.8.8.8/v1", "must be https:// beyond this machine"),
        ("MODEL_URL", "http://134744072/v1", "must be https:// beyond this machine"),
        ("MODEL_URL", "http://0x08080808/v1", "must be https:// beyond this machine"),
        ("MODEL_URL", "http://01002004010/v1", "must be https:// beyond this machine"),
        ("MODEL_URL", "http://１３４７４４０７２/v1", "must be https:// beyond this machine"),
        ("MODEL_URL", "http://evil。example/v1", "must be https:// beyond this machine"),
        ("MODEL_URL", "http://evil｡example/v1", "must be https:// beyond this machine"),
        ("MODEL_URL", "http://evil%2Eexample/v1", "must be https:// beyond this machine"),
        ("MODEL_URL", "http://[::ffff:8.8.8.8]/v1", "must be https:// beyond this machine"),
        ("MODEL_KEY", "two words", "one word"),
        ("MODEL_KEY", "k\u00e9y", "one word"),
    ],
)
def test_a_wrong_value_is_one_line_that_says_which_and_why(monkeypatch, name, value, why):
    monkeypatch.setenv(f"CARELINE_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    line = str(caught.value)
    assert line.startswith("CARELINE_SMTP_LISTEN: " if why == "is where" else f"CARELINE_{name}: ")
    assert why in line
    assert "\n" not in line


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+asyncpg://desk:pa%2Fss@db.example/desk",
        "postgresql+asyncpg://desk:pa#s?s/@db.example:6432/desk?ssl=require&prepared_statement_cache_size=0",
        "postgresql+asyncpg:///desk?host=/run/postgresql",
        "sqlite:////var/lib/careline/careline.sqlite3",
    ],
)
def test_where_a_database_can_be(url):
    assert load_settings(database_url=url).database_url == url


@pytest.mark.parametrize(
    "url", ["https://desk.example", "http://[::1]:8080", "https://desk.example/care", "https://bücher.example"]
)
def test_where_the_outside_finds_us(url):
    assert load_settings(public_url=f"{url}/").public_url == url


@pytest.mark.parametrize(
    "url",
    [
        "https://models.example/v1",
        "http://127.0.0.1:11434/v1",
        "http://[::1]:1/v1",
        "http://10.0.0.7/v1",
        "http://ollama:11434/v1",
        "http://model_1-b/v1",
        "http://büro/v1",
        "http://0xen/v1",
    ],
)
def test_where_a_language_model_may_be(url):
    assert load_settings(model_url=f"{url}/", model_name="small").model_url == url
    with pytest.raises(SettingsError, match=r"^CARELINE_MODEL_NAME: must name the model"):
        load_settings(model_url=url)


@pytest.mark.parametrize("listen", ["", "127.0.0.1:0", "0.0.0.0:25", "[::1]:8025", "mail.example:25", "*:25"])
def test_where_one_can_listen(listen):
    assert load_settings(smtp_listen=listen).smtp_listen == listen


def test_a_setting_that_does_not_exist_is_named(tmp_path):
    (tmp_path / "careline.toml").write_text('bnid = "127.0.0.1:1"\n')
    with pytest.raises(SettingsError, match=r"^careline\.toml: bnid: no such setting \(CARELINE_BNID\)$"):
        load_settings()


def test_a_misspelt_variable_is_named_and_stops_nothing(monkeypatch):
    monkeypatch.setenv("CARELINE_DATABSE_URL", "sqlite:///elsewhere")
    monkeypatch.setenv("CARELINE_ROLE", "web")
    load_settings()
    assert unknown_outside() == ["CARELINE_DATABSE_URL"]


def test_the_test_clock_is_for_loopback_alone(tmp_path):
    (tmp_path / "clock").write_text("2026-10-05T08:10:00+00:00")
    load_settings(test_clock=tmp_path / "clock", bind="127.0.0.1:1")
    load_settings(test_clock=tmp_path / "clock", bind="localhost:1")
    with pytest.raises(SettingsError, match="TEST_CLOCK"):
        load_settings(test_clock=tmp_path / "clock", bind="0.0.0.0:1")


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match=f"CARELINE_DATA_DIR: .*{tmp_path}/file/data"):
        load_settings(data_dir=tmp_path / "file" / "data")


def test_a_secret_key_is_made_once_kept_and_readable_by_this_user_alone(tmp_path):
    first = load_settings(data_dir=tmp_path / "data")
    second = load_settings(data_dir=tmp_path / "data")
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) > 40
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "data" / "secret.key").stat().st_mode) == 0o600
    assert [file.name for file in (tmp_path / "data").iterdir()] == ["secret.key"]
    assert load_settings(data_dir=tmp_path / "data", secret_key="mine" * 8).secret_key == "mine" * 8


def test_a_key_that_can_be_guessed_stops_the_start(tmp_path, monkeypatch):
    with pytest.raises(SettingsError, match="CARELINE_SECRET_KEY: must have at least 32 characters"):
        load_settings(secret_key="x" * 31)
    monkeypatch.setenv("CARELINE_SECRET_KEY", " ")
    with pytest.raises(SettingsError, match="CARELINE_SECRET_KEY: must have at least 32 characters"):
        load_settings()


@pytest.mark.parametrize(("held", "why"), [("", "is empty"), (" \n", "is empty"), ("short", "at least 32 characters")])
def test_a_file_that_lost_its_key_is_not_made_good_in_silence(tmp_path, held, why):
    (tmp_path / "secret.key").write_text(held)
    with pytest.raises(
        SettingsError, match=f"CARELINE_SECRET_KEY: .*secret.key.*{why}.*restore it .*delete it"
    ) as caught:
        load_settings(data_dir=tmp_path)
    assert "\n" not in str(caught.value)
    assert (tmp_path / "secret.key").read_text() == held


def test_who_begins_at_the_same_time_has_the_same_key(tmp_path):
    def begin(_):
        return load_settings(data_dir=tmp_path).secret_key

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(begin, range(8)))
    assert keys == {(tmp_path / "secret.key").read_text()}
    assert [file.name for file in tmp_path.iterdir()] == ["secret.key"]


def test_secrets_and_passwords_are_masked(tmp_path):
    settings = load_settings(
        data_dir=tmp_path / "data",
        secret_key="swordfish" * 4,
        twilio_auth_token="swordfish",
        twilio_api_secret="swordfish",
        model_key="swordfish",
        database_url="postgresql+asyncpg://careline:swordfish@db.example/careline",
        smtp_url="smtps://careline:swordfish@mail.example:465",
        imap_url="imaps://careline:swordfish@mail.example",
        redis_url="redis://:swordfish@redis.example",
    )
    shown = settings.masked()
    assert "swordfish" not in repr(shown)
    assert shown["smtp_url"] == "smtps://careline:********@mail.example:465"
    assert shown["twilio_auth_token"] == "********"
    assert shown["twilio_account_sid"] == ""


def test_cookies_are_secure_where_the_public_address_is(tmp_path):
    assert load_settings(public_url="https://desk.example/").secure_cookies
    assert load_settings(public_url="https://desk.example/").public_url == "https://desk.example"


def test_a_test_clock_that_is_none_is_one_line(tmp_path):
    with pytest.raises(SettingsError, match="CARELINE_TEST_CLOCK: must name a file"):
        load_settings(test_clock=tmp_path / "nothing")


def test_a_settings_file_that_cannot_be_read_is_one_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "careline.toml").write_text("bind = [")
    with pytest.raises(SettingsError, match=r"careline\.toml: "):
        load_settings()
    (tmp_path / "careline.toml").write_bytes(b'bind = "\xff"')
    with pytest.raises(SettingsError, match=r"careline\.toml: .*utf-8") as caught:
        load_settings()
    assert "\n" not in str(caught.value)
