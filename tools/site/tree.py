# SPDX-License-Identifier: MIT
"""The project's files, and their places in the site."""
import functools
import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PICTURES = {".png", ".svg", ".jpg"}


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def normal(path):
    return os.path.normpath(path).replace(os.sep, "/")


@functools.cache
def documents():
    """All Markdown pages, the front page first."""
    found = ["README.md"]
    for pages in ["*.md", "docs/**/*.md", "packaging/**/*.md", "tests/*.md"]:
        for path in sorted(ROOT.glob(pages)):
            name = normal(path.relative_to(ROOT))
            if name not in found:
                found.append(name)
    return found


@functools.cache
def headers():
    """The public headers, as docs/reference.md names them."""
    listed = re.findall(r"\]\(\.\./(green/[^)]+)\)", read("docs/reference.md"))
    return list(dict.fromkeys(listed))


@functools.cache
def title_of(document):
    heading = re.search(r"^# (.+)$", read(document), re.M)
    return re.sub(r"[`*]", "", heading[1]) if heading else document


@functools.cache
def guide():
    """The guide's pages in the order of its README, and any others behind."""
    first = "docs/guide/README.md"
    links = re.findall(r"\]\(([^)#]+\.md)[^)]*\)", read(first))
    order = [normal(os.path.join("docs/guide", link)) for link in links]
    rest = [d for d in documents() if d.startswith("docs/guide/")]
    return [
        d for d in dict.fromkeys([first] + order + rest) if (ROOT / d).exists()
    ]


def place_of(path):
    """Where the page of a file lies in the site; a file may be a folder."""
    path = normal(path)
    if (ROOT / path).is_dir():
        if (ROOT / path / "README.md").exists():
            return place_of(path + "/README.md")
        return source_place_of(path)
    if path.endswith(".md") and path not in documents():
        return source_place_of(path)
    if path.endswith("README.md"):
        return path[: -len("README.md")] + "index.html"
    if path.endswith(".md"):
        return path[: -len(".md")] + ".html"
    if path in headers():
        return "reference/" + path + ".html"
    if Path(path).suffix in PICTURES:
        return path
    return source_place_of(path)


def source_place_of(path):
    if (ROOT / path).is_dir():
        return "source/" + path + "/index.html"
    return "source/" + path + ".html"


def relative(place, page):
    """The address of a place, seen from another page."""
    return os.path.relpath(place, os.path.dirname(page) or ".")
