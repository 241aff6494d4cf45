#include "foundation/kernel/json.hpp"

#include <concepts>
#include <type_traits>

#include "standards/cda/cda.hpp"

namespace carnet::cda {

namespace {

namespace json = boost::json;

template <class T, class Struct>
concept Same = std::same_as<std::remove_const_t<T>, Struct>;

// One list of members per struct, walked by the writer and by the strict reader alike.
template <class V, Same<Identifier> T>
void fields(V& v, T& x) {
  v("root", x.root), v("extension", x.extension);
}
template <class V, Same<Code> T>
void fields(V& v, T& x) {
  v("code", x.code), v("system", x.system), v("display", x.display);
}
template <class V, Same<Time> T>
void fields(V& v, T& x) {
  v("iso", x.iso), v("precision", x.precision), v("zoned", x.zoned);
}
template <class V, Same<Period> T>
void fields(V& v, T& x) {
  v("start", x.start), v("end", x.end);
}
template <class V, Same<Organization> T>
void fields(V& v, T& x) {
  v("ids", x.ids), v("name", x.name), v("setting", x.setting);
}
template <class V, Same<Actor> T>
void fields(V& v, T& x) {
  v("ids", x.ids), v("prefix", x.prefix), v("given", x.given), v("family", x.family), v("suffix", x.suffix);
  v("device", x.device), v("profession", x.profession), v("function", x.function);
  v("organization", x.organization), v("time", x.time);
}
template <class V, Same<Patient> T>
void fields(V& v, T& x) {
  v("ids", x.ids), v("birth_name", x.birth_name), v("used_name", x.used_name), v("given", x.given);
  v("first_given", x.first_given), v("used_given", x.used_given), v("birth", x.birth), v("sex", x.sex);
  v("birthplace_insee", x.birthplace_insee);
}
template <class V, Same<Service> T>
void fields(V& v, T& x) {
  v("code", x.code), v("when", x.when), v("performer", x.performer);
}
template <class V, Same<Encounter> T>
void fields(V& v, T& x) {
  v("code", x.code), v("when", x.when), v("place", x.place);
}
template <class V, Same<Related> T>
void fields(V& v, T& x) {
  v("type", x.type), v("ids", x.ids);
}
template <class V, Same<Body> T>
void fields(V& v, T& x) {
  v("kind", x.kind), v("media_type", x.media_type), v("decoded_bytes", x.decoded_bytes);
}
template <class V, Same<Document> T>
void fields(V& v, T& x) {
  v("id", x.id), v("set_id", x.set_id), v("version", x.version), v("template_ids", x.template_ids), v("title", x.title);
  v("type", x.type), v("confidentiality", x.confidentiality), v("effective", x.effective), v("language", x.language);
  v("patient", x.patient), v("authors", x.authors), v("custodian", x.custodian);
  v("legal_authenticator", x.legal_authenticator), v("services", x.services), v("encounter", x.encounter);
  v("related", x.related), v("body", x.body), v("unwrapped", x.unwrapped);
}

constexpr std::array<std::string_view, 6> precisions = {"year", "month", "day", "hour", "minute", "second"};
constexpr std::array<std::string_view, 2> body_kinds = {"embedded", "structured"};

class Writer {
 public:
  template <class T>
  void operator()(std::string_view name, const T& value) {
    object_[name] = write(value);
  }
  template <class T>
  static json::value write(const T& value) {
    if constexpr (std::same_as<T, std::string> || std::same_as<T, bool> || std::integral<T>) {
      return json::value(value);
    } else if constexpr (std::same_as<T, Precision>) {
      return json::value(precisions[static_cast<std::size_t>(value)]);
    } else if constexpr (std::same_as<T, BodyKind>) {
      return json::value(body_kinds[static_cast<std::size_t>(value)]);
    } else {
      Writer inner;
      fields(inner, value);
      return json::value(std::move(inner.object_));
    }
  }
  template <class T>
  static json::value write(const std::vector<T>& values) {
    json::array array;
    for (const T& one : values) array.push_back(write(one));
    return array;
  }
  template <class T>
  static json::value write(const std::optional<T>& value) {
    return value ? write(*value) : json::value(nullptr);
  }

 private:
  json::object object_;
};

// Every member must be there with its own type, and no other.
class StrictReader {
 public:
  StrictReader(const json::value& value, std::string path, std::vector<kernel::Issue>& issues)
      : path_(std::move(path)), issues_(issues) {
    if (value.is_object()) object_ = &value.get_object();
    if (object_ == nullptr) issues_.push_back({"type", path_, "must be an object"});
  }
  template <class T>
  void operator()(std::string_view name, T& out) {
    if (object_ == nullptr) return;
    const std::string path = path_ + "/" + std::string(name);
    const json::value* member = object_->if_contains(name);
    if (member == nullptr) {
      issues_.push_back({"required", path, "is missing"});
      return;
    }
    ++read_;
    read(*member, path, out);
  }
  void finish() {
    if (object_ != nullptr && object_->size() != read_)
      issues_.push_back({"unknown", path_, "has a member that is not known"});
  }

 private:
  void wrong(const std::string& path) { issues_.push_back({"type", path, "has not the right type or value"}); }

  template <class T>
  void read(const json::value& from, const std::string& path, T& out) {
    if constexpr (std::same_as<T, std::string>) {
      if (!from.is_string()) return wrong(path);
      out.assign(from.get_string().data(), from.get_string().size());
    } else if constexpr (std::same_as<T, bool>) {
      if (!from.is_bool()) return wrong(path);
      out = from.get_bool();
    } else if constexpr (std::integral<T>) {
      if (!from.is_int64() || from.get_int64() < 0) return wrong(path);
      out = static_cast<T>(from.get_int64());
    } else if constexpr (std::same_as<T, Precision>) {
      choice(from, path, precisions, out);
    } else if constexpr (std::same_as<T, BodyKind>) {
      choice(from, path, body_kinds, out);
    } else {
      StrictReader inner(from, path, issues_);
      fields(inner, out);
      inner.finish();
    }
  }
  template <class T>
  void read(const json::value& from, const std::string& path, std::vector<T>& out) {
    if (!from.is_array()) return wrong(path);
    for (const json::value& one : from.get_array())
      read(one, path + "/" + std::to_string(out.size()), out.emplace_back());
  }
  template <class T>
  void read(const json::value& from, const std::string& path, std::optional<T>& out) {
    if (!from.is_null()) read(from, path, out.emplace());
  }
  template <std::size_t N, class T>
  void choice(const json::value& from, const std::string& path, const std::array<std::string_view, N>& names, T& out) {
    if (from.is_string()) {
      for (std::size_t i = 0; i < N; ++i) {
        if (std::string_view(from.get_string().data(), from.get_string().size()) == names[i]) {
          out = static_cast<T>(i);
          return;
        }
      }
    }
    wrong(path);
  }

  std::string path_;
  std::vector<kernel::Issue>& issues_;
  const json::object* object_ = nullptr;
  std::size_t read_ = 0;
};

// `iso` feeds fixed-place readers of Time: only what parse_time could have written is let in.
void check_time(const std::optional<Time>& time, std::string_view path, std::vector<kernel::Issue>& issues) {
  if (!time) return;
  std::string ts;
  for (const char c : time->iso) {
    const bool offset_sign = (c == '+' || c == '-') && ts.size() >= 14;
    if ((c >= '0' && c <= '9') || offset_sign) ts += c;
  }
  if (time->precision == Precision::hour && ts.size() >= 14) ts.erase(10, 4);
  if (time->precision == Precision::minute && ts.size() >= 14) ts.erase(12, 2);
  if (parse_time(ts) != time) issues.push_back({"value", std::string(path), "not a time that read() gives"});
}

void check_times(const Document& document, std::vector<kernel::Issue>& issues) {
  const auto actor = [&](const Actor& who, std::string_view path) { check_time(who.time, path, issues); };
  const auto period = [&](const Period& when, std::string_view path) {
    check_time(when.start, path, issues);
    check_time(when.end, path, issues);
  };
  check_time(document.effective, "/effective", issues);
  check_time(document.patient.birth, "/patient/birth", issues);
  for (const Actor& who : document.authors) actor(who, "/authors");
  if (document.legal_authenticator) actor(*document.legal_authenticator, "/legal_authenticator");
  for (const Service& service : document.services) {
    period(service.when, "/services");
    if (service.performer) actor(*service.performer, "/services");
  }
  if (document.encounter) period(document.encounter->when, "/encounter");
}

}  // namespace

std::string to_json(const Document& document) {
  return json::serialize(Writer::write(document));
}

Result<Document> from_json(std::string_view text) {
  CARNET_TRY(object, kernel::parse_object(text));
  Document document;
  std::vector<kernel::Issue> issues;
  const json::value whole(std::move(object));
  StrictReader reader(whole, "", issues);
  fields(reader, document);
  reader.finish();
  if (issues.empty()) check_times(document, issues);
  if (!issues.empty()) return kernel::invalid("cda.json", std::move(issues));
  return document;
}

}  // namespace carnet::cda
