// What a viewer asks of a record: every kind of call there is, about the hidden item and about all the rest.
#pragma once
#include "proof/worlds/life.hpp"

namespace carnet::proof {

struct Told {
  std::string question;  // viewer, method, address: in canonical form
  std::string answer;    // status, headers and body: in canonical form
};
// Asks everything; pages are followed to their end.
std::vector<Told> ask_all(Telling& telling, const Viewer& viewer);
// The log's extract, in its form: what a seal makes afresh each time (hashes, salts, commitments) stands as its length.
Told extract_for(Telling& telling, const Viewer& viewer);
// What was sent to those named: the demonstration's outbox.
Told letters_to(Telling& telling, const std::string& name);

}  // namespace carnet::proof
