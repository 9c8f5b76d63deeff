# SPDX-License-Identifier: MIT
"""Makes HTML of Markdown and of sources, in the site's frame."""
import functools
import html
import os
import re
import shutil
from pathlib import Path
from string import Template

from markdown_it import MarkdownIt
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import ClassNotFound, get_lexer_by_name

import tree

TEMPLATE = Template(Path(__file__).with_name("page.html").read_text())
PLAIN = HtmlFormatter(nowrap=True)
LANGUAGES = {".h": "cpp", ".cc": "cpp", ".c": "c", ".py": "python"}


def colored(text, language):
    """Code as HTML, with a class for each kind of word."""
    try:
        lexer = get_lexer_by_name(language or "text", stripnl=False)
    except ClassNotFound:
        return html.escape(text)
    return highlight(text, lexer, PLAIN)


def block(text, language):
    return f"<pre><code>{colored(text, language)}</code></pre>\n"


class Headings:
    """The headings of a page, each with the anchor that GitHub gives it."""

    def __init__(self):
        self.found = []  # (level, anchor, text)
        self.seen = {}

    def add(self, level, text):
        kept = re.sub(r"[^\w\- ]", "", text.lower())
        anchor = kept.replace(" ", "-")
        before = self.seen.get(anchor, 0)
        self.seen[anchor] = before + 1
        if before:
            anchor += f"-{before}"
        self.found.append((level, anchor, text))
        return anchor


class Site:
    """The pages, written into a folder; links ask for more of them."""

    def __init__(self, folder):
        self.folder = folder
        self.asked = {}  # sources that a link leads to, in their order
        self.menus = {}
        self.names = []  # [name, kind, where, address], for the search

    # ---- Addresses ----

    def link(self, path, page):
        """The address of a file of the project, seen from a page."""
        place = tree.place_of(path)
        if place.startswith("source/"):
            self.asked.setdefault(path)
        if Path(path).suffix in tree.PICTURES:
            target = self.folder / place
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(tree.ROOT / path, target)
        return tree.relative(place, page)

    def address(self, target, document, page):
        """A link of a document, as it is in the site."""
        if re.match(r"[a-z]+:", target) or target.startswith("#"):
            return target
        path, mark, anchor = target.partition("#")
        file = tree.normal(os.path.join(os.path.dirname(document), path))
        if not (tree.ROOT / file).exists():
            return target  # dead: the check tells
        return self.link(file, page) + mark + anchor

    # ---- Pages ----

    def write(self, page, title, body, headings, around=""):
        root = tree.relative(".", page)
        text = TEMPLATE.substitute(
            root="" if root == "." else root + "/",
            title=html.escape(title),
            menu=self.menu(page),
            body=body,
            around=around,
            toc=contents(headings),
        )
        target = self.folder / page
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def menu(self, page):
        """The contents; those of a folder's pages differ by the mark alone."""
        folder = os.path.dirname(page)
        if folder not in self.menus:
            self.menus[folder] = self.menu_in(page)
        here = f'<a href="{tree.relative(page, page)}"'
        return self.menus[folder].replace(here, here + ' aria-current="page"')

    def menu_in(self, page):
        own = [h for h in tree.headers() if h.startswith("green/")]
        guide = tree.guide()
        first = ["README.md"]
        reference = ["docs/reference.md", "docs/mirrors.md", "docs/contract.md"]
        told = set(first + guide + reference)
        more = [d for d in tree.documents() if d not in told]
        own = [h for h in own if h.count("/") == 1 and h in own_headers()]
        entry = lambda path, text: self.entry(path, text, page)
        named = lambda path: entry(path, tree.title_of(path))
        parts = [
            ("", [named(d) for d in first]),
            ("Guide", [named(d) for d in guide]),
            (
                "Reference",
                [named(d) for d in reference]
                + [f'<li><a href="{tree.relative("names.html", page)}">'
                   "All names</a></li>"],
            ),
            ("Headers", [entry(h, h[len("green/"):]) for h in own]),
            ("More", [named(d) for d in more]),
        ]
        return "\n".join(
            (f"<h2>{title}</h2>\n" if title else "")
            + "<ul>\n" + "\n".join(entries) + "\n</ul>"
            for title, entries in parts
        )

    def entry(self, path, text, page):
        address = tree.relative(tree.place_of(path), page)
        return f'<li><a href="{address}">{html.escape(text)}</a></li>'

    # ---- Markdown ----

    def document(self, path):
        page = tree.place_of(path)
        body, headings = self.markdown(tree.read(path), path, page)
        self.write(page, tree.title_of(path), body, headings,
                   self.neighbours(path, page))
        kind = "guide" if path in tree.guide() else "document"
        for level, anchor, text in headings.found:
            if level > 3 or len(text) < 2:
                continue
            self.names.append(
                [text, kind, tree.title_of(path), f"{page}#{anchor}"])

    def markdown(self, text, document, page):
        headings = Headings()
        parser = MarkdownIt("commonmark", {"html": True}).enable("table")
        parser.add_render_rule("fence", lambda self, tokens, i, *_: block(
            tokens[i].content, tokens[i].info.split(" ")[0]))
        tokens = parser.parse(text)
        for i, token in enumerate(tokens):
            if token.type == "heading_open":
                words = "".join(c.content for c in tokens[i + 1].children)
                token.attrSet("id", headings.add(int(token.tag[1]), words))
            self.repair(token, document, page)
            for child in token.children or []:
                self.repair(child, document, page)
            if token.children and token.type == "inline":
                self.name_headers(token, page)
        label_cells(tokens)
        body = parser.renderer.render(tokens, parser.options, {})
        return body, headings

    def repair(self, token, document, page):
        """Sets the addresses of a link, a picture, or HTML."""
        for name in ("href", "src"):
            if name in token.attrs:
                token.attrSet(
                    name, self.address(token.attrs[name], document, page))
        if token.type in ("html_block", "html_inline"):
            token.content = re.sub(
                r'(href|src)="([^"]+)"',
                lambda m: '%s="%s"' % (
                    m[1], self.address(m[2], document, page)),
                token.content)

    def name_headers(self, token, page):
        """A header's name in code is a link to its page."""
        within = False
        for child in token.children:
            within = within or child.type == "link_open"
            if child.type == "link_close":
                within = False
            path = child.content.strip('"')
            if (within or child.type != "code_inline"
                    or path not in tree.headers()):
                continue
            place = tree.place_of(path)
            if place == page:
                continue
            child.type = "html_inline"
            child.content = (
                f'<a href="{tree.relative(place, page)}"><code>'
                f"{html.escape(child.content)}</code></a>")

    def neighbours(self, path, page):
        order = tree.guide()
        if path not in order:
            return ""
        at = order.index(path)
        text = ""
        for step, rel, arrow in ((-1, "prev", "← {}"), (1, "next", "{} →")):
            if not 0 <= at + step < len(order):
                continue
            other = order[at + step]
            words = arrow.format(html.escape(tree.title_of(other)))
            text += (
                f'<a rel="{rel}" href="{self.link(other, page)}">{words}</a>\n')
        return f'<nav class="around" aria-label="Neighbours">\n{text}</nav>'

    # ---- Sources ----

    def sources(self):
        """The files that links lead to. A folder asks for its files."""
        done = 0
        while done < len(self.asked):
            path = list(self.asked)[done]
            done += 1
            page = tree.source_place_of(path)
            if (tree.ROOT / path).is_dir():
                body = self.folder_list(path, page)
            else:
                body = self.source(path)
            title = f"<h1><code>{html.escape(path)}</code></h1>\n"
            self.write(page, path, title + body, Headings())

    def source(self, path):
        suffix = Path(path).suffix or (
            ".h" if path.startswith("green/") else "")
        return block(tree.read(path), LANGUAGES.get(suffix, "text"))

    def folder_list(self, path, page):
        rows = ""
        for file in sorted((tree.ROOT / path).iterdir()):
            if not file.is_file() or file.name == "BUILD":
                continue
            name = f"{path}/{file.name}"
            about = re.search(
                rf"^// {re.escape(file.stem)}: *(.*)", tree.read(name), re.M)
            rows += (
                f'<tr><td><a href="{self.link(name, page)}"><code>{file.name}'
                f"</code></a></td><td>{html.escape(about[1]) if about else ''}"
                "</td></tr>\n")
        return f'<table class="words">\n{rows}</table>\n'


def label_cells(tokens):
    """A narrow window shows a row of a table of words as a block of its own,
    in which each cell has its column's title."""
    longest = 40
    table, titles, cell = None, [], 0
    for token, inside in zip(tokens, tokens[1:]):
        if token.type == "table_open":
            table, titles = token, []
        elif token.type == "tr_open":
            cell = 0
        elif token.type == "th_open":
            titles.append(inside.content.replace("`", ""))
        elif token.type == "td_open":
            if len(inside.content) > longest:
                table.attrSet("class", "words")
            if cell and len(titles) > 2:  # the first is the row's title
                token.attrSet("data-title", titles[cell])
            cell += 1


@functools.cache
def own_headers():
    """Those of green's own, which docs/reference.md tells of first."""
    text = tree.read("docs/reference.md")
    part = text.split("\n## ")[1]
    return set(re.findall(r"\]\(\.\./(green/[^)]+)\)", part))


def contents(headings):
    """What is on the page, if that is more than a screen."""
    entries = [h for h in headings.found if 2 <= h[0] <= 3]
    if len(entries) > 60:
        entries = [h for h in entries if h[0] == 2]
    if len(entries) < 3:
        return ""
    items = "\n".join(
        f'<li class="level{level}"><a href="#{html.escape(anchor)}">'
        f"{html.escape(text)}</a></li>" for level, anchor, text in entries)
    return (
        '<details class="toc"><summary>On this page</summary>\n'
        f'<nav aria-label="On this page"><ul>\n{items}\n</ul></nav></details>')
