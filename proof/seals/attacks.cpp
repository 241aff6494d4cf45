#include "foundation/io/files.hpp"
#include "foundation/io/entropy.hpp"
#include "proof/seals/tampering.hpp"

namespace carnet::proof {
namespace {

namespace json = kernel::json;
namespace fs = std::filesystem;

constexpr int seals_in_all = 300, seals_before_the_fork = 290;
constexpr auto days = std::chrono::hours(24);

// One of the log, shown to the verifiers as of now: the last seal is an hour old.
kernel::Instant beginning() { return io::SystemClock().now().plus(-days * seals_in_all - std::chrono::hours(1)); }

// 1,000 entries in seals 2 to 300; 800 of them in the first 200.
int entries_at(int seal) {
  if (seal == 2) return 20;
  if (seal <= 40) return 10;
  return seal <= 120 ? 3 : 2;
}

void go_on(SealedLog& log, int from, int to) {
  for (int seal = from; seal <= to; ++seal) {
    if (seal == 1) log.trace(1, audit::Lane::ordinary, 1);
    if (seal > 1) log.trace(attacked_space, audit::Lane::ordinary, entries_at(seal));
    if (seal % 50 == 2) log.trace(attacked_space, audit::Lane::reserved, 2);
    if (seal % 20 == 1) log.trace(other_space + seal, audit::Lane::ordinary, 1);
    if (seal == 5) log.trace(other_space, audit::Lane::ordinary, 3);
    log.seal();
  }
}

json::array& entries(Extract& file) { return file.at("entries").as_array(); }
json::array& seals(Extract& file) { return file.at("seals").as_array(); }
json::object& entry(Extract& file, std::size_t index) { return entries(file)[index].as_object(); }
auto at(json::array& list, std::ptrdiff_t index) { return list.begin() + index; }

void renumber(Extract& file) {
  std::int64_t sequence = 0;
  for (auto& one : entries(file)) one.as_object()["sequence"] = ++sequence;
}

ExtractAttack changed(std::string name, std::function<void(Extract&)> change) {
  return {std::move(name), [change = std::move(change)](const Scene& scene) {
            auto file = json::parse(scene.clean).as_object();
            change(file);
            return json::serialize(file);
          }};
}

std::vector<ExtractAttack> attacks_on_entries() {
  return {
      changed("edit an entry", [](Extract& f) { entry(f, 400)["body"] = R"({"action":40,"actor":1})"; }),
      changed("backdate an entry", [](Extract& f) { entry(f, 10)["at_ms"] = entry(f, 10)["at_ms"].as_int64() - 60'000; }),
      changed("give an entry another id", [](Extract& f) { entry(f, 10)["id"] = std::string(32, 'a'); }),
      changed("drop an entry", [](Extract& f) { entries(f).erase(at(entries(f), 500)); }),
      changed("drop an entry and renumber", [](Extract& f) { entries(f).erase(at(entries(f), 500)); renumber(f); }),
      changed("swap two entries", [](Extract& f) { std::swap(entries(f)[20], entries(f)[21]); }),
      changed("swap two entries and renumber", [](Extract& f) { std::swap(entries(f)[20], entries(f)[21]); renumber(f); }),
      changed("truncate the end", [](Extract& f) { entries(f).resize(900); }),
      changed("truncate the beginning", [](Extract& f) { entries(f).erase(at(entries(f), 0), at(entries(f), 5)); }),
      changed("truncate the beginning and renumber", [](Extract& f) { entries(f).erase(at(entries(f), 0), at(entries(f), 5)); renumber(f); }),
      changed("pad a gap with a copy", [](Extract& f) {
        entries(f).erase(at(entries(f), 600));
        entries(f).insert(at(entries(f), 600), json::value(entries(f)[599]));
        renumber(f);
      }),
      changed("add an old entry at the end", [](Extract& f) { entries(f).push_back(json::value(entries(f)[3])); renumber(f); }),
  };
}

std::vector<ExtractAttack> attacks_on_seals() {
  return {
      changed("leave a seal out", [](Extract& f) { seals(f).erase(at(seals(f), 100)); }),
      changed("leave the last seals out", [](Extract& f) { seals(f).resize(200); }),
      changed("leave the first seals out", [](Extract& f) { seals(f).erase(at(seals(f), 0), at(seals(f), 50)); }),
      changed("leave the last seals and entries out", [](Extract& f) { seals(f).resize(200); entries(f).resize(800); }),
      changed("shorten the lane at a seal", [](Extract& f) { seals(f)[200].as_object()["sequence"] = 3; }),
      changed("give a seal another time", [](Extract& f) { seals(f)[100].as_object()["at_ms"] = seals(f)[101].as_object()["at_ms"]; }),
      changed("call it the other lane", [](Extract& f) { f["lane"] = "reserved"; }),
      {"show another space", [](const Scene& s) { return s.other; }},
      {"show another space under this name", [](const Scene& s) {
         auto file = json::parse(s.other).as_object();
         file["space"] = s.log.keys(attacked_space).space;
         return json::serialize(file);
       }},
  };
}

std::string with_checkpoint(const std::string& extract, const tlog::Note& note) {
  auto file = json::parse(extract).as_object();
  file["checkpoint"] = tlog::write_note(note);
  return json::serialize(file);
}
tlog::Note note_of(const std::string& extract) {
  return *tlog::read_note(std::string_view(json::parse(extract).as_object().at("checkpoint").as_string()));
}
tlog::NoteSignature cosignature_in(const std::string& checkpoint) { return tlog::read_note(checkpoint)->signatures.at(1); }

std::vector<ExtractAttack> attacks_on_checkpoints() {
  return {
      {"replay an old extract", [](const Scene& s) { return s.older; }},
      {"put new entries under an old checkpoint", [](const Scene& s) {
         auto file = json::parse(s.clean).as_object();
         const auto old = json::parse(s.older).as_object();
         file["seals"] = old.at("seals");
         file["checkpoint"] = old.at("checkpoint");
         return json::serialize(file);
       }},
      {"sign with another key", [](const Scene& s) {
         io::SeededEntropy entropy(77);
         auto note = note_of(s.clean);
         note.signatures[0] = tlog::sign_note(note.text, note.signatures[0].name, crypto::SigningKey::generate_ed25519(entropy));
         return with_checkpoint(s.clean, note);
       }},
      {"show it without cosignature", [](const Scene& s) { return s.uncosigned; }},
      {"bring the cosignature of another note", [](const Scene& s) {
         auto note = note_of(s.uncosigned);
         note.signatures.push_back(cosignature_in(s.older_checkpoint));
         return with_checkpoint(s.uncosigned, note);
       }},
      {"fork", [](const Scene& s) { return s.fork; }},
      {"fork, with the cosignature of the other branch", [](const Scene& s) {
         auto note = note_of(s.fork);
         note.signatures.push_back(cosignature_in(s.log.checkpoint()));
         return with_checkpoint(s.fork, note);
       }},
  };
}

void change_file(const fs::path& file, const std::function<void(kernel::Bytes&)>& change) {
  auto bytes = *io::read_file(file, 1 << 20);
  change(bytes);
  (void)io::replace_file(file, bytes, 0600);
}
LogAttack in_file(std::string name, std::string file, std::function<void(kernel::Bytes&)> change) {
  return {std::move(name), [file = std::move(file), change = std::move(change)](const Scene&, const fs::path& shown) { change_file(shown / file, change); }};
}
void put(const fs::path& file, std::string_view text) { (void)io::replace_file(file, kernel::as_bytes(text), 0600); }

constexpr std::ptrdiff_t hash_size = 32;

}  // namespace

Scene::Scene(const fs::path& directory) : log(directory / "service", beginning(), 1) {
  go_on(log, 1, seals_before_the_fork);
  log.cosign();
  older = log.extract(attacked_space, audit::Lane::ordinary);
  older_checkpoint = log.checkpoint();
  older_published = directory / "older";
  log.publish(older_published);
  const auto then = log.now();
  fs::create_directories(directory / "copy");
  for (const auto& file : fs::directory_iterator(directory / "service"))
    if (file.is_regular_file()) fs::copy(file, directory / "copy" / file.path().filename());
  go_on(log, seals_before_the_fork + 1, seals_in_all);
  uncosigned = log.extract(attacked_space, audit::Lane::ordinary);
  log.cosign();
  clean = log.extract(attacked_space, audit::Lane::ordinary);
  other = log.extract(other_space, audit::Lane::ordinary);
  published = directory / "published";
  log.publish(published);
  SealedLog forked(directory / "copy", then, 2);
  for (int seal = seals_before_the_fork + 1; seal <= seals_in_all; ++seal) forked.seal();
  fork = forked.extract(attacked_space, audit::Lane::ordinary);
  fork_published = directory / "fork";
  forked.publish(fork_published);
}

std::vector<ExtractAttack> extract_attacks() {
  auto all = attacks_on_entries();
  for (auto& one : attacks_on_seals()) all.push_back(std::move(one));
  for (auto& one : attacks_on_checkpoints()) all.push_back(std::move(one));
  return all;
}

std::vector<LogAttack> log_attacks() {
  return {
      in_file("edit a leaf's entry", "tile/entries/000", [](kernel::Bytes& b) { b[40] ^= 1; }),
      in_file("drop a leaf's entry", "tile/entries/000", [](kernel::Bytes& b) { b.erase(b.begin(), b.begin() + 2 + ((b[0] << 8) | b[1])); }),
      in_file("swap two leaves", "tile/0/000", [](kernel::Bytes& b) { std::swap_ranges(b.begin(), b.begin() + hash_size, b.begin() + hash_size); }),
      in_file("change a node above", "tile/1/000.p/1", [](kernel::Bytes& b) { b[0] ^= 1; }),
      in_file("pad a tile", "tile/0/001.p/44", [](kernel::Bytes& b) { b.insert(b.end(), b.begin(), b.begin() + hash_size); }),
      in_file("change the root", "checkpoint", [](kernel::Bytes& b) { b[std::string_view("carnet.example/traces\n300\n").size()] ^= 2; }),
      {"drop a tile", [](const Scene&, const fs::path& shown) { fs::remove(shown / "tile/0/001.p/44"); }},
      {"replay an old log", [](const Scene& s, const fs::path& shown) { fs::remove_all(shown); fs::copy(s.older_published, shown, fs::copy_options::recursive); }},
      {"fork", [](const Scene& s, const fs::path& shown) { fs::remove_all(shown); fs::copy(s.fork_published, shown, fs::copy_options::recursive); }},
      {"bring the cosignature of another note", [](const Scene& s, const fs::path& shown) {
         auto note = *tlog::read_note(s.log.checkpoint());
         note.signatures[1] = cosignature_in(s.older_checkpoint);
         put(shown / "checkpoint", tlog::write_note(note));
       }},
      {"sign with another key", [](const Scene& s, const fs::path& shown) {
         io::SeededEntropy entropy(77);
         auto note = *tlog::read_note(s.log.checkpoint());
         note.signatures[0] = tlog::sign_note(note.text, note.signatures[0].name, crypto::SigningKey::generate_ed25519(entropy));
         put(shown / "checkpoint", tlog::write_note(note));
       }},
  };
}

}  // namespace carnet::proof
