// SPDX-License-Identifier: MIT
#include "tools/greenify/parse.h"

#include <clang/AST/ASTConsumer.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendActions.h>
#include <clang/Lex/Preprocessor.h>
#include <clang/Tooling/Tooling.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <list>

#include "tools/greenify/collector.h"

namespace greenify {

namespace {

// Keeps the errors of the compiler instead of printing them. An error in a
// header that is not the program's belongs to the place of the program that
// asked for it, which a note tells.
class listener : public clang::DiagnosticConsumer {
 public:
  explicit listener(std::string root) : root_(std::move(root)) {
    if (!root_.ends_with('/')) root_ += '/';
  }

  void HandleDiagnostic(clang::DiagnosticsEngine::Level how,
                        const clang::Diagnostic& said) override {
    DiagnosticConsumer::HandleDiagnostic(how, said);
    const bool note = how == clang::DiagnosticsEngine::Note;
    if (how < clang::DiagnosticsEngine::Error && !note) {
      last_ = nullptr;
      return;
    }
    llvm::SmallString<128> text;
    said.FormatDiagnostic(text);
    finding f;
    f.text = text.str().str();
    if (said.hasSourceManager() && said.getLocation().isValid()) {
      const clang::SourceManager& sources = said.getSourceManager();
      // The real place, whatever #line says.
      const auto at = sources.getExpansionLoc(said.getLocation());
      f.at.line = sources.getExpansionLineNumber(at);
      f.at.file =
          std::filesystem::weakly_canonical(sources.getFilename(at).str())
              .string();
    }
    if (!note) {
      found_.push_back(f);
      last_ = &found_.back();
    } else if (last_ != nullptr && !last_->at.file.starts_with(root_) &&
               f.at.file.starts_with(root_) &&
               f.text.find("requested here") != std::string::npos) {
      last_->at = f.at;
    }
  }

  const std::list<finding>& found() const { return found_; }

 private:
  std::string root_;
  std::list<finding> found_;
  finding* last_ = nullptr;  // the error that notes belong to
};

using visit = std::function<void(clang::ASTContext&)>;

class consumer : public clang::ASTConsumer {
 public:
  explicit consumer(const visit& f) : f_(f) {}

  void HandleTranslationUnit(clang::ASTContext& context) override {
    if (!context.getDiagnostics().hasErrorOccurred()) f_(context);
  }

 private:
  const visit& f_;
};

using ranges = std::vector<clang::SourceRange>;

// Notes the branches of #if that the preprocessor skips.
class skips : public clang::PPCallbacks {
 public:
  explicit skips(ranges& found) : found_(found) {}
  void SourceRangeSkipped(clang::SourceRange skipped,
                          clang::SourceLocation) override {
    found_.push_back(skipped);
  }

 private:
  ranges& found_;
};

class action : public clang::ASTFrontendAction {
 public:
  action(const visit& f, ranges* skipped) : f_(f), skipped_(skipped) {}

  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(
      clang::CompilerInstance& compiler, llvm::StringRef) override {
    if (skipped_ != nullptr) {
      compiler.getPreprocessor().addPPCallbacks(
          std::make_unique<skips>(*skipped_));
    }
    return std::make_unique<consumer>(f_);
  }

 private:
  const visit& f_;
  ranges* skipped_;
};

// Notes each path that the compiler asks for.
class recorder : public llvm::vfs::ProxyFileSystem {
 public:
  recorder(llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> files,
           std::string folder, paths_read& read)
      : ProxyFileSystem(std::move(files)),
        folder_(std::move(folder)),
        read_(read) {}

  llvm::ErrorOr<llvm::vfs::Status> status(const llvm::Twine& path) override {
    note(path, "");
    return ProxyFileSystem::status(path);
  }
  bool exists(const llvm::Twine& path) override {
    note(path, "");
    return ProxyFileSystem::exists(path);
  }
  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>> openFileForRead(
      const llvm::Twine& path) override {
    note(path, "");
    return ProxyFileSystem::openFileForRead(path);
  }
  llvm::vfs::directory_iterator dir_begin(const llvm::Twine& path,
                                          std::error_code& failed) override {
    note(path, "/");
    return ProxyFileSystem::dir_begin(path, failed);
  }

 private:
  void note(const llvm::Twine& path, const char* end) {
    std::string name = path.str();
    if (!name.starts_with('/')) name = folder_ + "/" + name;
    read_.insert(name + end);
  }

  std::string folder_;
  paths_read& read_;
};

// The awaited names that are called in a text, by their words alone.
std::set<std::string> awaited_in(std::string_view text, const names& green) {
  std::set<std::string> found;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() &&
           (std::isalnum(static_cast<unsigned char>(text[end])) != 0 ||
            text[end] == '_')) {
      ++end;
    }
    if (end > at && end < text.size() && text[end] == '(') {
      const std::string word(text.substr(at, end - at));
      if (green.awaited(word) != nullptr) found.insert(word);
    }
    at = end + 1;
  }
  return found;
}

// Tells of the skipped branches that may wait. Another unit may see them.
void note_skipped(const ranges& skipped, const places& where,
                  const names& green, facts& to) {
  for (const clang::SourceRange& one : skipped) {
    const auto text = where.of(one);
    if (!text) continue;
    const std::string_view lines = where.text(*text);
    const auto waiting = awaited_in(lines, green);
    if (waiting.empty()) continue;
    const auto last = text->at.line + unsigned(std::ranges::count(lines, '\n'));
    region r;
    r.at = text->at;
    r.end = text->end;
    r.is = region::kind::skipped;
    r.text = "lines " + std::to_string(text->at.line) + "-" +
             std::to_string(last) + " (" +
             std::string(lines.substr(0, lines.find('\n'))) +
             ") were not looked at, and " + *waiting.begin() + " stands there";
    to.regions.insert(r);
  }
}

}  // namespace

void with_context(const unit& parsed, const texts& given,
                  std::set<finding>& errors, paths_read& read, const visit& f,
                  std::vector<clang::SourceRange>* skipped) {
  const llvm::IntrusiveRefCntPtr<llvm::vfs::OverlayFileSystem> files(
      new llvm::vfs::OverlayFileSystem(llvm::vfs::createPhysicalFileSystem()));
  const llvm::IntrusiveRefCntPtr<llvm::vfs::InMemoryFileSystem> changed(
      new llvm::vfs::InMemoryFileSystem());
  files->pushOverlay(changed);
  if (files->setCurrentWorkingDirectory(parsed.folder)) {
    throw std::runtime_error("there is no folder '" + parsed.folder + "'");
  }
  for (const auto& [path, text] : given) {
    changed->addFile(path, 0, llvm::MemoryBuffer::getMemBufferCopy(text, path));
  }
  const llvm::IntrusiveRefCntPtr<clang::FileManager> manager(
      new clang::FileManager(
          {parsed.folder},
          llvm::makeIntrusiveRefCnt<recorder>(files, parsed.folder, read)));
  // Otherwise clang prints how many warnings there were.
  std::vector<std::string> command = parsed.command;
  command.insert(command.begin() + 1,
                 {"-fno-caret-diagnostics", "-ferror-limit=0"});
  clang::tooling::ToolInvocation run(
      command, std::make_unique<action>(f, skipped), manager.get());
  listener heard(parsed.root);
  run.setDiagnosticConsumer(&heard);
  const bool done = run.run();
  errors.insert(heard.found().begin(), heard.found().end());
  if (!done && errors.empty()) {
    errors.insert({{parsed.file, 0, 1}, level::error, "it does not compile"});
  }
}

facts collect(const unit& parsed, const texts& given, const names& green,
              const options& wanted, paths_read& read) {
  facts found;
  std::set<finding> errors;
  ranges skipped;
  with_context(
      parsed, given, errors, read,
      [&](clang::ASTContext& context) {
        collector(context, green, wanted, found).run();
        const places where(context, wanted.root);
        where.find_files();
        note_skipped(skipped, where, green, found);
      },
      &skipped);
  found.errors = errors;
  return found;
}

facts compile(const unit& parsed, const texts& given, paths_read& read) {
  facts found;
  with_context(parsed, given, found.errors, read, [](clang::ASTContext&) {});
  return found;
}

}  // namespace greenify
