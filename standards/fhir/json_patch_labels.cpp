// A patch whose operations on labels are taken by what they mean: an index that slips must not un-hide anything.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "standards/fhir/document_reference.hpp"
#include "standards/fhir/json_patch.hpp"

namespace carnet::fhir {

using kernel::Result;
using kernel::Status;

namespace {

constexpr std::string_view confidentiality = "confidentiality";

struct Label {
  std::string subject, json;
};
using LabelList = std::vector<Label>;

bool has(const LabelList& list, std::string_view subject) {
  return std::ranges::find(list, subject, &Label::subject) != list.end();
}
bool holds(const LabelList& list, const Label& label) {
  return std::ranges::any_of(
      list, [&](const Label& one) { return one.subject == label.subject && one.json == label.json; });
}

class LabelPatch {
 public:
  LabelPatch(const Json& document, const Labels& labels) : document_(document), labels_(labels) {}

  Result<std::string> run(std::span<const PatchOperation> operations) {
    CARNET_TRY(before, list());
    before_ = std::move(before);
    for (const auto& operation : operations) CARNET_CHECK(take(operation));
    CARNET_TRY(after, list());
    return finish(std::move(after));
  }

 private:
  Result<LabelList> list() const {
    LabelList found;
    const auto array = document_.text_at(labels_.place);
    if (!array) return found;
    const std::string wrapped = fmt::format("{{\"v\":{}}}", *array);
    CARNET_TRY(json, Json::parse(wrapped));
    for (Value label = json.root()["v"].first(); label; label = label.next())
      found.push_back({subject_of_label(label), std::string(label.raw())});
    return found;
  }

  bool touches(const Pointer& place) const {
    return is_at_or_below(place, labels_.place) || is_at_or_below(labels_.place, place);
  }

  static std::unexpected<kernel::Error> refused(const PatchOperation& operation, std::string_view says) {
    return kernel::invalid("fhir.patch_refused",
                           {{"business-rule", operation.where + ".path", std::string(says)}});
  }

  // The label at or above `place`, as it stands now.
  Result<std::optional<Label>> label_at(const Pointer& place) const {
    if (place.size() <= labels_.place.size()) return std::nullopt;
    CARNET_TRY(labels, list());
    const std::string& token = place[labels_.place.size()];
    std::size_t index = labels.size();
    std::from_chars(token.data(), token.data() + token.size(), index);
    if (index >= labels.size()) return std::nullopt;
    return labels[index];
  }

  Status take(const PatchOperation& operation) {
    using enum PatchOperation::Kind;
    const bool takes_away = operation.kind == remove || operation.kind == move;
    const Pointer& taken = operation.kind == move ? operation.from : operation.path;
    if (takes_away && touches(taken)) CARNET_CHECK(may_take_away(operation, taken));
    if (operation.kind == test && is_at_or_below(operation.path, labels_.place)) {
      CARNET_CHECK(document_.apply(operation));
      if (operation.path == labels_.place) {
        CARNET_TRY(all, list());
        tested_.insert(tested_.end(), all.begin(), all.end());
      } else {
        CARNET_TRY(label, label_at(operation.path));
        if (label) tested_.push_back(std::move(*label));
      }
      return {};
    }
    CARNET_CHECK(document_.apply(operation));
    // What holds the array, or the array itself, said anew.
    if (!takes_away && operation.kind != test && is_at_or_below(labels_.place, operation.path))
      said_all_ = said_all_ || document_.text_at(labels_.place).has_value();
    return {};
  }

  Status may_take_away(const PatchOperation& operation, const Pointer& taken) {
    if (operation.kind == PatchOperation::Kind::move)
      return refused(operation, "labels do not move: add what holds, remove what does not");
    if (taken.size() != labels_.place.size() + 1)
      return before_.empty() ? Status{} : refused(operation, "labels are removed one by one");
    CARNET_TRY(label, label_at(taken));
    if (!label) return {};  // there is none: applying says so
    if (label->subject == confidentiality) return refused(operation, "confidentiality is changed, not removed");
    const bool meant = labels_.guarded || holds(tested_, *label);
    if (!meant)
      return refused(operation,
                     "an index may mean another label by now: send If-Match, or a test of the label before its remove");
    removed_.push_back(std::move(*label));
    return {};
  }

  // What is there now, each subject once; then what was there before and nobody meant to take away.
  Result<std::string> finish(LabelList after) {
    LabelList final_list;
    const auto is_new = [this](const Label& label) { return !holds(before_, label); };
    for (auto& label : after) {
      const auto there = std::ranges::find(final_list, label.subject, &Label::subject);
      if (there == final_list.end())
        final_list.push_back(std::move(label));
      else if (is_new(label))
        *there = std::move(label);
    }
    for (auto& label : before_) {
      if (has(final_list, label.subject)) continue;
      if (label.subject != confidentiality && (said_all_ || has(removed_, label.subject))) continue;
      final_list.push_back(std::move(label));
    }
    return written(final_list);
  }

  Result<std::string> written(const LabelList& labels) {
    std::string array = "[";
    for (const auto& label : labels) array.append(array.size() > 1 ? "," : "").append(label.json);
    last_.path = labels_.place;
    last_.where = "[-]";
    last_.kind = labels.empty() ? PatchOperation::Kind::remove : PatchOperation::Kind::add;
    last_.value = fmt::format("{{\"v\":{}]}}", array);
    if (!labels.empty() || document_.text_at(labels_.place)) CARNET_CHECK(document_.apply(last_));
    return document_.text();
  }

  PatchedDocument document_;
  const Labels& labels_;
  LabelList before_, tested_, removed_;
  bool said_all_ = false;
  PatchOperation last_;
};

std::string subject_of_coding(Value coding) {
  const std::string system = oid_of(coding["system"].text()), code = coding["code"].text();
  constexpr auto flags = std::to_array<std::string_view>(
      {"MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REPRESENTANTS_LEGAUX"});
  if (code == "INVISIBLE_REP_LEGAUX") return std::string(flags[2]);  // as HL7 v2 spells it
  if (std::ranges::find(flags, code) != flags.end()) return code;
  if (system == oid::confidentiality) return std::string(confidentiality);
  return system + "|" + code;
}

}  // namespace

std::string subject_of_label(Value label) {
  if (const Value codings = label["coding"]) {
    std::string first;
    for (Value coding = codings.first(); coding; coding = coding.next()) {
      auto subject = subject_of_coding(coding);
      if (subject.find('|') == std::string::npos) return subject;
      if (first.empty()) first = std::move(subject);
    }
    return first;
  }
  return subject_of_coding(label);
}

Result<std::string> apply_json_patch(const Json& document, std::span<const PatchOperation> operations,
                                     const Labels& labels) {
  return LabelPatch(document, labels).run(operations);
}

}  // namespace carnet::fhir
