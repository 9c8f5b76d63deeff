# SPDX-License-Identifier: MIT
"""Finds the links of a site that lead nowhere: to no file, or no anchor."""
import functools
import html
import json
import os
import re
from urllib.parse import unquote, urlsplit

TAG = re.compile(r"<[a-z][^>]*>")
ATTRIBUTE = re.compile(r'\s(id|href|src|action)="([^"]*)"')


class Page:
    def __init__(self, text):
        self.anchors = set()
        self.twice = []
        self.links = []
        for number, line in enumerate(text.split("\n"), 1):
            for tag in TAG.findall(line) if "<" in line else ():
                for name, value in ATTRIBUTE.findall(tag):
                    self.add(name, html.unescape(value), number)

    def add(self, name, value, line):
        if name != "id":
            self.links.append((value, line))
            return
        if value in self.anchors:
            self.twice.append(value)
        self.anchors.add(value)


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
    if not pages or not (folder / "search_index.js").exists():
        return [f"{folder}: there is no site"]
    links = {name: page.links for name, page in pages.items()}
    links["search_index.js"] = search_links(folder)
    faults = []

    @functools.cache
    def fault_from(place, link):
        return fault_of(folder, pages, place, link)

    for name, page in pages.items():
        faults += [f"{name}: two anchors #{a}" for a in page.twice]
    for name, found in links.items():
        for link, line in found:
            here = link.startswith("#") or not link
            place = name if here else os.path.join(
                os.path.dirname(name), "a page")
            fault = fault_from(place, link)
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
