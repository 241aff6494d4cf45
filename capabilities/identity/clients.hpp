// Software of producers: registered with its public keys, it asserts for whom it speaks and receives a short token.
// Inside identity only.
#pragma once
#include "identity/shared.hpp"
#include "standards/oauth/oauth.hpp"

namespace carnet::identity {

// documents.*: documents and their lists only; record.*: every resource of the record, documents among them.
inline constexpr std::string_view scope_deposit = "documents.deposit", scope_read = "documents.read",
                                  scope_record_write = "record.write", scope_record_read = "record.read";

struct Client {
  std::string client_id, name;
  std::vector<std::string> structures, scopes;
  std::vector<oauth::Jwk> keys;
};
// The operator's file (docs/formats/client.md). invalid "identity.client" with every issue and its path.
kernel::Result<Client> parse_client(std::string_view json);
kernel::Result<std::optional<Client>> client_of(store::Snapshot& at, std::string_view client_id);

// What the software asserted, as the token remembers it.
struct Mandate {
  std::string rpps;       // empty: the structure's software alone
  std::string structure;  // FINESS
  audit::Mode purpose = audit::Mode::normal;
  std::string reason;
  std::vector<std::string> scopes;
};

// RFC 6749 5.2, as a value.
struct TokenRefusal {
  std::string error;        // "invalid_client" ...
  std::string description;  // for the developer; no person's datum
  int status = 400;
};
struct TokenAnswer {
  std::string token;
  std::int64_t expires_in_s = 0;
  std::vector<std::string> scopes;
  std::optional<TokenRefusal> refused;
};
struct TokenRequest {
  std::string grant_type, assertion_type, assertion, client_id, scope;
};
io::Task<kernel::Result<TokenAnswer>> issue_token(Identity& identity, Shared& shared, TokenRequest request, std::string audience);

// Claims of an assertion already verified -> mandate; the directory is asked by the caller.
std::expected<Mandate, TokenRefusal> mandate_of(const kernel::json::object& claims, const Client& client, std::string_view scope);

}  // namespace carnet::identity
