// SPDX-License-Identifier: MIT
#include "benchmarks/debian_servers/servers.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string_view>

namespace benchmarks {

namespace {

using std::string;
using std::string_literals::operator""s;

string write(const string& path, const string& text) {
  std::filesystem::create_directories(
      std::filesystem::path(path).parent_path());
  std::ofstream(path) << text;
  return path;
}

constexpr const char* page = "a page of text";

// A folder with one page.
string pages(const string& folder) {
  write(folder + "/pages/page", page);
  return folder + "/pages";
}

string get(const string& path, const string& rest = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + rest + "\r\n";
}

words python_echo(const string&, const string& port) {
  return {"/usr/bin/python3", "-c", R"(
import socketserver, sys
class Echo(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(line)
class Server(socketserver.ThreadingTCPServer):
    request_queue_size = 1000
    daemon_threads = True
Server(('127.0.0.1', int(sys.argv[1])), Echo).serve_forever()
)",
          port};
}

words python_http(const string& folder, const string& port) {
  return {"/usr/bin/python3", "-m",          "http.server", "--bind",
          "127.0.0.1",        "--directory", pages(folder), port};
}

words ruby_echo(const string&, const string& port) {
  return {"ruby", "-e", R"(
require 'socket'
server = TCPServer.new('127.0.0.1', ARGV[0].to_i)
server.listen(1000)
loop do
  Thread.start(server.accept) do |client|
    while line = client.gets
      client.write(line)
    end
    client.close
  end
end
)",
          port};
}

words perl_echo(const string&, const string& port) {
  return {"/usr/bin/perl", "-e", R"(
use threads;
use IO::Socket::INET;
my $server = IO::Socket::INET->new(
  LocalAddr => '127.0.0.1', LocalPort => $ARGV[0], Listen => 1000) or die;
while (my $client = $server->accept) {
  threads->create(sub {
    while (my $line = <$client>) { print $client $line }
    close $client;
  })->detach;
  close $client;
}
)",
          port};
}

words microsocks(const string&, const string& port) {
  return {"microsocks", "-i", "127.0.0.1", "-p", port};
}

words tinyproxy(const string& folder, const string& port) {
  return {"tinyproxy", "-d", "-c",
          write(folder + "/tinyproxy", "Listen 127.0.0.1\nPort " + port +
                                           "\nMaxClients 3000\n"
                                           "StatHost \"statistics\"\n")};
}

words privoxy(const string& folder, const string& port) {
  return {"/usr/sbin/privoxy", "--no-daemon",
          write(folder + "/privoxy", "confdir /etc/privoxy\nlogdir " + folder +
                                         "\nlisten-address 127.0.0.1:" + port +
                                         "\nmax-client-connections 3000\n")};
}

words civetweb(const string& folder, const string& port) {
  return {
      "civetweb", "-document_root",   pages(folder),       "-num_threads",
      "50",       "-listening_ports", "127.0.0.1:" + port, "-enable_keep_alive",
      "yes"};
}

words apache(const string& folder, const string& port) {
  return {
      "/usr/sbin/apache2", "-DFOREGROUND", "-f",
      write(folder + "/apache", "ServerRoot " + folder + "\nPidFile " + folder +
                                    "/pid\nListen 127.0.0.1:" + port + R"(
ServerName localhost
LoadModule mpm_worker_module /usr/lib/apache2/modules/mod_mpm_worker.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
ServerLimit 4
ThreadLimit 64
ThreadsPerChild 64
StartServers 4
MaxRequestWorkers 256
MaxKeepAliveRequests 0
User www-data
Group www-data
ErrorLog )" + folder + "/errors\nDocumentRoot " +
                                    pages(folder) + "\n")};
}

// One process with both ends of TLS, and cat behind them.
words stunnel(const string& folder, const string& port) {
  const string pem = folder + "/pem";
  const string make =
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
      "-days 2 -subj /CN=localhost -keyout " +
      pem + " -out " + pem + "c 2>/dev/null && cat " + pem + "c >> " + pem;
  if (std::system(make.c_str()) != 0) throw std::runtime_error("openssl req");
  const string inner = folder + "/tls";
  return {"stunnel4",
          write(folder + "/stunnel",
                "foreground = yes\npid =\n"
                "syslog = no\ndebug = 3\n"
                "[plain]\nclient = yes\n"
                "accept = 127.0.0.1:" +
                    port + "\nconnect = " + inner +
                    "\n[tls]\naccept = " + inner + "\ncert = " + pem +
                    "\nexec = /bin/cat\n"
                    "execArgs = cat\n")};
}

words slapd(const string& folder, const string& port) {
  std::filesystem::create_directories(folder + "/ldif");
  return {"/usr/sbin/slapd",
          "-d",
          "0",
          "-h",
          "ldap://127.0.0.1:" + port,
          "-f",
          write(folder + "/slapd",
                "include /etc/ldap/schema/core.schema\n"
                "modulepath /usr/lib/ldap\n"
                "moduleload back_ldif\ndatabase ldif\n"
                "suffix dc=green\nrootdn cn=a,dc=green\n"
                "directory " +
                    folder + "/ldif\n")};
}

words memcached(const string&, const string& port) {
  return {"memcached", "-u", "root", "-l", "127.0.0.1", "-U",
          "0",         "-c", "3000", "-p", port};
}

words mariadbd(const string& folder, const string& port) {
  const string data = folder + "/data";
  std::filesystem::create_directories(data);
  return {
      "/usr/sbin/mariadbd", "--no-defaults", "--user=root", "--datadir=" + data,
      "--tmpdir=" + data, "--socket=" + data + "/socket",
      "--bind-address=127.0.0.1", "--port=" + port, "--skip-grant-tables",
      // Its ring would be waited for past the hooks.
      "--innodb-use-native-aio=0",
      "--thread-handling=one-thread-per-connection", "--max-connections=3000",
      "--back-log=1000", "--innodb-buffer-pool-size=8M",
      "--innodb-log-file-size=4M", "--aria-log-file-size=8M"};
}

// A login by root and a query in one go.
const string login_and_query = "\x26\0\0\1\0\x82\0\0\0\0\0\1\x21"s +
                               string(23, '\0') + "root\0\0"s +
                               "\x0b\0\0\0\x03select 6*7"s;

const string bind_to_ldap = "\x30\x0c\2\1\1\x60\7\2\1\3\4\0\x80\0"s;
const string bound_to_ldap = "\x30\x0c\2\1\1\x61\7\x0a\1\0\4\0\4\0"s;

}  // namespace

const std::vector<debian_server>& debian_servers() {
  static const std::vector<debian_server> all = {
      {"microsocks", "microsocks", microsocks, "\5\1\0"s, "\5\0"s, false},
      {"tinyproxy", "tinyproxy", tinyproxy, get("http://statistics/"),
       "</html>", false},
      {"privoxy", "/usr/sbin/privoxy", privoxy, get("http://p.p/robots.txt"),
       "Disallow", false},
      {"civetweb", "civetweb", civetweb, get("/page"), page, true, false, 50},
      {"apache", "/usr/sbin/apache2", apache, get("/page"), page, true, false,
       200},
      {"stunnel", "stunnel4", stunnel, "hello\n", "hello\n", true, true, 200},
      {"slapd", "/usr/sbin/slapd", slapd, bind_to_ldap, bound_to_ldap, true,
       false},
      {"mariadbd", "/usr/sbin/mariadbd", mariadbd, login_and_query, "\00242"s,
       false},
      {"memcached", "memcached", memcached, "get key\r\n", "END\r\n", true,
       false},
      {"socketserver", "/usr/bin/python3", python_echo, "hello\n", "hello\n"},
      {"http.server", "/usr/bin/python3", python_http, get("/page"), page,
       false, true, 5},
      {"ruby", "ruby", ruby_echo, "hello\n", "hello\n"},
      {"perl", "/usr/bin/perl", perl_echo, "hello\n", "hello\n", true, true,
       50},
  };
  return all;
}

const debian_server& find_debian_server(const string& name) {
  for (const debian_server& each : debian_servers()) {
    if (each.name == name) return each;
  }
  throw std::invalid_argument("not a server: " + name);
}

}  // namespace benchmarks
