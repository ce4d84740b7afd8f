"""`scrapy discover` on a content management system that others wrote: Wagtail with the blog Puput, installed, filled and served here.

python scripts/discover_cms.py FOLDER [LANGUAGE]    ar (default), es, ja; FOLDER takes the packages, the site and what is found

It installs the packages with pip into FOLDER, writes six stories of our own into the system, serves it on this machine, lets
`scrapy discover` look at it, and compares what came out with what went in. Exit code 0 when all of it is right. About two minutes.

The site names no country, and an offset alone names no zone: the right answer for both is that they are not known.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Final

PROJECT: Final = Path(__file__).resolve().parents[1]
PACKAGES: Final = ("puput==2.2.0", "wagtail==6.4.2", "setuptools<81")
ZONES: Final = {"ar": "Asia/Beirut", "es": "Europe/Madrid", "ja": "Asia/Tokyo"}
STORIES: Final = 6
SETTINGS: Final = """
import puput
SECRET_KEY = "not one"
DEBUG = True
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "site_urls"
BASE = {folder!r}
DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": BASE + "/site.sqlite"}}}}
LANGUAGE_CODE, TIME_ZONE, USE_TZ, USE_I18N = {language!r}, {zone!r}, True, True
STATIC_URL, MEDIA_URL, MEDIA_ROOT = "/static/", "/media/", BASE + "/media"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
WAGTAIL_SITE_NAME = {name!r}
WAGTAILADMIN_BASE_URL = {home!r}
INSTALLED_APPS = (
    "django.contrib.admin django.contrib.auth django.contrib.contenttypes django.contrib.sessions django.contrib.messages"
    " django.contrib.sitemaps django.contrib.staticfiles"
).split() + list(puput.PUPUT_APPS)
MIDDLEWARE = (
    "django.contrib.sessions.middleware.SessionMiddleware django.middleware.common.CommonMiddleware"
    " django.contrib.auth.middleware.AuthenticationMiddleware django.contrib.messages.middleware.MessageMiddleware"
    " django.middleware.locale.LocaleMiddleware wagtail.contrib.redirects.middleware.RedirectMiddleware"
).split()
TEMPLATES = [
    {{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {{
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        }},
    }}
]
"""
URLS: Final = """
from django.urls import include, path
urlpatterns = [path("", include("puput.urls"))]
"""
FILL: Final = """
import datetime, json, sys, zoneinfo
import django
django.setup()
from django.conf import settings
from django.contrib.auth import get_user_model
from puput.models import BlogPage, EntryPage
from wagtail.models import Page, Site
told = json.load(open(sys.argv[1], encoding="utf-8"))
root = Page.get_first_root_node()
root.get_children().delete()
root = Page.get_first_root_node()
blog = BlogPage(title=told["name"], slug="news", description=told["motto"])
root.add_child(instance=blog)
Site.objects.all().delete()
Site.objects.create(hostname="127.0.0.1", port=told["port"], root_page=root, is_default_site=True, site_name=told["name"])
zone = zoneinfo.ZoneInfo(settings.TIME_ZONE)
for number, story in enumerate(told["stories"]):
    first, _, last = story["author"].partition(" ")
    owner, _ = get_user_model().objects.get_or_create(username=f"writer{number}", first_name=first, last_name=last)
    day = datetime.datetime(2026, 11, 3 + number, 8, 15, tzinfo=zone)
    body = "".join(f"<p>{text}</p>" for text in story["lines"])
    entry = EntryPage(title=story["title"], slug=f"story-{number}", body=body, date=day, owner=owner)
    blog.add_child(instance=entry)
    entry.save_revision().publish()
"""


def main(folder: Path, language: str) -> int:
    """Everything; the exit code."""
    sys.path.insert(0, str(PROJECT))
    folder.mkdir(parents=True, exist_ok=True)
    python, port = install(folder), free_port()
    home = f"http://127.0.0.1:{port}/news/"  # as Puput's own installation does it; its sitemap fails where the blog is the site's root
    told = texts(language, port)
    environment = write_site(folder, told, language, home)
    for command in (["-m", "django", "migrate", "-v", "0"], ["fill.py", "told.json"]):
        subprocess.run([python, *command], cwd=folder, env=environment, check=True)
    serve = [python, "-m", "django", "runserver", "--noreload", "--insecure", f"127.0.0.1:{port}"]
    with (folder / "server.log").open("w") as log, subprocess.Popen(serve, cwd=folder, env=environment, stdout=log, stderr=log) as server:
        try:
            wait_for(home)
            return compare(discover(folder, home), told, language, home)
        finally:
            server.terminate()


def install(folder: Path) -> str:
    """The Python that has the packages."""
    python = folder / "venv" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *PACKAGES], check=True)
    return str(python)


def texts(language: str, port: int) -> dict[str, Any]:
    """What goes into the system."""
    from tests.sites.stories import load, stories

    words = load(language)
    told = [
        {"title": story.title, "author": words["names"][number], "lines": [text for tag, text in story.lines if tag in ("p", "blockquote")]}
        for number, story in enumerate(stories(words, 12, 7)[:STORIES])
    ]
    return {"name": words["furniture"]["about"], "motto": words["furniture"]["motto"], "port": port, "stories": told}


def write_site(folder: Path, told: dict[str, Any], language: str, home: str) -> dict[str, str]:
    """The project's files; the environment that they run in."""
    settings = SETTINGS.format(folder=str(folder.resolve()), language=language, zone=ZONES[language], name=told["name"], home=home)
    for name, text in {"site_settings.py": settings, "site_urls.py": URLS, "fill.py": FILL, "told.json": json.dumps(told)}.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "site.sqlite").unlink(missing_ok=True)
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "site_settings", "PYTHONPATH": str(folder.resolve()), "PYTHONWARNINGS": "ignore"}


def free_port() -> int:
    """A port that nobody listens on."""
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(home: str) -> None:
    """Return when the site answers."""
    for _ in range(100):
        try:
            urllib.request.urlopen(home, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit(f"{home} does not answer; see server.log")


def discover(folder: Path, home: str) -> tuple[dict[str, Any], str]:
    """The proposed file, and what was shown."""
    command = [sys.executable, "-m", "scrapy", "discover", home, "-n", "5", "-s", "DOWNLOAD_DELAY=0"]
    environment = {**os.environ, "NEWSBOT_DATA": "", "COLUMNS": "220"}
    environment.pop("NEWSBOT_DATA")
    run = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    (folder / "shown.txt").write_text(run.stdout + run.stderr, encoding="utf-8")
    proposal = run.stdout[run.stdout.index("\nid = ") :] if "\nid = " in run.stdout else ""
    return tomllib.loads(proposal), run.stdout


def compare(found: tuple[dict[str, Any], str], told: dict[str, Any], language: str, home: str) -> int:
    """Print what is right and what is not; 0 when all is."""
    proposal, shown = found
    lists = proposal.get("discovery", {})
    allow = [re.compile(one) for one in proposal.get("articles", {}).get("allow", ())]
    addresses = [f"{home}2026/11/{3 + number:02}/story-{number}/" for number in range(STORIES)]
    others = (home, f"{home}feed/", f"{home}archive/2026/11/", f"{home}author/writer0/")
    checks = {
        "feed": lists.get("feeds") == [f"{home}feed/"],
        "sitemap": lists.get("sitemaps") == [home.replace("/news/", "/sitemap.xml")] or "sitemap.xml" in shown.partition("\nid = ")[0],
        "language": proposal.get("languages", [""])[0] == language,
        "zone: not claimed": "timezone" not in proposal and "country" not in proposal,
        "name": proposal.get("name") == told["name"],
        "articles match": bool(allow) and all(any(form.search(url) for form in allow) for url in addresses),
        "nothing else matches": not any(form.search(url) for form in allow for url in others),
        "five articles": sum(line.startswith(home) for line in shown.splitlines()) == 5,
        **{f"title of {number}": told["stories"][number]["title"] in shown for number in range(1, STORIES)},
    }
    for name, right in checks.items():
        print(f"{'right' if right else 'WRONG':6} {name}")
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 3 or sys.argv[2:] not in ([], *([language] for language in ZONES)):
        raise SystemExit(__doc__)
    raise SystemExit(main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) == 3 else "ar"))
