// Addresses in a text, however they are written: without a scheme, broken over lines, hxxp, [.], (dot), user@host, IP literals.
#pragma once
#include <string>
#include <vector>

#include "vigilance/hosts.hpp"
#include "vigilance/text.hpp"

namespace carnet::vigilance {

struct FoundLink {
  Range plain;             // in Plain::text
  HostName host;
  std::string path;        // lower-case, after the host, at most 512 bytes
  std::string user;        // before an @ in the authority
  bool has_scheme = false;
  bool is_mail = false;    // an e-mail address
  bool obscured = false;   // hxxp, [.], spaces or line ends inside, percent escapes in the host, invisible signs
};
std::vector<FoundLink> links_in(const Plain& plain, const Glyphs& glyphs);
// One URL or host, whole: the href of an anchor, an argument. Nothing when it leads nowhere (mailto:, tel:, #, javascript:).
std::vector<FoundLink> link_of(std::string_view url, const Glyphs& glyphs);

}  // namespace carnet::vigilance
