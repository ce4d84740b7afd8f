"""README and docs: every block of commands runs as it stands, every link leads somewhere, every figure is the one that was measured."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time

import pytest

from tests.commands_of_docs import PAGES, PROJECT, blocks_of, clone, run_page
from tests.demo.crawled import crawl_once, first_records

BLOCKS = [block for page in PAGES for block in blocks_of(page)]
RUN = [block for block in BLOCKS if block.why_not is None]
LINKS = [(page, link) for page in PAGES for link in re.findall(r"\]\(([^)\s]+)\)", (PROJECT / page).read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    return crawl_once(tmp_path_factory)


@pytest.fixture(scope="module")
def folder(demo, tmp_path_factory):
    place = clone(tmp_path_factory.mktemp("newsbot"))
    shutil.copytree(demo, place / "data" / "out" / "demo")
    return place


@pytest.fixture(scope="module")
def newsroom():
    """The newsroom of ``make newsroom``, on free ports; yields the second one's."""
    command = [sys.executable, "-m", "data.demo.newsroom", "--ports", "0,0"]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield json.loads(process.stdout.readline())["meridian"].rpartition(":")[2].rstrip("/")
        process.stdin.close()


@pytest.fixture(scope="module")
def failures(folder, newsroom):
    """A function of a page: what failed on it, by block. Each page runs once."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEWSBOT_")}
    environment["PATH"] = f"{folder / '.venv' / 'bin'}{os.pathsep}{environment['PATH']}"
    known = {}

    def of(page):
        if page not in known:
            began = time.monotonic()
            known[page] = run_page(page, folder, environment, {"127.0.0.1:8802": f"127.0.0.1:{newsroom}"})
            print(f"{page}: {time.monotonic() - began:.0f} s")
        return known[page]

    return of


@pytest.mark.parametrize("block", RUN, ids=str)
def test_the_commands_run_as_they_stand(failures, block):
    failed = failures(block.page)[block.number]
    assert not failed, "\n".join(failed)


def test_the_search_finds_the_blocks_and_few_of_them_cannot_run():
    assert {"README.md", "docs/tutorial.md", "docs/operating.md", "docs/analysts.md"} <= {block.page for block in RUN}
    assert len(RUN) > 20 and len(BLOCKS) - len(RUN) < 14


def test_no_block_of_commands_is_hidden_from_the_tests():
    for page in PAGES:
        text = (PROJECT / page).read_text(encoding="utf-8")
        assert text.count("```sh\n") + text.count("```bash\n") + text.count("```console\n") == sum(
            f"```sh\n{block.text}" in text for block in blocks_of(page)
        ), page


@pytest.mark.parametrize(("page", "link"), [(page, link) for page, link in LINKS if "://" not in link], ids=str)
def test_every_link_leads_somewhere(page, link):
    name, _, anchor = link.partition("#")
    path = (PROJECT / page).parent / name if name else PROJECT / page
    assert path.exists()
    if anchor:
        headings = re.findall(r"^#{1,4} (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert anchor in {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def test_the_record_in_the_readme_is_one_of_the_demo(demo):
    shown = json.loads(re.search(r"```json\n(.*?)```", (PROJECT / "README.md").read_text(encoding="utf-8"), re.DOTALL)[1])
    (own,) = [record for record in first_records(demo) if record["title"] == shown["title"]]
    assert holds(own, shown)


def holds(whole, part):
    """Whether *whole* has everything that *part* shows; of lists some entries, in order."""
    if isinstance(part, dict):
        return all(holds(whole[key], value) for key, value in part.items())
    if isinstance(part, list) and part:
        rest = iter(whole)
        return all(any(holds(one, value) for one in rest) for value in part)
    return whole == part


def test_our_column_in_the_readme_is_that_of_the_model_card():
    card = (PROJECT / "docs" / "model-card.md").read_text(encoding="utf-8")
    names = {"text, shingle F1": "shingle F1", "text exactly as labelled": "exact"}
    page, held = "", 0
    for first, figure, value in re.findall(r"^\|([^|]*)\| ([^|]+) \| \**([\d.]+)\** \| \**[\d.]+\** \|$", readme(), re.MULTILINE):
        page = first.strip().partition(",")[0] or page
        (told,) = re.findall(rf"^\| default \| {page} \| {names.get(figure, figure)} \| ([\d.]+) \|", card, re.MULTILINE)
        assert float(value) == pytest.approx(float(told), abs=0.03), (page, figure)
        held += 1
    assert held == 12


def readme() -> str:
    return (PROJECT / "README.md").read_text(encoding="utf-8")


def test_the_tutorial_is_short_enough_to_be_read_and_typed_in_ten_minutes():
    text = (PROJECT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    steps = text[: text.index("## 7.")]
    assert len(re.findall(r"\w+", steps)) / 240 < 5


def test_deploy_files_are_sound():
    yaml = pytest.importorskip("yaml")
    deploy = PROJECT / "deploy"
    job = yaml.safe_load((deploy / "cronjob.yaml").read_text(encoding="utf-8"))["spec"]
    pod = job["jobTemplate"]["spec"]["template"]["spec"]
    assert job["concurrencyPolicy"] == "Forbid" and pod["securityContext"]["runAsNonRoot"] is True
    items = {item["kind"]: item for item in yaml.safe_load((deploy / "fleet.yaml").read_text(encoding="utf-8"))["items"]}
    assert set(items) == {"Job", "Deployment", "CronJob"}
    for spec in (items["Job"]["spec"], items["Deployment"]["spec"], items["CronJob"]["spec"]["jobTemplate"]["spec"]):
        pod = spec["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"] is True and "envFrom" in pod["containers"][0]
    container = (deploy / "Containerfile").read_text(encoding="utf-8")
    assert re.search(r"^USER 10001", container, re.MULTILINE) and "not built" in container
    for line in re.findall(r"scrapy (prune .*)$", "\n".join(path.read_text(encoding="utf-8") for path in deploy.iterdir()), re.MULTILINE):
        assert re.fullmatch(r"prune( --(archive|feed|state)-days \d+| --budget \d+G)+", line)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_accepts_its_files(tmp_path):
    text = (PROJECT / "deploy" / "newsbot.service").read_text(encoding="utf-8")
    (tmp_path / "newsbot.service").write_text(text.replace("/opt/newsbot/.venv/bin/scrapy", "/bin/true"), encoding="utf-8")
    shutil.copy(PROJECT / "deploy" / "newsbot.timer", tmp_path)
    command = ["systemd-analyze", "verify", str(tmp_path / "newsbot.service"), str(tmp_path / "newsbot.timer")]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stderr
    assert not [line for line in told.splitlines() if "newsbot" in line]
