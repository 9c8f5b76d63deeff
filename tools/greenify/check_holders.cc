// SPDX-License-Identifier: MIT
// The functions that hold their thread and have no mirror.
#include <regex>
#include <sstream>
#include <stdexcept>

#include "tools/greenify/check.h"

namespace greenify {

using std::string;

std::map<string, string> parse_holders(const string& text, const string& file) {
  static const std::regex entry(R"(([\w:]+):\s+(\S.*))");
  std::map<string, string> found;
  std::istringstream in(text);
  unsigned number = 0;
  std::smatch match;
  for (string line; std::getline(in, line);) {
    ++number;
    if (line.empty() || line.starts_with("#")) continue;
    if (!std::regex_match(line, match, entry)) {
      throw std::runtime_error(file + ":" + std::to_string(number) +
                               ": write NAME: ADVICE");
    }
    found[match[1]] = match[2];
  }
  return found;
}

std::map<string, string> holders_of_lint(const string& text) {
  static const std::regex mark(
      R"rx(decltype\(::(\w+)\)[^;]*(see Missing in [\w./]+)")rx");
  std::map<string, string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), mark), end; at != end;
       ++at) {
    found[(*at)[1]] = (*at)[2];
  }
  return found;
}

namespace {

// Advice, and the names that it is for.
struct holders {
  const char* advice;
  const char* names;
};

// clang-format off
const holders known[] = {
    // Clients that wait for a server. green::patched lets their calls wait.
    {"run it in green::patched",
     "curl_easy_perform curl_easy_recv curl_easy_send curl_multi_poll "
     "curl_multi_wait "
     "PQconnectdb PQconnectdbParams PQsetdbLogin PQreset PQexec PQexecParams "
     "PQprepare PQexecPrepared PQdescribePrepared PQdescribePortal PQgetResult "
     "PQputCopyEnd PQgetCopyData PQendcopy PQfn PQping "
     "redisCommand redisvCommand redisCommandArgv redisConnect "
     "redisConnectWithTimeout redisConnectUnix redisConnectWithOptions "
     "redisReconnect redisGetReply "
     "mysql_query mysql_real_query mysql_real_connect mysql_store_result "
     "mysql_use_result mysql_fetch_row mysql_next_result mysql_ping "
     "mysql_select_db mysql_commit mysql_rollback mysql_close "
     "mysql_stmt_prepare mysql_stmt_execute mysql_stmt_fetch "
     "mysql_stmt_store_result mysql_stmt_close "
     "zmq_recv zmq_send zmq_msg_recv zmq_msg_send zmq_poll "
     "ldap_search_ext_s ldap_simple_bind_s ldap_sasl_bind_s "
     "ssh_connect ssh_channel_read ssh_channel_write "
     "amqp_simple_wait_frame amqp_consume_message"},
    // Libraries that work on files, or that compute for long.
    {"give it to a green::threadpool",
     "sqlite3_open sqlite3_open_v2 sqlite3_exec sqlite3_step "
     "sqlite3_prepare_v2 sqlite3_close sqlite3_get_table "
     "gzopen gzread gzwrite gzgets gzclose "
     "crypt crypt_r"},
    {"use \"green/stdio.h\" or \"green/fileobject.h\"",
     "std::basic_ifstream std::basic_ofstream std::basic_fstream "
     "std::basic_filebuf::open std::basic_ifstream::open "
     "std::basic_ofstream::open std::basic_fstream::open"},
    {"read the descriptor 0 by \"green/fileobject.h\"", "std::cin std::wcin"},
    {"write co_await green::printf, or green::fprintf with stderr",
     "std::cout std::wcout std::cerr std::wcerr std::clog std::wclog"},
};
// clang-format on

}  // namespace

const std::map<string, string>& known_holders() {
  static const std::map<string, string> all = [] {
    std::map<string, string> made;
    for (const holders& some : known) {
      std::istringstream words(some.names);
      for (string name; words >> name;) made[name] = some.advice;
    }
    return made;
  }();
  return all;
}

}  // namespace greenify
