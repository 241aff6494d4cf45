// Public suffixes, by libpsl's list with its private section.
#include <libpsl.h>

#include "vigilance/hosts.hpp"

namespace carnet::vigilance {
namespace {

// libpsl wants a terminated text; hosts are short.
struct Terminated {
  explicit Terminated(std::string_view text) : size(std::min(text.size(), sizeof buffer - 1)) {
    text.copy(buffer, size);
    buffer[size] = 0;
  }
  char buffer[256];
  std::size_t size;
};

}  // namespace

std::string_view registrable_of(std::string_view host) {
  const Terminated text(host);
  if (text.size != host.size()) return {};
  const char* found = psl_registrable_domain(psl_builtin(), text.buffer);
  return found ? host.substr(static_cast<std::size_t>(found - text.buffer)) : std::string_view();
}

std::string_view suffix_of(std::string_view host) {
  const auto registrable = registrable_of(host);
  if (registrable.empty()) return host;
  return registrable.substr(registrable.find('.') + 1);
}

bool is_known_top(std::string_view label) {
  const Terminated text(label);
  return psl_is_public_suffix2(psl_builtin(), text.buffer, PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) == 1;
}

}  // namespace carnet::vigilance
