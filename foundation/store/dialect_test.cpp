#include "foundation/store/dialect.hpp"

#include <gtest/gtest.h>

namespace carnet::store {
namespace {

TEST(Dialect, PostgresTypesAndTableKind) {
  EXPECT_EQ(translate("CREATE TABLE t (a INTEGER, b blob, c TEXT) WITHOUT  ROWID;", Engine::postgres),
            "CREATE TABLE t (a BIGINT, b BYTEA, c TEXT) ;");
}

TEST(Dialect, StringsCommentsAndNamesStay) {
  const char* text = "-- INTEGER\nINSERT INTO t VALUES ('an INTEGER BLOB', 'it''s INTEGER', \"BLOB\") /* BLOB */";
  EXPECT_EQ(translate(text, Engine::postgres), text);
  EXPECT_EQ(translate("INTEGERS my_blob blob1", Engine::postgres), "INTEGERS my_blob blob1");
}

TEST(Dialect, SqliteTakesTheTextAsItIs) {
  EXPECT_EQ(translate("a INTEGER WITHOUT ROWID", Engine::sqlite), "a INTEGER WITHOUT ROWID");
}

TEST(Dialect, FilesForOneEngine) {
  EXPECT_TRUE(meant_for("0001_a.sql", Engine::sqlite));
  EXPECT_TRUE(meant_for("0001_a.sql", Engine::postgres));
  EXPECT_FALSE(meant_for("0001_a.sqlite.sql", Engine::postgres));
  EXPECT_FALSE(meant_for("0001_a.postgres.sql", Engine::sqlite));
}

TEST(Dialect, CommentsGo) {
  EXPECT_EQ(without_comments("a -- b\nc /* d */ '-- e'"), "a  \nc   '-- e'");
  EXPECT_EQ(without_comments("a /* never closed"), "a  ");
}

TEST(Dialect, ParametersAndFirstWord) {
  EXPECT_EQ(highest_parameter("SELECT $2, '$9', $10 -- $11"), 10U);
  EXPECT_EQ(highest_parameter("SELECT 1"), 0U);
  EXPECT_EQ(first_word(" -- note\n /* x */ insert INTO t"), "INSERT");
  EXPECT_EQ(first_word(" ( "), "");
}

// The published check value of FNV-1a, 128 bits, for "foobar".
TEST(Dialect, FingerprintIsFnv1a) {
  EXPECT_EQ(text_fingerprint("foobar"), "343e1662793c64bf6f0d3597ba446f18");
  EXPECT_NE(text_fingerprint("a"), text_fingerprint("b"));
}

}  // namespace
}  // namespace carnet::store
