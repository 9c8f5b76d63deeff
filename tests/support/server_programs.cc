// SPDX-License-Identifier: MIT
#include "tests/support/server_programs.h"

#include <signal.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "tests/support/sockets.h"

namespace tests {

namespace {

namespace fs = std::filesystem;
using std::string;

using command = std::vector<string>;

constexpr const char* nobody = "65534";

command joined(command first, const command& rest) {
  first.insert(first.end(), rest.begin(), rest.end());
  return first;
}

// With this signal when this process dies.
command with_us(const command& words, const char* signal = "KILL") {
  return joined({"setpriv", "--pdeathsig", signal}, words);
}

// The same, as who is not root.
command ordinary(const command& words, const char* signal = "KILL") {
  if (::geteuid() != 0) return with_us(words, signal);
  return joined({"setpriv", "--pdeathsig", signal, "--reuid", nobody, "--regid",
                 nobody, "--clear-groups"},
                words);
}

void give_away(const temporary_folder& folder) {
  if (::geteuid() != 0) return;
  const auto id = static_cast<uid_t>(std::stoul(nobody));
  for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
    (void)!::chown(entry.path().c_str(), id, id);
  }
  if (::chown(folder.path().c_str(), id, id) != 0) {
    throw std::system_error(errno, std::generic_category(), "chown");
  }
}

void must(const finished& f, const string& what) {
  if (f.status == 0) return;
  throw std::runtime_error(what + ": " + f.out + f.err);
}

// Starts a server on a port that is free, and again where somebody was faster;
// everything that it says goes to stdout.
template <class Command>
std::unique_ptr<program> start(int& port, const Command& words,
                               const string& ready) {
  string said;
  for (int attempt = 0; attempt < 5; ++attempt) {
    port = free_port();
    auto process = std::make_unique<program>(joined(
        {"sh", "-c", "exec \"$@\" 2>&1", "sh"}, words(std::to_string(port))));
    for (string line = process->line(); !line.empty() || process->running();
         line = process->line()) {
      if (line.find(ready) != string::npos) return process;
      said += line + "\n";
    }
  }
  throw std::runtime_error("the server does not start: " + said);
}

// A program that was built with this one, below one of the folders that this
// one is in.
string beside_this(const string& program) {
  const fs::path own = fs::read_symlink("/proc/self/exe");
  for (fs::path at = own; at.has_relative_path();) {
    at = at.parent_path();
    if (fs::exists(at / program)) return at / program;
  }
  throw std::runtime_error(program + " is in no folder of " + own.string());
}

}  // namespace

redis_server::redis_server() {
  process_ = start(
      port_,
      [](const string& port) {
        return with_us({"redis-server", "--port", port, "--bind", "127.0.0.1",
                        "--save", "", "--appendonly", "no", "--hz", "500"});
      },
      "Ready to accept connections");
}

certificate::certificate(const temporary_folder& folder)
    : file(folder.at("cert.pem")), key(folder.at("key.pem")) {
  must(run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
            "/CN=localhost", "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out",
            file}),
       "openssl");
}

https_server::https_server() : tls_(folder_) {
  folder_.file("page", "a page by TLS");
  process_ = start(
      port_,
      [&](const string& port) {
        return with_us({"sh", "-c", "cd \"$0\" && exec \"$@\"", folder_.path(),
                        "openssl", "s_server", "-WWW", "-accept",
                        "127.0.0.1:" + port, "-cert", tls_.file, "-key",
                        tls_.key});
      },
      "ACCEPT");
}

string https_server::url(const string& path) const {
  return "https://127.0.0.1:" + std::to_string(port_) + "/" + path;
}

page_server::page_server(bool tls) {
  if (tls) tls_.emplace(folder_);
  const string path = beside_this("tests/clients/page_server");
  process_ = start(
      port_,
      [&](const string& port) {
        const command words = {path, port};
        return with_us(tls_ ? joined(words, {tls_->file, tls_->key}) : words);
      },
      "listening");
}

string page_server::url(const string& path) const {
  return (tls_ ? "https" : "http") + string("://127.0.0.1:") +
         std::to_string(port_) + "/" + path;
}

string postgres_folder() {
  const fs::path all = "/usr/lib/postgresql";
  if (!fs::exists(all)) return "";
  for (const auto& version : fs::directory_iterator(all)) {
    if (fs::exists(version.path() / "bin/postgres")) {
      return version.path() / "bin";
    }
  }
  return "";
}

postgres_server::postgres_server() {
  const string programs = postgres_folder(), data = folder_.at("data");
  const certificate tls(folder_);
  fs::permissions(tls.key, fs::perms::owner_read | fs::perms::owner_write);
  give_away(folder_);
  must(run(ordinary({programs + "/initdb", "-D", data, "-U", "green", "-A",
                     "trust", "--no-sync", "--locale=C", "-E", "UTF8"})),
       "initdb");
  process_ = start(
      port_,
      [&](const string& port) {
        return ordinary({programs + "/postgres",
                         "-D",
                         data,
                         "-p",
                         port,
                         "-k",
                         folder_.path(),
                         "-c",
                         "listen_addresses=127.0.0.1",
                         "-c",
                         "fsync=off",
                         "-c",
                         "max_connections=120",
                         "-c",
                         "ssl=on",
                         "-c",
                         "ssl_cert_file=" + tls.file,
                         "-c",
                         "ssl_key_file=" + tls.key,
                         "-c",
                         "client_connection_check_interval=20ms",
                         "-c",
                         "dynamic_shared_memory_type=mmap"},
                        "INT");
      },
      "ready to accept connections");
}

postgres_server::~postgres_server() {
  process_->signal(SIGINT);
  try {
    process_->wait();
  } catch (const std::exception&) {
    // It is killed.
  }
}

// Its children see that it is gone.
void postgres_server::kill() {
  std::ifstream lock(folder_.at("data/postmaster.pid"));
  string line;
  for (int i = 0; i < 7; ++i) std::getline(lock, line);
  process_->signal(SIGKILL);
  process_->wait();
  int key = 0, segment = -1;
  if (std::istringstream(line) >> key >> segment) {
    ::shmctl(segment, IPC_RMID, nullptr);
  }
}

string postgres_server::where(bool tls) const {
  return "host=127.0.0.1 user=green dbname=postgres gssencmode=disable port=" +
         std::to_string(port_) + " sslmode=" + (tls ? "require" : "disable");
}

mariadb_server::mariadb_server() {
  const string data = folder_.at("data"), socket = folder_.at("socket");
  fs::create_directory(data);
  give_away(folder_);
  process_ = start(
      port_,
      [&](const string& port) {
        return ordinary({"/usr/sbin/mariadbd", "--no-defaults",
                         "--datadir=" + data, "--socket=" + socket,
                         "--port=" + port, "--bind-address=127.0.0.1",
                         "--skip-name-resolve", "--skip-grant-tables",
                         "--skip-networking=0", "--max-connections=120",
                         "--innodb-flush-log-at-trx-commit=0"});
      },
      "ready for connections");
}

}  // namespace tests
