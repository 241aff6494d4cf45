// LMTP (RFC 2033), the server's side, as values: bytes heard -> bytes to say, and a letter when one is whole. A server of
// mail hands a letter over and hears, for each recipient, whether it was taken: it keeps what was not.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carnet::mail {

class LmtpSession {
 public:
  struct Settings {
    std::string host = "localhost";     // who greets
    std::size_t most_bytes = 25u << 20;  // of a letter; more is read, not kept, and refused
    std::size_t most_recipients = 100;
    std::function<bool(std::string_view)> takes;  // mail for this address
  };
  struct Letter {
    std::string from;  // envelope sender, "" for <>
    std::vector<std::string> to;
    std::string bytes;  // RFC 5322, dots unstuffed
  };
  enum class Fate { taken, later, refused };

  explicit LmtpSession(Settings settings) : settings_(std::move(settings)) {}
  std::string greeting() const;
  // Reads on from what was heard before and `bytes`, and answers. Stops at the end of a letter: letter() holds it, and
  // nothing more is read until settle() has said what became of it and hear("") goes on.
  std::string hear(std::string_view bytes);
  const std::optional<Letter>& letter() const { return whole_; }
  std::string settle(Fate fate);  // one answer per recipient
  bool ended() const { return ended_; }

 private:
  std::string command(std::string_view line);
  std::string mail_from(std::string_view rest);
  std::string recipient(std::string_view rest);
  std::string start_data();
  void data_piece(std::string_view piece);
  std::string end_data();
  void forget();

  Settings settings_;
  std::string heard_;
  bool greeted_ = false, in_data_ = false, mid_line_ = false, too_large_ = false, ended_ = false;
  std::optional<std::string> from_;
  Letter letter_;
  std::optional<Letter> whole_;
};

}  // namespace carnet::mail
