"""Conan's recipe of green: conan create packaging/conan --build=missing"""
import os
import re

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load, rmdir
from conan.tools.scm import Version

required_conan_version = ">=2.0"

PARTS = ("openssl", "http", "patched", "testing")
OLDEST_COMPILERS = {"gcc": "12", "clang": "16"}


class GreenConan(ConanFile):
    name = "green"
    description = "C++20 coroutines for Linux in the style of gevent"
    license = "MIT"
    topics = ("coroutines", "io_uring", "networking", "gevent")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"shared": [True, False], "fPIC": [True, False],
               **{part: [True, False] for part in PARTS}}
    default_options = {"shared": False, "fPIC": True,
                       **{part: True for part in PARTS}}

    @property
    def _root(self):
        return os.path.join(self.recipe_folder, "..", "..")

    def set_version(self):
        text = load(self, os.path.join(self._root, "green", "version.h"))
        self.version = re.search(r'version = "([0-9.]+)"', text).group(1)

    def export_sources(self):
        for pattern in ("CMakeLists.txt", "LICENSE", "core/*", "hub/*",
                        "green/*", "packaging/*", "tools/gdb/*"):
            copy(self, pattern, self._root, self.export_sources_folder)

    def configure(self):
        if self.options.shared:
            self.options.rm_safe("fPIC")

    def layout(self):
        cmake_layout(self)

    def requirements(self):
        self.requires("fmt/[>=9 <12]")
        self.requires("liburing/[>=2.3 <3]", transitive_headers=True)
        if self.options.openssl:
            self.requires("openssl/[>=3 <4]", transitive_headers=True)
        if self.options.http:
            self.requires("llhttp/[>=8 <10]")

    def validate(self):
        if self.settings.os != "Linux":
            raise ConanInvalidConfiguration(
                f"green needs Linux, and this is {self.settings.os}")
        check_min_cppstd(self, 20)
        compiler = str(self.settings.compiler)
        oldest = OLDEST_COMPILERS.get(compiler)
        if oldest and Version(self.settings.compiler.version) < oldest:
            raise ConanInvalidConfiguration(
                f"green needs {compiler} {oldest} or newer, and this is "
                f"{self.settings.compiler.version}")

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["GREEN_KINDS"] = (
            "shared" if self.options.shared else "static")
        for part in PARTS:
            toolchain.cache_variables["GREEN_" + part.upper()] = bool(
                self.options.get_safe(part))
        toolchain.generate()
        CMakeDeps(self).generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        copy(self, "LICENSE", self.source_folder,
             os.path.join(self.package_folder, "licenses"))
        CMake(self).install()
        # Conan writes these itself.
        rmdir(self, os.path.join(self.package_folder, "lib", "cmake"))
        rmdir(self, os.path.join(self.package_folder, "lib", "pkgconfig"))

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "green")
        main = self.cpp_info.components["green"]
        main.libs = ["green"]
        main.set_property("cmake_target_name", "green::green")
        main.set_property("pkg_config_name", "green")
        main.requires = ["fmt::fmt", "liburing::liburing"]
        main.system_libs = ["pthread", "dl"]
        others = {"openssl": ["openssl::openssl"], "http": ["llhttp::llhttp"]}
        for part in PARTS:
            if not self.options.get_safe(part):
                continue
            one = self.cpp_info.components[part]
            one.libs = ["green_" + part]
            one.set_property("cmake_target_name", "green::" + part)
            one.set_property("pkg_config_name", "green-" + part)
            one.requires = ["green", *others.get(part, [])]
