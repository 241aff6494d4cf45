// carnet check: is this message a scam? Works without a running service, from rules/vigilance.
#pragma once
#include <filesystem>
#include <string>

#include "foundation/kernel/result.hpp"

namespace carnet::ctl {

struct CheckAsked {
  std::filesystem::path root;   // where rules/ is
  std::string file = "-";       // "-": standard input. A name that is no file is the message itself
  std::string image;            // a screenshot, PNG or JPEG, instead of `file`
  std::string date;             // facts of that day; "": today
  bool json = false;
  bool any_facts = false;       // facts being edited, not yet signed
};
// Prints verdict, action, reasons with their words. One message, one host or number; or JSON lines, one object or string each:
// {"id", "text" | "email" | "email_base64" | "host" | "number", "sender", "subject", "date"}, answered line by line.
kernel::Status check_message(const CheckAsked& asked);

// Signs the facts of rules/vigilance with the key in `key_file` (PEM, Ed25519), made when there is none.
kernel::Status sign_facts(const std::filesystem::path& root, const std::string& key_file);

}  // namespace carnet::ctl
