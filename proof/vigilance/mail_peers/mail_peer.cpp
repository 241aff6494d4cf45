// The mail room as a program, for peers of other make to be compared with:
//   mail_peer verify ZONE NOW_S FILE...      one JSON line per message: what authenticates it
//   mail_peer spf ZONE FAILING < CASES       a case per line: ip TAB helo TAB mail-from; its result per line.
//                                            FAILING: names that do not answer, with commas between; "-" for none
//   mail_peer sign PEM DOMAIN SELECTOR NOW_S FILE...   writes FILE.signed
//   mail_peer read FILE...                   one JSON line per message: what its reader sees
//   mail_peer time REPEATS FILE...           microseconds of CPU per message, read and verified
#include <fmt/format.h>
#include <sys/resource.h>

#include <boost/json.hpp>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

#include "standards/mail/authentication.hpp"
#include "standards/mail/message.hpp"

namespace {

using namespace carnet;
namespace json = boost::json;

std::string contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string last_two_labels(std::string_view name) {
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos) return {};
  const auto before = name.rfind('.', dot - 1);
  return std::string(before == std::string_view::npos ? name : name.substr(before + 1));
}

mail::ZoneFile zone_of(const std::string& path) {
  auto zone = mail::ZoneFile::parse(contents(path));
  if (!zone) {
    std::cerr << path << ": " << (zone.error().issues.empty() ? zone.error().code : zone.error().issues[0].path)
              << "\n";
    std::exit(2);
  }
  return std::move(*zone);
}

json::object told(const mail::Authentication& seen) {
  json::array dkim;
  for (const auto& s : seen.dkim) {
    dkim.push_back({{"domain", s.domain},
                    {"selector", s.selector},
                    {"result", mail::name_of(s.result)},
                    {"reason", s.reason},
                    {"covers_body_wholly", s.covers_body_wholly},
                    {"from_over_signed", s.from_over_signed}});
  }
  return {{"from_fields", seen.from_fields},        {"dkim", dkim},
          {"arc", mail::name_of(seen.arc.result)},  {"arc_reason", seen.arc.reason},
          {"arc_sets", seen.arc.sets.size()},       {"dmarc", mail::name_of(seen.dmarc.result)},
          {"dkim_aligned", seen.dmarc.dkim_aligned}};
}

int verify(const std::vector<std::string>& arguments) {
  const auto zone = zone_of(arguments[0]);
  const kernel::Instant now{std::stoll(arguments[1]) * 1000};
  for (std::size_t i = 2; i < arguments.size(); ++i) {
    const auto raw = contents(arguments[i]);
    std::cout << json::serialize(told(mail::verify(kernel::as_bytes(raw), {}, zone, now, last_two_labels))) << "\n";
  }
  return 0;
}

int spf(const std::vector<std::string>& arguments) {
  auto zone = zone_of(arguments[0]);
  std::string names = arguments[1] == "-" ? "" : arguments[1];
  for (std::size_t at = 0; at < names.size();) {
    const auto end = std::min(names.find(',', at), names.size());
    zone.fail(names.substr(at, end - at));
    at = end + 1;
  }
  for (std::string line; std::getline(std::cin, line);) {
    const auto first = line.find('\t');
    const auto second = line.find('\t', first + 1);
    const auto seen = mail::check_spf(line.substr(0, first), line.substr(first + 1, second - first - 1),
                                      line.substr(second + 1), zone);
    std::cout << mail::name_of(seen.result) << "\n";
  }
  return 0;
}

int sign(const std::vector<std::string>& arguments) {
  const auto key = crypto::SigningKey::from_pem(kernel::SecretBytes(std::string_view(contents(arguments[0]))));
  if (!key) return 2;
  const mail::SigningIdentity identity{arguments[1], arguments[2], {}};
  for (std::size_t i = 4; i < arguments.size(); ++i) {
    const auto raw = contents(arguments[i]);
    const auto field = mail::sign(kernel::as_bytes(raw), *key, identity, {std::stoll(arguments[3]) * 1000});
    if (!field) return 3;
    std::ofstream(arguments[i] + ".signed", std::ios::binary) << *field << raw;
  }
  return 0;
}

int read(const std::vector<std::string>& arguments) {
  for (const auto& path : arguments) {
    const auto raw = contents(path);
    const auto message = mail::parse(kernel::as_bytes(raw));
    if (!message) {
      std::cout << json::serialize(json::object{{"refused", message.error().code}}) << "\n";
      continue;
    }
    json::array links, hidden, limits;
    for (const auto& body : message->bodies) {
      for (const auto& link : body.links) links.push_back({link.text, link.target});
      for (const auto& text : body.hidden) hidden.push_back({mail::name_of(text.why), text.text});
    }
    for (const auto& limit : message->limits_hit) limits.emplace_back(limit);
    std::cout << json::serialize(json::object{{"from_fields", message->from_fields},
                                              {"subject", message->subject},
                                              {"text", message->visible_text()},
                                              {"links", links},
                                              {"hidden", hidden},
                                              {"limits", limits}})
              << "\n";
  }
  return 0;
}

double cpu_us() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto us = [](const timeval& t) { return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_usec); };
  return us(usage.ru_utime) + us(usage.ru_stime);
}

int time_it(const std::vector<std::string>& arguments) {
  const int repeats = std::stoi(arguments[0]);
  const mail::ZoneFile empty;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const auto raw = contents(arguments[i]);
    std::size_t seen = 0;
    const auto start = cpu_us();
    for (int n = 0; n < repeats; ++n) {
      const auto message = mail::parse(kernel::as_bytes(raw));
      if (message) seen += message->visible_text().size();
    }
    const auto parsed = cpu_us();
    for (int n = 0; n < repeats; ++n) {
      seen += mail::verify(kernel::as_bytes(raw), {}, empty, {0}, last_two_labels).dkim.size();
    }
    const auto verified = cpu_us();
    fmt::print("{} bytes={} read_us={:.0f} verify_us={:.0f} seen={}\n", arguments[i], raw.size(),
               (parsed - start) / repeats, (verified - parsed) / repeats, seen);
  }
  return 0;
}

}  // namespace

int main(int count, char** values) {
  const std::vector<std::string> arguments(values + 1, values + count);
  if (arguments.empty()) return 2;
  const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
  if (arguments[0] == "verify" && rest.size() >= 2) return verify(rest);
  if (arguments[0] == "spf" && rest.size() == 2) return spf(rest);
  if (arguments[0] == "sign" && rest.size() >= 4) return sign(rest);
  if (arguments[0] == "read") return read(rest);
  if (arguments[0] == "time" && rest.size() >= 2) return time_it(rest);
  return 2;
}
