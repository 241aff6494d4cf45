// The matrix as read, the grid as walked.
#include "proof/access/oracle.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "proof/access/oracle_examples.hpp"
#include "proof/access/oracle_grid.hpp"

namespace carnet::proof::access_oracle {
namespace {

using testing::HasSubstr;

const Matrix& matrix() {
  return examples::oracle().matrix();
}

TEST(Matrix, NineteenRowsOf114) {
  EXPECT_EQ(matrix().professions(), 19);
  EXPECT_EQ(matrix().types(), 114);
  int count[3] = {};
  for (int row = 0; row < matrix().professions(); ++row)
    for (int column = 0; column < matrix().types(); ++column) ++count[static_cast<int>(matrix().cell(row, column))];
  EXPECT_EQ(count[static_cast<int>(Cell::yes)], 113 + 2 * 4);
  EXPECT_EQ(count[static_cast<int>(Cell::no)], 1 + 3 + 4);
  EXPECT_EQ(matrix().profession("82"), matrix().profession("81"));
  EXPECT_EQ(matrix().profession("31"), -1);
  EXPECT_EQ(matrix().type("nothing"), -1);
}

// A copy of the folder in which one file is changed.
std::string load_with(const std::string& name, const std::string& text) {
  std::string folder = std::filesystem::temp_directory_path() / "access_oracle_XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return "no folder";
  for (const auto* file : {"professions.tsv", "type-class.tsv", "known-cells.tsv"})
    std::filesystem::copy(fmt::format("{}/{}", ACCESS_ORACLE_DATA, file), folder);
  std::ofstream(folder + "/" + name) << text;
  const auto loaded = Matrix::load(folder);
  std::filesystem::remove_all(folder);
  return loaded ? "loaded" : loaded.error();
}

TEST(Matrix, WrongFilesAreRefusedWithTheirPlace) {
  const std::string heading = "profession\ttypes\tmay_read\tsource\n";
  EXPECT_EQ(load_with("known-cells.tsv", heading + "10\tall but REMB\tyes\tx\n"), "loaded");
  EXPECT_THAT(load_with("known-cells.tsv", heading + "10\tNONE\tyes\tx\n"),
              HasSubstr("known-cells.tsv:2: unknown type"));
  EXPECT_THAT(load_with("known-cells.tsv", heading + "11\tREMB\tyes\tx\n"), HasSubstr(":2: unknown profession 11"));
  EXPECT_THAT(load_with("known-cells.tsv", heading + "10\tREMB\tperhaps\tx\n"), HasSubstr(":2: neither yes nor no"));
  EXPECT_THAT(load_with("known-cells.tsv", heading + "10\tREMB\tyes\tx\n10\tREMB\tno\tx\n"),
              HasSubstr(":3: says the contrary"));
  EXPECT_THAT(load_with("known-cells.tsv", heading + "*\tREMB\tyes\tx\n"), HasSubstr("for whom"));
  EXPECT_THAT(load_with("known-cells.tsv", heading + "10\tREMB\n"), HasSubstr(":2: not 4 columns"));
  EXPECT_THAT(load_with("known-cells.tsv", "other\n"), HasSubstr(":1: the heading"));
  EXPECT_THAT(load_with("professions.tsv", "code\tprofession\tgroup\n10\ta\tb\n10\ta\tb\n"), HasSubstr(":3: 10"));
}

TEST(Grid, EveryCellOnceInOrder) {
  const Grid grid(examples::oracle());
  std::uint64_t sum = 0, permitted = 0;
  for (const auto& chapter : grid.chapters()) {
    std::uint64_t yes = 0;
    const auto visited =
        grid.for_each_question(chapter, [&](const Question& q) { yes += examples::oracle().judge(q).permit ? 1 : 0; });
    EXPECT_EQ(visited, chapter.cells()) << chapter.name;
    EXPECT_GT(yes, 0U) << chapter.name;
    EXPECT_LT(yes, visited) << chapter.name;
    fmt::print("{:>12} cells, {:>10} permitted: {}\n", visited, yes, chapter.name);
    sum += visited;
    permitted += yes;
  }
  EXPECT_EQ(sum, grid.cells());
  EXPECT_LT(sum, 100'000'000U);
  fmt::print("{:>12} cells, {:>10} permitted\n", sum, permitted);
}

TEST(Grid, WalkingAndPickingAgree) {
  const Grid grid(examples::oracle());
  for (const auto& chapter : grid.chapters()) {
    std::uint64_t index = 0;
    grid.for_each_question(chapter, [&](const Question& q) {
      if (index++ % 99'991 == 0)
        EXPECT_EQ(in_words(q, matrix()), in_words(chapter.cell(index - 1), matrix())) << chapter.name;
    });
  }
}

std::string drawn(std::uint64_t seed, std::uint64_t count) {
  std::string out;
  Grid(examples::oracle()).sampled(seed, count, [&](const Question& q) { out += in_words(q, matrix()); });
  return out;
}

TEST(Grid, ASeedDrawsTheSameQuestions) {
  EXPECT_EQ(drawn(7, 500), drawn(7, 500));
  EXPECT_NE(drawn(7, 500), drawn(8, 500));
}

TEST(Grid, DrawsMeetEveryReason) {
  std::map<std::string, std::uint64_t, std::less<>> met;
  const auto count = [&](const Question& q) { ++met[std::string(examples::oracle().judge(q).reason)]; };
  Grid(examples::oracle()).sampled(1, 2'000'000, count);
  for (const auto* reason : {"author",
                             "blind_to_content",
                             "blocked",
                             "bris_de_glace",
                             "care_team",
                             "centre_15",
                             "consultation",
                             "contested",
                             "dead",
                             "declared_gp",
                             "deleted",
                             "deposit",
                             "discretion",
                             "ended",
                             "for_the_parents",
                             "frozen",
                             "hidden_from_representatives",
                             "judge",
                             "majority",
                             "masked",
                             "matrix",
                             "matrix_unknown",
                             "never",
                             "never_for_carers",
                             "no_agreement_of_parents",
                             "not_announced",
                             "not_authorised",
                             "not_paired",
                             "not_without_the_person",
                             "objection",
                             "occupational",
                             "only_deposits",
                             "opposed_in_life",
                             "own_act",
                             "own_space",
                             "parents_in_conflict",
                             "personal_grant",
                             "reason_missing",
                             "refused_bris_de_glace",
                             "refused_centre_15",
                             "scope",
                             "second_letter_awaited",
                             "secret_connection",
                             "state",
                             "too_young",
                             "written_decision",
                             "act_not_recorded",
                             "archive"})
    EXPECT_GT(met[reason], 0U) << reason;
}

}  // namespace
}  // namespace carnet::proof::access_oracle
