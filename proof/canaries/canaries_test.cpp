// Promise P3: no clear health or identity datum on any disk. A thousand planted people and documents are looked for, byte
// by byte, in every file the service wrote: databases, journal, WAL, packs, keys, logs, and a backup.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <unordered_map>

#include "apps/wiring/safekeeping.hpp"
#include "proof/story/stage.hpp"

namespace carnet::proof {
namespace {

namespace fs = std::filesystem;
constexpr int planted_people = 1'000, planted_documents = 200;

// Every planted word is eight bytes or more and stands nowhere else.
struct Plant {
  std::string csv;
  std::vector<std::string> words;
};

std::string word(std::string_view kind, int n) { return fmt::format("{}zq{:04}", kind, n); }

Plant plant(const std::string& declared_gp) {
  Plant planted;
  planted.csv =
      "system;matricule;birth_name;given_names;used_name;birth_date;sex;birthplace;scheme;zone;email;phone;address1;address2;"
      "address3;address4;postcode;city;country;language;large_print;card_serials;parents;declared_gp;died\n";
  for (int n = 0; n < planted_people; ++n) {
    const std::string thirteen = fmt::format("285077512{:04}", n);
    const std::string number = fmt::format("{}{:02}", thirteen, identity::key_of(thirteen));
    const std::string family = word("Famille", n), given = word("Prenom", n), mail = word("courriel", n) + "@exemple.example",
                      street = word("rue", n), phone = fmt::format("+3363977{:04}", n), serial = fmt::format("77{:08}", n);
    planted.csv += fmt::format("{};{};{};{};;1985-07-12;F;75112;general;Europe/Paris;{};{};{} des Canaris;;;;75012;Paris;FR;fr;no;{};;{};\n",
                               identity::oid_demonstration, number, family, given, mail, phone, street, serial, declared_gp);
    for (const auto& w : {number, thirteen, family, given, mail, street, phone.substr(1), serial}) planted.words.push_back(w);
  }
  return planted;
}

// All 8-byte windows of the words, so that one pass over a file tests thousands of canaries.
class Search {
 public:
  explicit Search(const std::vector<std::string>& words) {
    for (const auto& w : words) by_head_[w.substr(0, 8)].push_back(w);
  }
  std::vector<std::string> found_in(const std::string& text) const {
    std::vector<std::string> found;
    for (std::size_t at = 0; at + 8 <= text.size(); ++at) {
      const auto candidates = by_head_.find(text.substr(at, 8));
      if (candidates == by_head_.end()) continue;
      for (const auto& w : candidates->second)
        if (text.compare(at, w.size(), w) == 0) found.push_back(w);
    }
    return found;
  }

 private:
  std::unordered_map<std::string, std::vector<std::string>> by_head_;
};

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

class LogToFile {  // standard error goes to a file while this lives
 public:
  explicit LogToFile(const fs::path& file) : saved_(dup(STDERR_FILENO)) {
    const int fd = open(file.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    dup2(fd, STDERR_FILENO);
    close(fd);
  }
  ~LogToFile() {
    dup2(saved_, STDERR_FILENO);
    close(saved_);
  }

 private:
  int saved_;
};

// Deposits the planted documents and reads each, as hospital software would.
void deposit_and_read(Stage& stage, wiring::DemonstrationClient& hospital, const std::string& token, std::vector<std::string>& words) {
  const auto& gp = stage.country().professionals.front().rpps;
  for (int n = 0; n < planted_documents; ++n) {
    const std::string thirteen = fmt::format("285077512{:04}", n);
    const wiring::Patient patient{std::string(identity::oid_demonstration), fmt::format("{}{:02}", thirteen, identity::key_of(thirteen)),
                                  word("Famille", n), word("Prenom", n), "1985-07-12", "female"};
    wiring::DocumentToSend document;
    const std::string title = word("Diagnostic", n), body = word("Contenu", n);
    document.bytes = kernel::to_bytes("%PDF-1.4\n% " + body + "\n%%EOF\n");
    document.media_type = "application/pdf";
    document.unique_id = "urn:oid:1.2.250.1.998." + std::to_string(n + 1);
    document.title = title;
    document.type_code = "11502-2";
    document.type_system = "2.16.840.1.113883.6.1";
    document.class_code = "10";
    document.act_date = kernel::to_rfc3339(stage.clock().now());
    document.author_rpps = gp;
    document.author_name = "Lina Benali";
    document.structure_id = stage.country().structures.front().finess;
    document.structure_name = stage.country().structures.front().name;
    const auto deposited = hospital.provide(token, wiring::provide_document_bundle(patient, document, kernel::to_rfc3339(stage.clock().now())));
    ASSERT_TRUE(deposited);
    ASSERT_EQ(deposited->status, 200) << deposited->body;
    words.push_back(title);
    words.push_back(body);
    const auto listed = hospital.find_documents(token, patient);
    ASSERT_TRUE(listed);
    ASSERT_NE(listed->body.find(title), std::string::npos) << "the doctor does read it";
  }
}

TEST(Canaries, TheSearchFindsWhatIsInClear) {
  const auto planted = plant("");
  const Search search(planted.words);
  EXPECT_EQ(search.found_in("xx" + planted.words[0] + "yy").size(), 2u) << "the number, and its thirteen first digits";
  EXPECT_EQ(search.found_in("nothing here but words").size(), 0u);
}

TEST(Canaries, NoneOfAThousandPeopleAndTheirDocumentsIsOnDiskInClear) {
  const fs::path log = fs::temp_directory_path() / fmt::format("carnet-canaries-{}.log", getpid());
  StageOptions options;
  options.people = 10;
  options.log_level = "debug";
  std::vector<std::string> words;
  {
    const LogToFile redirected(log);
    Stage stage(options);
    const auto& gp = stage.country().professionals.front().rpps;
    auto planted = plant(gp);
    words = planted.words;
    const fs::path csv = fs::temp_directory_path() / fmt::format("carnet-canaries-{}.csv", getpid());
    std::ofstream(csv) << planted.csv;
    const auto imported = io::run(stage.house().identity().people().import(csv, csv.string() + ".set-aside", [](const auto&) {}));
    fs::remove(csv);
    ASSERT_TRUE(imported);
    ASSERT_EQ(imported->added, planted_people);
    campaign::Wave wave;
    wave.name = "canaris";
    ASSERT_TRUE(io::run(stage.house().campaign().run(wave, [](const auto&) {}, [] { return false; })));
    stage.clock().advance(std::chrono::hours(24 * 60));
    stage.settle();

    auto connection = stage.connect();
    auto hospital = stage.hospital(connection);
    auto token = stage.doctors_token(hospital);
    deposit_and_read(stage, hospital, token, words);
    // A GET that carries a number is refused, and the refusal's log line does not repeat it.
    EXPECT_EQ(hospital.retrieve(token, "/fhir/R4/DocumentReference?patient.identifier=" + words[0])->status / 100, 4);
    ASSERT_TRUE(io::run(wiring::create_data_backup(stage.house(), stage.data() / "backup", [](double) {})));

    const Search search(words);
    std::size_t files = 0, bytes = 0;
    std::vector<std::string> hits;
    for (const auto& entry : fs::recursive_directory_iterator(stage.data())) {
      if (!entry.is_regular_file()) continue;
      const auto text = content_of(entry.path());
      ++files;
      bytes += text.size();
      for (const auto& w : search.found_in(text)) hits.push_back(entry.path().filename().string() + ": " + w);
    }
    const auto logged = content_of(log);
    for (const auto& w : search.found_in(logged)) hits.push_back("log: " + w);
    EXPECT_GT(logged.size(), 1000u) << "the log was written and searched";
    fmt::print("canaries: {} of {} in clear, {} files, {} bytes searched\n", hits.size(), words.size(), files, bytes);
    EXPECT_TRUE(hits.empty()) << hits.front();
  }
  fs::remove(log);
}

}  // namespace
}  // namespace carnet::proof
