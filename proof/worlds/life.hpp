// A random record: who is in it, what it holds, which item is hidden from whom. Told in two worlds: all the same requests by
// the same people at the same instants, but for the one that puts the hidden item there.
#pragma once
#include <random>

#include "proof/worlds/world.hpp"

namespace carnet::proof {

enum class Hidden { masked, awaited, from_representatives, contested, blocked, out_of_scope };
inline constexpr int kinds_of_hidden = 6;
std::string_view name_of(Hidden kind);

struct Item {
  std::string type;       // "DocumentReference", or of a structured resource
  std::string code;       // document type, or code of the resource
  std::string doc_class;  // of a document
  std::string title, unique_id, day;
  std::string label;      // visibility, empty: none
  int size = 0;           // of a document's bytes, or a value
  std::size_t author = 0;
  bool refers_to_hidden = false;  // an Observation derived from it; a document that replaces it
};

struct Life {
  std::uint64_t number = 0;
  Hidden hidden{};
  bool holder_is_minor = false;
  int age = 40;
  Item item;                        // the hidden one
  std::vector<Item> before, after;  // the others
  std::uint64_t dice = 0;           // of what is asked
  std::string parents_number(int which) const { return number_of(which); }
  std::string holders_number() const { return number_of(0); }
  std::string carers_number() const { return number_of(3); }
  std::string name(int which) const;         // of the holder (0), parents (1, 2), carer (3)
  std::string number_of(int which) const;    // 15 digits
  std::string register_lines(kernel::Date today) const;
};
Life invent(std::uint64_t seed, std::uint64_t number);
std::string register_head();

// Ten professionals who come back in many records.
inline constexpr std::size_t casts = 40, cast_size = 10;
enum Role : std::size_t { author, gp, colleague, nurse, consented, stranger, rescuer, regulator, secret_author, blocked };
void found_directory(World& world);

struct Viewer {
  std::string name;
  World::Caller caller;
  std::string who;      // of a person: as they call the space; empty: software
  bool sees_traces = true;
  bool was_told = false;  // that something was contested, by letter: as its author or their structure
};

// The record in one world, on its way.
class Telling {
 public:
  Telling(World& world, const Life& life, bool with_hidden);
  void tell();                                             // everything up to the viewers' questions
  std::vector<Viewer> viewers() const;                     // who may not see the item
  std::vector<Viewer> those_who_see() const;               // for the control
  std::string hidden_id() const { return hidden_id_; }     // in the other world: one that nothing has
  std::string patient() const { return world_.opaque(holder_); }
  const std::vector<std::string>& ids() const { return ids_; }  // of the others
  bool was_seen() const { return was_seen_; }              // somebody who may see it did
  Answer ask(const Viewer& viewer, const Question& question);
  void next_step();  // before each request, whoever makes it
  Viewer holder() const;
  const Life& life() const { return life_; }
  World& world() { return world_; }
  // Every id of an item in its place of the order of deposit, the hidden one apart.
  std::string canonical(const std::string& text) const;
  World::Caller professional(std::size_t role, bool with_purpose = false) const;

 private:
  void open_space();
  void relate();
  std::string put(const Item& item, bool hidden);
  std::string body_of(const Item& item) const;
  std::string deposit_of(const Item& item) const;
  void acts_on_hidden();
  World::Caller person_caller(kernel::PersonId person, const std::string& name) const;
  World& world_;
  const Life& life_;
  const bool with_hidden_;
  bool was_seen_ = false;
  std::uint64_t step_ = 0;
  kernel::Instant at_;
  kernel::PersonId holder_, carer_;
  std::vector<kernel::PersonId> parents_;
  std::map<std::int64_t, std::string> sessions_;
  std::vector<std::string> ids_;
  std::string hidden_id_;
  std::int64_t hidden_local_ = 0, space_ = 0;
};

std::string rpps_of(std::uint64_t life, std::size_t role);
kernel::Instant begins(std::uint64_t life);

}  // namespace carnet::proof
