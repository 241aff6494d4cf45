// Asks check.mjs, the second reading of the seals, in a process of its own.
#pragma once
#include <string>
#include <vector>

namespace carnet::proof {

struct Said {
  bool agrees = false, differs = false;  // neither: it could not be asked
  std::string words;
};
Said second_reader(const std::vector<std::string>& arguments);
// Runs a program and takes what it prints; `exit_code` -1 when it did not end by itself.
struct Ran {
  int exit_code = -1;
  std::string printed;
};
Ran run_program(const std::vector<std::string>& command);

}  // namespace carnet::proof
