// Who is told of what. A minor's space is told to the representatives; where discretion was asked, no letter leaves.
#include <algorithm>
#include <array>

#include "access/state.hpp"

namespace carnet::access {

using kernel::Result;
using kernel::Status;
using notices::Channel;

namespace {

notices::Recipient recipient(const identity::Person& to, PersonId about, std::string address) {
  notices::Recipient out;
  out.person = about;
  out.name = to.display_name();
  out.address = std::move(address);
  out.postal = to.postal;
  out.language = to.language;
  out.scheme = to.scheme;
  out.large_print = to.large_print;
  return out;
}

// A channel without gateway refuses: the others still tell.
Status enqueue_if_there(State& state, store::Tx& tx, const notices::Notice& notice, bool& reached) {
  const auto reference = state.means.notices->enqueue(tx, notice);
  if (reference) reached = true;
  if (!reference && reference.error().code != "notices.no_channel") return std::unexpected(reference.error());
  return {};
}

Result<std::vector<identity::Person>> addressees(State& state, store::Snapshot& at, const identity::Person& holder) {
  std::vector<identity::Person> found;
  const Date today = kernel::date_in(state.clock.now(), kernel::Zone::paris());
  CARNET_TRY(parents, state.identity.people().representatives(at, holder.id, today));
  for (const auto parent : parents) {
    CARNET_TRY(person, state.identity.people().person(at, parent));
    found.push_back(std::move(person));
  }
  if (found.empty()) found.push_back(holder);
  return found;
}

bool asked_discretion(const std::vector<Version>& versions, Instant now) {
  const auto last = last_known(versions, all_known);
  return std::ranges::any_of(last, [&](const Version& one) { return one.kind == Kind::discretion && one.holds_at(now); });
}

}  // namespace

Status tell(State& state, store::Tx& tx, PersonId person, Told what, const std::map<std::string, std::string>& said) {
  const auto chosen = state.means.templates.find(what);
  if (state.means.notices == nullptr || chosen == state.means.templates.end()) return {};
  CARNET_TRY(holder, state.identity.people().person(tx, person));
  if (holder.died) return {};
  CARNET_TRY(versions, rows::of_subject(tx, person, {}));
  const bool letters = !asked_discretion(versions, state.clock.now());
  CARNET_TRY(told, addressees(state, tx, holder));
  for (const auto& to : told) {
    bool reached = false;
    for (const auto& contact : to.contacts) {
      if (contact.channel != Channel::email && contact.channel != Channel::sms) continue;
      const notices::Notice notice{chosen->second, contact.channel, recipient(to, person, contact.address), {}, said};
      CARNET_CHECK(enqueue_if_there(state, tx, notice, reached));
    }
    if (reached || !letters || to.postal.lines.empty()) continue;
    const notices::Notice letter{chosen->second, Channel::letter, recipient(to, person, {}), {}, said};
    CARNET_CHECK(enqueue_if_there(state, tx, letter, reached));
  }
  return {};
}

namespace {

// The directory knows no address of a GP: by letter, to the structure where they treat this person.
Status tell_gp(State& state, store::Tx& tx, const identity::Person& holder, std::map<std::string, std::string> said) {
  const auto chosen = state.means.templates.find(Told::emergency_gp);
  if (state.means.notices == nullptr || chosen == state.means.templates.end() || holder.declared_gp.empty()) return {};
  CARNET_TRY(gp, state.identity.professional(tx, holder.declared_gp));
  if (!gp) return {};
  CARNET_TRY(versions, rows::of_subject(tx, holder.id, holder.declared_gp));
  notices::Notice letter{chosen->second, Channel::letter, {}, {}, std::move(said)};
  letter.to.person = holder.id;
  letter.to.name = gp->name;
  for (const auto& version : last_known(versions, all_known)) {
    if (version.kind != Kind::care_team) continue;
    CARNET_TRY(structure, state.identity.structure(tx, version.place));
    if (structure) letter.to.postal.lines = {structure->name, "FINESS " + structure->finess};
  }
  if (letter.to.postal.lines.empty()) letter.to.postal.lines = {"RPPS " + gp->rpps};
  letter.to.postal.country = "FR";
  bool reached = false;
  return enqueue_if_there(state, tx, letter, reached);
}

}  // namespace

Status note_emergency(State& state, store::Tx& tx, PersonId person, const rows::Emergency& event) {
  // Several reads may have seen that nobody was told: the first to write tells.
  const Instant since{event.opened_at.ms - state.parameter("access.emergency_hours") * 3'600'000};
  CARNET_TRY(told, rows::told_since(tx, person, event, since));
  if (told) return {};
  CARNET_CHECK(rows::add_emergency(tx, person, event));
  CARNET_TRY(holder, state.identity.people().person(tx, person));
  CARNET_TRY(professional, state.identity.professional(tx, event.rpps));
  CARNET_TRY(structure, state.identity.structure(tx, event.structure));
  constexpr std::array<std::string_view, 3> modes{"normal", "bris_de_glace", "centre_15"};
  const std::map<std::string, std::string> said{
      {"professional", professional ? professional->name : event.rpps},
      {"structure", structure ? structure->name : event.structure},
      {"mode", std::string(modes.at(static_cast<std::size_t>(event.mode)))},
      {"opened_at", kernel::to_rfc3339(event.opened_at)}};
  CARNET_CHECK(tell(state, tx, person, Told::emergency_holder, said));
  return tell_gp(state, tx, holder, said);
}

}  // namespace carnet::access
