// What a batch of the register's lines does to the rows: decided here, written by register_import.cpp. Pure but for the
// keys it is given. Inside identity only.
#pragma once
#include <map>
#include <unordered_map>

#include "identity/register_file.hpp"
#include "identity/register_line.hpp"
#include "identity/shared.hpp"

namespace carnet::identity {

using Index = kernel::Bytes;  // 16 bytes of a blind index
struct IndexHash {
  std::size_t operator()(const Index& index) const noexcept;
};

// A good line with what can be reckoned before any row is read.
struct ReadyLine {
  std::int64_t number = 0;
  RegisterLine line;
  std::string body;  // of line.person
  Index number_index, line_index;
  std::vector<Index> former_indexes, parent_indexes;
};
struct SetAside {
  std::int64_t number = 0;
  Trouble trouble;
};
struct ReadyBatch {
  std::vector<ReadyLine> lines;
  std::vector<SetAside> set_aside;  // in the order of the lines
  std::int64_t bad_lines = 0;
  FileMark end;
};
ReadyBatch make_ready(const Shared& shared, const RegisterHeader& header, const FileBatch& batch, Date today);

// What the store knows about the numbers a batch speaks of.
struct KnownPerson {
  std::int64_t version = 0;
  Index line_index;
  kernel::Bytes body;  // sealed; read only where a line differs from the one the row came from
};
struct AwaitedParent {
  Index parent_index;
  PersonId child;
  std::int64_t rank = 0;
};
struct Known {
  std::unordered_map<Index, PersonId, IndexHash> numbers;
  std::unordered_map<PersonId, KnownPerson> persons;
  std::vector<AwaitedParent> awaited;  // of numbers that are not in the register yet
  std::int64_t last_person = 0;
};

struct NumberRow {
  Index index;
  PersonId person;
  bool is_current = true;
};
struct CardRow {
  PersonId person;
  Index serial_index;
  bool lost = false;
};
struct ParentRow {  // a child's side; parent 0: not in the register
  PersonId child;
  std::int64_t rank = 0;
  PersonId parent;
  Index parent_index;
};
struct PersonRow {
  PersonId person;
  std::int64_t version = 1;
  Index line_index;
  kernel::Bytes body;
};

// Rows to write, in this order: added persons with theirs, then changes one by one, then links that were awaited.
struct Plan {
  std::vector<PersonRow> persons;
  std::vector<NumberRow> numbers;
  std::vector<CardRow> cards;
  std::vector<ParentRow> parents;
  struct Change {
    PersonRow row;                    // version - 1 is the version it replaces
    std::vector<NumberRow> numbers;   // new, or turned into current or former ones
    std::vector<CardRow> cards;       // instead of the ones before
    std::vector<ParentRow> parents;   // instead of the ones before
  };
  std::vector<Change> changes;
  struct Link {
    AwaitedParent awaited;
    PersonId parent;
  };
  std::vector<Link> links;
  std::vector<SetAside> set_aside;
  std::int64_t unchanged = 0, bad_lines = 0;
};
// Consumes `known`. fault when a stored body does not open.
kernel::Result<Plan> make_plan(const Shared& shared, std::vector<ReadyLine> lines, Known known);

}  // namespace carnet::identity
