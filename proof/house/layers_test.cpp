// Who may include whom: first on small trees made to be wrong, then on this one.
#include "proof/house/layers.hpp"

#include <gtest/gtest.h>

namespace carnet::house {
namespace {

constexpr std::string_view small = R"(
[foundation]
kernel = []
io = ["kernel"]
store = ["kernel", "io"]
[standards]
fhir = ["kernel"]
[capabilities]
audit = []
record = ["audit"]
[libraries]
"sqlite3.h" = ["foundation/store"]
)";

Layers small_layers() {
  return parse_layers(small).value();
}

Tree one(std::string path, std::string text) {
  return Tree{{File{std::move(path), std::move(text)}}};
}

bool may_include(const std::string& path, const std::string& target) {
  return check_includes(one(path, "#include \"" + target + "\"\n"), small_layers()).empty();
}

Findings doors_of(const std::string& code) {
  return check_doors(one("capabilities/record/service.cpp", code));
}

TEST(LayersFile, RefusesWhatIsNotALayersFile) {
  EXPECT_FALSE(parse_layers("[foundation").has_value());
  EXPECT_FALSE(parse_layers("[foundation]\nkernel = []\n").has_value());
  EXPECT_FALSE(parse_layers("[foundation]\nkernel = 3\n[standards]\n[capabilities]\n[libraries]\n").has_value());
  EXPECT_TRUE(parse_layers(small).has_value());
}

TEST(Circles, AreFound) {
  auto layers = small_layers();
  EXPECT_TRUE(check_circles(layers).empty());
  layers.capabilities["audit"].insert("record");
  EXPECT_EQ(check_circles(layers).size(), 1U);
  layers = small_layers();
  layers.capabilities["record"].insert("nowhere");
  EXPECT_EQ(check_circles(layers).size(), 1U);
  layers = small_layers();
  layers.standards["fhir"].insert("store");
  EXPECT_EQ(check_circles(layers).size(), 1U);
}

TEST(Includes, KeepToTheEdges) {
  EXPECT_TRUE(may_include("capabilities/record/service.cpp", "audit/audit.hpp"));
  EXPECT_TRUE(may_include("capabilities/record/service.cpp", "record/rules.hpp"));
  EXPECT_TRUE(may_include("capabilities/record/service.cpp", "rules.hpp"));
  EXPECT_TRUE(may_include("capabilities/record/service.cpp", "foundation/store/store.hpp"));
  EXPECT_TRUE(may_include("capabilities/record/service.cpp", "standards/fhir/fhir.hpp"));
  EXPECT_TRUE(may_include("foundation/store/store.cpp", "foundation/io/files.hpp"));
  EXPECT_TRUE(may_include("apps/server/main.cpp", "record/record.hpp"));
  EXPECT_TRUE(may_include("proof/sim/sim.cpp", "record/rules.hpp"));
  EXPECT_TRUE(may_include("capabilities/record/record_test.cpp", "foundation/store/testing/failing_store.hpp"));
  EXPECT_TRUE(may_include("capabilities/record/record_test.cpp", "audit/testing/journal_case.hpp"));
  EXPECT_FALSE(may_include("capabilities/audit/audit_test.cpp", "record/testing/record_case.hpp")) << "a test looks up";
  EXPECT_FALSE(may_include("capabilities/record/service.cpp", "audit/testing/journal_case.hpp")) << "for tests only";
  EXPECT_FALSE(may_include("capabilities/audit/service.cpp", "record/record.hpp")) << "against the edge";
  EXPECT_FALSE(may_include("capabilities/record/service.cpp", "audit/rules.hpp")) << "another room's inside";
  EXPECT_FALSE(may_include("capabilities/record/service.cpp", "capabilities/audit/rules.hpp"))
      << "the same, by the long way";
  EXPECT_FALSE(may_include("capabilities/record/service.cpp", "../audit/rules.hpp")) << "the same, by the back way";
  EXPECT_FALSE(may_include("capabilities/record/service.cpp", "apps/server/main.hpp")) << "up";
  EXPECT_FALSE(may_include("capabilities/record/service.cpp", "foundation/store/sqlite/page.hpp")) << "private folder";
  EXPECT_FALSE(may_include("foundation/store/store.cpp", "audit/audit.hpp")) << "foundation looks up";
  EXPECT_FALSE(may_include("foundation/io/files.cpp", "foundation/store/store.hpp")) << "against the edge";
  EXPECT_FALSE(may_include("standards/fhir/fhir.cpp", "foundation/io/files.hpp")) << "a standard that does I/O";
  EXPECT_FALSE(may_include("standards/fhir/fhir.cpp", "audit/audit.hpp")) << "a standard looks up";
  EXPECT_FALSE(may_include("apps/server/main.cpp", "record/rules.hpp")) << "a program takes public headers only";
  EXPECT_FALSE(may_include("apps/server/main.cpp", "proof/sim/sim.hpp"));
}

TEST(Libraries, StayInTheirRooms) {
  const auto found = [](const std::string& path) {
    return check_libraries(one(path, "#  include <sqlite3.h>\n"), small_layers()).size();
  };
  EXPECT_EQ(found("foundation/store/sqlite.cpp"), 0U);
  EXPECT_EQ(found("proof/faults/faults.cpp"), 0U);
  EXPECT_EQ(found("capabilities/record/record_test.cpp"), 0U);
  EXPECT_EQ(found("capabilities/record/store.cpp"), 1U);
  EXPECT_EQ(found("foundation/store_of_another/x.cpp"), 1U);
}

TEST(Rooms, AgreeWithTheBuild) {
  Tree tree;
  tree.files.push_back({"CMakeLists.txt",
                        "carnet_room(capabilities/audit DEPENDS store)\n"
                        "carnet_room(capabilities/record DEPENDS audit store)\n"});
  tree.files.push_back({"capabilities/audit/audit.hpp", ""});
  EXPECT_TRUE(check_rooms(tree, small_layers()).empty());
  tree.files[0].text += "carnet_room(foundation/io DEPENDS store)\n";
  EXPECT_EQ(check_rooms(tree, small_layers()).size(), 1U);
  tree.files.push_back({"capabilities/new_room/new_room.hpp", ""});
  EXPECT_EQ(check_rooms(tree, small_layers()).size(), 2U);
}

TEST(Doors, AreTheOnlyWayOut) {
  for (const std::string wrong :
       {"auto n = std::chrono::system_clock::now();", "auto t = time(nullptr);", "auto t = std::time(nullptr);",
        "int r = rand();", "return rand() % 6;", "std::random_device d;", "std::thread t(run);",
        "auto f = std::async(run);", "std::this_thread::sleep_for(x);", "int fd = ::open(path, 0);",
        "auto f = fopen(path, \"r\");", "std::ifstream in(p);", "int s = ::socket(1, 2, 3);",
        "std::filesystem::remove(p);", "namespace fs = std::filesystem;", "getrandom(b, 1, 0);",
        "if (fork()) return;"}) {
    EXPECT_EQ(doors_of(wrong).size(), 1U) << wrong;
  }
  for (const std::string right :
       {"auto k = keyring::open(receipt);", "store.open(path);", "kernel::Instant time() const;", "entry.time(x);",
        "std::filesystem::path p;", "const std::filesystem::path& p", "// std::thread is not used here",
        "say(\"time(nullptr)\");", "std::chrono::days d{1};", "int thread = 0;", "bool rand() const;", "x->sleep();"}) {
    EXPECT_TRUE(doors_of(right).empty()) << right << describe(doors_of(right));
  }
  EXPECT_TRUE(check_doors(one("foundation/io/clock.cpp", "std::chrono::system_clock::now();")).empty());
  EXPECT_FALSE(check_doors(one("foundation/kernel/time.cpp", "std::chrono::system_clock::now();")).empty());
  EXPECT_FALSE(check_doors(one("standards/cda/cda.cpp", "std::chrono::system_clock::now();")).empty());
  EXPECT_TRUE(check_doors(one("apps/wiring/house.cpp", "std::filesystem::create_directories(p);")).empty());
  EXPECT_FALSE(check_doors(one("apps/wiring/house.cpp", "std::ifstream in(p);")).empty());
  EXPECT_TRUE(check_doors(one("capabilities/audit/audit_test.cpp", "std::thread t(run);")).empty());
}

class Here : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    tree_ = new Tree(read_tree(CARNET_SOURCE_DIR));
    const auto* file = tree_->find("layers.toml");
    ASSERT_NE(file, nullptr);
    auto layers = parse_layers(file->text);
    ASSERT_TRUE(layers.has_value()) << layers.error();
    layers_ = new Layers(std::move(*layers));
  }
  static inline const Tree* tree_ = nullptr;
  static inline const Layers* layers_ = nullptr;
};

TEST_F(Here, NoCircle) {
  EXPECT_TRUE(check_circles(*layers_).empty()) << describe(check_circles(*layers_));
}
TEST_F(Here, IncludesKeepToTheEdges) {
  EXPECT_TRUE(check_includes(*tree_, *layers_).empty()) << describe(check_includes(*tree_, *layers_));
}
TEST_F(Here, LibrariesStayInTheirRooms) {
  EXPECT_TRUE(check_libraries(*tree_, *layers_).empty()) << describe(check_libraries(*tree_, *layers_));
}
TEST_F(Here, RoomsAgreeWithTheBuild) {
  EXPECT_TRUE(check_rooms(*tree_, *layers_).empty()) << describe(check_rooms(*tree_, *layers_));
}
TEST_F(Here, DoorsAreTheOnlyWayOut) {
  EXPECT_TRUE(check_doors(*tree_).empty()) << describe(check_doors(*tree_));
}

}  // namespace
}  // namespace carnet::house
