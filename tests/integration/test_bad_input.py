"""Bad input gets one clear sentence and a non-zero exit; nothing is lost, nothing is spent."""

from pathlib import Path

import orjson
import pytest

from runtime.settings import Settings
from tests.conftest import CommandLine


def one_sentence(err: str) -> str:
    lines = err.strip().splitlines()
    assert len(lines) == 1, err
    assert lines[0].startswith("tescosense: ")
    assert lines[0].endswith((".", "?"))
    return lines[0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "heavy-rian"), "heavy-rain"),
        (("run", "heavy-rain", "--budget", "-5"), "--budget"),
        (("run", "heavy-rain", "--budget", "nan"), "--budget"),
        (("run", "heavy-rain", "--budget", "1e30"), "--budget"),
        (("run", "heavy-rain", "--seed", "-1"), "--seed"),
        (("run", "heavy-rain", "--seed", "99999999999999999999999"), "--seed"),
        (("run", "--source", "files:/nowhere/at/all"), "/nowhere/at/all"),
        (("run", "--source", "complete-jurney"), "complete-journey"),
        (("run", "heavy-rain", "--source", "complete-journey"), "simulated world only"),
        (("run", "heavy-rain", "--model", "nobody:gpt-1"), "nobody"),
        (("run", "heavy-rain", "--fault", "malformed-jsn"), "malformed-json"),
        (("campaigns", "approve", "01890000-0000-7000-8000-000000000000"), "no campaign"),
        (("campaigns", "history", "01890000-0000-7000-8000-000000000000"), "no campaign"),
        (("bench", "lop"), "loop"),
    ],
)
def test_a_mistake_is_answered_with_one_sentence(
    tescosense: CommandLine, arguments: tuple[str, ...], said: str
) -> None:
    done = tescosense(*arguments)
    assert done.exit_code == 1
    assert said in one_sentence(done.err)
    assert done.out == ""


def test_an_unreachable_database_is_named_without_its_password(tescosense: CommandLine) -> None:
    done = tescosense("campaigns", "list", TESCOSENSE_DATABASE_URL="postgresql://ada:secret@127.0.0.1:9/tescosense")
    assert done.exit_code == 1
    assert "127.0.0.1:9" in one_sentence(done.err)
    assert "secret" not in done.err


def test_a_data_directory_that_cannot_be_made_is_named(tescosense: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = tescosense("campaigns", "list", TESCOSENSE_DATA_DIR=str(tmp_path / "file" / "data"))
    assert done.exit_code == 1
    assert "TESCOSENSE_DATA_DIR" in one_sentence(done.err)


def test_an_argument_that_is_no_text_is_refused(tescosense: CommandLine) -> None:
    done = tescosense("run", "heavy-rain\udcff")
    assert done.exit_code == 1
    assert "not text" in one_sentence(done.err)


def test_a_password_among_the_parameters_of_a_url_is_shown_nowhere(tescosense: CommandLine) -> None:
    url = "postgresql://127.0.0.1:9/tescosense?user=ada&password=hunter2"
    done = tescosense("doctor", TESCOSENSE_DATABASE_URL=url)
    assert done.exit_code == 1
    assert "127.0.0.1:9" in done.out
    assert "hunter2" not in done.out + done.err


def test_a_door_that_is_open_to_the_network_needs_a_key(tescosense: CommandLine) -> None:
    done = tescosense("serve", "--port", "0", "--host", "0.0.0.0")
    assert done.exit_code == 1
    assert "TESCOSENSE_API_KEYS" in one_sentence(done.err)
    assert not tescosense.data_dir.exists(), "nothing is opened first"


def test_a_host_that_is_no_name_is_refused_by_the_name_of_its_setting(tescosense: CommandLine) -> None:
    done = tescosense("campaigns", "list", TESCOSENSE_ALLOWED_HOSTS="http://shop.example")
    assert done.exit_code == 1
    assert "TESCOSENSE_ALLOWED_HOSTS" in one_sentence(done.err)


@pytest.mark.parametrize("hosts", ["shop.example:8000", "shop.example/ads", "a b", '["shop', "x,,y", "*shop.example"])
def test_what_is_no_name_of_a_host(monkeypatch: pytest.MonkeyPatch, hosts: str) -> None:
    monkeypatch.setenv("TESCOSENSE_ALLOWED_HOSTS", hosts)
    with pytest.raises(ValueError, match="host"):
        Settings()


@pytest.mark.parametrize("hosts", ["shop.example, *.tills.example", '["shop.example", "*.tills.example"]'])
def test_hosts_may_be_given_with_commas_or_as_a_list(monkeypatch: pytest.MonkeyPatch, hosts: str) -> None:
    monkeypatch.setenv("TESCOSENSE_ALLOWED_HOSTS", hosts)
    assert Settings().allowed_hosts == ("shop.example", "*.tills.example")


def test_a_corrupt_csv_is_named_with_its_file(tescosense: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "sales.csv").write_text("date,store,category,units\n2026-01-01,S1,soup,10\n2026-01-02,S1,soup,many\n")
    done = tescosense("run", "--source", f"files:{folder}")
    assert done.exit_code == 1
    assert "sales.csv" in one_sentence(done.err)


def test_a_wrong_setting_is_named(tescosense: CommandLine) -> None:
    done = tescosense("campaigns", "list", TESCOSENSE_PORT="eighty")
    assert done.exit_code == 1
    assert "TESCOSENSE_PORT" in one_sentence(done.err)


@pytest.mark.parametrize("keys", ['[""]', '["sesame"', "sesame,,street"])
def test_keys_that_open_nothing_are_refused_by_the_name_of_their_setting(tescosense: CommandLine, keys: str) -> None:
    done = tescosense("campaigns", "list", TESCOSENSE_API_KEYS=keys)
    assert done.exit_code == 1
    assert "TESCOSENSE_API_KEYS" in one_sentence(done.err)


@pytest.mark.parametrize("keys", ["sesame", "sesame, street", '["sesame","street"]'])
def test_keys_may_be_given_with_commas_or_as_a_list(monkeypatch: pytest.MonkeyPatch, keys: str) -> None:
    monkeypatch.setenv("TESCOSENSE_API_KEYS", keys)
    first, *rest = [key.key.get_secret_value() for key in Settings().api_keys]
    assert first == "sesame"
    assert rest in ([], ["street"])


@pytest.mark.parametrize("file", ["tescosense.db", "checkpoints.db"])
def test_a_server_on_a_file_that_is_no_database_says_so_and_stops(tescosense: CommandLine, file: str) -> None:
    tescosense.data_dir.mkdir()
    (tescosense.data_dir / file).write_bytes(b"not a database at all" * 500)
    done = tescosense("serve", "--port", "0")
    assert done.exit_code == 1
    assert file in one_sentence(done.err)


@pytest.mark.parametrize("fault", ["malformed-json", "refusal"])
def test_a_model_that_answers_garbage_fails_the_campaign_by_name_and_spends_nothing(
    tescosense: CommandLine, fault: str
) -> None:
    done = tescosense("run", "heavy-rain", "--fault", fault, "--json")
    assert done.exit_code == 1
    summary = done.summary
    assert summary["status"] == "FAILED"
    assert summary["failure"]["error"] == "ModelFailure"
    assert summary["booking"] is None
    calls = [event for event in done.events if event["params"]["data"]["kind"] == "campaign.booked"]
    assert calls == []
    assert tescosense("campaigns", "list", "--json").lines[0]["status"] == "FAILED"


@pytest.mark.parametrize("fault", ["malformed-json*1", "rate-limit*1", "model-timeout*1", "platform-timeout*1"])
def test_a_fault_that_passes_is_survived(tescosense: CommandLine, fault: str) -> None:
    done = tescosense("run", "heavy-rain", "--fault", fault, "--json")
    assert done.exit_code == 0, done.out[-800:]
    assert done.summary["status"] == "COMPLETED"


def test_a_platform_that_refuses_fails_the_campaign_and_gives_the_money_back(tescosense: CommandLine) -> None:
    done = tescosense("run", "heavy-rain", "--fault", "platform-reject", "--json")
    assert done.exit_code == 1
    assert done.summary["failure"]["error"] == "PlatformFailure"


def test_a_parked_campaign_is_shown_as_one_json_object(tescosense: CommandLine) -> None:
    parked = tescosense("run", "heavy-rain", "--autonomy", "approve", "--json").summary
    shown = orjson.loads(tescosense("campaigns", "show", str(parked["campaign_id"])).out)
    assert shown["campaign_id"] == parked["campaign_id"]
    assert shown["waits_for"] == [parked["waits_for"]]


def test_an_approval_that_ends_in_failure_is_a_failed_command(tescosense: CommandLine) -> None:
    faulty = ("run", "heavy-rain", "--autonomy", "approve", "--fault", "platform-reject", "--json")
    parked = tescosense(*faulty).summary
    done = tescosense("campaigns", "approve", str(parked["campaign_id"]), "--json")
    assert done.summary["status"] == "FAILED"
    assert done.exit_code == 1


def test_what_a_house_writes_is_nobody_elses_to_read(tescosense: CommandLine) -> None:
    assert tescosense("run", "heavy-rain", "--json").exit_code == 0
    assert tescosense.data_dir.stat().st_mode & 0o777 == 0o700
    modes = {file.name: oct(file.stat().st_mode & 0o777) for file in tescosense.data_dir.iterdir() if file.is_file()}
    assert set(modes.values()) == {"0o600"}, modes
