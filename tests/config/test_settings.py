"""Settings: nothing unsafe by default, nothing started without its secrets."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from tests.config.running import ROOT, surroundings
from yizhan.config import environment
from yizhan.config.database import parse

KEYS = {name: secrets.token_urlsafe(48) for name in environment.SECRETS}
REAL = {**KEYS, "DATABASE_URL": "postgresql://u:p@db/yizhan", "YIZHAN_HOSTS": "zw.example.gov.cn"}


def call(code: str, var: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, env=surroundings(var, **env), capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def value(expression: str, var: Path, **env: str) -> object:
    code = f"import json; from yizhan.config import settings as s; print(json.dumps({expression}))"
    said = call(code, var, **env)
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout)


def test_django_finds_nothing_to_complain_about_in_a_real_service(tmp_path):
    said = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "INFO"],
        cwd=ROOT, env=surroundings(tmp_path, **REAL), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert "no issues" in said.stdout


@pytest.mark.parametrize("missing", environment.SECRETS)
def test_there_is_no_default_secret(tmp_path, missing):
    env = {name: key for name, key in REAL.items() if name != missing}
    said = call("import yizhan.config.settings", tmp_path, **env)
    assert said.returncode != 0
    assert f"环境变量 {missing} 没有设置" in said.stderr


def test_a_short_secret_is_no_secret(tmp_path):
    said = call("import yizhan.config.settings", tmp_path, **(REAL | {"YIZHAN_DATA_KEY": "short"}))
    assert "少于 32 个字符" in said.stderr


def test_a_real_service_is_closed(tmp_path):
    facts = value(
        "[s.DEBUG, s.DEMO, s.HTTPS, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,"
        " s.SECURE_SSL_REDIRECT, s.ALLOWED_HOSTS, s.SECURE_HSTS_SECONDS > 0]",
        tmp_path, **REAL,
    )  # fmt: skip
    assert facts == [False, False, True, True, True, True, ["zw.example.gov.cn"], True]


def test_without_hosts_nobody_is_served(tmp_path):
    env = {name: word for name, word in REAL.items() if name != "YIZHAN_HOSTS"}
    assert value("s.ALLOWED_HOSTS", tmp_path, **env) == []


def test_the_demo_works_on_this_machine_only(tmp_path):
    facts = value("[s.ALLOWED_HOSTS, s.HTTPS]", tmp_path, **KEYS, YIZHAN_DEMO="1")
    assert facts == [["localhost", "127.0.0.1", "[::1]"], False]


@pytest.mark.parametrize(
    ("site", "urlconf"),
    [("all", "yizhan.config.urls"), ("workbench", "yizhan.config.urls_workbench")],
)
def test_the_site_chooses_its_addresses(tmp_path, site, urlconf):
    assert value("s.ROOT_URLCONF", tmp_path, **REAL, SITE=site) == urlconf


def test_an_unknown_site_is_refused(tmp_path):
    said = call("import yizhan.config.settings", tmp_path, **REAL, SITE="hotline")
    assert "SITE 只能是 all 或 portal、workbench、kiosk、gateway，现在是 hotline。" in said.stderr


def test_servers_pool_and_prepare_commands_do_not(tmp_path):
    options = "[sorted(o for o in s.DATABASES['default']['OPTIONS'] if o == 'pool'),"
    options += " s.DATABASES['default']['OPTIONS']['prepare_threshold']]"
    assert value(options, tmp_path, **REAL, YIZHAN_PROCESS="web") == [["pool"], 0]
    assert value(options, tmp_path, **REAL) == [[], None]


def test_no_heavy_library_is_loaded_by_the_web_process(tmp_path):
    code = "import sys, yizhan.config.wsgi; from django.urls import get_resolver as g;"
    code += "g().url_patterns; print([m for m in ('typst', 'PIL', 'pikepdf', 'sklearn',"
    code += "'python_calamine', 'chinese_calendar', 'numpy') if m in sys.modules])"
    said = call(code, tmp_path, **REAL)
    assert said.returncode == 0, said.stderr
    assert said.stdout.strip() == "[]"


def test_every_static_file_that_a_page_names_is_collected(tmp_path):
    said = subprocess.run(
        [sys.executable, "-m", "yizhan.config.cli", "prepare", "--only", "static"],
        cwd=ROOT, env=surroundings(tmp_path, **REAL), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    collected = json.loads((tmp_path / "static" / "staticfiles.json").read_text())["paths"]
    named = set()
    for page in [*ROOT.rglob("yizhan/web/**/*.html"), *ROOT.rglob("yizhan/web/**/*.py")]:
        named |= set(re.findall(r"static[ (]['\"]([^'\"]+)['\"]", page.read_text()))
    assert "ui/base.css" in named
    assert named - set(collected) == set()
    assert len(collected) < 60, "nothing that nobody asks for"


def test_the_content_policy_allows_nothing_inline(settings):
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    allowed = {word for words in directives.values() for word in words}
    assert allowed == {"'none'", "'self'", "data:", "blob:"}
    assert directives["default-src"] == ["'none'"]
    assert directives["script-src"] == directives["style-src"] == ["'self'"]
    assert directives["frame-ancestors"] == ["'none'"]


def test_passwords_are_hashed_as_owasp_says():
    from yizhan.config.passwords import OwaspArgon2PasswordHasher

    hasher = OwaspArgon2PasswordHasher()
    hashed = hasher.encode("correct horse battery", hasher.salt())
    assert hashed.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert hasher.verify("correct horse battery", hashed)
    assert not hasher.verify("wrong", hashed)


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        (
            "postgresql://u:p%40ss@db.example:6432/yizhan?sslmode=verify-full",
            ("yizhan", "u", "p@ss", "db.example", "6432", {"sslmode": "verify-full"}),
        ),
        ("postgres://u@/yizhan?host=%2Frun%2Fpg", ("yizhan", "u", "", "/run/pg", "", {})),
    ],
)
def test_database_urls(url, wanted):
    found = parse(url)
    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    assert tuple(found[name] for name in names) == wanted


@pytest.mark.parametrize("url", ["sqlite:///x.db", "mysql://u@h/x", "postgresql://u@h/"])
def test_other_engines_are_refused(url):
    with pytest.raises(ValueError, match="DATABASE_URL"):
        parse(url)


def test_the_secrets_of_the_demo_are_made_once_and_kept_close(tmp_path, monkeypatch):
    for name in environment.SECRETS:
        monkeypatch.delenv(name, raising=False)
    environment.load_secrets(tmp_path, create=True)
    first = (tmp_path / "secret.env").read_text()
    assert (tmp_path / "secret.env").stat().st_mode & 0o777 == 0o600
    values = [os.environ[name] for name in environment.SECRETS]
    assert len(set(values)) == 3
    assert min(len(word) for word in values) >= 48
    environment.load_secrets(tmp_path, create=True)
    assert (tmp_path / "secret.env").read_text() == first


def test_a_given_secret_wins_over_the_file(tmp_path, monkeypatch):
    monkeypatch.setenv("YIZHAN_SECRET_KEY", "given")
    (tmp_path / "secret.env").write_text("YIZHAN_SECRET_KEY=from-the-file\n")
    environment.load_secrets(tmp_path)
    assert os.environ["YIZHAN_SECRET_KEY"] == "given"


def test_somebody_elses_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises((PermissionError, FileExistsError)):
        environment.private_folder(tmp_path / "file")


def test_an_open_folder_is_closed(tmp_path):
    folder = tmp_path / "var"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    environment.private_folder(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
