// Telling people that a space will open: the campaign's command, what becomes of a message, the new adult.
#include <algorithm>

#include "enrollment/acts.hpp"

namespace carnet::enrollment {
namespace {

using notices::Channel;

bool name_is_sound(std::string_view campaign) {
  return !campaign.empty() && campaign.size() <= 64 && std::all_of(campaign.begin(), campaign.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

// Did a notice of this campaign come back by this channel?
bool came_back(const Case& about, std::string_view campaign, Channel channel) {
  const Fact* last = nullptr;
  for (const auto& fact : about.facts) {
    if (fact.kind == FactKind::notified || fact.kind == FactKind::majority_notified) last = &fact;
    if (fact.kind == FactKind::returned && last != nullptr && last->campaign == campaign && last->channel == channel)
      return true;
  }
  return false;
}

// E-mail when there is an address; else, or when it bounced, the post. Nothing when nothing is left to try.
std::optional<Channel> channel_for(const Case& about, const identity::Person& to, std::string_view campaign) {
  const bool has_email = std::any_of(to.contacts.begin(), to.contacts.end(),
                                     [](const identity::Contact& one) { return one.channel == Channel::email; });
  if (has_email && !came_back(about, campaign, Channel::email)) return Channel::email;
  if (!to.postal.lines.empty() && !came_back(about, campaign, Channel::letter)) return Channel::letter;
  return std::nullopt;
}

Actor campaign_actor(std::string_view campaign) {
  return Actor{audit::ActorKind::machine, "campaign:" + std::string(campaign), {}, {}};
}

}  // namespace

Result<NoticeOutcome> notify(const Engine& engine, store::Tx& tx, PersonId person, std::string_view campaign) {
  if (!name_is_sound(campaign))
    return kernel::invalid("enrollment.campaign", {{"value", "campaign", "letters, digits, '-', '_' and '.', at most 64"}});
  CARNET_TRY(about, engine.load(tx, person));
  CARNET_TRY(to, engine.addressee(tx, about));
  if (to.died) return NoticeOutcome{};  // a representative who died is not written to either
  const auto channel = channel_for(about, to, campaign);
  if (!channel) return NoticeOutcome{};
  const auto decision = decide_notify(about.life, about.world, *about.terms, *channel, campaign);
  if (!decision.done()) return NoticeOutcome{};
  CARNET_TRY(recorded, engine.record(tx, about, decision, campaign_actor(campaign)));
  return NoticeOutcome{true, recorded.reference, *channel};
}

Status delivered(const Engine& engine, store::Tx& tx, const notices::Delivery& delivery) {
  const bool announces = delivery.what == notices::Template::space_announced;
  if (!announces || delivery.fate != notices::Delivery::Fate::returned) return {};
  CARNET_TRY(about, engine.load(tx, delivery.person));
  if (about.life.reference != delivery.reference) return {};  // an older notice, told again since
  const auto decision = decide_returned(about.life, about.world);
  if (!decision.done()) return {};  // opened, objected or dead meanwhile: nothing hangs on this notice any more
  const std::string campaign = about.life.campaign;
  CARNET_TRY(recorded, engine.record(tx, about, decision, campaign_actor(campaign)));
  (void)recorded;
  CARNET_TRY(again, notify(engine, tx, delivery.person, campaign));
  (void)again;
  return {};
}

Status tell_new_adult(const Engine& engine, store::Tx& tx, Case& about) {
  auto decision = about.person.postal.lines.empty()
                      ? Decision{Refusal::not_now, {}}
                      : decide_majority_notice(about.life, about.world, *about.terms, Channel::letter);
  if (!decision.done()) decision.facts.clear();
  CARNET_TRY(recorded, engine.record(tx, about, decision, campaign_actor("majority")));
  (void)recorded;
  return {};
}

}  // namespace carnet::enrollment
