"""Settings come from variables, then from a file, then from the table; what is wrong is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from minilens.errors import CannotStart
from minilens.networks import Networks
from minilens.settings import TABLE, Settings, given, load


def read(folder: Path, text: str, **variables: str) -> Settings:
    """Settings of a file with this text."""
    file = folder / "minilens.toml"
    file.write_text(text, encoding="utf-8")
    data = {} if "data" in text else {"MINILENS_DATA": str(folder / "data")}
    return load({"MINILENS_CONFIG": str(file), **data, **variables})


def test_a_variable_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    text = 'port = 9000\nhost = "0.0.0.0"\n'
    settings = read(tmp_path, text, MINILENS_PORT="9001")
    assert (settings.host, settings.port, settings.late_days) == ("0.0.0.0", 9001, 7)


def test_each_value_says_where_it_comes_from(tmp_path: Path) -> None:
    file = tmp_path / "minilens.toml"
    file.write_text("port = 9000\n")
    said = given({"MINILENS_CONFIG": str(file), "MINILENS_HOST": "::1"})
    assert said["port"].source == str(file)
    assert said["host"].source == "MINILENS_HOST"
    assert said["late_days"].source == ""
    assert set(said) == {setting.name for setting in TABLE}


def test_the_file_of_the_working_directory_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "minilens.toml").write_text("late_days = 3\n")
    monkeypatch.chdir(tmp_path)
    assert load({"MINILENS_DATA": str(tmp_path / "data")}).late_days == 3


def test_paths_of_the_file_are_meant_from_where_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    (tmp_path / "word").write_text("hidden words\n")
    settings = read(tmp_path, 'data = "kept"\nsecret_file = "word"\n')
    assert settings.data == tmp_path / "kept"
    assert settings.secret == b"hidden words"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prot = 1", "no setting prot; did you mean port?"),
        ("nothing_like_it = 1", "no setting nothing_like_it$"),
        ("port = 'many'", "minilens.toml: port is not a whole number: 'many'"),
        ("port = 1.5", "port must be text, a whole number or a list"),
        ("port = true", "port must be text"),
        ("[server]\nport = 1", "no setting server"),
        ("port = ", "is not valid TOML"),
        ("secret_file = 'nowhere'", "secret_file cannot be read"),
        ("trusted_proxies = ['10.0.0.300']", "trusted_proxies: '10.0.0.300' is not an IP address"),
        ("public_url = 'stats.example.com'", "public_url must be like https://"),
        ("public_url = 'https://example.com/stats'", "without a path"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CannotStart, match=said):
        read(tmp_path, text)


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"nowhere\.toml cannot be read"):
        load({"MINILENS_CONFIG": str(tmp_path / "nowhere.toml")})


def test_the_public_address_is_where_it_listens_unless_it_is_said(tmp_path: Path) -> None:
    assert read(tmp_path, "port = 9000").url == "http://127.0.0.1:9000"
    said = read(tmp_path, 'public_url = "https://stats.example.com/"')
    assert said.url == "https://stats.example.com"


def test_networks_hold_addresses_of_both_kinds() -> None:
    networks = Networks(("10.0.0.0/8", "::1", "192.168.1.7"))
    inside = ("10.2.3.4", "::1", "192.168.1.7", "::ffff:10.1.1.1", "[::1]")
    outside = ("11.0.0.1", "192.168.1.8", "::2", "", "unknown", "10.0.0.1, 10.0.0.2")
    assert [one for one in inside if one not in networks] == []
    assert [one for one in outside if one in networks] == []
    assert "10.0.0.1" not in Networks()


def test_proxies_may_be_written_as_a_list(tmp_path: Path) -> None:
    settings = read(tmp_path, 'trusted_proxies = ["127.0.0.1", "10.0.0.0/8"]')
    assert settings.trusted_proxies == ("127.0.0.1", "10.0.0.0/8")
    assert "10.9.9.9" in settings.trusted_proxies
