// The print of a notice: enough to say, long after its words are gone, that a text is what was sent, and to whom.
#include <algorithm>
#include <array>

#include "notices/state.hpp"

namespace carnet::notices {

using kernel::Result;

namespace {

constexpr std::size_t head_bytes = 16, id_bytes = 8;

// Words with one space between them. What is copied from a letter, a mail or a telephone keeps its words and loses its spaces.
std::string words_alone(std::string_view text) {
  constexpr std::array<std::string_view, 6> spaces{" ", "\t", "\r", "\n", "\u00a0", "\u202f"};
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto space = std::ranges::find_if(spaces, [&](std::string_view one) { return text.starts_with(one); });
    if (space == spaces.end()) {
      out += text.front();
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
    text.remove_prefix(space == spaces.end() ? 1 : space->size());
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

void add_head(kernel::Bytes& to, std::string words) {
  const auto digest = crypto::sha256(kernel::as_bytes(words));
  zeroise(words);
  to.insert(to.end(), digest.begin(), digest.begin() + head_bytes);
}

}  // namespace

kernel::Bytes print_of(const Sealed& sealed) {
  kernel::Bytes print;
  print.reserve(print_bytes);
  const auto addressee = static_cast<std::uint64_t>(sealed.notice.to.addressee.value);
  for (std::size_t i = 0; i < id_bytes; ++i) print.push_back(static_cast<std::uint8_t>(addressee >> (8 * i)));
  const auto& written = sealed.written;
  const bool is_short = sealed.notice.channel == Channel::sms || sealed.notice.channel == Channel::voice;
  std::size_t size = written.subject.size() + written.short_text.size() + 2;
  for (const auto& paragraph : written.paragraphs) size += paragraph.size() + 1;
  std::string said;
  said.reserve(size);  // growing would leave copies of the code behind
  said += written.subject;
  said += '\n';
  const auto body = said.size();
  if (is_short) said += written.short_text;
  if (!is_short)
    for (const auto& paragraph : written.paragraphs) (said += paragraph) += '\n';
  add_head(print, words_alone(std::string_view(said).substr(body)));
  add_head(print, words_alone(said));
  zeroise(said);
  return print;
}

// What is sealed before is JSON, and longer.
bool is_print(kernel::ByteView bytes) { return bytes.size() == print_bytes; }

bool is_of(kernel::ByteView print, PersonId reader, std::string_view text) {
  if (!is_print(print) || reader.value == 0) return false;
  std::uint64_t addressee = 0;
  for (std::size_t i = 0; i < id_bytes; ++i) addressee |= static_cast<std::uint64_t>(print[i]) << (8 * i);
  if (addressee != static_cast<std::uint64_t>(reader.value)) return false;
  kernel::Bytes head;
  add_head(head, words_alone(text));
  const auto is_at = [&](std::size_t at) { return std::ranges::equal(head, print.subspan(at, head_bytes)); };
  return is_at(id_bytes) || is_at(id_bytes + head_bytes);
}

kernel::Bytes Notices::State::print_kept(const Queued& row) const {
  const auto sealed = unseal(row.id, row.sealed);
  return sealed ? sealer.seal(print_of(*sealed), kernel::as_bytes(associated(row.id))) : kernel::Bytes{};
}

io::Task<Result<std::optional<Notices::Sent>>> Notices::sent_to(PersonId reader, std::string reference, std::string text) {
  auto& state = *state_;
  std::function<Result<std::optional<Queued>>(store::Snapshot&)> look = [&reference](store::Snapshot& at) -> Result<std::optional<Queued>> {
    std::optional<Queued> found;
    CARNET_CHECK(at.query("SELECT n.notice_id, n.queued_at, n.template, n.channel, n.sealed FROM notice_reference r "
                          "JOIN notice n ON n.notice_id = r.notice_id WHERE r.reference = $1 AND n.state = $2",
                          {reference, static_cast<int>(RowState::taken)}, [&](const store::Row& row) {
                            const auto blob = row.blob(4);
                            found.emplace();
                            found->id = row.integer(0);
                            found->queued_at = row.integer(1);
                            found->what = static_cast<Template>(row.integer(2));
                            found->channel = static_cast<Channel>(row.integer(3));
                            found->sealed.assign(blob.begin(), blob.end());
                            return false;
                          }));
    return found;
  };
  CARNET_CO_TRY(row, co_await state.main.read<std::optional<Queued>>(look));
  if (!row) co_return std::nullopt;
  auto plain = state.sealer.open(row->sealed, kernel::as_bytes(associated(row->id)));
  if (!plain) co_return std::nullopt;  // returned, or taken before prints were kept
  // The demonstration keeps whole what it has sent.
  if (!is_print(*plain)) {
    const auto sealed = decode(kernel::as_text(*plain));
    kernel::zeroise(plain->data(), plain->size());
    if (!sealed) co_return std::nullopt;
    *plain = print_of(*sealed);
  }
  if (!is_of(*plain, reader, text)) co_return std::nullopt;
  co_return Sent{row->what, row->channel, kernel::Instant{row->queued_at}};
}

}  // namespace carnet::notices
