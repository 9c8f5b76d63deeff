# Libraries whose files may be compiled together. A file's own text takes little
# of a compiler's time, and the headers take most of it. So the files of kindred
# folders become one source with --define=joined=1, which takes a sixth of the
# time. .bazelrc, .ci/run and .ci/portability make use of it. A user's own build
# compiles each file alone. A name of an anonymous namespace may be that of no
# other file.
load("@rules_cc//cc:defs.bzl", "cc_library")

# Mutants take their places (tests/mutants).
ALONE = [
    "core/choice.cc",
    "hub/loop.cc",
    "hub/operation.cc",
    "hub/way.cc",
    "testing/world.cc",
]

# Folders of system calls.
CALLS = [
    "directories",
    "fileobjects",
    "filesystems",
    "names",
    "net",
    "netinet",
    "posix",
    "servers",
    "streams",
    "subprocess",
    "sys",
]

JOINED = str(Label("//green:is_joined"))

def unit_of(source):
    """The name of the source that a file is joined to."""
    folder = source.split("/")[0]
    if "/" not in source:
        return "top"
    if folder in CALLS:
        return "calls"
    return folder if folder in ["core", "hub"] else "rooms"

def joined_library(name, srcs, **arguments):
    """A cc_library that is compiled in few pieces where joined is 1.

    Args:
      name: that of the library.
      srcs: its sources, as paths in this package.
      **arguments: the others of cc_library.
    """
    units = {}
    for source in srcs:
        if source not in ALONE:
            units.setdefault(unit_of(source), []).append(source)
    joined = []
    for unit, sources in units.items():
        joined.append("joined/%s_%s.cc" % (name, unit))
        native.genrule(
            name = "%s_%s" % (name, unit),
            outs = [joined[-1]],
            cmd = "printf '#include \"%s/%%s\"\\n' %s >$@" % (
                native.package_name(),
                " ".join(sources),
            ),
        )
    cc_library(
        name = name,
        srcs = select({
            JOINED: joined + [name for name in srcs if name in ALONE],
            "//conditions:default": srcs,
        }),
        textual_hdrs = select({
            JOINED: [name for name in srcs if name not in ALONE],
            "//conditions:default": [],
        }),
        **arguments
    )
