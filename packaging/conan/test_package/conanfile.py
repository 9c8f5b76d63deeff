"""Builds the echo server with the package, and talks to it."""
import os
import socket
import subprocess

from conan import ConanFile
from conan.tools.build import can_run
from conan.tools.cmake import CMake, cmake_layout


class EchoTest(ConanFile):
    settings = "os", "arch", "compiler", "build_type"
    generators = "CMakeDeps", "CMakeToolchain", "VirtualRunEnv"

    @property
    def _source(self):
        return os.path.join(self.recipe_folder, "..", "..", "echo", "package")

    def requirements(self):
        self.requires(self.tested_reference_str)

    def layout(self):
        cmake_layout(self)

    def build(self):
        cmake = CMake(self)
        cmake.configure(build_script_folder=self._source)
        cmake.build()

    def test(self):
        if not can_run(self):
            return
        program = os.path.join(self.cpp.build.bindir, "echo")
        with subprocess.Popen(["stdbuf", "-oL", program, "127.0.0.1:0"],
                              stdout=subprocess.PIPE, text=True) as server:
            host, port = server.stdout.readline().split(":")
            with socket.create_connection((host, int(port)), 10) as client:
                client.sendall(b"an answer")
                client.shutdown(socket.SHUT_WR)
                answer = client.makefile("rb").read()
            server.terminate()
        if answer != b"an answer":
            raise AssertionError(f"the server answered {answer!r}")
