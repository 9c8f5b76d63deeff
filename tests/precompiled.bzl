# The headers that most tests include, compiled once. A test's compiler needs
# two fifths less time with them. They are headers of the system alone, so that
# no change of the project makes them stale.
load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "ACTION_NAMES")
load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")

# Each compilation begins with this header of the C library. So the list of the
# headers that a test includes gets no file that Bazel does not know.
FIRST = "/usr/include/stdc-predef.h"

def _precompiled_headers(ctx):
    toolchain = find_cpp_toolchain(ctx)
    if toolchain.compiler != "clang":
        fail(("only clang makes these precompiled headers, and the compiler " +
              "is %s; add --define=precompiled=0") % toolchain.compiler)
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    options = ctx.fragments.cpp
    variables = cc_common.create_compile_variables(
        cc_toolchain = toolchain,
        feature_configuration = features,
        use_pic = True,
        user_compile_flags = options.copts + options.cxxopts + ctx.attr.copts,
    )
    compiled = ctx.actions.declare_file(ctx.label.name + ".pch")
    arguments = ctx.actions.args()
    arguments.add_all(cc_common.get_memory_inefficient_command_line(
        action_name = ACTION_NAMES.cpp_compile,
        feature_configuration = features,
        variables = variables,
    ))

    # The result says nothing of the folder or the hour in which it was made, so
    # that a cache may keep it.
    arguments.add_all(["-Xclang", "-fno-pch-timestamp"])
    arguments.add("-fpch-instantiate-templates")
    arguments.add_all(ctx.attr.headers, before_each = "-include")
    arguments.add_all(["-x", "c++-header", FIRST, "-o", compiled])
    ctx.actions.run(
        arguments = [arguments],
        env = cc_common.get_environment_variables(
            action_name = ACTION_NAMES.cpp_compile,
            feature_configuration = features,
            variables = variables,
        ),
        executable = cc_common.get_tool_for_action(
            action_name = ACTION_NAMES.cpp_compile,
            feature_configuration = features,
        ),
        inputs = toolchain.all_files,
        mnemonic = "CppPrecompile",
        outputs = [compiled],
        progress_message = "Precompiling the headers of tests",
    )
    return [CcInfo(compilation_context = cc_common.create_compilation_context(
        headers = depset([compiled]),
    ))]

precompiled_headers = rule(
    implementation = _precompiled_headers,
    attrs = {
        "copts": attr.string_list(doc = "The tests' own options."),
        "headers": attr.string_list(mandatory = True),
        "_cc_toolchain": attr.label(
            default = "@bazel_tools//tools/cpp:current_cc_toolchain",
        ),
    },
    doc = "Compiles headers for `-include-pch $(BINDIR)/PACKAGE/NAME.pch`.",
    fragments = ["cpp"],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)

def if_precompiled(value):
    """The value where tests use precompiled headers, and else nothing."""
    return select({
        ":are_precompiled_1": value,
        ":are_precompiled_sanitized": value,
        "//conditions:default": [],
    })
