"""Rules of the house that no single room can keep (STYLE.md, models-of-style appendix B)."""

from __future__ import annotations

import ast
import importlib
import inspect
import io
import pkgutil
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver

import yizhan.domain
from yizhan.config.cli import flows
from yizhan.core.tracked import Entry

ROOT = Path(__file__).resolve().parent.parent
CODE = ROOT / "yizhan"
ROOMS = [room.name for room in pkgutil.iter_modules(yizhan.domain.__path__) if room.ispkg]
FILE_CAP, FUNCTION_CAP, VIEW_CAP, README_CAP, KERNEL_CAP = 400, 40, 25, 20, 800
SAYS_NOTHING = {"services", "utils", "helpers", "managers", "mixins", "signals", "common", "misc"}


def sources(*folders: str) -> Iterator[Path]:
    """Our Python files; migrations are Django's handwriting."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the last statement."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def place(path: Path) -> str:
    """A path as people say it."""
    return str(path.relative_to(ROOT))


# ---- flows


@pytest.mark.parametrize("flow", flows.flows(), ids=lambda flow: flow.name)
def test_flow_has_no_hole_and_every_state_a_label(flow):
    assert flow.problems() == []
    used = {flow.initial} | {s for m in flow.moves.values() for s in (*m.sources, m.target) if s}
    assert used == set(flow.labels)
    assert all(re.search(r"[一-鿿]", label) for label in flow.labels.values())
    assert all(re.search(r"[一-鿿]", move.label) for move in flow.moves.values())


def test_the_house_has_flows_and_their_drawing_is_fresh():
    assert flows.flows()
    assert (ROOT / "docs/flows.md").read_text() == flows.drawing()


# ---- routes


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the four sites."""
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, path)
        else:
            yield path, entry


def test_open_routes_are_the_reviewed_ones():
    """A view without login needs a line in the reviewed list; a line without view must go."""
    found = {
        f"/{path}"
        for path, entry in routes(get_resolver("yizhan.config.urls"))
        if getattr(entry.callback, "login_required", True) is False
    }
    lines = (ROOT / "tests/data/public_routes.txt").read_text().splitlines()
    reviewed = {line.split("#")[0].strip() for line in lines} - {""}
    assert found - reviewed == set(), "open to everybody but not reviewed"
    assert reviewed - found == set(), "reviewed but gone or behind a login now"


def with_token() -> list[str]:
    """The reviewed addresses that ask for a credential of their own."""
    lines = (ROOT / "tests/data/public_routes.txt").read_text().splitlines()
    return [line.split("#")[0].strip() for line in lines if line.endswith("# [token]")]


@pytest.mark.django_db
@pytest.mark.parametrize("path", with_token())
@pytest.mark.parametrize("credential", ["", "Bearer", "Bearer wrong", "Basic d3Jvbmc6d3Jvbmc="])
def test_machines_without_a_credential_learn_nothing(client, path, credential):
    """Every method is either unknown or refused, and the refusal does not say why."""
    path = re.sub(r"<[a-z:]+>", "x", path)
    headers = {"Authorization": credential} if credential else {}
    answers = {
        method: client.generic(method, path, "{}", "application/json", headers=headers)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    }
    assert {answer.status_code for answer in answers.values()} <= {401, 405}
    assert any(answer.status_code == 401 for answer in answers.values())


@pytest.mark.parametrize("site", ["portal", "workbench", "kiosk", "gateway"])
def test_a_site_alone_serves_the_same_addresses(site):
    def within(urlconf: str) -> set[str]:
        return {
            path
            for path, entry in routes(get_resolver(urlconf))
            if entry.callback.__module__.startswith(f"yizhan.web.{site}.")
        }

    assert within(f"yizhan.config.urls_{site}") == within("yizhan.config.urls")


# ---- tables


@pytest.mark.django_db
def test_migrations_are_complete():
    said = io.StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said)
    except SystemExit:
        pytest.fail(said.getvalue())


def test_what_must_be_proved_cannot_be_deleted_by_cascade():
    """Foreign keys to people, files and the subject of a trail are PROTECT."""
    kept = {"people.person", "people.legalperson", "people.account", "files.storedfile"}
    wrong = []
    for model in apps.get_models():
        if not model.__module__.startswith("yizhan."):
            continue
        for field in model._meta.get_fields():
            if not isinstance(field, models.ForeignKey):
                continue
            target = field.related_model._meta.label_lower
            of_trail = issubclass(model, Entry) and field.name == "subject"
            if (target in kept or of_trail) and field.remote_field.on_delete is not models.PROTECT:
                wrong.append(f"{model._meta.label}.{field.name}")
    assert wrong == []


def test_growing_tables_are_unique_within_a_region():
    """The region is the shard (ADR 3): a constraint across regions could not be kept."""
    from yizhan.core.tracked import Regional

    wrong = []
    for model in apps.get_models():
        if issubclass(model, Regional):
            wrong += [
                f"{model._meta.label}.{rule.name}"
                for rule in model._meta.constraints
                if isinstance(rule, models.UniqueConstraint) and "region" not in rule.fields
            ]
    assert wrong == [] or all(is_within_one_subject(name) for name in wrong), wrong


def is_within_one_subject(name: str) -> bool:
    """Unique inside one parent row: the parent has its region, so the shard is the same."""
    label, rule_name = name.rsplit(".", 1)
    model = apps.get_model(label)
    rule = next(rule for rule in model._meta.constraints if rule.name == rule_name)
    fields = [model._meta.get_field(field) for field in rule.fields]
    return any(
        isinstance(field, models.ForeignKey)
        and any(parent.name == "region" for parent in field.related_model._meta.fields)
        for field in fields
    )


# ---- size and names


def test_files_and_functions_are_small():
    wrong = []
    for path in sources("yizhan", "tests"):
        lines = len(path.read_text().splitlines())
        if lines > FILE_CAP:
            wrong.append(f"{place(path)}: {lines} lines")
        for node in functions(path):
            if length(node) > FUNCTION_CAP:
                wrong.append(f"{place(path)}:{node.lineno} {node.name}: {length(node)} lines")
    assert wrong == []


def test_views_are_door_form_action_answer():
    wrong = []
    for path in sources("yizhan/web"):
        for node in functions(path):
            first = node.args.args[0].arg if node.args.args else ""
            if first == "request" and length(node) > VIEW_CAP:
                wrong.append(f"{place(path)}:{node.lineno} {node.name}: {length(node)} lines")
    assert wrong == []


def test_the_kernel_stays_small():
    kernel = [CODE / "core" / f"{name}.py" for name in ("flow", "worktime", "tracked")]
    assert sum(len(path.read_text().splitlines()) for path in kernel) <= KERNEL_CAP


def test_names_say_what_is_inside():
    wrong = [place(path) for path in sources("yizhan") if path.stem in SAYS_NOTHING]
    wrong += [
        place(path) for path in CODE.rglob("*") if path.is_dir() and path.name in SAYS_NOTHING
    ]
    assert wrong == []


def test_rooms_know_no_hidden_ways():
    """No signals, no save() overrides, no generic foreign keys in the domain."""
    wrong = []
    for path in sources("yizhan/domain"):
        text = path.read_text()
        wrong += [
            f"{place(path)}: {node.name}()" for node in functions(path) if node.name == "save"
        ]
        wrong += [
            f"{place(path)}: {word}" for word in ("GenericForeignKey", "@receiver") if word in text
        ]
    assert wrong == []


# ---- rooms and documents


def public_actions(room: str) -> list[str]:
    """The functions that a room's actions offer to others."""
    try:
        actions = importlib.import_module(f"yizhan.domain.{room}.actions")
    except ModuleNotFoundError:
        return []
    return sorted(
        name
        for name, function in inspect.getmembers(actions, inspect.isfunction)
        if not name.startswith("_") and function.__module__.startswith(actions.__name__)
    )


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_introduces_itself(room):
    """README of at most 20 lines that names every public action."""
    path = CODE / "domain" / room / "README.md"
    assert path.exists(), "no README.md"
    text = path.read_text()
    assert len(text.splitlines()) <= README_CAP
    assert [name for name in public_actions(room) if not re.search(rf"\b{name}\b", text)] == []


@pytest.mark.parametrize("room", ROOMS)
def test_actions_say_what_they_change(room):
    """Every public action has a docstring."""
    wrong = []
    for path in sources(f"yizhan/domain/{room}"):
        if path.stem == "actions" or path.parent.name == "actions":
            wrong += [
                f"{place(path)} {node.name}"
                for node in ast.parse(path.read_text()).body
                if isinstance(node, ast.FunctionDef)
                and not node.name.startswith("_")
                and not ast.get_docstring(node)
            ]
    assert wrong == []


def test_documents_are_there():
    wanted = [
        "LICENSE", "README.md", "README.zh-CN.md", "ARCHITECTURE.md", "STYLE.md", "GLOSSARY.md",
        "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "docs/adr", "docs/settings.md",
    ]  # fmt: skip
    assert [name for name in wanted if not (ROOT / name).exists()] == []
    assert "Apache License" in (ROOT / "LICENSE").read_text()


def test_every_setting_from_outside_is_documented():
    """A variable that some file reads is in docs/settings.md."""
    known = (ROOT / "docs/settings.md").read_text()
    internal = {"YIZHAN_SUPERVISED", "YIZHAN_PROCESS", "YIZHAN_PREPARING"}
    read = set()
    for path in sources("yizhan"):
        read |= set(re.findall(r"\"(YIZHAN_[A-Z_]+)\"", path.read_text()))
    assert sorted(name for name in read - internal if f"`{name}`" not in known) == []


# ---- pages


def templates() -> list[Path]:
    """All templates."""
    return sorted((CODE / "web").rglob("templates/**/*.html"))


def test_no_inline_script_or_style():
    """The content security policy would refuse it silently in the browser."""
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/(?:json|ld))|<style|\sstyle=|\son[a-z]+="
    )
    wrong = [
        f"{place(path)}: {match.group().strip()}"
        for path in templates()
        for match in inline.finditer(re.sub(r"{#.*?#}", "", path.read_text()))
    ]
    assert wrong == []


# ---- packages


def test_every_dependency_has_its_reason():
    text = (ROOT / "pyproject.toml").read_text()
    project = tomllib.loads(text)["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    for requirement in (requirement for group in groups for requirement in group):
        line = next(line for line in text.splitlines() if f'"{requirement}"' in line)
        assert "==" in requirement, f"{requirement} is not pinned"
        assert re.search(r"#\s*\S+", line), f"{requirement} has no reason"


def imported(*folders: str) -> set[str]:
    """The top-level packages that our files import."""
    found = set()
    for path in sources(*folders):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"yizhan", "tests"}


@pytest.mark.parametrize("folder", ["yizhan", "tests"])
def test_what_is_imported_is_declared(folder):
    """A package that came along with another one may go with the next lock."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    words = [*project["dependencies"], "psycopg-pool"]
    words += project["optional-dependencies"]["test"] if folder == "tests" else []
    declared = {re.split(r"[\[=]", word)[0].lower().replace("_", "-") for word in words}
    owners = metadata.packages_distributions()
    wrong = {
        name
        for name in imported(folder)
        if not declared & {owner.lower().replace("_", "-") for owner in owners.get(name, [])}
    }
    assert wrong == set()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_the_lock_is_complete_and_says_no_place(name):
    """Every package has hashes; nothing binds it to one registry."""
    text = (ROOT / name).read_text()
    assert "://" not in text
    packages = [part for part in re.split(r"\n(?=[a-z0-9])", text) if "==" in part.split("\n")[0]]
    assert packages
    assert [part.split()[0] for part in packages if "--hash=sha256:" not in part] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = {part.split()[0] for part in packages}
    wanted = [re.sub(r"\[.*\]", "", requirement) for requirement in project["dependencies"]]
    assert [requirement for requirement in wanted if requirement not in locked] == []
