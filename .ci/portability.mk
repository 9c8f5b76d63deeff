# Builds the library and some test programs, for .ci/portability:
#   make -f .ci/portability.mk OUT=FOLDER CXX=COMPILER FLAGS=... TESTS=...
# With QUICK, files of kindred folders are one source for the compiler. That
# takes a tenth of the time, but a file may lack an include unnoticed.
# green::http needs llhttp, and its tests are not among these.
SOURCES := $(sort $(shell find core hub green -name "*.cc" ! -path "green/http/*"))
HELPERS := $(addprefix tests/support/,oracle.cc rings.cc sanitizers.cc \
  sockets.cc)
WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Werror
LIBRARIES = -l:liburing.a -lssl -lcrypto -ldl -pthread

all: $(TESTS:%.cc=$(OUT)/%)

ifdef QUICK
# green/joined.bzl says what is joined, and why.
listed = $(shell sed -n '/^$(1)/,/^]/s/^    "\(.*\)",/\1/p' green/joined.bzl)
ALONE := $(foreach name,$(call listed,ALONE),\
  $(if $(filter core/% hub/%,$(name)),,green/)$(name))
JOINED := $(filter-out $(ALONE),$(SOURCES))
CALLS := $(patsubst %,green/%/%,$(call listed,CALLS))
core := $(filter core/%,$(JOINED))
hub := $(filter hub/%,$(JOINED))
calls := $(filter $(CALLS),$(JOINED))
patcher := $(filter green/patche%,$(JOINED))
top := $(filter $(wildcard green/*.cc),$(filter-out $(patcher),$(JOINED)))
rooms := $(filter-out $(core) $(hub) $(calls) $(patcher) $(top),$(JOINED))
UNITS := core hub calls patcher top rooms
COMPILED := $(ALONE) $(UNITS:%=units/%.cc)
else
COMPILED := $(SOURCES)
WARNINGS += -Wshadow
endif

objects = $(patsubst %.cc,$(OUT)/%.o,$(1))
compile = @mkdir -p $(dir $@); echo "  $<"; $(CXX) $(FLAGS) $(WARNINGS) \
  $(EXTRA) -MMD -I. -Itests -c $< -o $@

$(OUT)/libgreen.a: $(call objects,$(COMPILED))
	@rm -f $@; ar rcs $@ $^
$(OUT)/libhelpers.a: $(call objects,$(HELPERS))
	@rm -f $@; ar rcs $@ $^
$(OUT)/%_test: $(OUT)/tests/doctest_main.o $(OUT)/libhelpers.a \
    $(OUT)/libgreen.a $(OUT)/%_test.o
	@$(CXX) $(FLAGS) $(OUT)/$*_test.o $(OUT)/tests/doctest_main.o \
	  -o $@ $(OUT)/libhelpers.a $(OUT)/libgreen.a $(LIBRARIES) $(MORE_LIBRARIES)
# For .ci/run: the joined sources, and all sources that stay alone.
units: $(UNITS:%=$(OUT)/units/%.cc)
	@printf '%s\n' $^ $(ALONE)
$(OUT)/units/%.cc:
	@mkdir -p $(dir $@); printf '#include "%s"\n' $($*) >$@
$(OUT)/units/%.o: EXTRA := $(if $(findstring clang,$(CXX)),,-Wno-subobject-linkage)
$(OUT)/units/%.o: $(OUT)/units/%.cc
	$(compile)
$(OUT)/%.o: %.cc
	$(compile)

.SECONDARY:
-include $(shell find $(OUT) -name '*.d')
