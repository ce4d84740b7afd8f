"""The report in a real browser: Debian's chromium, which ``make browser`` installs."""

import os
import shutil

import pytest
from selenium import webdriver
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from newsbot.report.pages import index_page
from tests.report.test_report_pages import EVIL, gathered

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync".split()
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    if not (CHROMIUM and DRIVER):
        if os.environ.get("NEWSBOT_REQUIRE_BROWSER"):
            pytest.fail("chromium and chromedriver are missing; make browser installs them")
        pytest.skip("no chromium here: the report was not tried in a browser (make browser installs one)")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "index.html"
    report = gathered("أعلنت بلدية المدينة")
    path.write_text(index_page(report), encoding="utf-8")
    browser.get(path.as_uri())
    return browser


def test_it_opens_from_a_file_without_a_word_of_complaint(page):
    assert page.title == "newsbot: report"
    assert page.get_log("browser") == []


def test_right_to_left_text_is_set_from_the_right(page):
    kept = page.find_element(By.CSS_SELECTOR, ".kept")
    assert page.execute_script("return getComputedStyle(arguments[0]).direction", kept) == "rtl"


def test_every_bar_is_reached_and_told_by_keyboard(page):
    first = page.find_element(By.CSS_SELECTOR, "svg rect")
    page.execute_script("arguments[0].focus()", first)
    labels = []
    for _ in range(4):
        labels.append(page.switch_to.active_element.get_attribute("aria-label"))
        ActionChains(page).send_keys(Keys.TAB).perform()
    assert labels == [f"2026-11-0{n + 1} 06:00: {n} new" for n in range(4)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_bars_can_be_told_from_the_paper(page, scheme):
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    colours = page.execute_script(
        "const s = e => getComputedStyle(document.querySelector(e));"
        "return [s('body').backgroundColor, s('body').color, s('svg rect').fill, s('.soft').color, s('.alarm').color]"
    )
    paper, *inks = [[int(part) for part in colour[4:-1].split(",")[:3]] for colour in colours]
    assert all(contrast(paper, ink) >= 4.5 for ink in inks), colours


def test_hostile_text_runs_nothing(browser, tmp_path):
    path = tmp_path / "index.html"
    path.write_text(index_page(gathered(EVIL, f"javascript:{EVIL}")), encoding="utf-8")
    browser.get(path.as_uri())
    assert browser.find_elements(By.CSS_SELECTOR, "script, img, [onfocus], a[href^='javascript']") == []
    assert browser.title == "newsbot: report"


def contrast(one: list[int], other: list[int]) -> float:
    """WCAG 2 contrast ratio of two colours."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: list[int]) -> float:
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
