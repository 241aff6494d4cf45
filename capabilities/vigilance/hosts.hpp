// What a host name imitates. Only the name is read: nothing is resolved.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace carnet::vigilance {

class Glyphs;

// A host as written, brought to lower-case ASCII of the same look.
struct HostName {
  std::string ascii;        // what the eye reads, "ameli.fr"
  bool foreign = false;     // the name itself is not that ASCII: punycode or other letters
  bool mixed = false;       // letters of several scripts in one label
  bool is_address = false;  // an IP literal, in any of the spellings browsers accept
  bool percent = false;     // had percent escapes
};
HostName read_host(std::string_view written, const Glyphs& glyphs);

// "a.b.ameli.fr" -> "ameli.fr"; private suffixes count ("x.web.app" -> "x.web.app"). Views into `host`, "" when there is none.
std::string_view registrable_of(std::string_view host);
std::string_view suffix_of(std::string_view host);
bool is_known_top(std::string_view label);  // a top-level domain of the list

enum class HostWord : std::uint8_t {
  none, ameli, amelie, vitale, vital, cpam, small_name, dmp, assurance, maladie, secu, security, social, health, card, space,
  connect, fund, primary, france_connect, state, strong, weak, glue, town, benign, organisation, digits
};
HostWord host_word_of(std::string_view name);  // "ameli"; none for an unknown name

struct WordOfHost {
  std::string word;
  HostWord kind = HostWord::none;
  std::string organisation;  // code, for kind organisation
};

// A protected name, or another organisation's, in the labels of a host.
struct Likeness {
  enum class Of : std::uint8_t { nothing, protected_name, organisation } of = Of::nothing;
  bool of_trade = false;  // nothing but words of the trade
  std::string_view name;  // code: "ameli", "vitale", "assurance_maladie", "mon_espace_sante", "france_connect", "cpam"...
};

// The protected name that `labels`, or `shaped` (the same in shape), hold with a slip or a hyphen inside; "" when none.
std::string_view slip_in(std::string_view labels, std::string_view shaped);

class HostJudge {
 public:
  explicit HostJudge(std::vector<WordOfHost> words);
  // `host` as read_host gave it, `suffix` its public suffix, whose labels are not read.
  Likeness judge(std::string_view host, std::string_view suffix) const;

 private:
  // Within one line of a processor's cache: a host is read in as many steps as it has letters, twice.
  struct Node {
    std::array<std::uint16_t, 26> next{};
    std::int16_t word = -1;
  };
  struct Piece {
    std::int32_t word = -1;  // -1: unknown letters
    HostWord kind = HostWord::none;
    std::uint8_t segment = 0, begin = 0, length = 0;
    bool mended = false;  // a word with a slip
    bool whole = false;  // the whole segment between hyphens or dots
  };
  // The words as written, or in shape: i, l and 1 one letter, rn an m, figures the letters they pass for.
  struct Tree {
    std::vector<Node> nodes;
    std::array<std::vector<std::pair<std::string, std::int32_t>>, 26> mendable;  // by first letter: words long enough to be known with a slip
  };
  struct Reading;
  void grow(Tree& tree, bool in_shape) const;
  void read_segment(const Tree& tree, Reading& reading, std::string_view segment, std::uint8_t number) const;
  void mend(const Tree& tree, Reading& reading) const;
  bool mend_between(const Tree& tree, Reading& reading, std::size_t first, std::size_t last) const;
  Likeness decide(const Reading& reading, std::string_view suffix) const;
  Likeness organisation_across(std::string_view labels, const Likeness& otherwise) const;
  bool is_cut_name(std::string_view labels, std::string_view suffix) const;
  bool speaks_of_ameli(const Reading& reading) const;
  Likeness without_a_name(const Reading& reading, std::string_view suffix) const;
  Likeness organisation_in(const Reading& reading) const;
  Reading read(const Tree& tree, std::string_view labels) const;

  std::vector<WordOfHost> words_;
  Tree written_, shaped_;
};

}  // namespace carnet::vigilance
