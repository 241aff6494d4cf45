#include <algorithm>
#include <array>

#include "foundation/http/http.hpp"
#include "foundation/http/wire.hpp"
#include "foundation/kernel/json.hpp"

namespace carnet::http {
namespace {

using kernel::ErrorKind;

// What the pipeline itself refuses. The kinds of kernel::Error are fewer than the statuses HTTP has for these.
struct OwnCode {
  std::string_view code;
  int status;
};
constexpr std::array own_codes{
    OwnCode{"http.malformed", 400},      OwnCode{"http.body_malformed", 400}, OwnCode{"http.origin", 403},
    OwnCode{"http.method", 405},         OwnCode{"http.timeout", 408},        OwnCode{"http.body_too_large", 413},
    OwnCode{"http.uri_too_long", 414},   OwnCode{"http.expectation", 417},    OwnCode{"http.host", 421},
    OwnCode{"http.head_too_large", 431}, OwnCode{"http.version", 505},
};

struct Kind {
  ErrorKind kind;
  int status;
};
constexpr std::array kinds{
    Kind{ErrorKind::invalid, 400},      Kind{ErrorKind::unauthenticated, 401}, Kind{ErrorKind::forbidden, 403},
    Kind{ErrorKind::not_found, 404},    Kind{ErrorKind::conflict, 409},        Kind{ErrorKind::gone, 410},
    Kind{ErrorKind::precondition, 412}, Kind{ErrorKind::too_large, 413},       Kind{ErrorKind::too_many, 429},
    Kind{ErrorKind::unavailable, 503},  Kind{ErrorKind::fault, 500},
};

bool says_nothing(ErrorKind kind) {
  return kind == ErrorKind::fault || kind == ErrorKind::unavailable;
}

}  // namespace

int status_of(ErrorKind kind) {
  const auto* found = std::ranges::find(kinds, kind, &Kind::kind);
  return found == kinds.end() ? 500 : found->status;
}

int status_of(const kernel::Error& error) {
  if (error.code.starts_with("http.")) {
    for (const auto& own : own_codes) {
      if (own.code == error.code) return own.status;
    }
  }
  if (error.kind == ErrorKind::invalid && !error.issues.empty()) return 422;
  return status_of(error.kind);
}

Response problem(const kernel::Error& error, std::string_view request_id) {
  const int status = status_of(error);
  kernel::json::object body;
  body["type"] = "about:blank";
  body["title"] = std::string(reason_of(status));
  body["status"] = status;
  // The code of a fault names our insides, and so may its detail; both are in the log under the request id.
  body["code"] = error.kind == ErrorKind::fault ? "fault" : error.code;
  if (!says_nothing(error.kind)) {
    if (!error.detail.empty()) body["detail"] = error.detail;
    if (!error.issues.empty()) {
      auto& issues = body["issues"].emplace_array();
      for (const auto& issue : error.issues) {
        issues.push_back({{"code", issue.code}, {"path", issue.path}, {"says", issue.says}});
      }
    }
  }
  body["request_id"] = request_id;
  Response response{status, {{"Content-Type", "application/problem+json"}}, kernel::json::serialize(body)};
  if (error.retry_after_s) response.with("Retry-After", std::to_string(*error.retry_after_s));
  if (status == 401) response.with("WWW-Authenticate", "Bearer");
  return response;
}

}  // namespace carnet::http
