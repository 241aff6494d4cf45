// Bundles, appended to one text.
#include "standards/fhir/answers.hpp"
#include "standards/fhir/writer.hpp"

namespace carnet::fhir {

namespace {

std::string quoted(std::string_view text) { return Writer().item(text).take(); }

}  // namespace

BundleWriter::BundleWriter(std::string_view type, std::size_t expected_bytes) {
  out_.reserve(expected_bytes + 512);
  out_.append(R"({"resourceType":"Bundle","type":")").append(type).append("\"");
}

void BundleWriter::member(std::string_view before, std::string_view text) {
  out_.append(before).append(text).append("\"");
}

void BundleWriter::tag(std::string_view code, std::string_view display) {
  member(",\"meta\":{\"tag\":[{\"code\":\"", code);
  member(",\"display\":\"", display);
  out_.append("}]}");
}

void BundleWriter::total(std::int64_t total) { out_.append(",\"total\":").append(std::to_string(total)); }

void BundleWriter::link(std::string_view relation, std::string_view url) {
  out_.append(in_links_ ? "," : ",\"link\":[");
  in_links_ = true;
  member("{\"relation\":\"", relation);
  out_.append(",\"url\":").append(quoted(url)).append("}");
}

void BundleWriter::begin_entry() {
  if (in_links_) out_.append("]");
  in_links_ = false;
  out_.append(in_entries_ ? ",{" : ",\"entry\":[{");
  in_entries_ = true;
}

void BundleWriter::found(std::string_view full_url, std::string_view resource, std::string_view mode) {
  begin_entry();
  if (!full_url.empty()) {
    member("\"fullUrl\":\"", full_url);
    out_.append(",");
  }
  out_.append("\"resource\":").append(resource);
  member(",\"search\":{\"mode\":\"", mode);
  out_.append("}}");
}

void BundleWriter::response(const Done& done, std::string_view outcome) {
  member("\"response\":{\"status\":\"", done.status);
  if (!done.location.empty()) member(",\"location\":\"", done.location);
  if (!done.etag.empty()) out_.append(",\"etag\":").append(quoted(done.etag));
  if (!done.last_modified.empty()) member(",\"lastModified\":\"", done.last_modified);
  if (!outcome.empty()) out_.append(",\"outcome\":").append(outcome);
  out_.append("}}");
}

void BundleWriter::version(std::string_view full_url, std::string_view resource, std::string_view method,
                           std::string_view url, const Done& done) {
  begin_entry();
  member("\"fullUrl\":\"", full_url);
  if (!resource.empty()) out_.append(",\"resource\":").append(resource);
  member(",\"request\":{\"method\":\"", method);
  member(",\"url\":\"", url);
  out_.append("},");
  response(done, {});
}

void BundleWriter::answer(std::string_view resource, const Done& done, std::string_view outcome) {
  begin_entry();
  if (!resource.empty()) out_.append("\"resource\":").append(resource).append(",");
  response(done, outcome);
}

std::string BundleWriter::take() {
  if (in_links_ || in_entries_) out_.append("]");
  out_.append("}");
  return std::move(out_);
}

}  // namespace carnet::fhir
