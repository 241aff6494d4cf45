#include "record/shared.hpp"

#include <algorithm>

#include "foundation/jail/jail.hpp"

namespace carnet::record {

namespace {

cda::Sandboxed::Runner run_program(const std::filesystem::path& program) {
  return [program](kernel::ByteView request) {
    jail::Limits limits;
    limits.output_bytes = cda::max_answer_bytes;
    return jail::output_of({program, {}}, request, limits);
  };
}

}  // namespace

Shared::Shared(store::Store& main, const kernel::SecretBytes& master, Settings given_settings,
               const parameters::Parameters& given_parameters, audit::Journal& given_journal,
               keyring::Keyring& given_keyring, notices::Notices& given_notices, identity::Identity& given_identity,
               enrollment::Enrollment& given_enrollment, access::Access& given_access, const io::Clock& given_clock,
               io::Entropy& given_entropy, io::Pool& given_pool, DocumentTypes given_types,
               ResourceTypes given_resource_types)
    : store(main),
      settings(std::move(given_settings)),
      parameters(given_parameters),
      journal(given_journal),
      keyring(given_keyring),
      notices(given_notices),
      identity(given_identity),
      enrollment(given_enrollment),
      access(given_access),
      clock(given_clock),
      entropy(given_entropy),
      pool(given_pool),
      types(std::move(given_types)),
      resource_types(std::move(given_resource_types)),
      ids(master, "record"),
      unique_ids(master, "record.unique"),
      contents(master, "record.content"),
      once(master, "record.once"),
      authors(master, "record.author"),
      cursors(master, "record.cursor", given_entropy),
      cda(run_program(settings.sandbox_program)),
      records({settings.opened_bytes, std::chrono::minutes(10)}),
      uploads({}, given_entropy),
      tickets(given_entropy) {}

CallerPtr caller_of(const http::Exchange& exchange) {
  (void)identity::caller(exchange);  // aborts on a route that is not signed_in
  return std::static_pointer_cast<const identity::Caller>(exchange.principal);
}

bool has_scope(const identity::Caller& caller, std::string_view scope) {
  return caller.kind == identity::Caller::Kind::software &&
         std::ranges::find(caller.scopes, scope) != caller.scopes.end();
}

}  // namespace carnet::record
