// What the documents promise stands in the tree: invariants have tests, links lead somewhere, both languages say the
// same.
#pragma once
#include "proof/house/tree.hpp"

namespace carnet::house {

// Each capability has its README.md and the one header others include.
Findings check_capabilities(const Tree& tree);
// Each invariant that a capability's README declares at the start of a line or of a table row ("- **ENR-1** ...") is
// named by a test, and each README declares at least one.
Findings check_invariants(const Tree& tree);
// In documents: links, and paths between backticks whose first folder is ours. In every file: names of documents
// (*.md).
Findings check_mentions(const Tree& tree);
// Message catalogues, .../fr/NAME.json beside .../en/NAME.json: same keys, none twice, no empty text.
Findings check_catalogues(const Tree& tree);
// No host of a package registry or mirror is written down: the machine's own configuration decides.
Findings check_hosts(const Tree& tree);

}  // namespace carnet::house
