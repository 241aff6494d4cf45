#include "foundation/store/schema_lint.hpp"

#include <gtest/gtest.h>

namespace carnet::store {
namespace {

std::vector<std::string> lint(std::string sql, std::string name = "0001_x.sql") {
  const Migration migration{"test", std::move(name), std::move(sql)};
  std::vector<std::string> says;
  for (const auto& issue : lint_schema(std::span(&migration, 1))) says.push_back(issue.about + ": " + issue.says);
  return says;
}
using Says = std::vector<std::string>;

TEST(SchemaLint, AGoodSchemaPasses) {
  EXPECT_EQ(lint(R"(
    -- a comment; with a semicolon and the word TRIGGER
    CREATE TABLE IF NOT EXISTS visit (
      space_id INTEGER NOT NULL,
      visit_id INTEGER NOT NULL,
      note TEXT NOT NULL DEFAULT 'a ; b SEQUENCE',
      sequence INTEGER NOT NULL,
      amount INTEGER CHECK (amount > 0),
      PRIMARY KEY (space_id, visit_id),
      UNIQUE (space_id, note),
      FOREIGN KEY (space_id) REFERENCES space (space_id)
    ) WITHOUT ROWID;
    CREATE UNIQUE INDEX by_note ON visit (space_id, note);
    CREATE INDEX by_amount ON visit (amount);
    CREATE TABLE person (person_id INTEGER NOT NULL PRIMARY KEY);)"),
            Says{});
}

TEST(SchemaLint, KeysBeginWithThePerson) {
  EXPECT_EQ(lint("CREATE TABLE t (id INTEGER, space_id INTEGER, PRIMARY KEY (id, space_id)) WITHOUT ROWID;"),
            Says{"T: PRIMARY does not begin with space_id or person_id"});
  EXPECT_EQ(lint("CREATE TABLE t (space_id INTEGER, a TEXT UNIQUE, PRIMARY KEY (space_id)) WITHOUT ROWID;"),
            Says{"T: UNIQUE does not begin with space_id or person_id"});
  EXPECT_EQ(
      lint("CREATE TABLE t (space_id INTEGER, a TEXT, PRIMARY KEY (space_id), CONSTRAINT u UNIQUE (a)) WITHOUT ROWID;"),
      Says{"T: UNIQUE does not begin with space_id or person_id"});
  EXPECT_EQ(
      lint("CREATE TABLE t (space_id INTEGER, a INTEGER REFERENCES b (a), PRIMARY KEY (space_id)) WITHOUT ROWID;"),
      Says{"T: REFERENCES does not begin with space_id or person_id"});
  EXPECT_EQ(lint("CREATE TABLE t (space_id INTEGER, a INTEGER, PRIMARY KEY (space_id),"
                 " FOREIGN KEY (a) REFERENCES b (a)) WITHOUT ROWID;"),
            Says{"T: FOREIGN does not begin with space_id or person_id"});
  EXPECT_EQ(lint("CREATE UNIQUE INDEX i ON t (a, space_id);"),
            Says{"I: a unique index begins with space_id or person_id"});
  EXPECT_EQ(lint("ALTER TABLE t ADD COLUMN a TEXT UNIQUE;"),
            Says{"T: a key added later is not checked: make it in its table"});
}

TEST(SchemaLint, ExceptionsSayWhy) {
  EXPECT_EQ(lint("-- lint: not person data: a list of structures, small and shared\n"
                 "CREATE TABLE structure (finess TEXT NOT NULL, PRIMARY KEY (finess)) WITHOUT ROWID;\n"
                 "CREATE UNIQUE INDEX by_name ON structure (finess);"),
            Says{});
  EXPECT_EQ(lint("-- lint: not person data: why\nCREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID;"),
            Says{"CREATE TABLE: an exception needs its reason"});
}

TEST(SchemaLint, WhatDoesNotSpreadIsRefused) {
  EXPECT_EQ(lint("CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT 1"), Says{"CREATE TRIGGER: TRIGGER is not allowed"});
  EXPECT_EQ(lint("CREATE SEQUENCE s;"), Says{"CREATE SEQUENCE: SEQUENCE is not allowed"});
  EXPECT_EQ(lint("CREATE TABLE t (person_id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY);"),
            Says{"CREATE TABLE: IDENTITY is not allowed"});
  EXPECT_EQ(lint("CREATE TABLE t (person_id INTEGER PRIMARY KEY AUTOINCREMENT);"),
            Says{"CREATE TABLE: AUTOINCREMENT is not allowed"});
  EXPECT_EQ(lint("CREATE TABLE t (person_id INTEGER, PRIMARY KEY (person_id) DEFERRABLE) WITHOUT ROWID;"),
            Says{"CREATE TABLE: DEFERRABLE is not allowed"});
}

TEST(SchemaLint, TablesAreClusteredByTheirKey) {
  EXPECT_EQ(lint("CREATE TABLE t (space_id INTEGER, a TEXT, PRIMARY KEY (space_id, a));"),
            Says{"T: not WITHOUT ROWID"});
  EXPECT_EQ(lint("CREATE TABLE t (space_id INTEGER, a TEXT, PRIMARY KEY (space_id, a));", "0001_x.postgres.sql"),
            Says{});
  EXPECT_EQ(lint("CREATE TABLE t (space_id INTEGER) WITHOUT ROWID;"), Says{"T: no primary key"});
}

}  // namespace
}  // namespace carnet::store
