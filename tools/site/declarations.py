# SPDX-License-Identifier: MIT
"""The declarations that doxygen found, as they are written in the headers."""
import functools
import re
import subprocess
import textwrap
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

import tree

CLASSES = ("class", "struct", "union")


@dataclass
class Declaration:
    kind: str  # "function", "class", "typedef", ...
    name: str  # without its namespace: "event::wait"
    file: str  # "green/event.h"
    line: int
    about: list  # the paragraphs of its comment, as XML
    text: str  # as it is written
    members: list = field(default_factory=list)
    bases: list = field(default_factory=list)
    more: list = field(default_factory=list)  # texts of its other overloads

    @property
    def short(self):
        return self.name.rpartition("::")[2]


@functools.cache
def lines_of(file):
    return tree.read(file).split("\n")


def text_at(file, line, kind):
    """The declaration that has this line, up to its body or its end."""
    lines = lines_of(file)
    first = line - 1
    while first > 0 and re.match(r"\s*[^\s/].*[^;{}:\s]\s*$|\s+\S.*[^;{}:\s]$",
                                 lines[first - 1]):
        if lines[first - 1].strip().startswith(("//", "#")):
            break
        first -= 1
    text = "\n".join(lines[first:first + 60])
    depth = 0
    quoted = False
    for i, c in enumerate(text):
        if c == '"':
            quoted = not quoted
        if quoted:
            continue
        depth += (c in "([") - (c in ")]")
        if depth > 0:
            continue
        if kind == "enum":
            if c == "}":
                text = text[:i + 1]
                break
            continue
        if c not in " \n;{":
            continue
        function = kind == "function"
        begins = function and re.match(r" : |\n +: ", text[i:])
        value = re.match(r" = (default|0)" if function else " = ", text[i:])
        ends = value and (function or kind == "variable")
        in_template = text[:i].rpartition("\n")[2].startswith("template <")
        if c in ";{" or begins or ends and not in_template:
            text = text[:i]
            break
    text = re.sub(r" GREEN_KEPT\b", "", text).rstrip()
    text = re.sub(r"^(\s*)(inline|friend) ", r"\1", text, flags=re.M)
    return textwrap.dedent(text)


def is_deleted(file, line):
    text = "\n".join(lines_of(file)[line - 1:line + 8])
    return re.match(r"[^;{]*= delete", text) is not None


def paragraphs(element):
    found = []
    for part in ("briefdescription", "detaileddescription"):
        found += list(element.find(part))
    return found


def in_green(name):
    """The name without green::, and without arguments of a specialisation."""
    return re.sub(r"<.*>(?=::|$)", "", re.sub(r"^green::", "", name)).strip()


def location(element):
    place = element.find("location")
    if place is None:
        return None, 0
    return place.get("file"), int(place.get("line"))


def base_of(name):
    """The class of a member, without its template's arguments."""
    return re.sub(r"<.*>", "", name.rpartition("::")[0]).strip()


def with_overloads(found):
    """Those with a comment, each with the overloads that share it."""
    kept = []
    for each in sorted(found, key=lambda d: (d.file, d.line)):
        if each.about:
            kept.append(each)
        elif kept and kept[-1].name == each.name and kept[-1].file == each.file:
            kept[-1].more.append(each.text)
    return kept


def member_of(element):
    file, line = location(element)
    name = in_green(element.findtext("qualifiedname") or "")
    kind = element.get("kind")
    made_up = not name or "@" in name or name.startswith("__")
    if not file or made_up or is_deleted(file, line):
        return None
    if kind == "friend":
        kind = "function"
    if kind not in ("function", "typedef", "variable", "enum"):
        return None
    return Declaration(kind, name, file, line, paragraphs(element),
                       text_at(file, line, kind))


def members(compound):
    found = []
    for section in compound.iter("sectiondef"):
        for element in section.iter("memberdef"):
            if element.get("prot") != "public":
                continue
            member = member_of(element)
            if member:
                found.append(member)
    return found


def class_of(compound):
    file, line = location(compound)
    name = in_green(compound.findtext("compoundname"))
    if not file or compound.get("prot") == "private":
        return None
    found = Declaration(compound.get("kind"), name, file, line,
                        paragraphs(compound), text_at(file, line, "class"))
    own = [m for m in members(compound) if m.name.startswith(name + "::")]
    inherited = [m for m in members(compound) if m not in own]
    found.members = with_overloads(own)
    found.bases = [
        m for m in with_overloads(inherited)
        if not m.short.startswith(("~", "await_", "operator"))
        and m.short != base_of(m.name)
        and m.short not in {o.short for o in own}
    ]
    return found


@functools.cache
def all_headers():
    """Those of all layers, once: green/core and green/hub are links."""
    found = [
        path.relative_to(tree.ROOT).as_posix()
        for layer in ("core", "hub", "green")
        for path in sorted((tree.ROOT / layer).rglob("*"))
        if path.is_file() and path.suffix in (".h", "") and path.name != "BUILD"
    ]
    other = ("green/core/", "green/hub/", "green/lint.h", "green/lints/")
    return [path for path in found if not path.startswith(other)]


def run_doxygen(folder):
    """Doxygen's XML, and the warnings that it had."""
    settings = Path(__file__).with_name("Doxyfile").read_text()
    settings += f"OUTPUT_DIRECTORY = {folder}\n"
    settings += "INPUT = " + " ".join(all_headers()) + "\n"
    done = subprocess.run(["doxygen", "-"], input=settings, text=True,
                          cwd=tree.ROOT, capture_output=True, check=True)
    noise = re.compile(r"member with no name found|scope for class std::")
    return [l for l in done.stderr.split("\n") if l and not noise.search(l)]


def all_of(folder):
    """All declarations that have comments."""
    free, classes = [], []
    for path in sorted((folder / "xml").glob("*.xml")):
        if path.name in ("index.xml", "Doxyfile.xml"):
            continue
        for compound in ElementTree.parse(path).getroot():
            kind = compound.get("kind")
            if kind == "namespace":
                free += members(compound)
            elif kind in CLASSES:
                found = class_of(compound)
                if found:
                    classes.append(found)
    by_name = {}  # of a template and its specialisations the first
    for c in sorted(classes, key=lambda c: (c.file, c.line)):
        if c.about:
            by_name.setdefault(c.name, c)
    return with_overloads(free) + list(by_name.values())


@functools.cache
def awaitables():
    """The names of the types that are awaited."""
    marked = re.compile(
        r'(?:class|struct) \[\[nodiscard\("co_await it"\)\]\]\s+(\w+)')
    alias = re.compile(r"using (\w+) =\s*([^;]+);")
    texts = [tree.read(path) for path in all_headers()]
    found = {"task", "operation"}
    for text in texts:
        found.update(marked.findall(text))
    aliases = [pair for text in texts for pair in alias.findall(text)]
    for _ in range(3):
        found.update(name for name, meaning in aliases
                     if re.match(r"(?:\w+::)*(\w*)", meaning)[1] in found)
    return found


def is_awaited(declaration):
    """Does it return one of them, or a plain `auto` that ends so?"""
    if declaration.kind != "function":
        return False
    text = re.sub(r"\[\[.*?\]\]", "", declaration.text, flags=re.S)
    head = re.split(rf"\b{re.escape(declaration.short)}\s*\(", text)[0]
    returned = re.search(
        r"^(?:(?:static|constexpr|virtual|const) )*(?:\w+::)*(\w+)[^\n]*\s*\Z",
        head.strip(), re.M)
    behind = re.search(r"\) *(?:const)?\s*-> (?:\w+::)*(\w+)", text)
    found = {m[1] for m in (returned, behind) if m}
    return bool(awaitables() & found)
