# SPDX-License-Identifier: MIT
# site: a static site of all documents, with a page for each header
"""Builds the site of the documents and headers; --help says how."""
import html
import json
import shutil
import sys
import tempfile
from pathlib import Path

USAGE = """usage: ./run site [FOLDER]
       ./run site --check FOLDER    checks the links of a site that is there

Makes a static site of the guide, the documents and the public headers, with a
search by name, and checks its links. FOLDER is where it goes; without one that
is results/site of the project. A site that lies there is replaced.

The status is 1 if a link leads nowhere, and each such link is named.
"""


def fail(message, status=1):
    print(f"site: {message}", file=sys.stderr)
    sys.exit(status)


def tell(faults):
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        fail(f"{len(faults)} faults")


def names_page(site):
    """All names without a script; the search is quicker."""
    letters = {}
    names = [n for n in site.names if n[1] not in ("guide", "document")]
    for name, kind, where, address in names:
        key = name.lstrip("_~").lower()
        row = (key, name, kind, where, address)
        letters.setdefault(key[:1], []).append(row)
    jumps = " ".join(f'<a href="#{l}">{l}</a>' for l in sorted(letters))
    text = f"<h1>All names</h1>\n<p>{jumps}</p>\n"
    for letter, rows in sorted(letters.items()):
        text += f'<h2 id="{letter}">{letter}</h2>\n<ul class="names">\n'
        for _, name, kind, where, address in sorted(rows):
            text += (f'<li><a href="{address}"><code>{html.escape(name)}</code>'
                     f"</a> <span>{html.escape(where)}, {kind}</span></li>\n")
        text += "</ul>\n"
    return text


def build(folder):
    import declarations
    import pages
    import reference
    import tree

    site = pages.Site(folder)
    print("site: doxygen reads the headers ...", file=sys.stderr)
    with tempfile.TemporaryDirectory() as made:
        for warning in declarations.run_doxygen(made):
            print(warning, file=sys.stderr)
        found = declarations.all_of(Path(made))
    headers = tree.headers()
    print(f"site: {len(headers)} headers, {len(tree.documents())} documents "
          "...", file=sys.stderr)
    all_pages = reference.Reference(site, found)
    for header in headers:
        all_pages.page(header)
    for document in tree.documents():
        site.document(document)
    site.sources()
    site.write("names.html", "All names", names_page(site), pages.Headings())
    rows = ",\n".join(json.dumps(n, ensure_ascii=False) for n in site.names)
    (folder / "search_index.js").write_text(
        f"const searchIndex = [\n{rows}\n];\n", encoding="utf-8")
    for name in ("style.css", "search.js"):
        shutil.copyfile(Path(__file__).with_name(name), folder / name)


def refuse_others(folder):
    """What is no site stays."""
    if not folder.exists():
        return
    ours = (folder / "search_index.js").exists()
    if not folder.is_dir() or any(folder.iterdir()) and not ours:
        fail(f"{folder} is there, and is no site: name another folder")


def replace(made, folder):
    if folder.exists():
        shutil.rmtree(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(made, folder)


def main(arguments):
    if arguments in (["-h"], ["--help"]):
        print(USAGE, end="")
        return
    checks = arguments[:1] == ["--check"]
    if checks:
        arguments = arguments[1:]
    if len(arguments) > 1 or any(a.startswith("-") for a in arguments) or (
            checks and not arguments):
        print(USAGE, end="", file=sys.stderr)
        sys.exit(2)
    import links

    usual = Path(__file__).resolve().parents[2] / "results/site"
    folder = Path(arguments[0] if arguments else usual).resolve()
    if checks:
        tell(links.check(folder))
        return
    refuse_others(folder)
    with tempfile.TemporaryDirectory() as made:
        site = Path(made) / "site"
        site.mkdir()
        build(site)
        faults = links.check(site)
        pages = len(list(site.rglob("*.html")))
        replace(site, folder)
    print(f"{pages} pages lie in {folder}")
    print(f"file://{folder}/index.html")
    print(f"or: python3 -m http.server --directory {folder}")
    tell(faults)


if __name__ == "__main__":
    main(sys.argv[1:])
