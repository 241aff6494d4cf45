// What someone is to do, by the facts in force: rules 11, "Order" and "A victim".
#include <algorithm>

#include "vigilance/vigilance.hpp"

namespace carnet::vigilance {
namespace {

// Column 2 of the line of report_channels whose first is `what`.
std::string channel(const Engine& engine, Date on, std::string_view what) {
  for (const auto& line : engine.facts("report_channels", on))
    if (line.size() > 2 && line[0] == what) return line[2];
  return {};
}

bool speaks_of_france_connect(const Judgement& judgement, std::string_view text) {
  const auto named = [](const Reason& reason) { return reason.name == "FranceConnect"; };
  return std::ranges::any_of(judgement.reasons, named) || text.find("FranceConnect") != std::string_view::npos;
}

std::string first_host(const Judgement& judgement) {
  for (const auto& reason : judgement.reasons)
    if (reason.subject.find('.') != std::string::npos && reason.subject.find('@') == std::string::npos) return reason.subject;
  return {};
}

bool gave_any(const std::vector<std::string>& gave, std::initializer_list<std::string_view> of) {
  return std::ranges::any_of(of, [&](std::string_view one) { return std::ranges::find(gave, one) != gave.end(); });
}

}  // namespace

std::vector<Step> report_steps(const Engine& engine, Date on, Circumstance kind, const Judgement& judgement,
                               std::string_view text, std::string_view sender, bool lost_money) {
  std::vector<Step> steps{{"do_not_answer"}};
  if (kind == Circumstance::sms) {
    // Two messages: the text, then, when the service answers, the number it came from.
    const auto to = channel(engine, on, "sms");
    Step forward{"forward_sms", {{to, std::string(text)}}};
    if (!sender.empty()) forward.send.push_back({to, std::string(sender)});
    steps.push_back(std::move(forward));
  }
  if (const auto host = first_host(judgement); !host.empty())
    steps.push_back({"report_link", {{channel(engine, on, "url"), host}}, {}, channel(engine, on, "url")});
  if (speaks_of_france_connect(judgement, text))
    steps.push_back({"report_france_connect", {{channel(engine, on, "france_connect"), std::string(text)}}});
  if (lost_money) steps.push_back({"complaint", {}, channel(engine, on, "complaint")});
  steps.push_back({"tell_help", {}, {}, channel(engine, on, "help")});
  steps.push_back({"delete_message"});
  return steps;
}

std::vector<Step> victim_steps(const Engine& engine, Date on, const std::vector<std::string>& gave) {
  std::vector<Step> steps;
  if (gave_any(gave, {"card", "bank_login", "money"})) {
    steps.push_back({"call_bank"});
    steps.push_back({"second_call"});
  }
  if (gave_any(gave, {"remote"})) steps.push_back({"hang_up_remote"});
  if (gave_any(gave, {"password", "bank_login", "remote"})) steps.push_back({"change_passwords"});
  if (gave_any(gave, {"password", "card", "bank_login", "identity", "number"})) steps.push_back({"check_refund_account"});
  if (gave_any(gave, {"identity", "number"})) steps.push_back({"watch_identity"});
  if (gave_any(gave, {"password", "identity", "number", "remote"})) {
    steps.push_back({"end_sessions"});
    steps.push_back({"read_traces"});
    steps.push_back({"ask_freeze"});
  }
  steps.push_back({"report"});
  if (gave_any(gave, {"card", "bank_login", "money", "identity"})) steps.push_back({"complaint", {}, channel(engine, on, "complaint")});
  steps.push_back({"tell_help", {}, {}, channel(engine, on, "help")});
  return steps;
}

}  // namespace carnet::vigilance
