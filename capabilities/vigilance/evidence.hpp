// What a message holds, gathered before anything is judged.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "standards/mail/message.hpp"
#include "vigilance/hosts.hpp"
#include "vigilance/lexicon.hpp"
#include "vigilance/links.hpp"
#include "vigilance/model.hpp"
#include "vigilance/phones.hpp"
#include "vigilance/registry.hpp"
#include "vigilance/speech.hpp"
#include "vigilance/text.hpp"
#include "vigilance/vigilance.hpp"

namespace carnet::vigilance {

struct Engine::State {
  explicit State(Registry facts) : registry(std::move(facts)), glyphs(registry.glyphs()), hosts(registry.host_words()) {}
  Registry registry;
  Glyphs glyphs;
  HostJudge hosts;
  Lexicon lexicon;
  Model model;
  std::shared_ptr<const mail::Resolver> keys;  // zone of dkim_keys.tsv
};

// Somewhere the message leads.
struct Lead {
  FoundLink link;
  HostJudgement judged;
  bool is_own = false;      // the registrable domain of the sender
  bool is_quoted = false;
  bool in_text = false;     // link.plain is a place in the text
  bool text_differs = false, shows_sender = false;  // shows another address than its own; the sender's domain
  bool shows_listed = false;  // that of an organisation which is not the sender
  bool path_names_official = false, path_names_protected = false, user_names_official = false;
  bool elsewhere() const {
    using Kind = HostJudgement::Kind;
    return !link.is_mail && (judged.kind == Kind::unlisted || judged.kind == Kind::shortener || judged.kind == Kind::hosting ||
                             judged.kind == Kind::messaging || judged.kind == Kind::address || judged.kind == Kind::imitation || judged.kind == Kind::look_alike);
  }
};

struct Sender {
  bool known = false;        // an address was given
  std::string address, domain, registrable, display;
  HostJudgement judged;
  bool is_mailbox = false;   // anyone may have one there
  bool lists_official = false;
  bool several = false;
  bool reply_elsewhere = false;
};

struct Material {
  Message::Form form = Message::Form::text;
  Date on;
  std::string shown;
  Plain plain;
  Words words;
  std::vector<Hit> hits;
  Speech speech;
  std::vector<Lead> leads;
  std::vector<FoundPhone> phones;
  Sender sender;
  bool host_alone = false;  // the message is nothing but the name of a host
  bool passwords_asked = false, has_picture = false;
  int risky_attachment = 0;  // 0 none, 1 archive, 2 page, 3 program
  std::size_t malformed = 0;
};

// A host name alone, in plain lower-case signs; none for anything else, which gather_text reads.
std::optional<Material> gather_host(const Engine::State& state, const Message& message, Date on);
Material gather_text(const Engine::State& state, const Message& message, Date on);
Material gather_mail(const Engine::State& state, const mail::Message& mail, const std::vector<std::string>& codes, Date on);
HostJudgement judge_name(const Engine::State& state, const HostName& host, Date on);

// SimHash of shapes of words, links and numbers left out; 0 for fewer than 8 words.
std::uint64_t print_of(const Words& words);

// The verdict over the material, in the order of the issue; official is decided before.
Judgement weigh(const Engine::State& state, const Material& material, const Campaigns& campaigns);

}  // namespace carnet::vigilance
