// How calls say no. One error type travels from a service to the edge, where http turns it into problem+json or an
// OperationOutcome. Three families: a refusal (the rules say no), bad input (issues with element paths), a fault (the
// world failed; its detail stays in the log). A broken invariant aborts: CARNET_INVARIANT.
#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carnet::kernel {

enum class ErrorKind {
  invalid,          // 400/422: issues say where
  unauthenticated,  // 401
  forbidden,        // 403: a rule refuses, and its existence may be known to the caller
  not_found,        // 404: does not exist, or the caller may not know that it does: same bytes
  conflict,         // 409: state or version differs
  gone,             // 410
  precondition,     // 412
  too_large,        // 413
  too_many,         // 429: limit reached; retry_after_s set
  unavailable,      // 503: try again later; nothing was done
  fault             // 500: detail logged, never shown
};

struct Issue {
  std::string code;  // FHIR issue-type or the capability's own, e.g. "required", "value", "code-check-symbols"
  std::string path;  // element path: FHIRPath-like for FHIR, JSON pointer for our JSON, "line 12, field sex" for CSV
  std::string says;  // plain English for the developer of the other software; never holds a person's datum
};

struct Error {
  ErrorKind kind = ErrorKind::fault;
  std::string code;    // stable, "enrollment.facts_do_not_match": clients and catalogues switch on it
  std::string detail;  // for the log of faults, or a plain sentence for the others; no person's datum
  std::vector<Issue> issues{};
  std::optional<std::int64_t> retry_after_s{};
};

template <class T>
using Result = std::expected<T, Error>;
using Status = std::expected<void, Error>;

inline std::unexpected<Error> refuse(ErrorKind kind, std::string_view code, std::string_view detail = {}) {
  return std::unexpected(Error{kind, std::string(code), std::string(detail)});
}
inline std::unexpected<Error> invalid(std::string_view code, std::vector<Issue> issues) {
  return std::unexpected(Error{ErrorKind::invalid, std::string(code), {}, std::move(issues)});
}
inline std::unexpected<Error> fault(std::string_view code, std::string_view detail) {
  return std::unexpected(Error{ErrorKind::fault, std::string(code), std::string(detail)});
}
template <class T>
std::unexpected<Error> pass(Result<T>&& failed) {
  return std::unexpected(std::move(failed).error());
}

[[noreturn]] void broken_invariant(const char* what, const char* file, int line);

}  // namespace carnet::kernel

#define CARNET_INVARIANT(condition, what) \
  ((condition) ? (void)0 : ::carnet::kernel::broken_invariant((what), __FILE__, __LINE__))

// CARNET_TRY(name, expression): name = value of the Result, or returns its error.   CARNET_CHECK(expression): for
// Status. The CO_ forms are for coroutines.
#define CARNET_CAT2(a, b) a##b
#define CARNET_CAT(a, b) CARNET_CAT2(a, b)
#define CARNET_TRY(name, ...)                                                                           \
  auto CARNET_CAT(name, _result) = (__VA_ARGS__);                                                       \
  if (!CARNET_CAT(name, _result)) return std::unexpected(std::move(CARNET_CAT(name, _result)).error()); \
  auto&& name = *CARNET_CAT(name, _result)
#define CARNET_CHECK(...)                                                                                          \
  do {                                                                                                             \
    if (auto check_result = (__VA_ARGS__); !check_result) return std::unexpected(std::move(check_result).error()); \
  } while (false)
#define CARNET_CO_TRY(name, ...)                                                                           \
  auto CARNET_CAT(name, _result) = (__VA_ARGS__);                                                          \
  if (!CARNET_CAT(name, _result)) co_return std::unexpected(std::move(CARNET_CAT(name, _result)).error()); \
  auto&& name = *CARNET_CAT(name, _result)
#define CARNET_CO_CHECK(...)                                                                                          \
  do {                                                                                                                \
    if (auto check_result = (__VA_ARGS__); !check_result) co_return std::unexpected(std::move(check_result).error()); \
  } while (false)
