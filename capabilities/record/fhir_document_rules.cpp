#include "record/fhir_document_rules.hpp"

#include <algorithm>
#include <array>

#include "record/rules.hpp"
#include "standards/fhir/document_reference.hpp"
#include "standards/fhir/json_patch.hpp"

namespace carnet::record {

using fhir::Value;
using kernel::Issue;
using kernel::Result;

namespace {

constexpr std::string_view masque_ps = "MASQUE_PS", invisible_patient = "INVISIBLE_PATIENT",
                           invisible_representants = "INVISIBLE_REPRESENTANTS_LEGAUX";
constexpr auto changing = std::to_array<std::string_view>({"securityLabel", "status", "extension", "meta"});

bool is_changing(std::string_view name) { return std::ranges::find(changing, name) != changing.end(); }

// Members of one are those of the other, but for those that `skips` names.
template <class Skips>
void compare(Value shown, Value asked, Skips skips, std::vector<Issue>& issues) {
  for (Value member = asked.first(); member; member = member.next())
    if (!skips(member.name()) && !(shown[member.name()] && fhir::equal_json(shown[member.name()], member)))
      issues.push_back({"business-rule", member.path(), "does not change: another document replaces this one"});
  for (Value member = shown.first(); member; member = member.next())
    if (!skips(member.name()) && !asked[member.name()])
      issues.push_back({"business-rule", asked.path_of(member.name()), "does not go: another document replaces this one"});
}

void compare_extensions(Value shown, Value asked, const std::string& path, std::vector<Issue>& issues) {
  const auto others = [](Value list) {
    std::vector<Value> found;
    for (Value one = list.first(); one; one = one.next())
      if (!one["url"].has_text(fhir::archived_extension)) found.push_back(one);
    return found;
  };
  if (!std::ranges::equal(others(shown), others(asked), fhir::equal_json))
    issues.push_back({"business-rule", path, "does not change: another document replaces this one"});
}

void read_labels(Value labels, DocumentWish& wish, std::vector<Issue>& issues) {
  for (Value label = labels.first(); label; label = label.next()) {
    const std::string subject = fhir::subject_of_label(label);
    if (subject == "confidentiality") {
      if (!wish.confidentiality.empty()) issues.push_back({"business-rule", label.path(), "one confidentiality is said"});
      for (Value coding = label["coding"].first(); coding; coding = coding.next())
        if (fhir::oid_of(coding["system"].text()) == fhir::oid::confidentiality)
          wish.confidentiality = coding["code"].text();
      const auto& code = wish.confidentiality;
      if (code != "N" && code != "R" && code != "V") issues.push_back({"code-invalid", label.path(), "is N, R or V"});
    } else if (subject == masque_ps) {
      wish.masque_ps = true;
    } else if (subject == invisible_patient) {
      wish.invisible_patient = true;
    } else if (subject == invisible_representants) {
      wish.invisible_representants = true;
    } else {
      issues.push_back({"code-invalid", label.path(), "is not a visibility that this service knows"});
    }
  }
}

}  // namespace

Result<DocumentWish> read_wish(const fhir::Json& shown, const fhir::Json& asked) {
  const Value before = shown.root(), after = asked.root();
  std::vector<Issue> issues;
  DocumentWish wish;
  compare(before, after, is_changing, issues);
  const auto of_the_server = [](std::string_view name) { return name == "versionId" || name == "lastUpdated"; };
  compare(before["meta"], after["meta"], of_the_server, issues);
  compare_extensions(before["extension"], after["extension"], after.path_of("extension"), issues);
  read_labels(after["securityLabel"], wish, issues);
  wish.archived = fhir::is_archived(after);
  const std::string status = after["status"].text();
  for (const auto one : {DocumentStatus::current, DocumentStatus::superseded, DocumentStatus::entered_in_error})
    if (code_of(one) == status) wish.status = one;
  const bool same = before["status"].has_text(status);
  if (!same && wish.status != DocumentStatus::entered_in_error)
    issues.push_back({"business-rule", after.path_of("status"), "becomes entered-in-error, or stays"});
  if (!issues.empty()) return kernel::invalid("record.document_fixed", std::move(issues));
  return wish;
}

kernel::Status apply(const DocumentWish& wish, Document& document, kernel::Instant now) {
  auto& facts = document.facts;
  std::vector<Issue> issues;
  const auto refuse = [&issues](std::string_view says) {
    issues.push_back({"business-rule", "DocumentReference.securityLabel", std::string(says)});
  };
  if (facts.masque_ps && !wish.masque_ps) refuse("MASQUE_PS: what the holder hid is shown again by the holder");
  if (facts.invisible_representants && !wish.invisible_representants)
    refuse("INVISIBLE_REPRESENTANTS_LEGAUX: what a minor asked to be hidden stays so");
  if (wish.invisible_patient && wish.masque_ps) refuse("INVISIBLE_PATIENT cannot be combined with MASQUE_PS");
  if (!issues.empty()) return kernel::invalid("record.visibility", std::move(issues));
  if (facts.invisible_patient && !wish.invisible_patient && awaits_announcement(facts, now))
    facts.patient_visible_from = now;  // it was announced
  if (!facts.invisible_patient && wish.invisible_patient) facts.patient_visible_from.reset();  // the write says until when
  facts.masque_ps = wish.masque_ps;
  facts.invisible_patient = wish.invisible_patient;
  facts.invisible_representants = wish.invisible_representants;
  if (!wish.confidentiality.empty()) document.confidentiality = wish.confidentiality;
  document.archived = wish.archived;
  if (wish.status == DocumentStatus::entered_in_error) document.status = wish.status;
  return {};
}

kernel::Status mask(Document& document, bool masked, std::optional<bool> visible_in_emergency, kernel::Instant now) {
  auto& facts = document.facts;
  if (masked && facts.invisible_patient) {
    if (awaits_announcement(facts, now))
      return kernel::invalid("record.visibility",
                             {{"business-rule", "/masked", "INVISIBLE_PATIENT cannot be combined with MASQUE_PS"}});
    facts.invisible_patient = false;
  }
  facts.masque_ps = document.masked_by_holder = masked;
  facts.visible_in_emergency = visible_in_emergency.value_or(facts.visible_in_emergency);
  return {};
}

std::vector<std::string_view> visibility_of(const access::ItemFacts& facts) {
  std::vector<std::string_view> codes;
  if (facts.masque_ps) codes.push_back(masque_ps);
  if (facts.invisible_patient) codes.push_back(invisible_patient);
  if (facts.invisible_representants) codes.push_back(invisible_representants);
  return codes;
}

}  // namespace carnet::record
