# SPDX-License-Identifier: MIT
"""gdb's commands for programs with green: of a live process or a core file.

  source tools/gdb/green_gdb.py
  green hubs       the hubs, and the green thread that runs on each
  green threads    the green threads: id, name, wait, chain of awaits
  green bt ID      the chain of awaits of one, with the locals of each coroutine

The library has a table of offsets for this script. So hubs, names and lines are
shown without debug information. Locals need -g.
"""

import re
import struct

import gdb

SYMBOL = "green_layout_for_debuggers"
VERSION = 1
FIELDS = (
    "version",
    "hubs",
    "scheduler_threads",
    "scheduler_current",
    "scheduler_os_thread",
    "hook_next",
    "thread_hook",
    "thread_id",
    "thread_parent",
    "thread_spawned_at",
    "thread_name",
    "thread_started",
    "thread_waiting",
    "thread_leaf",
    "promise_self",
    "promise_parent",
    "promise_where",
)
LONGEST_CHAIN = 100_000
# The fields of a coroutine's frame that no variable has, by either compiler,
# and what g++ adds to the name of a variable.
OF_COMPILER = re.compile(
    r"_|(Is|Fs|Aw\d+|T\d+|D\.\d+)(_\d+_\d+)?$|(struct|class|Int|Ptr)\w*_\d+$")
SCOPE = re.compile(r"_\d+_\d+$")


def memory(address, size):
    return bytes(gdb.selected_inferior().read_memory(address, size))


def word(address):
    return struct.unpack("<Q", memory(address, 8))[0]


def text(address):
    """A C string."""
    found = b""
    while b"\0" not in found and len(found) < 4096:
        found += memory(address + len(found), 1)
    return found.split(b"\0")[0].decode(errors="replace")


class Layout:
    def __init__(self):
        try:
            at = int(gdb.parse_and_eval("(unsigned long)&" + SYMBOL))
        except gdb.error as wrong:
            raise gdb.GdbError("this program has no green in it: %s" % wrong)
        for i, field in enumerate(FIELDS):
            setattr(self, field, word(at + 8 * i))
        if self.version != VERSION:
            raise gdb.GdbError("green_gdb.py is of another version of green")


class Place:
    """A std::source_location."""

    known = {}

    @classmethod
    def at(cls, address):
        entry = word(address)
        if entry == 0:
            return None
        if entry not in cls.known:
            line = struct.unpack("<I", memory(entry + 16, 4))[0]
            cls.known[entry] = (text(word(entry)), line, text(word(entry + 8)))
        return cls.known[entry]


def spot(place):
    return "%s:%d" % place[:2] if place else "an unknown line"


class Thread:
    """A green thread."""

    waits = {}

    def __init__(self, layout, address):
        self.layout = layout
        self.address = address
        self.id = word(address + layout.thread_id)
        self.parent = word(address + layout.thread_parent)
        self.spawned_at = Place.at(address + layout.thread_spawned_at)
        name = word(address + layout.thread_name)
        self.name = "greenlet-%d" % self.id
        if name:
            self.name = memory(word(name), word(name + 8)).decode(
                errors="replace")
        self.started = memory(address + layout.thread_started, 1) != b"\0"
        self.waiting = word(address + layout.thread_waiting)

    def wait(self):
        """The class of its wait, as the table of virtual functions tells."""
        if not self.waiting:
            return "runs" if self.started else "not started"
        table = word(self.waiting)
        if table not in self.waits:
            words = gdb.execute("info symbol 0x%x" % table, to_string=True)
            words = words.split(" + ")[0].split(" in section")[0]
            self.waits[table] = words.replace("vtable for ", "").strip()
        return self.waits[table]

    def promises(self):
        at = word(self.address + self.layout.thread_leaf) if self.waiting else 0
        for _ in range(LONGEST_CHAIN):
            if not at:
                return
            yield at
            at = word(at + self.layout.promise_parent)

    def chain(self):
        places = [Place.at(p + self.layout.promise_where)
                  for p in self.promises()]
        return ", in ".join(spot(place) for place in places)

    def line(self):
        chain = self.chain()
        return "%d %s: %s%s" % (self.id, self.name, self.wait(),
                                " at " + chain if chain else "")


def hubs(layout):
    if layout.hubs == 0:
        return
    begin, end = word(layout.hubs), word(layout.hubs + 8)
    for at in range(begin, end, 8):
        yield word(at)


def threads_of(layout, hub):
    head = hub + layout.scheduler_threads
    hook = word(head + layout.hook_next)
    while hook != head:
        yield Thread(layout, hook - layout.thread_hook)
        hook = word(hook + layout.hook_next)


def show_locals(frame):
    """The variables that the compiler keeps in a coroutine's frame."""
    resume = word(frame)
    if resume == 0:
        return
    block = gdb.block_for_pc(resume)
    variables = [] if block is None else [
        symbol for symbol in block
        if symbol.name in ("__coro_frame", "frame_ptr", "_Coro_frame_ptr")]
    for symbol in variables[:1]:
        kind = symbol.type.strip_typedefs()
        if kind.code in (gdb.TYPE_CODE_PTR, gdb.TYPE_CODE_REF):
            kind = kind.target().strip_typedefs()
        value = gdb.Value(frame).cast(kind.pointer()).dereference()
        for field in kind.fields():
            if not field.name or OF_COMPILER.match(field.name):
                continue
            try:
                shown = value[field].format_string(max_elements=16)
            except (gdb.error, gdb.MemoryError):
                shown = "<cannot be read>"
            name = SCOPE.sub("", field.name)
            print("        %s = %s" % (name, shown))


class Green(gdb.Command):
    """Shows hubs and green threads: green hubs, green threads, green bt ID."""

    def __init__(self):
        super().__init__("green", gdb.COMMAND_STACK, gdb.COMPLETE_NONE, True)


class Hubs(gdb.Command):
    """Lists the hubs, with the green thread that runs on each."""

    def __init__(self):
        super().__init__("green hubs", gdb.COMMAND_STACK)

    def invoke(self, _argument, _from_tty):
        layout = Layout()
        for number, hub in enumerate(hubs(layout), 1):
            os_thread = struct.unpack(
                "<i", memory(hub + layout.scheduler_os_thread, 4))[0]
            count = sum(1 for _ in threads_of(layout, hub))
            current = word(hub + layout.scheduler_current)
            runs = Thread(layout, current).name if current else "nobody"
            print("hub %d, OS thread %d: %d green threads, %s runs" %
                  (number, os_thread, count, runs))


class Threads(gdb.Command):
    """Lists the green threads of all hubs with their awaits."""

    def __init__(self):
        super().__init__("green threads", gdb.COMMAND_STACK)

    def invoke(self, _argument, _from_tty):
        layout = Layout()
        for hub in hubs(layout):
            for thread in threads_of(layout, hub):
                print(thread.line())


class Backtrace(gdb.Command):
    """Shows the chain of awaits of a green thread: green bt ID."""

    def __init__(self):
        super().__init__("green bt", gdb.COMMAND_STACK)

    def invoke(self, argument, _from_tty):
        if not argument.strip().isdigit():
            raise gdb.GdbError("write green bt and an id of green threads")
        layout = Layout()
        wanted = int(argument)
        for hub in hubs(layout):
            for thread in threads_of(layout, hub):
                if thread.id == wanted:
                    return self.show(layout, thread)
        raise gdb.GdbError("no green thread has the id %d" % wanted)

    @staticmethod
    def show(layout, thread):
        print("%d %s, spawned at %s: %s" % (
            thread.id, thread.name, spot(thread.spawned_at), thread.wait()))
        for number, promise in enumerate(thread.promises()):
            place = Place.at(promise + layout.promise_where)
            function = place[2] if place else "an unknown function"
            print("#%-3d in %s at %s" % (number, function, spot(place)))
            show_locals(word(promise + layout.promise_self))


Green()
Hubs()
Threads()
Backtrace()
