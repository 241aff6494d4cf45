// The whole service as a subject of comparison: real stores, codes read in the outbox, the routes as the pages call them.
#include <fmt/format.h>

#include <map>
#include <set>

#include "enrollment/testing/enrollment_house.hpp"
#include "proof/sim/lives.hpp"

namespace carnet::proof {
namespace {

namespace json = kernel::json;
using enrollment::testing::EnrollmentHouse;
using enrollment::testing::must;
using Someone = enrollment::testing::Someone;

constexpr const char* password = "une phrase assez longue";

Someone holder_of(const Person& person) {
  Someone holder{.n = 1};
  holder.birth_date = kernel::to_text(person.facts.birth);
  holder.zone = person.facts.zone;
  holder.email = person.facts.email_on_file ? "holder@courriel.example" : "";
  holder.phone = person.facts.phone_on_file ? "0612345678" : "";
  holder.parents = enrollment::testing::number_of(2);
  return holder;
}

Outcome outcome_of(int status) {
  if (status == 429) return Outcome::wait;
  if (status == 409 || status == 403) return Outcome::refused;
  return status >= 200 && status < 300 ? Outcome::done : Outcome::nothing;
}

class ServiceSubject final : public Subject {
 public:
  explicit ServiceSubject(const Person& person) : person_(person), holder_(holder_of(person)) {
    house_.keep_time();
    house_.clock().set({person.start.ms - 1000});
    house_.import({holder_, parent_});
    id_ = house_.find(holder_);
    parent_id_ = house_.find(parent_);
  }

  Outcome apply(const Command& command) override {
    house_.clock().set(command.at);
    read_outbox();
    came_to_ = {command};
    const Outcome outcome = act(command);
    read_outbox();
    return outcome;
  }

  std::vector<Command> came_to(const Command&) override { return came_to_; }

  Observed observe(Instant now) override {
    house_.clock().set(now);
    const auto standing = house_.standing(id_);
    const auto allowed = enrollment::allowed_in(standing.state);
    Observed seen;
    seen.state = static_cast<State>(static_cast<int>(standing.state) - 1);
    seen.deposit = allowed.deposit;
    seen.team_reads = allowed.team_reads;
    seen.holder_signs_in = allowed.holder_signs_in;
    seen.archive_copy = allowed.archive_copy;
    seen.open = allowed.open;
    seen.object = allowed.object;
    seen.close = allowed.close;
    seen.opens_by_default_at = standing.opens_by_default_at;
    seen.kept_until = standing.kept_until;
    seen.second_letter_awaited = standing.second_letter_awaited;
    return seen;
  }

 private:
  enrollment::Enrollment& service() { return house_.enrollment(); }
  bool minor() {
    const auto today = kernel::date_in(house_.clock().now(), *kernel::Zone::named(person_.facts.zone));
    return kernel::age_on(person_.facts.birth, today) < person_.parameters.majority_age;
  }
  std::int64_t facts() { return house_.count("SELECT COUNT(*) FROM life_fact WHERE person_id = " + std::to_string(id_.value)); }

  // By which channel the service would announce: the addressee's e-mail, then the post, unless it came back.
  std::optional<Channel> channel_left(const std::string& campaign) {
    const bool email = minor() || person_.facts.email_on_file;
    if (email && !came_back_.contains({campaign, Channel::email})) return Channel::email;
    if (!came_back_.contains({campaign, Channel::letter})) return Channel::letter;
    return std::nullopt;
  }

  // ---- what arrived
  void read_outbox() {
    for (const auto& value : house_.outbox()) {
      const auto& item = value.as_object();
      const std::string id(item.at("id").as_string());
      if (!seen_.insert(id).second) break;  // newest first: the rest was read before
      const auto* code = item.if_contains("code");
      if (code == nullptr) continue;
      const std::string_view subject = item.at("subject").as_string();
      const std::string text(code->as_string());
      if (subject == "Votre second code") {
        second_letter_ = text;
      } else if (subject == "Votre code à usage unique") {
        one_time_code_ = text;
      } else if (subject == "Votre code provisoire") {
        asked_ = text;
      } else {
        codes_[TypedCode::announced] = text;
      }
    }
  }
  std::string typed(TypedCode code) {
    const auto found = codes_.find(code);
    return found != codes_.end() ? found->second : enrollment::ProvisionalCode::draw(house_.entropy()).grouped();
  }
  http::Response post(const std::string& path, const json::object& body, const std::string& cookie = {}, bool as_parent = false) {
    EnrollmentHouse::Asked asked{http::Method::post, path, body, cookie, fmt::format("2001:db8:{:x}::1", ++calls_), {}};
    if (as_parent) asked.principal = caller(true);
    return house_.call(asked);
  }
  std::shared_ptr<identity::Caller> caller(bool parent) {
    auto one = std::make_shared<identity::Caller>();
    one->person = parent ? parent_id_ : id_;
    return one;
  }

  // ---- acts
  Outcome act(const Command& command) {
    switch (command.act) {
      case Act::notify: return notify(command);
      case Act::returned: return returned(command);
      case Act::open: return open(command);
      case Act::object: return by_code("/api/objection", command);
      case Act::close_unopened: return by_code("/api/closure", command);
      case Act::ask_code: return ask_code(command);
      case Act::enter_second_letter: return enter_second_letter(command);
      case Act::restart: house_.reopen(); return Outcome::done;
      case Act::sweep: return sweep(command);
      case Act::close: return done(io::run(service().close(*caller(minor()), id_)));
      case Act::reopen: return done(io::run(service().reopen(*caller(minor()), id_)));
      case Act::ask_erasure: return done(io::run(service().request_erasure(*caller(minor()), id_)));
      case Act::suspend: return done(io::run(service().suspend(id_, "fraud")));
      case Act::lift: return done(io::run(service().lift_suspension(id_)));
      case Act::object_to_suspension: return done(io::run(service().object_to_suspension(id_)));
      case Act::die: return done(io::run(service().declare_death(id_, today().plus_days(-command.days_ago))));
      case Act::revert_death: return done(io::run(service().revert_death(id_)));
      case Act::majority_notice: break;
    }
    return Outcome::refused;
  }
  Date today() { return kernel::date_in(house_.clock().now(), *kernel::Zone::named(person_.facts.zone)); }
  template <class Result>
  Outcome done(const Result& result) {
    return result ? Outcome::done : Outcome::refused;
  }

  Outcome notify(const Command& command) {
    const auto channel = channel_left(fmt::format("c{}", command.campaign));
    const auto outcome = house_.notify(id_, fmt::format("c{}", command.campaign));
    if (!channel) {
      came_to_.clear();
      return outcome.sent ? Outcome::done : Outcome::refused;
    }
    came_to_[0].channel = *channel;
    if (!outcome.sent) return Outcome::refused;
    last_campaign_ = command.campaign;
    last_channel_ = *channel;
    last_is_majority_ = false;
    return Outcome::done;
  }

  Outcome returned(const Command& command) {
    if (last_is_majority_) {
      came_to_.clear();
      return Outcome::refused;
    }
    std::string reference;
    const auto sql = fmt::format("SELECT reference FROM notice WHERE person_id = {} AND template = 1 ORDER BY notice_id", id_.value);
    house_.read<bool>([&](store::Snapshot& at) -> kernel::Result<bool> {
      CARNET_CHECK(at.query(sql, {}, [&](const store::Row& row) {
        reference = std::string(row.text(0));
        return true;
      }));
      return true;
    });
    const auto before = facts();
    if (!reference.empty()) must(house_.notices().returned(reference));
    if (facts() == before) return Outcome::refused;
    const auto campaign = fmt::format("c{}", last_campaign_);
    came_back_.insert({campaign, last_channel_});
    if (const auto next = channel_left(campaign)) {
      Command again = command;
      again.act = Act::notify;
      again.campaign = last_campaign_;
      again.channel = last_channel_ = *next;
      came_to_.push_back(again);
    }
    return Outcome::done;
  }

  Outcome sweep(const Command& command) {
    const auto before = codes_;
    must(io::run(service().sweep()));
    read_outbox();
    if (codes_ != before) last_is_majority_ = true;
    Command adult = command;
    adult.act = Act::majority_notice;
    adult.channel = Channel::letter;
    came_to_ = {adult, command};
    return Outcome::done;
  }

  Outcome open(const Command& command) {
    const auto& e = command.evidence;
    if (e.in_person) return open_in_person();
    if (e.representative_session) {
      const auto path = fmt::format("/api/children/{}/activation", house_.identity().people().opaque(id_));
      return without_waits(outcome_of(post(path, {{"code", typed(e.code)}}, {}, true).status));
    }
    const bool child = minor();
    const auto& card = child ? parent_ : holder_;
    const Someone nobody{.n = 77};
    const auto facts_given = post("/api/activation/facts", {{"code", typed(e.code)},
                                                            {"number", e.number ? card.number() : nobody.number()},
                                                            {"serial", e.serial ? card.serial() : nobody.serial()},
                                                            {"child", child}});
    if (facts_given.status != 201) {
      const auto outcome = outcome_of(facts_given.status);
      // The page asks for a contact only once the facts are right.
      if (outcome == Outcome::nothing) came_to_[0].evidence.contact = came_to_[0].evidence.typed_contact = false;
      return child || !e.number || !e.serial ? without_waits(outcome) : outcome;
    }
    const auto cookie = EnrollmentHouse::set_cookie_of(facts_given, "__Host-flow");
    const auto flow = EnrollmentHouse::body_of(facts_given);
    if (!flow.at("contact_confirmed").as_bool()) confirm_contact(flow, cookie);
    json::object chosen;
    if (flow.at("needs_account").as_bool()) chosen = {{"identifier", "holder"}, {"password", password}};
    return outcome_of(post("/api/activation/open", chosen, cookie).status);
  }
  // The service also makes wait whoever misses with a child's code, a second letter's, or a pair that is nobody's. The vocabulary
  // has no such tries, and neither answer has an effect.
  static Outcome without_waits(Outcome outcome) { return outcome == Outcome::wait ? Outcome::nothing : outcome; }

  void confirm_contact(const json::object& flow, const std::string& cookie) {
    json::object contact{{"channel", "email"}, {"address", "typed@courriel.example"}};
    const auto& known = flow.at("contacts").as_array();
    if (!known.empty()) contact = {{"channel", known[0].as_object().at("channel")}};
    EXPECT_EQ(post("/api/activation/contact", contact, cookie).status, 202);
    read_outbox();
    EXPECT_EQ(post("/api/activation/contact/confirm", {{"one_time_code", one_time_code_}}, cookie).status, 200);
  }

  Outcome open_in_person() {
    const auto before = facts();
    const auto opened = io::run(service().open_in_person(id_));
    if (!opened || facts() == before) return Outcome::refused;
    if (minor()) return Outcome::done;
    // The mediator stays until the holder can sign in.
    std::function<kernel::Status(store::Tx&)> give = [this](store::Tx& tx) -> kernel::Status {
      CARNET_TRY(has, house_.identity().has_account(tx, id_));
      if (has) return {};
      return house_.identity().create_account(tx, id_, "holder", "not a hash: nobody signs in", {notices::Channel::email, "holder@courriel.example"});
    };
    must(house_.store().write_now<void>(give));
    return Outcome::done;
  }

  Outcome by_code(const std::string& path, const Command& command) {
    const auto& who = minor() ? parent_ : holder_;
    return outcome_of(post(path, {{"code", typed(command.evidence.code)}, {"number", who.number()}}).status);
  }

  Outcome ask_code(const Command& command) {
    static constexpr std::array purposes{"open", "object", "close"};
    static constexpr std::array kinds{TypedCode::asked_to_open, TypedCode::asked_to_object, TypedCode::asked_to_close};
    const auto purpose = static_cast<std::size_t>(command.asked);
    const Someone nobody{.n = 77};
    const auto letter_before = second_letter_;
    asked_.clear();
    const auto answer = post("/api/code-requests", {{"number", command.evidence.number ? holder_.number() : nobody.number()},
                                                    {"serial", command.evidence.serial ? holder_.serial() : nobody.serial()},
                                                    {"purpose", purposes[purpose]}});
    EXPECT_EQ(answer.status, 202);
    read_outbox();
    if (!asked_.empty()) codes_[kinds[purpose]] = asked_;
    return asked_.empty() && second_letter_ == letter_before ? Outcome::nothing : Outcome::done;
  }

  Outcome enter_second_letter(const Command& command) {
    EnrollmentHouse::Asked asked{http::Method::post, "/api/spaces/moi/second-letter", {}, {}, fmt::format("2001:db8:{:x}::1", ++calls_),
                                 caller(minor())};
    if (minor()) asked.path = fmt::format("/api/spaces/{}/second-letter", house_.identity().people().opaque(id_));
    const bool right = command.right_code && !second_letter_.empty();
    asked.body = {{"code", right ? second_letter_ : typed(TypedCode::wrong)}};
    return without_waits(outcome_of(house_.call(asked).status));
  }

  Person person_;
  Someone holder_;
  Someone parent_{.n = 2, .birth_date = "1975-05-05", .email = "parent@courriel.example"};
  EnrollmentHouse house_;
  kernel::PersonId id_, parent_id_;
  std::vector<Command> came_to_;
  std::set<std::string> seen_;
  std::map<TypedCode, std::string> codes_;
  std::string second_letter_, one_time_code_, asked_;
  std::set<std::pair<std::string, Channel>> came_back_;
  int last_campaign_ = 0;
  Channel last_channel_ = Channel::letter;
  bool last_is_majority_ = false;
  std::int64_t calls_ = 0;
};

}  // namespace

std::unique_ptr<Subject> service_subject(const Person& person) { return std::make_unique<ServiceSubject>(person); }

}  // namespace carnet::proof
