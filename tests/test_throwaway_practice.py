"""Adding a practice is adding one folder: no other file is touched, and it is live."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

FILES = {
    "__init__.py": "",
    "apps.py": """
from linli.kernel import practice


class BooklendingConfig(practice.PracticeConfig):
    name = "linli.practices.booklending"
    label = "p_booklending"
""",
    "practice.py": """
from linli.kernel.practice import Indicator, NavItem, PersonalData, Practice, Setting

PRACTICE = Practice(
    slug="booklending",
    title="Book lending",
    summary="Neighbours lend books.",
    source="a throw-away test",
    navigation=(NavItem("resident", "Borrow a book", "booklending:shelf", "book"),),
    settings=(Setting("days_max", 30, "Days that a book may be kept"),),
    indicators=(Indicator("lent", "Books lent", "books", lambda: 7),),
    personal_data=(PersonalData("Who has which book", "To get it back", 365),),
    url_prefix="books/",
)
""",
    "models.py": """
from django.db import models

from linli.kernel.scope import ScopedModel


class Book(ScopedModel):
    title = models.CharField(max_length=80)
""",
    "migrations/__init__.py": "",
    "migrations/0001_initial.py": """
import uuid

from django.db import migrations, models

import linli.kernel.ids


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Book",
            fields=[
                ("id", models.UUIDField(default=linli.kernel.ids.uuid7, editable=False,
                                        primary_key=True, serialize=False)),
                ("community_id", models.UUIDField(db_index=True, editable=False)),
                ("title", models.CharField(max_length=80)),
            ],
            options={"abstract": False, "base_manager_name": "objects",
                     "default_manager_name": "objects"},
        )
    ]
""",
    "urls.py": """
from django.urls import path

from linli.practices.booklending import views

app_name = "booklending"
urlpatterns = [path("", views.shelf, name="shelf")]
""",
    "views.py": """
from django.http import HttpResponse

from linli.kernel.guards import signed_in
from linli.practices.booklending.models import Book


@signed_in()
def shelf(request):
    return HttpResponse("shelf: " + ", ".join(Book.objects.values_list("title", flat=True)))
""",
    "surfaces.py": """
from linli.kernel.surfaces import Card, surface


@surface("resident", weight=90)
def shelf(actor):
    return Card("booklending/card.html", {})
""",
    "templates/booklending/card.html": "<p>the booklending card</p>",
    "demo.py": """
from linli.practices.booklending.models import Book


def load(community, actors):
    Book.objects.create(title="A demo book")
""",
    "guide.zh.md": "# 借书\n\n邻居互相借书。\n",
    "guide.en.md": "# Book lending\n\nNeighbours lend books.\n",
}

#: what a visitor sees of it, asked in a fresh process
PROBE = """
import json, sys
import django

django.setup()
from django.core.management import call_command
from django.test import Client
from linli.kernel import installation
from linli.kernel.practice import list_practices
from linli.site.demo.load import load

call_command("migrate", verbosity=0)
installation.mark(is_demo=True)
load(lambda step: None)
client = Client()
client.get("/demo/as/tenant/")
client.cookies["linli_language"] = "en"
pages = {path: client.get(path) for path in ("/", "/books/", "/practices/", "/help/booklending/")}
print(json.dumps({
    "practices": [p.slug for p in list_practices()],
    "pages": {path: [r.status_code, r.content.decode()] for path, r in pages.items()},
}))
"""


def copy_tree(tmp_path: Path, files: dict[str, str]) -> Path:
    """The source with one more folder under practices."""
    source = tmp_path / "src"
    skip = shutil.ignore_patterns("__pycache__", "tests")
    shutil.copytree(ROOT / "src" / "linli", source / "linli", ignore=skip)
    folder = source / "linli" / "practices" / "booklending"
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return source


def run_probe(source: Path, tmp_path: Path, probe: str) -> subprocess.CompletedProcess[str]:
    data = tmp_path / "data"
    data.mkdir()
    models = ROOT / ".cache" / "models"
    if models.exists():
        shutil.copytree(models, data / "models")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LINLI_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-c", probe],
        cwd=tmp_path,
        env={
            **kept,
            "PYTHONPATH": str(source),
            "DJANGO_SETTINGS_MODULE": "linli.site.settings",
            "LINLI_DATA": str(data),
            "LINLI_KEYS": str(tmp_path / "keys"),
            "LINLI_CREATE_KEYS": "1",
            # Without training: this test is about the house, not about triage.
            "LINLI_TRAIN_IN_PROCESS": "0",
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_a_practice_is_one_folder(tmp_path: Path) -> None:
    done = run_probe(copy_tree(tmp_path, FILES), tmp_path, PROBE)
    assert done.returncode == 0, done.stderr[-3000:]
    answer = json.loads(done.stdout.splitlines()[-1])
    assert "booklending" in answer["practices"]
    pages = {path: body for path, (status, body) in answer["pages"].items() if status == 200}
    assert sorted(pages) == ["/", "/books/", "/help/booklending/", "/practices/"]
    assert "Borrow a book" in pages["/"]
    assert "the booklending card" in pages["/"]
    assert "shelf: A demo book" in pages["/books/"]
    assert "Days that a book may be kept" in pages["/practices/"]
    assert "Books lent" in pages["/practices/"]
    assert "Neighbours lend books." in pages["/help/booklending/"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("practice.py", "PRACTICE = None\n", "PRACTICE is missing or misnamed"),
        (
            "apps.py",
            "from linli.kernel.practice import PracticeConfig\n",
            "booklending",
        ),
    ],
    ids=["no manifest", "base imported by name"],
)
def test_a_broken_practice_is_refused_at_the_start(
    tmp_path: Path, name: str, text: str, complaint: str
) -> None:
    source = copy_tree(tmp_path, {**FILES, name: text})
    done = run_probe(source, tmp_path, "import django; django.setup()")
    assert done.returncode != 0
    assert complaint in done.stderr
