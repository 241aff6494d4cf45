// Who is told, and by which channel. A minor's space is told to the representatives.
#include <fmt/format.h>

#include <algorithm>

#include "enrollment/engine.hpp"

namespace carnet::enrollment {
namespace {

using notices::Channel;

const identity::Contact* contact_by(const identity::Person& person, Channel channel) {
  const auto found = std::find_if(person.contacts.begin(), person.contacts.end(),
                                  [&](const identity::Contact& one) { return one.channel == channel; });
  return found == person.contacts.end() ? nullptr : &*found;
}

}  // namespace

Result<identity::Person> Engine::addressee(store::Snapshot& at, const Case& about) const {
  if (!about.world.minor) return about.person;
  const Date today = about.world.today();
  CARNET_TRY(declared, people().declarant(at, about.id(), today));
  auto who = declared;
  if (!who) {
    CARNET_TRY(representatives, people().representatives(at, about.id(), today));
    if (!representatives.empty()) who = representatives.front();
  }
  if (!who) return about.person;
  return people().person(at, *who);
}

Result<std::string> Engine::send_code(store::Tx& tx, const Case& about, const Fact& fact,
                                      const ProvisionalCode& code) const {
  const Channel channel = fact.channel.value_or(Channel::letter);
  const bool announced = fact.kind != FactKind::code_sent;
  auto to = announced      ? addressee(tx, about)
            : fact.by != 0 ? people().person(tx, PersonId(fact.by))
                           : Result<identity::Person>(about.person);
  if (!to) return kernel::pass(std::move(to));
  std::string address;
  Channel via = channel;
  if (channel != Channel::letter) {
    const auto* contact = contact_by(*to, channel);
    // A landline is called, and the code said.
    if (contact == nullptr && channel == Channel::sms) contact = contact_by(*to, Channel::voice);
    if (contact == nullptr) return kernel::fault("enrollment.contact", "the contact to write to is not on file any more");
    address = contact->address;
    via = contact->channel;
  }
  notices::Notice notice{announced                                            ? notices::Template::space_announced
                         : fact.code_kind == CodeKind::second_letter ? notices::Template::second_letter
                                                                     : notices::Template::code_sent,
                         via, identity::recipient_of(*to, about.id(), std::move(address)),
                         kernel::SecretBytes(code.symbols()), {}};
  const Instant until = fact.until.value_or(fact.at);
  const Date last = fact.last_day.value_or(kernel::date_in(Instant{until.ms - 1}, about.world.zone));
  notice.parameters["last_day"] = kernel::to_text(last);
  notice.parameters["opens_day"] = kernel::to_text(last.plus_days(1));
  // 24:00 of a day is read as the last minute of that day.
  notice.parameters["valid_at"] = kernel::to_rfc3339(fact.last_day ? Instant{until.ms - 60'000} : until);
  return notices.enqueue(tx, notice);
}

Status Engine::tell(store::Tx& tx, const Case& about, notices::Template what, bool letter_too,
                    const std::map<std::string, std::string>& said) const {
  if (about.life.dead() || about.world.dead_in_register) return {};
  std::vector<identity::Person> addressees;
  if (about.world.minor) {
    CARNET_TRY(representatives, people().representatives(tx, about.id(), about.world.today()));
    for (const auto id : representatives) {
      CARNET_TRY(person, people().person(tx, id));
      addressees.push_back(person);
    }
  }
  if (addressees.empty()) addressees.push_back(about.person);
  const auto letter = letter_too ? identity::Letter::always : identity::Letter::if_unreached;
  for (const auto& to : addressees) {
    CARNET_TRY(reached, identity::tell(notices, tx, {to, about.id(), what, said, letter}));
    (void)reached;
  }
  return {};
}

}  // namespace carnet::enrollment
