"""Settings: every fault at once, each with its variable; secrets in no message."""

from pathlib import Path

import pytest

from config.settings import HERE, ConfigError, Settings, load_settings, variable

SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-very-secret",
    "SLACK_APP_TOKEN": "xapp-very-secret",
    "SLACK_SIGNING_SECRET": "signing-very-secret",
}
TOKENS = ["slack_bot_token", "slack_app_token", "slack_signing_secret"]


def faults(needs=(), **overrides) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        load_settings(needs, **overrides)
    return caught.value.faults


@pytest.fixture
def setenv(monkeypatch):
    def set_all(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return set_all


def test_an_empty_environment_is_enough_for_what_needs_no_token():
    settings = load_settings()
    assert settings.database_url == "sqlite:///candor.db"
    assert settings.lessons == (HERE / "lessons.yaml",)
    assert settings.programme.is_file()
    assert (settings.zone, settings.port, settings.web_processes) == ("UTC", 3000, 1)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "abc", "valid integer"),
        ("PORT", "65536", "less than or equal to 65535"),
        ("PORT", "-1", "greater than or equal to 0"),
        ("CANDOR_LOCAL_PORT", "99999", "65535"),
        ("CANDOR_WEB_PROCESSES", "0", "greater than or equal to 1"),
        ("CANDOR_ENCODER", "perhaps", "valid boolean"),
        ("CANDOR_LESSONS", "/nowhere/lessons.yaml", "there is no file /nowhere/lessons.yaml"),
        ("CANDOR_PHRASINGS", "/nowhere/phrasings.yaml", "there is no file /nowhere/phrasings.yaml"),
        ("CANDOR_PROGRAMME", "/nowhere/programme.yaml", "there is no file /nowhere/programme.yaml"),
        ("CANDOR_ZONE", "Mars/Olympus", "not an IANA zone"),
        ("CANDOR_ZONE", "Europe", "not an IANA zone"),  # a folder of the zone data
        ("CANDOR_ZONE", "../../etc/passwd", "not an IANA zone"),
        ("CANDOR_ZONE", "x" * 5000, "not an IANA zone"),
        ("CANDOR_KEEP_QUESTIONS_DAYS", "-1", "greater than or equal to 0"),
        ("CANDOR_LOG_LEVEL", "loud", "DEBUG|INFO|WARNING|ERROR"),
        ("SLACK_API_URL", "ftp://slack.example", "must begin with https:// or http://"),
        ("DATABASE_URL", "mysql://candor:hunter2@db/candor", "must be sqlite:///FILE or postgresql://"),
        ("DATABASE_URL", "candor.db", "must be sqlite:///FILE or postgresql://"),
        ("DATABASE_URL", "sqlite://", "must be sqlite:///FILE"),
        ("DATABASE_URL", "sqlite:///:memory:", "must be sqlite:///FILE"),
        ("DATABASE_URL", "postgres://candor:hunter2/x@db/candor", "in a password write / as %2F"),
        ("DATABASE_URL", "postgres://candor:1234/hunter2@db/candor", "in a password write / as %2F"),
        ("DATABASE_URL", "postgres://candor:hunter2@db:port/candor", "in a password write / as %2F"),
    ],
)
def test_a_fault_names_the_variable_and_what_is_wrong(setenv, name, value, words):
    setenv(**{name: value})
    (fault,) = faults()
    assert fault.startswith(f"{name}: ")
    assert words in fault
    assert "\n" not in fault
    assert "hunter2" not in fault


SIGNED = "whsec_" + "aHVudGVyMg" * 4  # 30 bytes in base64


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("CANDOR_OUTLETS", "https://example.com/hunter2", "NAME=ADDRESS"),
        ("CANDOR_OUTLETS", "https://example.com/hunter2?a=b", "NAME=ADDRESS"),
        ("CANDOR_OUTLETS", "Press=https://example.com/hunter2", "small letters"),
        ("CANDOR_OUTLETS", f"{'x' * 25}=https://example.com/hunter2", "small letters"),
        ("CANDOR_OUTLETS", "press=ftp://hunter2", "the address of press must be https://"),
        ("CANDOR_OUTLETS", "press=https:///hunter2", "the address of press"),
        ("CANDOR_OUTLETS", "press=https://example.com:hunter2/", "the address of press"),
        ("CANDOR_OUTLETS", "press=https://a..b/hunter2", "the address of press"),
        ("CANDOR_OUTLETS", "press=https://example.com/hunter2ü", "the address of press"),
        ("CANDOR_OUTLETS", "press=mailto:hunter2", "mailto:NAME@HOST"),
        ("CANDOR_OUTLETS", "press=mailto:hunter2@example.com?bcc=x@example.com", "mailto:NAME@HOST"),
        ("CANDOR_OUTLETS", "press=mailto:hunter2@example.com,b@example.com", "mailto:NAME@HOST"),
        ("CANDOR_OUTLETS", "press=mailto:hunter2@example.com%0aBcc:b", "mailto:NAME@HOST"),
        ("CANDOR_OUTLETS", "a=https://x.example/hunter2 a=https://y.example/", "a is there twice"),
        ("CANDOR_OUTLET_SECRET", "hunter2", "whsec_"),
        ("CANDOR_OUTLET_SECRET", "whsec_hunter2", "24 bytes"),
        ("CANDOR_OUTLET_SECRET", "whsec_!hunter2!", "base64"),
        ("CANDOR_MAIL_SERVER", "mail.example.com", "smtp://USER:PASSWORD@HOST:PORT"),
        ("CANDOR_MAIL_SERVER", "smtp://candor:hunter2@mail.example.com", "smtp://USER:PASSWORD@HOST:PORT"),
        ("CANDOR_MAIL_SERVER", "smtp://candor:hunter2@mail.example.com:99999", "smtp://USER:PASSWORD@HOST:PORT"),
        ("CANDOR_MAIL_SERVER", "https://candor:hunter2@mail.example.com:25", "smtp://USER:PASSWORD@HOST:PORT"),
        ("CANDOR_MAIL_FROM", "candor", "pattern"),
    ],
)
def test_a_fault_in_the_outlets_names_no_address(setenv, name, value, words):
    setenv(**{name: value})
    (fault,) = faults()
    assert fault.startswith(f"{name}: ")
    assert words in fault
    assert "hunter2" not in fault
    assert "example" not in fault.replace("it must be", "") or name == "CANDOR_MAIL_FROM"


def test_outlets_are_read_by_name_and_never_shown(setenv):
    setenv(
        CANDOR_OUTLETS="partners=https://example.com/hook?key=hunter2  press=mailto:press@example.org",
        CANDOR_OUTLET_SECRET=SIGNED, CANDOR_MAIL_SERVER="smtps://candor:hunter2@mail.example.com:465",
        CANDOR_MAIL_FROM="candor@example.com",
    )  # fmt: skip
    settings = load_settings()
    assert settings.outlets == {
        "partners": "https://example.com/hook?key=hunter2", "press": "mailto:press@example.org",
    }  # fmt: skip
    assert "hunter2" not in repr(settings)
    assert SIGNED not in repr(settings)


def test_a_wrong_value_is_shown_unless_it_may_hold_a_password(setenv):
    setenv(PORT="abc", CANDOR_ZONE="Mars/Olympus", DATABASE_URL="mysql://candor:hunter2@db/candor")
    text = "\n".join(faults())
    assert "'abc'" in text
    assert "'Mars/Olympus'" in text
    assert "hunter2" not in text


def test_every_fault_is_told_at_once(setenv):
    setenv(PORT="abc", CANDOR_ZONE="Mars/Olympus", CANDOR_LOG_LEVEL="loud", DATABASE_URL="oracle://db")
    named = {fault.partition(":")[0] for fault in faults(TOKENS)}
    assert named == {"PORT", "CANDOR_ZONE", "CANDOR_LOG_LEVEL", "DATABASE_URL", *SECRETS}


def test_what_is_missing_says_where_to_find_it():
    bot, app, signing = faults(TOKENS)
    assert bot.startswith("SLACK_BOT_TOKEN: it is missing")
    assert "xoxb-" in bot
    assert "xapp-" in app
    assert "Basic Information" in signing


def test_an_empty_variable_counts_as_missing(setenv):
    setenv(SLACK_BOT_TOKEN="", PORT="")
    assert [fault.partition(":")[0] for fault in faults(["slack_bot_token"])] == ["SLACK_BOT_TOKEN"]


def test_a_token_in_the_file_is_not_called_missing_because_another_setting_is_wrong(setenv):
    Path(".env").write_text("SLACK_BOT_TOKEN=xoxb-from-file\n", encoding="utf-8")
    setenv(PORT="abc", SLACK_APP_TOKEN="xapp-from-environment")
    named = [fault.partition(":")[0] for fault in faults(TOKENS)]
    assert named == ["PORT", "SLACK_SIGNING_SECRET"]


def test_secrets_are_in_no_message_and_no_repr(setenv):
    setenv(**SECRETS, PORT="abc")
    shown = "\n".join(faults(TOKENS))
    setenv(PORT="3000")
    settings = load_settings(TOKENS)
    shown += repr(settings) + str(settings) + str(settings.model_dump())
    assert "very-secret" not in shown
    assert settings.slack_bot_token is not None
    assert settings.slack_bot_token.get_secret_value() == SECRETS["SLACK_BOT_TOKEN"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("postgres://u:p@db:5432/candor", "postgresql+psycopg://u:p@db:5432/candor"),
        ("postgresql://u:p@db/candor?sslmode=require", "postgresql+psycopg://u:p@db/candor?sslmode=require"),
        ("postgresql+psycopg://u@/candor?host=/tmp/socket", "postgresql+psycopg://u@/candor?host=/tmp/socket"),
        ("postgres://u:p%2F%40%3A@db/candor", "postgresql+psycopg://u:p%2F%40%3A@db/candor"),
        ("postgres://u:p@[::1]:5432/candor", "postgresql+psycopg://u:p@[::1]:5432/candor"),
        ("sqlite:///candor.db", "sqlite:///candor.db"),
        ("sqlite:////var/lib/candor.db", "sqlite:////var/lib/candor.db"),
    ],
)
def test_the_database_url_names_its_driver(setenv, given, kept):
    setenv(DATABASE_URL=given)
    assert load_settings().database_url == kept


def test_postgresql_without_its_driver_says_what_to_install(setenv, monkeypatch):
    monkeypatch.setattr("config.settings.find_spec", lambda _name: None)
    setenv(DATABASE_URL="postgres://u:p@db/candor")
    assert faults() == ("DATABASE_URL: PostgreSQL needs psycopg: pip install 'psycopg[binary]'",)


def test_the_file_is_read_and_the_environment_is_stronger_and_an_argument_the_strongest(setenv):
    Path(".env").write_text('PORT=4000\nCANDOR_ZONE="Asia/Manila"\nUNKNOWN=ignored\n', encoding="utf-8")
    assert (load_settings().port, load_settings().zone) == (4000, "Asia/Manila")
    setenv(PORT="5000")
    assert (load_settings().port, load_settings().zone) == (5000, "Asia/Manila")
    assert load_settings(port=6000).port == 6000


def test_a_file_that_is_no_text_is_a_readable_line():
    Path(".env").write_bytes(b"PORT=\xff\xfe\n")
    assert faults() == (".env: it is not text in UTF-8",)


def test_several_lessons_files_are_told_apart_like_the_parts_of_path(setenv, tmp_path):
    first, second = tmp_path / "one.yaml", tmp_path / "two.yaml"
    first.touch()
    second.touch()
    setenv(CANDOR_LESSONS=f"{first}: {second}")
    assert load_settings().lessons == (first, second)
    second.unlink()
    assert f"there is no file {second}" in faults()[0]


@pytest.mark.parametrize("given", ["http://127.0.0.1:1/api", "http://127.0.0.1:1/api/", "http://127.0.0.1:1/api//"])
def test_the_api_address_ends_with_one_slash(setenv, given):
    setenv(SLACK_API_URL=given)
    assert load_settings().slack_api_url == "http://127.0.0.1:1/api/"


def test_the_number_of_web_processes_may_come_from_the_platform(setenv):
    setenv(WEB_CONCURRENCY="3")
    assert load_settings().web_processes == 3
    setenv(CANDOR_WEB_PROCESSES="2")
    assert load_settings().web_processes == 2


def test_settings_do_not_change():
    with pytest.raises(ValueError, match="frozen"):
        load_settings().port = 1


def test_every_field_has_a_variable_of_the_contract():
    names = {variable(field) for field in Settings.model_fields}
    unprefixed = {name for name in names if not name.startswith(("CANDOR_", "SLACK_"))}
    assert unprefixed == {"DATABASE_URL", "PORT"}
    assert {*SECRETS, "SLACK_API_URL", "CANDOR_LESSONS", "CANDOR_PHRASINGS"} <= names
