"""The pages in a real browser: nothing complains, nothing is requested, sorting works, hostile text shows as text."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not CHROMIUM.exists() and not os.environ.get("CI"):
        pytest.skip("没有 /usr/bin/chromium:apt-get install chromium fonts-noto-cjk(设了 CI 时必须有)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()


class _Watched:
    """The one page of this module; remembers what went wrong and what was asked for since the test began."""

    def __init__(self, browser: Any) -> None:
        self.page = browser.new_page(viewport={"width": 1280, "height": 900})
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.complaints.append(dialog.message), dialog.dismiss()))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.add_init_script(
            "document.addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective))"
        )

    def open(self, path: Path) -> Any:
        self.page.goto(path.as_uri())
        return self.page


@pytest.fixture(scope="module")
def only_page(browser: Any) -> Iterator[_Watched]:
    watched = _Watched(browser)
    yield watched
    watched.page.close()


@pytest.fixture
def watched(only_page: _Watched) -> _Watched:
    only_page.page.goto("about:blank")
    only_page.complaints.clear()
    only_page.requests.clear()
    return only_page


def test_pages_are_quiet_offline_and_fit(watched: _Watched, folder: Path) -> None:
    sessions = sorted((folder / "sessions").iterdir())
    paths = [folder / "index.html", *sorted((folder / "agents").iterdir()), *sessions[:3]]
    for i, path in enumerate(paths):
        page = watched.open(path)
        for width in (390, 1280)[:: -1 if i % 2 else 1]:  # to and fro: a change of width is slow
            page.set_viewport_size({"width": width, "height": 900})
            overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert overflow <= 0, (path.name, width)
    assert watched.complaints == []
    assert [u for u in watched.requests if not u.startswith("data:")] == [p.as_uri() for p in paths]


@pytest.mark.parametrize("name", ["index.html", "agents"])
def test_an_injected_script_would_be_refused(watched: _Watched, folder: Path, name: str) -> None:
    """The policy itself is tested: a script that is not ours does not run."""
    path = folder / name
    page = watched.open(path if path.is_file() else min(path.iterdir()))
    page.evaluate(
        "s => { const e = document.createElement('script'); e.textContent = s; document.body.append(e) }",
        "window.hit = 1",
    )
    assert page.evaluate("window.hit === undefined")
    assert any("CSP script-src" in text for text in watched.complaints)


def test_agents_sort_by_number_and_by_name_with_unknowns_last(watched: _Watched, folder: Path) -> None:
    page = watched.open(folder / "index.html")
    cells = "[...document.querySelectorAll('table.agents tbody tr')].map(r => r.cells[3].dataset.n)"
    button = page.get_by_role("button", name="平均分", exact=False)
    button.click()
    down = page.evaluate(cells)
    assert [float(n) for n in down[:-1]] == sorted((float(n) for n in down[:-1]), reverse=True)
    button.click()
    up = page.evaluate(cells)
    assert [float(n) for n in up[:-1]] == sorted(float(n) for n in up[:-1])
    assert down[-1] == up[-1] == ""
    head = page.locator("table.agents thead th").nth(3)
    assert head.get_attribute("aria-sort") == "ascending"
    page.get_by_role("button", name="客服", exact=False).first.click()
    names = page.evaluate("[...document.querySelectorAll('table.agents tbody th')].map(c => c.dataset.v)")
    assert names == page.evaluate("n => [...n].sort(new Intl.Collator('zh-CN', {numeric: true}).compare)", names)
    assert head.get_attribute("aria-sort") is None


def test_hostile_text_shows_as_text(watched: _Watched, folder: Path) -> None:
    page = watched.open(folder / "index.html")
    assert page.get_by_role("link", name="<script>alert(1)</script>").count() >= 1
    page.get_by_role("link", name="../../x").first.click()
    assert "/agents/" in page.url
    assert page.locator("h1 bdi").inner_text() == "../../x"


def test_printing_opens_every_transcript(watched: _Watched, folder: Path) -> None:
    page = watched.open(max((folder / "agents").iterdir(), key=lambda p: p.stat().st_size))
    closed = page.locator("article details:not([open]) .chat").first
    assert not closed.is_visible()
    page.emulate_media(media="print")
    assert closed.bounding_box()["height"] > 20
    page.emulate_media(media="screen")
