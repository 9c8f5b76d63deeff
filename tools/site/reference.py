# SPDX-License-Identifier: MIT
"""One page for each public header: its opening, and its declarations."""
import functools
import html
import re
from dataclasses import replace

import declarations
import tree
from pages import Headings, block, colored

LISTS = ("Awaited", "Own", "Same", "Differs", "Missing")
ABOUT = {
    "kill": r"(?i:\b(kill|killed|kills|timeouts?|interrupts?)\b)",
    "threads": r"(?i:\b(any|OS|calling|other|same|which) threads?\b|\bhubs?\b"
               r"|thread-safe)",
    "errors": r"(?i:\b(throws?|thrown|timed_out|exceptions?|errno|errors?"
              r"|fails?|aborts?)\b)|\bE[A-Z]{3,}\b|returns -1",
}
STANDARD = "https://eel.is/c++draft/"
MANUAL = "https://man7.org/linux/man-pages/man{1}/{0}.{1}.html"


# ---- Words ----


def linked(text):
    """Escaped words, in which sources as recv(2) are links."""
    text = html.escape(text, quote=False)
    text = re.sub(r"\[([a-z][a-z.]+\.[a-z.]+)\]",
                  rf'<a href="{STANDARD}\1">[\1]</a>', text)
    manual = r'<a href="' + MANUAL.format(r"\1", r"\2") + r'">\1(\2)</a>'
    text = re.sub(r"\b([a-z_][a-z_0-9]+)\(([23578])\)", manual, text)
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", text)


def sentences(text):
    return re.split(r"(?<=[.!?])\s+|(?<=[.!?][\")`])\s+", text.strip())


def subjects(sentence):
    """Those of kill, threads and errors that a sentence is about."""
    words = re.sub(r"<[^>]+>", "", sentence)
    found = []
    for about, pattern in ABOUT.items():
        if about == "errors" and "kill" in found:
            words = re.sub(r"\bthrow(s|n)?\b", "", words)
        if re.search(pattern, words):
            found.append(about)
    return found


def marked(text):
    """Words with a mark before each sentence on kill, threads or errors."""
    return " ".join(
        "".join(f'<span class="about">{a}</span>' for a in subjects(s)) + s
        for s in sentences(text))


def inner(element):
    """The words of doxygen's XML as HTML."""
    text = linked(element.text or "")
    for child in element:
        if child.tag == "computeroutput":
            text += f"<code>{html.escape(''.join(child.itertext()))}</code>"
        elif child.tag in ("itemizedlist", "orderedlist"):
            tag = "ul" if child.tag == "itemizedlist" else "ol"
            items = "".join(
                "<li>" + " ".join(inner(p) for p in item) + "</li>"
                for item in child)
            text += f"<{tag}>{items}</{tag}>"
        elif child.tag in ("programlisting", "verbatim"):
            text += block(code_of(child), "cpp")
        else:
            text += inner(child)
        text += linked(child.tail or "")
    return text


def code_of(element):
    if element.tag == "verbatim":
        return element.text or ""
    for space in element.iter("sp"):
        space.text = " "
    return "".join(
        "".join(line.itertext()) + "\n" for line in element.iter("codeline"))


def described(declaration):
    return "".join(
        f"<p>{marked(inner(p).strip())}</p>\n" for p in declaration.about)


# ---- The opening of a header ----


class Opening:
    """The comment that opens a header: words, programs and lists."""

    def __init__(self, path):
        lines = []
        for line in tree.read(path).split("\n"):
            if not line.startswith("//"):
                break
            if "SPDX" not in line and "-*- C++ -*-" not in line:
                lines.append(line[3:])
        self.text = "\n".join(lines)
        self.lists = {}
        self.parts = []  # ("words" or "code", text)
        self.read(lines)

    def read(self, lines):
        label = None
        gap = True
        for line in lines:
            begins = re.match(rf"({'|'.join(LISTS)}):(.*)", line)
            if begins:
                label = begins[1]
                self.lists[label] = begins[2].strip()
            elif label and line.startswith("  "):
                self.lists[label] += " " + line.strip()
            else:
                label = None
                self.add(line, gap)
            gap = not line.strip()

    def add(self, line, gap):
        last = self.parts[-1] if self.parts else ("", "")
        indented = line.startswith("  ")
        if not line.strip():
            if last[0] == "code":
                self.parts[-1] = ("code", last[1] + "\n")
        elif indented and (gap or last[0] == "code"):
            if last[0] == "code":
                self.parts[-1] = ("code", last[1] + line[2:] + "\n")
            else:
                self.parts.append(("code", line[2:] + "\n"))
        elif gap or last[0] != "words":
            self.parts.append(("words", line))
        else:
            self.parts[-1] = ("words", last[1] + " " + line.strip())

    @property
    def is_plain(self):
        return "Made by tests/plain_mirrors_test.cc" in self.text

    def body(self, page):
        contract = tree.relative("docs/contract.html", page)
        out = ""
        for kind, text in self.parts:
            if kind == "code" and text.startswith("|"):
                out += f"<pre>{html.escape(text)}</pre>\n"
            elif kind == "code":
                out += block(text.rstrip() + "\n", "cpp")
            else:
                text = text.replace(
                    " Made by tests/plain_mirrors_test.cc.", "")
                words = linked(text).replace(
                    "(docs/contract.md)",
                    f'(<a href="{contract}">the contract</a>)')
                out += f"<p>{words}</p>\n"
        return out

    def said_of(self, about):
        words = [t for kind, t in self.parts if kind == "words"]
        if words and not words[0].startswith("Mirrors"):
            words[0] = " ".join(sentences(words[0])[1:])  # but the subject
        words.append(re.sub(r"^(an?|the|all|each) ",
                            lambda m: m[0].capitalize(),
                            self.lists.get("Differs", "")))
        return [
            s.replace(" (docs/contract.md)", "")
            for text in words for s in sentences(text) if about in subjects(s)
        ]


def names_in(text):
    return re.findall(
        r'(?<![\w"(])[A-Za-z_]\w*(?:::[\w()]+)*(?=[ ,.;:]|$)', text)


@functools.cache
def corpus():
    """The words that users read: documents, examples, and openings."""
    text = "".join(tree.read(d) for d in tree.documents())
    for path in (tree.ROOT / "examples").glob("*.cc"):
        text += path.read_text(encoding="utf-8")
    text += "".join(Opening(h).text for h in tree.headers())
    return set(re.findall(r"\w+", text))


# ---- Pages ----


class Reference:
    def __init__(self, site, found):
        self.site = site
        self.by_file = {}
        for d in found:
            self.by_file.setdefault(d.file, []).append(d)
        self.types = {}  # the page and anchor of each type
        self.placed = {h: self.placed_on(h) for h in tree.headers()}
        for header, (main, parts) in self.placed.items():
            for d in main + parts:
                if d.kind in declarations.CLASSES + ("typedef", "enum"):
                    self.types.setdefault(
                        d.short, (tree.place_of(header), "#" + anchor(d.name)))
        self.add_lower_types(found)

    def add_lower_types(self, found):
        """Types of the lower layers have no page, but a source."""
        lower = [d for d in found if d.file.startswith(("core/", "hub/"))
                 and d.kind in declarations.CLASSES and "::" in d.name]
        for d in lower:
            if [o.short for o in lower].count(d.short) == 1:
                self.types.setdefault(d.short, (d.file, ""))

    def placed_on(self, header):
        """What stands on a header's page: for all, and the parts behind."""
        main, parts = [], []
        for d in self.by_file.get(header, []):
            known = d.name.split("::")[0 if d.kind == "function" else -1]
            told = {d.short, known} & corpus()
            nested = any(d.name.startswith(c.name + "::") and c is not d
                         for c in self.by_file[header]
                         if c.kind in declarations.CLASSES)
            (main if told and not nested else parts).append(d)
        for room in rooms_of(header):
            found = self.by_file.get(room, [])
            classes = [c.name + "::" for c in found
                       if c.kind in declarations.CLASSES]
            main += [d for d in found if d.short in corpus()
                     and not d.name.startswith(tuple(classes))
                     and d.kind in declarations.CLASSES + ("function",)]
        main += self.taken_over(header)
        main.sort(key=lambda d: (d.file != header, d.file, d.line))
        return main, sorted(parts, key=lambda d: d.line)

    def taken_over(self, header):
        """What a header brings from a lower layer by `using`."""
        found = []
        text = tree.read(header)
        for name in re.findall(r"^using ((?:core|hub)::\w+);", text, re.M):
            for many in self.by_file.values():
                found += [without_layer(d) for d in many if d.name == name]
        return found

    def page(self, header):
        page = tree.place_of(header)
        opening = Opening(header)
        headings = Headings()
        main, parts = self.placed[header]
        self.inherited = inherited_by(main)
        body = f'<h1><code>"{html.escape(header)}"</code></h1>\n'
        body += opening.body(page)
        if not opening.is_plain:
            body += self.rules(opening, page, headings)
        body += self.entries(main, "Declarations", headings, header)
        if parts:
            body += '<details class="parts"><summary>Parts that stand behind '
            body += "these</summary>\n"
            body += self.entries(parts, "", None, header) + "</details>\n"
        body += self.lists(opening, main, headings)
        self.site.asked.setdefault(header)
        source = tree.relative(tree.source_place_of(header), page)
        body += f'<p>Source: <a href="{source}">{html.escape(header)}</a></p>\n'
        self.site.write(page, header, body, headings)
        self.index(header, opening, main, parts)

    # ---- Kill, threads, errors ----

    def rules(self, opening, page, headings):
        contract = tree.relative("docs/contract.html", page)
        mirror = "Mirrors <" in opening.text
        posix = re.search(r"Mirrors <[\w/]+\.h>", opening.text)
        rule = lambda anchor, words: (
            f'<a href="{contract}#{anchor}">contract</a>: {words}')
        errors = "an entry names the exceptions that it throws."
        if mirror:
            errors = "the exceptions of the original."
        if posix:
            errors = "the original's results and errno."
        rows = {
            "kill": rule("interrupts", "each await may throw a kill or a "
                         "timeout, and then nothing is lost."),
            "threads": rule("threads", "green threads of any hub may wait. "
                            "The rest is for the thread of its hub, unless "
                            "an entry says more."),
            "errors": rule("calls", errors),
        }
        text = f'<h2 id="{headings.add(2, "Kill, threads and errors")}">'
        text += "Kill, threads and errors</h2>\n<table>\n"
        for about, words in rows.items():
            said = " ".join(linked(s) for s in opening.said_of(about))
            text += (f"<tr><th>{about}</th><td>{said} By the {words}</td>"
                     "</tr>\n")
        return text + "</table>\n"

    # ---- Declarations ----

    def entries(self, found, title, headings, header):
        if not found:
            return ""
        text = ""
        if title:
            text = f'<h2 id="{headings.add(2, title)}">{title}</h2>\n'
        done = set()
        for d in found:
            if anchor(d.name) in done:
                continue
            same = [o for o in found if o.name == d.name]
            done.add(anchor(d.name))
            text += self.entry(d, same, headings, header)
        return text

    def entry(self, d, same, headings, header):
        place = anchor(d.name)
        if headings:
            headings.found.append((3, place, d.name))
        chip = ""
        if any(declarations.is_awaited(o) for o in same):
            chip = '<span class="chip">awaited</span>'
        text = f'<div class="entry"><h3 id="{place}"><code>'
        text += f"{html.escape(d.name)}</code>{chip}</h3>\n"
        for o in same:
            text += self.written(o, header) + described(o)
        if d.members or d.bases:
            text += '<div class="members">\n'
            text += self.entries(d.members, "", None, header)
            for base, (owner, found) in self.inherited.get(d.name, {}).items():
                text += f"<p>From its base <code>{html.escape(base)}</code>"
                if owner == d.name:
                    text += ":</p>\n" + self.entries(found, "", None, header)
                else:
                    text += ", as there: " + ", ".join(
                        f'<a href="#{anchor(m.name)}">{html.escape(m.short)}'
                        "</a>" for m in found) + "</p>\n"
            text += "</div>\n"
        return text + "</div>\n"

    def written(self, d, header):
        text = "\n".join([d.text] + d.more)
        page = tree.place_of(header)

        def link(match):
            target = self.types.get(match[2])
            if not target or match[2] == d.short:
                return match[0]
            place, to = target
            if not to:
                self.site.asked.setdefault(place)
                place = tree.source_place_of(place)
            address = "" if place == page else tree.relative(place, page)
            return f'{match[1]}<a href="{address}{to}">{match[2]}</a></span>'

        code = colored(text, "cpp")
        # What stands before a comma or the end of a list is a parameter's name.
        code = re.sub(r'(<span class="n[a-z]?">)(\w+)</span>'
                      r'(?!<span class="p">[,)])', link, code)
        return f"<pre><code>{code.rstrip()}</code></pre>\n"

    # ---- Lists of names ----

    def lists(self, opening, main, headings):
        if not opening.lists:
            return ""
        anchors = {}
        for d in main:
            for each in [d] + d.members:
                anchors[each.name] = anchor(each.name)
                # The lists of <filesystem> leave its namespace out.
                inner_name = each.name.partition("::")[2]
                anchors.setdefault(inner_name, anchor(each.name))
        text = f'<h2 id="{headings.add(2, "Lists")}">Lists</h2>\n'
        text += '<dl class="lists">\n'
        for label, words in opening.lists.items():
            text += f"<dt>{label}</dt>\n<dd>"
            if label in ("Differs", "Missing"):
                text += marked(linked(words))
            else:
                text += re.sub(
                    r"(?<![\w:])[A-Za-z_][\w:]*",
                    lambda m: f'<a href="#{anchors[m[0]]}">{m[0]}</a>'
                    if m[0] in anchors else m[0], html.escape(words))
            text += "</dd>\n"
        return text + "</dl>\n"

    def index(self, header, opening, main, parts):
        """The names of the page, for the search."""
        page = tree.place_of(header)
        add = lambda name, kind, to: self.site.names.append(
            [name, kind, header[len("green/"):], page + to])
        add(header[len("green/"):], "header", "")
        told = set()
        for d in main + parts:
            each = [(d.name, d)]
            if d in main:
                each += [(m.name, m) for m in d.members]
                for _, found in self.inherited.get(d.name, {}).values():
                    each += [(f"{d.name}::{m.short}", m) for m in found]
            for name, m in each:
                if name in told:
                    continue
                told.add(name)
                kind = "member" if m is not d else "green's own"
                if d in parts:
                    kind = "part"
                if declarations.is_awaited(m):
                    kind = "awaited"
                add(name, kind, "#" + anchor(m.name))
        kinds = {"Awaited": "awaited", "Own": "green's own"}
        for label, kind in kinds.items():
            for name in names_in(opening.lists.get(label, "")):
                if name not in told and name not in ("none", "nothing"):
                    told.add(name)
                    add(name, kind, "#lists")
        text = tree.read(header)
        for name in re.findall(r"^using (?:std)?::([\w:]+);", text, re.M):
            if name not in told:
                told.add(name)
                add(name, "the original", "#lists")
        for name in names_in(opening.lists.get("Missing", "")):
            if name not in told and name in blocking_names_of(header):
                add(name, "missing", "#lists")


def without_layer(declaration):
    """One of a lower layer, as green has it."""
    short = lambda name: re.sub(r"^(core|hub)::", "", name)
    return replace(
        declaration, name=short(declaration.name),
        members=[replace(m, name=short(m.name)) for m in declaration.members])


def inherited_by(found):
    """For each class, by its base, what it inherits: with the class that shows
    these members, which is the base itself or the first that has them."""
    classes = [d for d in found if d.kind in declarations.CLASSES]
    owners = {d.name: d.name for d in classes}
    inherited = {}
    for d in classes:
        for member in d.bases:
            base = declarations.base_of(member.name)
            if base.startswith("core::"):
                continue
            owner = owners.setdefault(base, d.name)
            shown = replace(member, name=f"{owner}::{member.short}")
            by_base = inherited.setdefault(d.name, {})
            by_base.setdefault(base, (owner, []))[1].append(shown)
    return inherited


def blocking_names_of(header):
    """Those that may hold a thread. Other words of its list are prose."""
    row = re.search(rf"^{re.escape(header[len('green/'):])}: (.+)",
                    tree.read("tests/docs/blocking_names.txt"), re.M)
    return {n.rstrip("?") for n in row[1].split()} if row else set()


def anchor(name):
    return re.sub(r"[^\w.~]+", "-", name.replace("::", "."))


def rooms_of(header):
    """The headers of rooms that a header brings: of its own room, or of one
    that is no other header's."""
    text = tree.read(header)
    found = re.findall(r'#include "(green/(?!core/|hub/)\w+/[\w.]+)"', text)
    stem = lambda name: re.sub(r"\.h$", "", name).rstrip("s")
    room = lambda path: stem(path.split("/")[1])
    flat = {stem(h.split("/")[1]) for h in tree.headers() if h.count("/") == 1}
    mine = stem(header.rsplit("/", 1)[-1])
    return [f for f in found if f not in tree.headers()
            and (room(f) == mine or room(f) not in flat)]
