// Writes JSON in order, once, with nothing to build before: answers of megabytes cost their own size.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace carnet::fhir {

// Members and items are written in the order of the calls; the caller closes what it opens. Text must be UTF-8.
class Writer {
 public:
  explicit Writer(std::size_t expected_bytes = 512) { out_.reserve(expected_bytes); }

  // Inside an object: with a name. Inside an array, or for the whole: without.
  Writer& object(std::string_view name = {});
  Writer& end_object();
  Writer& array(std::string_view name = {});
  Writer& end_array();
  Writer& text(std::string_view name, std::string_view value);
  Writer& text_unless_empty(std::string_view name, std::string_view value);
  Writer& item(std::string_view value);  // a string of an array
  Writer& number(std::string_view name, std::int64_t value);
  Writer& boolean(std::string_view name, bool value);
  Writer& raw(std::string_view name, std::string_view json);  // already JSON; copied as it is
  // {"coding":[{"system","code","display"}]}
  Writer& concept_of(std::string_view name, std::string_view system, std::string_view code,
                     std::string_view display = {});

  std::string take() { return std::move(out_); }
  std::size_t size() const { return out_.size(); }

 private:
  void start(std::string_view name);
  void quote(std::string_view value);
  std::string out_;
  bool first_ = true;  // in the object or array that is open
};

}  // namespace carnet::fhir
