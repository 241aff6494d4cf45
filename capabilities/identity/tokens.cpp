// Access tokens: obtained with a signed assertion (RFC 7523), opaque, short, kept as their SHA-256.
#include "identity/clients.hpp"

namespace carnet::identity {

namespace json = kernel::json;

namespace {

constexpr std::size_t token_bytes = 32;
constexpr std::string_view assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
constexpr std::string_view scheme = "bearer ";

TokenAnswer refused(std::string_view error, std::string_view description, int status = 400) {
  TokenAnswer answer;
  answer.refused = TokenRefusal{std::string(error), std::string(description), status};
  return answer;
}
TokenAnswer not_authenticated(std::string_view description) { return refused("invalid_client", description, 401); }

std::string token_place(const SecretHash& hash) { return "access_token/" + kernel::to_hex(hash); }

std::string body_of(const Mandate& mandate) {
  json::array scopes;
  for (const auto& scope : mandate.scopes) scopes.emplace_back(scope);
  return json::serialize(json::object{{"rpps", mandate.rpps},
                                      {"structure", mandate.structure},
                                      {"purpose", static_cast<int>(mandate.purpose)},
                                      {"reason", mandate.reason},
                                      {"scopes", std::move(scopes)}});
}

kernel::Result<Mandate> mandate_from(std::string_view body) {
  try {
    const json::value parsed = json::parse(body);
    const json::object& object = parsed.as_object();
    Mandate mandate{std::string(object.at("rpps").as_string()), std::string(object.at("structure").as_string()),
                    static_cast<audit::Mode>(object.at("purpose").as_int64()), std::string(object.at("reason").as_string()), {}};
    for (const auto& scope : object.at("scopes").as_array()) mandate.scopes.emplace_back(scope.as_string());
    return mandate;
  } catch (const std::exception&) {
    return kernel::fault("identity.token_body", "a token's row has a shape this program does not know");
  }
}

// Why the directory does not know whom the mandate names; empty when it does.
kernel::Result<std::string> unknown_in_directory(store::Snapshot& at, const Identity& identity, const Mandate& mandate) {
  CARNET_TRY(structure, identity.structure(at, mandate.structure));
  if (!structure) return std::string("subject_organization_id is not in the directory of structures");
  if (mandate.rpps.empty()) return std::string();
  CARNET_TRY(professional, identity.professional(at, mandate.rpps));
  if (!professional) return std::string("national_provider_identifier is not in the directory of professionals");
  return std::string();
}

// The assertion is spent in the same transaction as the token appears: neither without the other, and never twice.
kernel::Result<TokenAnswer> spend_assertion(store::Tx& tx, const Identity& identity, Shared& shared, const oauth::Assertion& assertion,
                                            const Mandate& mandate) {
  const std::int64_t now = shared.clock.now().ms;
  CARNET_CHECK(drop_some(tx, "assertion_seen", "client_id, jti_hash", "expires_at", now - 2 * oauth::clock_leeway_ms));
  CARNET_CHECK(drop_some(tx, "access_token", "token_hash", "expires_at", now));
  CARNET_TRY(fresh, tx.execute("INSERT INTO assertion_seen (client_id, jti_hash, expires_at) VALUES ($1, $2, $3) "
                               "ON CONFLICT (client_id, jti_hash) DO NOTHING",
                               {assertion.client_id, crypto::sha256(kernel::as_bytes(assertion.jti)), assertion.expires.ms}));
  if (fresh != 1) return not_authenticated("this assertion was used before: jti must be new each time");
  CARNET_TRY(unknown, unknown_in_directory(tx, identity, mandate));
  if (!unknown.empty()) return refused("invalid_request", unknown);
  TokenAnswer answer;
  answer.token = kernel::to_base64url(shared.entropy.bytes("identity.access_token", token_bytes));
  answer.expires_in_s = shared.parameter("identity.access_token_minutes") * 60;
  answer.scopes = mandate.scopes;
  const SecretHash hash = crypto::sha256(kernel::as_bytes(answer.token));
  const std::string place_of_token = token_place(hash);
  CARNET_CHECK(tx.execute("INSERT INTO access_token (token_hash, client_id, expires_at, body) VALUES ($1, $2, $3, $4)",
                          {hash, assertion.client_id, now + answer.expires_in_s * 1000,
                           shared.seal.seal(kernel::as_bytes(body_of(mandate)), kernel::as_bytes(place_of_token))}));
  return answer;
}

struct TokenRow {
  std::string client_id;
  std::int64_t expires_ms = 0;
  kernel::Bytes body;
};

// Who a token speaks for, as the directory names them now.
struct Known {
  std::shared_ptr<const Caller> who;
  kernel::Instant ends{};
};
kernel::Result<Known> caller_of(store::Snapshot& at, const Identity& identity, const Shared& shared, const SecretHash& hash) {
  std::optional<TokenRow> found;
  CARNET_CHECK(at.query("SELECT t.client_id, t.expires_at, t.body FROM access_token t JOIN client c ON c.client_id = t.client_id "
                        "WHERE t.token_hash = $1",
                        {hash}, [&](const store::Row& row) {
                          const auto body = row.blob(2);
                          found = TokenRow{std::string(row.text(0)), row.integer(1), {body.begin(), body.end()}};
                          return false;
                        }));
  if (!found || found->expires_ms <= shared.clock.now().ms) return Known{};
  CARNET_TRY(body, open_body(shared, found->body, token_place(hash)));
  CARNET_TRY(mandate, mandate_from(body));
  CARNET_TRY(structure, identity.structure(at, mandate.structure));
  CARNET_TRY(professional, identity.professional(at, mandate.rpps));
  if (!structure || (!mandate.rpps.empty() && !professional)) return Known{};
  auto who = std::make_shared<Caller>();
  who->kind = Caller::Kind::software;
  who->client_id = found->client_id;
  who->rpps = mandate.rpps;
  if (professional) {
    who->professional_name = professional->name;
    who->profession = professional->profession;
  }
  who->structure_id = structure->finess;
  who->structure_name = structure->name;
  who->name = professional ? professional->name : structure->name;
  who->purpose = mandate.purpose;
  who->emergency_reason = mandate.reason;
  who->scopes = mandate.scopes;
  return Known{std::move(who), {found->expires_ms}};
}

std::unexpected<kernel::Error> bad_token() {
  return kernel::refuse(kernel::ErrorKind::unauthenticated, "identity.token", "the access token is unknown or has expired");
}

class BearerAuthenticator final : public http::Authenticator {
 public:
  BearerAuthenticator(const Identity& identity, Shared& shared) : identity_(identity), shared_(shared) {}

  io::Task<kernel::Result<std::shared_ptr<const http::Principal>>> authenticate(const http::Request& request) override {
    const std::string_view header = request.header("authorization");
    if (header.empty()) co_return nullptr;
    std::string given(header.substr(0, scheme.size()));
    for (char& c : given) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (given != scheme) co_return bad_token();
    const SecretHash hash = crypto::sha256(kernel::as_bytes(header.substr(scheme.size())));
    const kernel::Instant now = shared_.clock.now();
    if (auto known = shared_.tokens.find(hash, now)) co_return std::shared_ptr<const http::Principal>(std::move(known));
    const std::function<kernel::Result<Known>(store::Snapshot&)> ask = [this, hash](store::Snapshot& at) {
      return caller_of(at, identity_, shared_, hash);
    };
    CARNET_CO_TRY(known, co_await shared_.store.read<Known>(ask));
    if (!known.who) co_return bad_token();
    shared_.tokens.keep(hash, known.who, now, known.ends);
    co_return std::shared_ptr<const http::Principal>(known.who);
  }

 private:
  const Identity& identity_;
  Shared& shared_;
};

}  // namespace

io::Task<kernel::Result<TokenAnswer>> issue_token(Identity& identity, Shared& shared, TokenRequest request, std::string audience) {
  if (request.grant_type != "client_credentials") co_return refused("unsupported_grant_type", "grant_type is client_credentials");
  if (request.assertion_type != assertion_type || request.assertion.empty()) {
    co_return refused("invalid_request", "client_assertion and client_assertion_type (jwt-bearer) are needed");
  }
  const auto jws = oauth::parse_compact(request.assertion);
  if (!jws) co_return not_authenticated("client_assertion: " + jws.error().issues.front().path + " " + jws.error().issues.front().says);
  const std::string client_id = oauth::claimed_client(*jws);
  if (!request.client_id.empty() && request.client_id != client_id) co_return not_authenticated("client_id is not that of the assertion");
  const std::function<kernel::Result<std::optional<Client>>(store::Snapshot&)> ask = [client_id](store::Snapshot& at) {
    return client_of(at, client_id);
  };
  CARNET_CO_TRY(client, co_await shared.store.read<std::optional<Client>>(ask));
  if (!client || !oauth::verify(*jws, client->keys)) co_return not_authenticated("no registered key of this client verifies the assertion");
  const auto assertion = oauth::check_client_assertion(*jws, client_id, audience, shared.clock.now());
  if (!assertion) {
    const auto& issue = assertion.error().issues.front();
    co_return not_authenticated(issue.path + " " + issue.says);
  }
  auto mandate = mandate_of(jws->payload, *client, request.scope);
  if (!mandate) {
    TokenAnswer answer;
    answer.refused = std::move(mandate).error();
    co_return answer;
  }
  const std::function<kernel::Result<TokenAnswer>(store::Tx&)> spend = [&identity, &shared, assertion = *assertion,
                                                                        mandate = *mandate](store::Tx& tx) {
    return spend_assertion(tx, identity, shared, assertion, mandate);
  };
  co_return co_await shared.store.write<TokenAnswer>(spend);
}

std::shared_ptr<http::Authenticator> Identity::bearer_authenticator() {
  return std::make_shared<BearerAuthenticator>(*this, *shared_);
}

}  // namespace carnet::identity
