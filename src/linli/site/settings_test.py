"""Settings for the test suite: throw-away folders and keys, the same engines as in production.

``LINLI_DATABASE_URL`` chooses PostgreSQL; without it the suite runs on SQLite, in a file and
with the same pragmas as a real installation.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_folder = Path(tempfile.mkdtemp(prefix="linli-test-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["LINLI_DATA"] = str(_folder / "data")
os.environ["LINLI_KEYS"] = str(_folder / "keys")
os.environ["LINLI_CREATE_KEYS"] = "1"
(_folder / "data").mkdir()

from linli.site.settings import *  # noqa: E402, F403
from linli.site.settings import DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "data" / "test.sqlite3")}

# Models are named by what they learned from, so runs may share them.
LINLI_MODELS_DIR = Path(__file__).resolve().parents[3] / ".cache" / "models"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_AUTOREFRESH = True
