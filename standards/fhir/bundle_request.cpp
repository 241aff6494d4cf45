#include "standards/fhir/bundle_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "standards/fhir/writer.hpp"

namespace carnet::fhir {

using kernel::Issue;
using kernel::Result;

namespace {

constexpr std::array<std::string_view, 6> verb_codes{"DELETE", "POST", "PUT", "PATCH", "GET", "HEAD"};

bool is_type_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && text.front() >= 'A' && text.front() <= 'Z' &&
         std::ranges::all_of(text, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    const auto end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return segments;
}

bool is_operation(std::string_view segment) {
  return segment == "_search" || segment == "_history" || (segment.size() > 1 && segment.front() == '$') ||
         segment == "metadata";
}

class Reading {
 public:
  explicit Reading(std::string_view base) : base_(base) {}

  Result<BundleRequest> read(const Json& json) {
    const Value root = json.root();
    if (!root["resourceType"].has_text("Bundle")) add(root.path_of("resourceType"), "structure", "a Bundle is expected");
    request_.transaction = root["type"].has_text("transaction");
    if (!request_.transaction && !root["type"].has_text("batch"))
      add(root.path_of("type"), "value", "is transaction or batch");
    const Value entries = root["entry"];
    if (entries && !entries.is(Kind::array)) add(entries.path(), "structure", "is an array");
    if (entries.size() > max_bundle_entries)
      add(entries.path(), "too-costly", fmt::format("at most {} entries", max_bundle_entries));
    if (!issues_.empty()) return refused();
    request_.entries.reserve(entries.size());
    if (entries.is(Kind::array))
      for (Value entry = entries.first(); entry; entry = entry.next()) {
        read_entry(entry);
        if (!request_.transaction) request_.entries.back().issues = std::exchange(issues_, {});
      }
    if (request_.transaction) check_overlaps();
    if (!issues_.empty()) return refused();
    return std::move(request_);
  }

 private:
  std::unexpected<kernel::Error> refused() { return kernel::invalid("fhir.bundle", std::move(issues_)); }
  void add(std::string path, std::string_view code, std::string says) {
    issues_.push_back({std::string(code), std::move(path), std::move(says)});
  }

  void read_entry(Value value) {
    BundleEntry entry;
    entry.index = request_.entries.size();
    entry.path = fmt::format("Bundle.entry[{}]", entry.index);
    entry.full_url = value["fullUrl"].text();
    entry.resource = value["resource"];
    const Value request = value["request"];
    if (!request.is(Kind::object)) {
      add(entry.path + ".request", "required", "is required");
    } else {
      read_request(request, entry);
    }
    request_.entries.push_back(std::move(entry));
  }

  void read_request(Value request, BundleEntry& entry) {
    const auto verb = std::ranges::find(verb_codes, request["method"].text());
    if (verb == verb_codes.end()) {
      add(entry.path + ".request.method", request["method"] ? "value" : "required", "is a verb of HTTP");
      return;
    }
    entry.verb = static_cast<Verb>(verb - verb_codes.begin());
    entry.written_url = request["url"].text();
    const auto url = request["url"] ? parse_relative_url(entry.written_url, base_) : std::nullopt;
    if (!url) {
      add(entry.path + ".request.url", request["url"] ? "value" : "required", "is an address relative to this interface");
      return;
    }
    entry.url = *url;
    entry.if_match = request["ifMatch"].text();
    entry.if_none_match = request["ifNoneMatch"].text();
    entry.if_modified_since = request["ifModifiedSince"].text();
    entry.if_none_exist = request["ifNoneExist"].text();
    check_resource(entry);
  }

  void check_resource(const BundleEntry& entry) {
    const bool brings = entry.verb == Verb::post || entry.verb == Verb::put || entry.verb == Verb::patch;
    const bool is_search = entry.verb == Verb::post && !entry.url.operation.empty();
    if (!brings) {
      if (entry.resource) add(entry.path + ".resource", "structure", "is not for this verb");
      return;
    }
    if (is_search) return;
    if (!entry.resource.is(Kind::object)) {
      add(entry.path + ".resource", "required", "is required");
      return;
    }
    if (entry.verb == Verb::patch) return;  // Binary or Parameters
    if (!entry.url.type.empty() && !entry.resource["resourceType"].has_text(entry.url.type))
      add(fmt::format("{0}.resource.resourceType | {0}.request.url", entry.path), "invalid", "are of different types");
  }

  // FHIR R4 3.1.0.11.2: a transaction in which a resource stands twice has no order that could save it.
  void check_overlaps() {
    std::map<std::string, std::size_t> changed, named;
    const auto meet = [this](std::map<std::string, std::size_t>& seen, std::string key, const BundleEntry& entry,
                             std::string_view member) {
      const auto [there, is_new] = seen.emplace(std::move(key), entry.index);
      if (!is_new)
        add(fmt::format("Bundle.entry[{}].{} | {}.{}", there->second, member, entry.path, member), "duplicate",
            "stand twice in one transaction");
    };
    for (const auto& entry : request_.entries) {
      const bool changes = entry.verb == Verb::put || entry.verb == Verb::patch || entry.verb == Verb::del;
      if (changes && !entry.url.id.empty()) meet(changed, entry.url.type + "/" + entry.url.id, entry, "request.url");
      if (entry.verb == Verb::post && !entry.full_url.empty()) meet(named, entry.full_url, entry, "fullUrl");
    }
  }

  std::string_view base_;
  BundleRequest request_;
  std::vector<Issue> issues_;
};

// Elements of type uri, url, uuid, oid that may point to another entry. Not system, not an identifier's value.
constexpr auto address_members = std::to_array<std::string_view>(
    {"url", "uri", "valueUri", "valueUrl", "valueUuid", "valueOid", "instantiatesUri", "source", "target"});

void add_narrative(Value div, std::vector<ReferenceFound>& found) {
  const std::string text = div.text();
  for (const std::string_view attribute : {"href=", "src="})
    for (auto at = text.find(attribute); at != std::string::npos; at = text.find(attribute, at + 1)) {
      const auto quote = at + attribute.size();
      if (quote >= text.size() || (text[quote] != '"' && text[quote] != '\'')) continue;
      const auto end = text.find(text[quote], quote + 1);
      if (end != std::string::npos) found.push_back({div, text.substr(quote + 1, end - quote - 1), false});
    }
}

void walk(Value value, std::vector<ReferenceFound>& found) {
  if (value.is(Kind::object) || value.is(Kind::array)) {
    for (Value child = value.first(); child; child = child.next()) walk(child, found);
    return;
  }
  if (!value.is(Kind::string)) return;
  const auto name = value.name();
  if (name == "reference") {
    found.push_back({value, value.text(), true});
  } else if (name == "div") {
    add_narrative(value, found);
  } else if (std::ranges::find(address_members, name) != address_members.end()) {
    found.push_back({value, value.text(), false});
  }
}

std::string quoted(std::string_view text) { return Writer().item(text).take(); }

std::string with_text_replaced(std::string text, std::string_view from, std::string_view to) {
  for (const char quote : {'"', '\''}) {
    const std::string wanted = fmt::format("={0}{1}{0}", quote, from), instead = fmt::format("={0}{1}{0}", quote, to);
    for (auto at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + instead.size()))
      text.replace(at, wanted.size(), instead);
  }
  return text;
}

}  // namespace

std::string_view code_of(Verb verb) { return verb_codes[static_cast<std::size_t>(verb)]; }

std::optional<RelativeUrl> parse_relative_url(std::string_view url, std::string_view base) {
  RelativeUrl out;
  if (!base.empty() && url.starts_with(base)) {
    url.remove_prefix(base.size());
    if (!url.empty() && url.front() != '/' && url.front() != '?') return std::nullopt;
  } else if (url.find("://") < url.find('?')) {
    return std::nullopt;  // another server's
  }
  if (url.starts_with('/')) url.remove_prefix(1);
  const auto mark = url.find('?');
  if (mark != std::string_view::npos) {
    out.has_query = true;
    out.query = url.substr(mark + 1);
    url = url.substr(0, mark);
  }
  const auto segments = segments_of(url);
  std::size_t at = 0;
  const auto more = [&] { return at < segments.size(); };
  if (more() && is_type_name(segments[at])) {
    out.type = segments[at++];
    if (more() && !is_operation(segments[at]) && is_id(segments[at])) out.id = segments[at++];
  }
  if (more() && is_operation(segments[at])) {
    out.operation = segments[at++];
    if (out.operation == "_history" && !out.id.empty() && more() && is_id(segments[at])) out.version = segments[at++];
  }
  if (more()) {
    // A search in a compartment: Patient/{id}/Observation.
    if (out.id.empty() || !out.operation.empty() || !is_type_name(segments[at]) || at + 1 < segments.size())
      return std::nullopt;
    out.operation = segments[at];
  }
  return out;
}

Result<BundleRequest> read_bundle_request(const Json& json, std::string_view base) { return Reading(base).read(json); }

std::vector<std::size_t> order_of(const BundleRequest& request) {
  std::vector<std::size_t> order(request.entries.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  if (!request.transaction) return order;
  const auto rank = [&](std::size_t index) {
    const Verb verb = request.entries[index].verb;
    return std::pair(verb == Verb::patch ? Verb::put : verb == Verb::head ? Verb::get : verb, index);
  };
  std::ranges::sort(order, {}, rank);
  return order;
}

std::vector<ReferenceFound> references_in(Value resource) {
  std::vector<ReferenceFound> found;
  walk(resource, found);
  return found;
}

std::string with_references(Value resource, const std::vector<ReferenceFound>& references, const Resolve& resolve) {
  const std::string_view raw = resource.raw();
  const std::size_t start = resource.begin();
  std::string out;
  std::size_t done = 0;
  for (std::size_t i = 0; i < references.size(); ++i) {
    const Value value = references[i].value;
    std::optional<std::string> text;
    if (value.name() == "div") {  // one div may hold several
      std::string div = value.text();
      bool changed = false;
      for (; i < references.size() && references[i].value.begin() == value.begin(); ++i)
        if (const auto instead = resolve(references[i])) {
          div = with_text_replaced(std::move(div), references[i].text, *instead);
          changed = true;
        }
      --i;
      if (changed) text = std::move(div);
    } else {
      text = resolve(references[i]);
    }
    if (!text) continue;
    out.append(raw.substr(done, value.begin() - start - done)).append(quoted(*text));
    done = value.end() - start;
  }
  return out.append(raw.substr(done));
}

}  // namespace carnet::fhir
