"""A setting that cannot be meant stops every command with one sentence that names it, in the caller's language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from minilens.errors import CannotStart
from minilens.serve.doctor.doctor import _shown, secret_files
from minilens.settings import Given, driven, given, load
from tests.backup.folders import run

#: Variable → value → what is said.
VARIABLES = [
    ("PORT", "70000", "MINILENS_PORT must be from 0 to 65535: 70000"),
    ("PORT", "-1", "must be from 0"),
    ("PORT", "٣", "is not a whole number"),
    ("PORT", "1_0", "is not a whole number"),
    ("MEMORY_MB", "0", "MINILENS_MEMORY_MB must be from 512"),
    ("LATE_DAYS", "-7", "must be from 0"),
    ("TIMEZONE", "Mars/Base", "unknown time zone 'Mars/Base'"),
    ("TIMEZONE", "../etc/passwd", "unknown time zone"),
    ("RECEIVER", "../../tmp", "MINILENS_RECEIVER may only contain letters"),
    ("PUBLIC_URL", "http://[::1", "must be like https://"),
    ("WECHAT_API", "http://api.weixin.qq.com", "https, a host and no path"),
    ("WECHAT_API", "https://api.weixin.qq.com/sns", "https, a host and no path"),
    ("WECHAT_API", "https://api.weixin.qq.com?a=b", "https, a host and no path"),
    ("WECHAT_API", "https://me:word@api.weixin.qq.com", "https, a host and no path"),
    ("WECHAT_API", "api.weixin.qq.com", "https, a host and no path"),
    ("SMTP", "smtp.example.com:465", "MINILENS_SMTP must be like smtps://"),
    ("SMTP", "smtps://a:p@ss@word@smtp.example.com:465/x", "MINILENS_SMTP must be like smtps://"),
    ("SMTP", "smtps://smtp.example.com", "MINILENS_MAIL_FROM must be an address"),
    ("MAIL_FROM", "nobody", "MINILENS_MAIL_FROM must be an address"),
    ("MAIL_DKIM", "s1._domainkey.", "must be a selector such as s1"),
    ("WEBHOOK_NETWORKS", "10.0.0.0/8,intranet", "'intranet' is not an IP address"),
    ("PUBLIC_URL", "https://me:word@example.com", "must be like https://"),
    ("PUBLIC_URL", "https://example.com:99999", "must be like https://"),
    ("SECRET_FILE", "FOLDER/none", "MINILENS_SECRET_FILE cannot be read: "),
    ("SECRET_FILE", "FOLDER", "MINILENS_SECRET_FILE cannot be read: "),
    ("SECRET_FILE", "FOLDER/empty", "empty is empty"),
    ("RECORDS_FILE", "FOLDER/bytes", "bytes is not a text file"),
    ("PORT_FILE", "FOLDER/word", "MINILENS_PORT_FILE is not a whole number: 'many'"),
    ("CONFIG", "FOLDER", "cannot be read"),
    ("CONFIG", "FOLDER/both.toml", "both secret and secret_file are set"),
    ("CONFIG", "FOLDER/typo.toml", "there is no setting secrets_file"),
]


@pytest.mark.parametrize(("name", "value", "said"), VARIABLES)
def test_it_is_named(tmp_path: Path, name: str, value: str, said: str) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "word").write_text("many\n")
    (tmp_path / "both.toml").write_text("secret = 'a'\nsecret_file = 'word'\n")
    (tmp_path / "typo.toml").write_text("secrets_file = 'word'\n")
    data = tmp_path / "data"
    settings = {
        "MINILENS_DATA": str(data),
        f"MINILENS_{name}": value.replace("FOLDER", str(tmp_path)),
    }
    with pytest.raises(CannotStart) as refusal:
        load(settings)
    assert said in refusal.value.message("en")
    assert re.search(r"[\u4e00-\u9fff]", refusal.value.message("zh"))
    assert not re.search(r"[\u4e00-\u9fff]", refusal.value.message("en"))
    assert not data.exists()


def test_a_command_says_it_in_the_language_of_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("")
    wrong = {"MINILENS_SECRET_FILE": str(tmp_path / "empty")}
    done = run(tmp_path / "data", "apps", LANG="zh_CN.UTF-8", LC_ALL="zh_CN.UTF-8", **wrong)
    assert done.returncode == 3
    assert done.stderr == f"minilens: MINILENS_SECRET_FILE：{tmp_path}/empty 是空文件\n"


def test_an_empty_variable_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load({"MINILENS_DATA": "", "MINILENS_PORT": "", "MINILENS_PUBLIC_URL": ""})
    assert settings.data == tmp_path / "minilens-data"
    assert settings.port == 8000


def test_an_address_of_postgresql_needs_no_driver() -> None:
    ours = "postgresql+psycopg://me@host/db"
    assert driven("postgres://me@host/db") == driven("postgresql://me@host/db") == ours
    assert [driven(one) for one in (ours, "", "sqlite:///x")] == [ours, "", "sqlite:///x"]


def test_files_of_secrets_are_known(tmp_path: Path) -> None:
    (tmp_path / "word").write_text("hidden")
    toml = tmp_path / "minilens.toml"
    toml.write_text("records = 'postgresql://me:word@host/db'\n")
    said = given({"MINILENS_CONFIG": str(toml), "MINILENS_SECRET_FILE": str(tmp_path / "word")})
    assert set(secret_files(said)) == {toml, tmp_path / "word"}
    toml.write_text("records = 'postgresql://host/db'\n")
    assert secret_files(given({"MINILENS_CONFIG": str(toml)})) == []


@pytest.mark.parametrize(
    "text",
    [
        "clickhouse://me:se:cr@t@host/db",
        "postgresql://host/db?user=me&password=secret",
        "postgresql://me:secret@host/db?password=secret&sslmode=require",
    ],
)
def test_no_way_of_writing_a_password_is_shown(text: str) -> None:
    shown = _shown("records", Given(text))
    assert not re.search(r"se.?cr|t@host", shown.replace("***@host", ""))
    assert "host/db" in shown
