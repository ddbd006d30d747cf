"""`yizhan doctor`: a healthy county, and every illness by its own sentence."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import types
from datetime import timedelta

import pytest
from django.db import connection

from tests.config.running import ROOT, surroundings
from yizhan.config import environment
from yizhan.config.cli import doctor
from yizhan.config.cli.examinations import database, machine
from yizhan.config.cli.examinations.finding import Finding, Grade


def wrong(look) -> list[str]:
    return [finding.sentence for finding in look() if finding.grade == Grade.WRONG]


def call(env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "yizhan.config.cli", "doctor"],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


KEYS = {name: secrets.token_urlsafe(48) for name in environment.SECRETS}


def test_a_missing_database_is_said_in_words_and_the_rest_is_still_examined(tmp_path):
    nowhere = "postgresql://nobody@/none?host=/nonexistent"
    said = call(surroundings(tmp_path, DATABASE_URL=nowhere, YIZHAN_DEMO="1", **KEYS))
    assert said.returncode == 1
    assert "✗ 数据库：连接不上，请检查 DATABASE_URL 和数据库是否在运行。" in said.stdout
    facts = json.loads(said.stdout.strip().splitlines()[-1])
    subjects = [finding["subject"] for finding in facts["findings"]]
    assert facts["wrong"] == 1
    assert "files pdf" in subjects
    assert "Traceback" not in said.stdout + said.stderr


def test_missing_secrets_are_said_in_words(tmp_path):
    said = call(surroundings(tmp_path, DATABASE_URL="postgresql://nobody@/none"))
    assert said.returncode == 1
    assert "✗ 设置：环境变量 YIZHAN_SECRET_KEY 没有设置" in said.stdout


def test_a_url_of_another_engine_is_said_in_words(tmp_path):
    said = call(surroundings(tmp_path, DATABASE_URL="mysql://nobody@/none", **KEYS))
    assert said.returncode == 1
    assert "只支持 PostgreSQL" in said.stdout


@pytest.mark.django_db
def test_the_test_database_is_well_but_forgetful():
    """Its fsync is off on purpose: the doctor must notice, and nothing else be wrong."""
    found = [finding for subject, look in database.LOOKS for finding in look()]
    assert [f.subject for f in found if f.grade == Grade.WRONG] == ["数据安全"]
    assert "fsync、synchronous_commit、full_page_writes 已关闭" in wrong(database.durability)[0]


@pytest.mark.django_db
def test_durable_settings_are_fine():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = on")
    assert "synchronous_commit" not in wrong(database.durability)[0]


@pytest.mark.django_db
def test_a_pending_migration_is_counted():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    assert wrong(database.tables) == [
        "有 1 步更新没有执行，请运行 yizhan migrate（更新前先备份）。"
    ]


@pytest.mark.django_db
def test_a_clock_that_went_astray_is_noticed(monkeypatch):
    assert wrong(database.clock) == []
    late = database.timezone.now() + timedelta(minutes=3)
    monkeypatch.setattr(database, "timezone", types.SimpleNamespace(now=lambda: late))
    assert "相差 180 秒" in wrong(database.clock)[0] or "相差 179 秒" in wrong(database.clock)[0]


@pytest.mark.django_db
def test_an_unpublished_year_is_a_warning():
    found = list(database.calendar())
    assert [finding.grade for finding in found] == [Grade.WARNING] * len(found)
    assert any("放假安排还没有导入" in finding.sentence for finding in found)


@pytest.mark.django_db
def test_a_missing_worker_is_a_warning():
    assert [f.grade for f in database.jobs()] == [Grade.WARNING]
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    assert [f.grade for f in database.jobs()] == [Grade.FINE]


def test_an_open_secret_file_is_wrong(tmp_path):
    path = tmp_path / "secret.env"
    path.write_text("")
    path.chmod(0o644)
    assert f"chmod 600 {path}" in wrong(lambda: machine.secret_file(tmp_path))[0]
    path.chmod(0o600)
    assert wrong(lambda: machine.secret_file(tmp_path)) == []


@pytest.mark.parametrize(
    ("free", "grade"), [(0.5, Grade.WRONG), (3, Grade.WARNING), (50, Grade.FINE)]
)
def test_a_full_disk_is_noticed(tmp_path, monkeypatch, free, grade):
    usage = types.SimpleNamespace(free=free * machine.GIGABYTE)
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda place: usage)
    assert [finding.grade for finding in machine.disk(tmp_path / "not" / "yet")] == [grade]


def test_missing_time_zones_are_noticed(monkeypatch):
    def missing(name):
        raise machine.ZoneInfoNotFoundError(name)

    monkeypatch.setattr(machine, "ZoneInfo", missing)
    assert "tzdata" in wrong(machine.time_zone)[0]


@pytest.mark.parametrize(
    ("prefix", "built", "grade"),
    [
        ("/usr", "'--with-wheel-pkg-dir=/usr/share/python-wheels/'", Grade.FINE),
        ("/opt/python", "'--enable-optimizations'", Grade.FINE),
        ("/root/.pyenv/versions/3.11.7", "'--enable-shared'", Grade.WARNING),
    ],
)
def test_a_slow_interpreter_is_noticed(monkeypatch, prefix, built, grade):
    monkeypatch.setattr(machine.sys, "base_prefix", prefix)
    monkeypatch.setattr(machine.sysconfig, "get_config_var", lambda name: built)
    assert [finding.grade for finding in machine.python()] == [grade]


def test_every_room_with_an_adapter_is_asked():
    names = {name for name, check in machine.checks_of_adapters()}
    assert {"files pdf", "notices sms"} <= names


def test_a_broken_adapter_is_wrong_with_its_own_words(monkeypatch):
    monkeypatch.setattr(
        machine, "checks_of_adapters", lambda: [("sms", lambda: (False, "短信平台没有应答。"))]
    )
    assert wrong(machine.adapters) == ["短信平台没有应答。"]


def test_open_doors_of_a_real_service_are_wrong(settings):
    settings.DEMO = False
    settings.SESSION_COOKIE_SECURE = False
    settings.ALLOWED_HOSTS = []
    said = " ".join(wrong(machine.deployment))
    assert "security.W010" in said  # the session cookie is not Secure
    assert "YIZHAN_HOSTS" in said


def test_a_look_that_breaks_is_a_finding(capsys):
    def broken():
        raise ZeroDivisionError("oops")
        yield Finding.fine("x", "y")

    assert [f.sentence for f in doctor.asked("难题", broken)] == ["检查时出错：oops"]


def test_the_environment_is_left_alone(tmp_path):
    """Where somebody else's database is given, the doctor makes no secrets and no data."""
    before = dict(os.environ)
    call(surroundings(tmp_path / "v", DATABASE_URL="postgresql://nobody@/none", **KEYS))
    assert dict(os.environ) == before
    assert not (tmp_path / "v" / "secret.env").exists()
    assert not (tmp_path / "v" / "pg").exists()
