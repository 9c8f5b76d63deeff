// SPDX-License-Identifier: MIT
#include "tools/greenify/parse_all.h"

#include <clang/Basic/Version.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <thread>

#include "tools/greenify/archive.h"
#include "tools/greenify/processes.h"
#include "tools/greenify/result.h"

namespace greenify {

namespace {

namespace fs = std::filesystem;

// Puts words into one text that no other words give.
class text_of_words {
 public:
  void add(const std::string& word) {
    text_ += std::to_string(word.size()) + ":" + word;
  }
  template <class Words>
  void add_all(const Words& words) {
    add(std::to_string(words.size()));
    for (const std::string& word : words) add(word);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

void show_progress(std::size_t done, std::size_t of, const std::string& file) {
  if (isatty(STDERR_FILENO) == 0) return;
  std::cerr << "\r\033[K";
  if (done < of) {
    std::cerr << "[" << done + 1 << "/" << of << "] "
              << fs::path(file).filename().string() << std::flush;
  }
}

}  // namespace

std::string question_of(const names& green, const options& wanted) {
  text_of_words all;
  all.add(digest(read_file("/proc/self/exe")));
  all.add(clang::getClangFullVersion());
  // Variables by which the compiler finds headers.
  for (const char* name : {"CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH"}) {
    const char* value = std::getenv(name);
    all.add(value == nullptr ? "" : value);
  }
  for (const mirror& m : green.mirrors()) {
    all.add_all(std::vector{m.header, m.scope});
    all.add(m.has_names ? "names" : "");
  }
  for (const auto& [key, n] : green.all()) {
    all.add_all(std::vector{key, n.original, n.green, n.advice});
    all.add(std::to_string(int(n.in)) + " " + std::to_string(n.mirror));
  }
  // A new option has to be a part of the question, too.
  const auto& [folder, root, guard, functions, keep, only] = wanted;
  all.add_all(std::vector{folder, root, std::to_string(int(guard)),
                          std::to_string(int(functions))});
  all.add_all(keep);
  all.add_all(only);
  return digest(all.text());
}

parser::parser(cache& kept, std::string question, unsigned jobs)
    : cache_(kept), question_(std::move(question)), jobs_(jobs) {
  if (jobs_ == 0) jobs_ = std::max(1u, std::thread::hardware_concurrency());
}

facts parser::all(const std::string& name, const std::vector<unit>& units,
                  const texts& given, const work& find) {
  std::vector<std::string> questions, answers;
  std::vector<std::size_t> missing;
  for (const unit& u : units) {
    text_of_words question;
    question.add_all(std::vector{name, question_, u.file, u.folder, u.root});
    question.add_all(u.command);
    const auto kept = cache_.find(question.text(), given);
    if (!kept) missing.push_back(answers.size());
    answers.push_back(kept.value_or(""));
    questions.push_back(question.text());
  }
  const auto found = in_processes(
      missing.size(), jobs_,
      [&](std::size_t i) {
        const auto began = std::chrono::system_clock::now();
        paths_read read;
        const std::string bytes = pack(find(units[missing[i]], read));
        cache_.keep(questions[missing[i]], read, given, began, bytes);
        return bytes;
      },
      [&](std::size_t i) {
        show_progress(i, missing.size(), units[missing[i]].file);
      });
  if (!missing.empty()) show_progress(missing.size(), missing.size(), "");
  for (std::size_t i = 0; i < missing.size(); ++i) {
    answers[missing[i]] = found[i];
  }
  facts program;
  for (const std::string& bytes : answers) program.merge(unpack(bytes));
  return program;
}

}  // namespace greenify
