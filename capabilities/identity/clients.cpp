#include "identity/clients.hpp"

#include <algorithm>

#include "identity/text.hpp"

namespace carnet::identity {

namespace json = kernel::json;

namespace {

constexpr std::size_t max_client_json = 256 * 1024, max_client_id = 64, max_name = 200, max_structures = 1000, max_reason = 500;

bool is_client_id(std::string_view text) {
  return !text.empty() && text.size() <= max_client_id && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

// A list of different words; what is not becomes an issue.
std::vector<std::string> words_in(const json::object& object, std::string_view name, std::size_t most, std::vector<kernel::Issue>& issues) {
  std::vector<std::string> words;
  const std::string path = "/" + std::string(name);
  const json::value* member = object.if_contains(name);
  const json::array* list = member != nullptr ? member->if_array() : nullptr;
  if (list == nullptr || list->empty() || list->size() > most) {
    issues.push_back({"required", path, fmt::format("a list of 1 to {} texts", most)});
    return words;
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    const auto* text = (*list)[i].if_string();
    std::string word = text != nullptr ? std::string(text->data(), text->size()) : std::string();
    const bool again = std::find(words.begin(), words.end(), word) != words.end();
    if (word.empty() || again || word.find(' ') != std::string::npos) {
      issues.push_back({again ? "duplicate" : "value", fmt::format("{}/{}", path, i), "a word, once"});
      continue;
    }
    words.push_back(std::move(word));
  }
  return words;
}

void add_issues(std::vector<kernel::Issue>& issues, const kernel::Error& error) {
  issues.insert(issues.end(), error.issues.begin(), error.issues.end());
}

kernel::Status write_client(store::Tx& tx, const Shared& shared, const Identity& identity, const Client& client) {
  std::vector<kernel::Issue> unknown;
  for (std::size_t i = 0; i < client.structures.size(); ++i) {
    CARNET_TRY(structure, identity.structure(tx, client.structures[i]));
    if (!structure) unknown.push_back({"value", fmt::format("/structures/{}", i), "not in the directory of structures"});
  }
  if (!unknown.empty()) return kernel::invalid("identity.client", std::move(unknown));
  CARNET_CHECK(tx.execute("INSERT INTO client (client_id, name, structures, scopes, recorded_at) VALUES ($1, $2, $3, $4, $5) "
                          "ON CONFLICT (client_id) DO UPDATE SET name = excluded.name, structures = excluded.structures, "
                          "scopes = excluded.scopes, recorded_at = excluded.recorded_at",
                          {client.client_id, client.name, joined(client.structures), joined(client.scopes), shared.clock.now().ms}));
  // Given again: the new file replaces the old one wholly, and tokens obtained under it end.
  CARNET_CHECK(tx.execute("DELETE FROM client_key WHERE client_id = $1", {client.client_id}));
  CARNET_CHECK(tx.execute("DELETE FROM access_token WHERE client_id = $1", {client.client_id}));
  for (const auto& key : client.keys) {
    CARNET_CHECK(tx.execute("INSERT INTO client_key (client_id, kid, jwk) VALUES ($1, $2, $3)", {client.client_id, key.kid, key.text}));
  }
  return {};
}

std::string text_at(const json::object& object, std::string_view name) {
  const json::value* member = object.if_contains(name);
  if (member == nullptr || !member->is_string()) return {};
  return std::string(member->get_string().data(), member->get_string().size());
}

std::unexpected<TokenRefusal> refuse(std::string_view error, std::string_view description) {
  return std::unexpected(TokenRefusal{std::string(error), std::string(description), 400});
}

bool is_writing(std::string_view scope) { return scope == scope_deposit || scope == scope_record_write; }
bool is_scope(std::string_view scope) { return is_writing(scope) || scope == scope_read || scope == scope_record_read; }

const json::object* object_at(const json::object& object, std::string_view name) {
  const json::value* member = object.if_contains(name);
  return member != nullptr ? member->if_object() : nullptr;
}

// RFC 6749 3.3: what is asked, or all the client may have. The structure's software alone deposits; it does not read.
std::expected<std::vector<std::string>, TokenRefusal> granted_scopes(const Client& client, std::string_view asked, bool alone) {
  auto scopes = oauth::parse_scopes(asked);
  if (!scopes) return refuse("invalid_scope", "malformed scope");
  for (const auto& scope : *scopes) {
    if (std::find(client.scopes.begin(), client.scopes.end(), scope) == client.scopes.end()) {
      return refuse("invalid_scope", "a scope this client is not registered for");
    }
    if (alone && !is_writing(scope)) return refuse("invalid_scope", "reading takes a professional: national_provider_identifier");
  }
  if (!scopes->empty()) return *scopes;
  std::vector<std::string> all = client.scopes;
  if (alone) std::erase_if(all, [](const std::string& scope) { return !is_writing(scope); });
  if (all.empty()) return refuse("invalid_scope", "no scope of this client goes without a professional");
  return all;
}

}  // namespace

kernel::Result<Client> parse_client(std::string_view text) {
  if (text.size() > max_client_json) return kernel::invalid("identity.client", {{"too-long", "", "at most 256 KiB"}});
  CARNET_TRY(object, kernel::parse_object(text));
  std::vector<kernel::Issue> issues;
  Client client;
  kernel::Reader in(object);
  client.client_id = in.text("client_id", max_client_id);
  client.name = in.text("name", max_name);
  in.only({"client_id", "name", "structures", "scopes", "jwks"});
  if (!in.ok()) add_issues(issues, in.error().error());
  if (!client.client_id.empty() && !is_client_id(client.client_id)) {
    issues.push_back({"value", "/client_id", "letters without accents, digits, '-', '_' and '.'"});
  }
  client.structures = words_in(object, "structures", max_structures, issues);
  client.scopes = words_in(object, "scopes", 16, issues);
  for (std::size_t i = 0; i < client.scopes.size(); ++i) {
    if (is_scope(client.scopes[i])) continue;
    issues.push_back({"value", fmt::format("/scopes/{}", i), "documents.deposit, documents.read, record.write or record.read"});
  }
  if (const json::object* jwks = object_at(object, "jwks")) {
    auto keys = oauth::parse_jwk_set(*jwks, "/jwks");
    if (keys) {
      client.keys = std::move(*keys);
    } else {
      add_issues(issues, keys.error());
    }
  } else {
    issues.push_back({"required", "/jwks", "the client's public keys: {\"keys\": [...]}"});
  }
  if (!issues.empty()) return kernel::invalid("identity.client", std::move(issues));
  return client;
}

kernel::Result<std::optional<Client>> client_of(store::Snapshot& at, std::string_view client_id) {
  std::optional<Client> client;
  const auto words = [](std::string_view text) { return oauth::parse_scopes(text).value_or(std::vector<std::string>{}); };
  CARNET_CHECK(at.query("SELECT client_id, name, structures, scopes FROM client WHERE client_id = $1", {client_id}, [&](const store::Row& row) {
    client = Client{std::string(row.text(0)), std::string(row.text(1)), words(row.text(2)), words(row.text(3)), {}};
    return false;
  }));
  if (!client) return client;
  std::vector<std::string> texts;
  CARNET_CHECK(at.query("SELECT jwk FROM client_key WHERE client_id = $1 ORDER BY kid", {client_id}, [&](const store::Row& row) {
    texts.emplace_back(row.text(0));
    return true;
  }));
  for (const auto& text : texts) {
    CARNET_TRY(key, oauth::parse_jwk(text));
    client->keys.push_back(std::move(key));
  }
  return client;
}

// IHE IUA's claims, in the JWT extension "ihe_iua".
std::expected<Mandate, TokenRefusal> mandate_of(const json::object& claims, const Client& client, std::string_view scope) {
  const json::object nothing;
  const json::object* extensions = object_at(claims, "extensions");
  const json::object* found = extensions != nullptr ? object_at(*extensions, "ihe_iua") : nullptr;
  const json::object& iua = found != nullptr ? *found : nothing;
  Mandate mandate;
  mandate.rpps = text_at(iua, "national_provider_identifier");
  mandate.structure = text_at(iua, "subject_organization_id");
  if (mandate.structure.empty() && client.structures.size() == 1) mandate.structure = client.structures.front();
  if (mandate.structure.empty()) return refuse("invalid_request", "this client has several structures: subject_organization_id says which");
  if (std::find(client.structures.begin(), client.structures.end(), mandate.structure) == client.structures.end()) {
    return refuse("unauthorized_client", "subject_organization_id is not a structure of this client");
  }
  mandate.reason = text_at(iua, "reason");
  if (mandate.reason.size() > max_reason || !is_utf8(mandate.reason)) return refuse("invalid_request", "reason: at most 500 bytes of UTF-8");
  const std::string purpose = text_at(iua, "purpose_of_use");
  if (purpose == "bris_de_glace") {
    mandate.purpose = audit::Mode::bris_de_glace;
    if (trimmed(mandate.reason).empty()) return refuse("invalid_request", "bris_de_glace needs a reason");
  } else if (purpose == "centre_15") {
    mandate.purpose = audit::Mode::centre_15;
  } else if (!purpose.empty() && purpose != "normal") {
    return refuse("invalid_request", "purpose_of_use is normal, bris_de_glace or centre_15");
  }
  if (mandate.purpose != audit::Mode::normal && mandate.rpps.empty()) {
    return refuse("invalid_request", "an emergency takes a professional: national_provider_identifier");
  }
  auto scopes = granted_scopes(client, scope, mandate.rpps.empty());
  if (!scopes) return std::unexpected(std::move(scopes).error());
  mandate.scopes = std::move(*scopes);
  return mandate;
}

io::Task<kernel::Result<std::string>> Identity::add_client(std::string json) {
  CARNET_CO_TRY(parsed, parse_client(json));
  auto client = std::make_shared<const Client>(std::move(parsed));
  const std::function<kernel::Result<bool>(store::Tx&)> write = [this, client](store::Tx& tx) -> kernel::Result<bool> {
    CARNET_CHECK(write_client(tx, *shared_, *this, *client));
    return true;
  };
  CARNET_CO_TRY(written, co_await shared_->store.write<bool>(write));
  (void)written;
  shared_->tokens.clear();
  co_return client->client_id;
}

}  // namespace carnet::identity
