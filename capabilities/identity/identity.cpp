#include "identity/code_sheet.hpp"
#include "identity/counters.hpp"
#include "identity/shared.hpp"

namespace carnet::identity {

std::vector<store::Migration> schema_files(std::string_view folder);  // made from schema/ when the program is built

Identity::Identity() = default;
Identity::~Identity() = default;

kernel::Result<std::unique_ptr<Identity>> Identity::open(store::Store& main, const kernel::SecretBytes& master,
                                                         const parameters::Parameters& parameters, audit::Journal& journal,
                                                         notices::Notices& notices, const io::Clock& clock, io::Entropy& entropy,
                                                         io::Pool& pool, bool demonstration) {
  constexpr std::array<std::string_view, 18> needed{
      "identity.otp_valid_minutes",         "identity.otp_tries",           "identity.session_idle_minutes",
      "identity.session_max_hours",         "identity.form_idle_minutes",   "identity.reauthentication_minutes",
      "identity.password_min_length",       "identity.access_token_minutes", "enrollment.code_waits",
      "enrollment.majority_age",            "identity.contact_change_hours", "identity.code_sheet_days",
      "identity.desk_code_hours",           "identity.known_place_days",     "enrollment.source_waits",
      "enrollment.posted_code_interval_days", "enrollment.code_valid_days",  "enrollment.post_grace_days"};
  CARNET_CHECK(parameters.require(needed, kernel::date_in(clock.now(), kernel::Zone::paris())));
  std::unique_ptr<Identity> identity(new Identity);
  identity->shared_ = std::make_unique<Shared>(main, master, parameters, journal, notices, clock, entropy, pool, demonstration);
  return identity;
}

std::vector<store::Migration> Identity::migrations() { return schema_files(""); }

Register& Identity::people() { return shared_->people; }
const Register& Identity::people() const { return shared_->people; }

void Identity::on_spaces(std::function<kernel::Result<kernel::json::array>(store::Snapshot&, PersonId)> spaces) {
  shared_->spaces = std::move(spaces);
}

void Identity::on_space_of(std::function<kernel::Result<kernel::SpaceId>(store::Snapshot&, PersonId)> space_of) {
  shared_->space_of = std::move(space_of);
}

kernel::Result<SentCode> Identity::send_one_time_code(store::Tx& tx, PersonId person, std::string_view subject, const Contact& to,
                                                      const std::string& language) {
  return send_code(tx, *shared_, person, subject, std::span(&to, 1), language);
}

io::Task<kernel::Status> Identity::judge_one_time_code(PersonId person, std::string subject, std::string typed) {
  Shared& shared = *shared_;
  const bool sheet = subject.starts_with(reauthentication_subject) && could_be_sheet_code(typed);
  if (!sheet && !could_be_code(typed)) co_return status_of(CodeJudgement::wrong);
  const std::function<kernel::Result<bool>(store::Tx&)> count = [&shared, person, subject, sheet](store::Tx& tx) -> kernel::Result<bool> {
    CARNET_CHECK(sheet ? count_sheet_try(tx, shared, person) : count_try(tx, shared, person, subject));
    return true;
  };
  CARNET_CO_TRY(counted, co_await shared.store.write<bool>(count));
  (void)counted;
  const std::function<kernel::Result<CodeJudgement>(store::Tx&)> judge = [&shared, person, subject, typed, sheet](store::Tx& tx) -> kernel::Result<CodeJudgement> {
    if (!sheet) return spend_code(tx, shared, person, subject, typed);
    CARNET_TRY(judgement, spend_sheet_code(tx, shared, person, typed));
    if (judgement == CodeJudgement::right) CARNET_CHECK(mark_reauthenticated(tx, shared, person, subject));
    return judgement;
  };
  CARNET_CO_TRY(judgement, co_await shared.store.write<CodeJudgement>(judge));
  co_return status_of(judgement);
}

}  // namespace carnet::identity
