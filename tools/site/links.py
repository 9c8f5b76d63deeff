# SPDX-License-Identifier: MIT
"""Finds the links of a site that lead nowhere: to no file, or no anchor."""
import json
import os
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.anchors = set()
        self.twice = []
        self.links = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name == "id":
                if value in self.anchors:
                    self.twice.append(value)
                self.anchors.add(value)
            if name in ("href", "src", "action"):
                self.links.append((value or "", self.getpos()[0]))


def search_links(folder):
    """The addresses of the search, which no page has."""
    text = (folder / "search_index.js").read_text(encoding="utf-8")
    rows = json.loads(text[text.index("["):text.rindex("]") + 1])
    return [(row[3], number) for number, row in enumerate(rows, 2)]


def check(folder):
    """A line for each fault of the site in the folder."""
    pages = {}
    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder).as_posix()
        pages[name] = Page(path.read_text(encoding="utf-8"))
    if not pages:
        return [f"{folder}: there are no pages"]
    links = {name: page.links for name, page in pages.items()}
    links["search_index.js"] = search_links(folder)
    faults = []
    for name, page in pages.items():
        faults += [f"{name}: two anchors #{a}" for a in page.twice]
    for name, found in links.items():
        for link, line in found:
            fault = fault_of(folder, pages, name, link)
            if fault:
                faults.append(f"{name}:{line}: {link}: {fault}")
    return faults


def fault_of(folder, pages, name, link):
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return ""  # another host's
    target = name
    if parts.path:
        target = os.path.normpath(
            os.path.join(os.path.dirname(name), unquote(parts.path)))
    if target.startswith("..") or not (folder / target).is_file():
        return "there is no such file"
    anchor = unquote(parts.fragment)
    if anchor and target in pages and anchor not in pages[target].anchors:
        return "there is no such anchor"
    return ""
