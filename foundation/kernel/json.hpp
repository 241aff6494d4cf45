// Small JSON documents: Boost.JSON, with the accessors that our APIs need. FHIR resources do not come here
// (standards/fhir keeps decimals as text); this is for our own web and admin API, configuration-sized values and sealed
// bodies.
#pragma once
#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "foundation/kernel/result.hpp"

namespace carnet::kernel {

namespace json = boost::json;

// Strict parse of one object: depth 32, no duplicate keys, no trailing bytes.
Result<json::object> parse_object(std::string_view text);

// Reads members of an API body and gathers every issue, so that a caller hears all of them at once.
//   Reader in(object);  auto code = in.text("code", 40);  in.only({"code","number"});  if (!in.ok()) return in.error();
class Reader {
 public:
  explicit Reader(const json::object& object, std::string path = {}) : object_(object), path_(std::move(path)) {}
  std::string text(std::string_view name, std::size_t max_length);           // required, 1..max_length UTF-8 bytes
  std::string optional_text(std::string_view name, std::size_t max_length);  // absent or null: empty
  std::int64_t integer(std::string_view name, std::int64_t min, std::int64_t max);
  bool boolean(std::string_view name);
  void only(std::initializer_list<std::string_view> names);  // unknown members are issues
  bool ok() const { return issues_.empty(); }
  std::unexpected<Error> error() const { return invalid("body", issues_); }

 private:
  const json::object& object_;
  std::string path_;
  std::vector<Issue> issues_;
};

}  // namespace carnet::kernel
