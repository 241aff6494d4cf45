// The pure decision and the matrix: ACC-2 to ACC-9, ACC-11.
#include <gtest/gtest.h>

#include "access/access.hpp"

namespace carnet::access {
namespace {

using enrollment::State;
using identity::Caller;

const RoleMatrix& matrix() {
  static const RoleMatrix loaded = [] {
    auto result = RoleMatrix::load(std::filesystem::path(CARNET_SOURCE_DIR) / "rules");
    if (!result) throw std::runtime_error(result.error().code);
    return *result;
  }();
  return loaded;
}

Actor professional(std::string profession, Relation relation) {
  Actor actor;
  actor.kind = Caller::Kind::software;
  actor.relation = relation;
  actor.profession = std::move(profession);
  actor.rpps = "10001";
  actor.structure = "750000100";
  return actor;
}
Actor person(Relation relation) {
  Actor actor;
  actor.relation = relation;
  return actor;
}
enrollment::Standing in(State state) {
  enrollment::Standing standing;
  standing.person = kernel::PersonId(1);
  standing.space = kernel::SpaceId(1);
  standing.state = state;
  return standing;
}
ItemFacts report() {
  ItemFacts item;
  item.doc_class = "10";
  item.doc_type = "11502-2";
  item.author_rpps = "10099";
  item.structure = "750000200";
  item.deposited_at = Instant{1000};
  return item;
}
constexpr Instant now{2000};

bool reads(const Actor& actor, const ItemFacts& item, State state = State::opened_by_holder, Settings settings = {}) {
  return decide_item(actor, Act::read, item, in(state), settings, matrix(), now).permit;
}

TEST(Decision, ACC_2_TheStateComesFirst) {
  for (const auto state : {State::eligible, State::notified, State::objected, State::opened_by_default, State::opened_by_holder,
                           State::suspended, State::closed, State::archived, State::erased}) {
    const auto allowed = enrollment::allowed_in(state);
    EXPECT_EQ(reads(professional("10", Relation::care_team), report(), state), allowed.team_reads);
    EXPECT_EQ(reads(person(Relation::self), report(), state), allowed.holder_signs_in || allowed.archive_copy);
    Actor producer = professional("", Relation::producer);
    producer.rpps.clear();
    EXPECT_EQ(decide_space(producer, Act::deposit, in(state), {}, now).permit, allowed.deposit);
    EXPECT_EQ(decide_space(person(Relation::self), Act::close, in(state), {}, now).permit, allowed.close);
    EXPECT_EQ(decide_space(person(Relation::self), Act::add_own, in(state), {}, now).permit, allowed.holder_signs_in);
  }
}

TEST(Decision, ACC_2_NoEmergencyOpensAClosedSpace) {
  Actor actor = professional("10", Relation::none);
  actor.mode = audit::Mode::centre_15;
  EXPECT_FALSE(reads(actor, report(), State::closed));
  EXPECT_TRUE(reads(actor, report(), State::opened_by_default));
}

TEST(Decision, ACC_3_BlockedSeesNothingButThroughTheCentre) {
  Actor actor = professional("10", Relation::declared_gp);
  actor.blocked = true;
  EXPECT_FALSE(reads(actor, report()));
  actor.mode = audit::Mode::bris_de_glace;
  EXPECT_FALSE(reads(actor, report()));
  actor.mode = audit::Mode::centre_15;
  EXPECT_TRUE(reads(actor, report()));
}

TEST(Decision, EmergencyModesAreRefusedApart) {
  Actor actor = professional("10", Relation::none);
  actor.mode = audit::Mode::bris_de_glace;
  EXPECT_FALSE(reads(actor, report(), State::opened_by_holder, {.allows_bris_de_glace = false, .allows_centre_15 = true}));
  EXPECT_TRUE(reads(actor, report(), State::opened_by_holder, {.allows_bris_de_glace = true, .allows_centre_15 = false}));
  actor.mode = audit::Mode::centre_15;
  EXPECT_FALSE(reads(actor, report(), State::opened_by_holder, {.allows_bris_de_glace = true, .allows_centre_15 = false}));
}

TEST(Decision, ACC_4_MaskedIsForItsAuthorAndTheDeclaredGp) {
  ItemFacts item = report();
  item.masque_ps = true;
  EXPECT_FALSE(reads(professional("10", Relation::care_team), item));
  EXPECT_TRUE(reads(professional("10", Relation::declared_gp), item));
  Actor author = professional("10", Relation::care_team);
  author.rpps = item.author_rpps;
  EXPECT_TRUE(reads(author, item));
  EXPECT_TRUE(reads(person(Relation::self), item));
  Actor emergency = professional("10", Relation::none);
  emergency.mode = audit::Mode::centre_15;
  EXPECT_FALSE(reads(emergency, item));
  item.visible_in_emergency = true;
  EXPECT_TRUE(reads(emergency, item));
  EXPECT_FALSE(reads(professional("10", Relation::care_team), item));
}

TEST(Decision, ACC_5_AnUnknownCellShowsOnlyOnesOwnStructure) {
  ItemFacts item = report();
  ASSERT_EQ(matrix().cell("70", item.doc_type), RoleMatrix::Cell::unknown);
  EXPECT_FALSE(reads(professional("70", Relation::care_team), item));
  item.structure = "750000100";
  EXPECT_TRUE(reads(professional("70", Relation::care_team), item));
  item.structure.clear();
  Actor nowhere = professional("70", Relation::care_team);
  nowhere.structure.clear();
  EXPECT_FALSE(reads(nowhere, item)) << "two unknown structures are not the same structure";
}

TEST(Decision, PublishedCellsHold) {
  ItemFacts item = report();
  item.doc_type = "ATTEST-RESID";
  EXPECT_FALSE(reads(professional("10", Relation::care_team), item));
  item.doc_type = "11369-6";
  EXPECT_TRUE(reads(professional("21", Relation::care_team), item));
  item.doc_type = "68599-0";
  item.structure = "750000100";
  EXPECT_FALSE(reads(professional("60", Relation::care_team), item)) << "a published no holds in one's own structure too";
  item.doc_type = "not-a-type";
  EXPECT_FALSE(reads(professional("10", Relation::care_team), item));
}

TEST(Decision, AnAuthorWithoutTeamSeesOnlyOwnDocuments) {
  ItemFacts item = report();
  Actor author = professional("10", Relation::author);
  EXPECT_FALSE(reads(author, item));
  author.rpps = item.author_rpps;
  EXPECT_TRUE(reads(author, item));
}

TEST(Decision, ACC_6_AnnouncementIsAwaitedByEveryPerson) {
  ItemFacts item = report();
  item.invisible_patient = true;
  item.patient_visible_from = Instant{2001};
  EXPECT_FALSE(reads(person(Relation::self), item));
  EXPECT_FALSE(reads(person(Relation::representative), item));
  EXPECT_TRUE(reads(professional("10", Relation::care_team), item));
  item.patient_visible_from = Instant{2000};
  EXPECT_TRUE(reads(person(Relation::self), item));
  item.patient_visible_from.reset();
  EXPECT_FALSE(reads(person(Relation::self), item)) << "no date: it waits";
}

TEST(Decision, ACC_7_HiddenFromRepresentativesOnly) {
  ItemFacts item = report();
  item.invisible_representants = true;
  EXPECT_FALSE(reads(person(Relation::representative), item));
  EXPECT_TRUE(reads(person(Relation::self), item));
}

TEST(Decision, ACC_8_EarlierDocumentsWaitForTheSecondLetter) {
  auto standing = in(State::opened_by_holder);
  standing.second_letter_awaited = true;
  standing.shown_from = Instant{1500};
  ItemFacts item = report();
  EXPECT_FALSE(decide_item(person(Relation::self), Act::read, item, standing, {}, matrix(), now).permit);
  item.deposited_at = Instant{1500};
  EXPECT_TRUE(decide_item(person(Relation::self), Act::read, item, standing, {}, matrix(), now).permit);
}

TEST(Decision, ACC_9_ContestedIsSeenByNobody) {
  ItemFacts item = report();
  item.contested = true;
  EXPECT_FALSE(reads(person(Relation::self), item));
  Actor author = professional("10", Relation::care_team);
  author.rpps = item.author_rpps;
  EXPECT_FALSE(reads(author, item));
}

TEST(Matrix, EveryCellIsPresent) {
  EXPECT_EQ(matrix().cell("10", "ATTEST-RESID"), RoleMatrix::Cell::no);
  EXPECT_EQ(matrix().cell("83", "11502-2"), matrix().cell("81", "11502-2")) << "codes that share a row";
}

TEST(Matrix, ACC_11_HolesDuplicatesAndUnknownCodesAreRefusedSayingWhere) {
  const std::string professions = "code\tlabel\tgroup\talso\n10\tMédecin\tmedical\t\n";
  const std::string types = "type\tsystem\tclass\tsource\tlabel\nA\ts\t10\tx\tl\nB\ts\t10\tx\tl\n";
  const std::string head = "profession\ttype\tcell\tsource\n";
  EXPECT_TRUE(RoleMatrix::parse(professions, types, head + "10\tA\tyes\ts\n10\tB\tno\ts\n").has_value());
  const auto refused = [&](const std::string& rows) {
    const auto result = RoleMatrix::parse(professions, types, head + rows);
    return result ? std::string("accepted") : result.error().issues.front().code + " at " + result.error().issues.front().path;
  };
  EXPECT_EQ(refused("10\tA\tyes\ts\n"), "hole at role-matrix.tsv, profession 10, type B");
  EXPECT_EQ(refused("10\tA\tyes\ts\n10\tA\tno\ts\n10\tB\tno\ts\n"), "duplicate at role-matrix.tsv, line 3, line");
  EXPECT_EQ(refused("10\tA\tyes\ts\n10\tC\tno\ts\n10\tB\tno\ts\n"), "unknown at role-matrix.tsv, line 3, type");
  EXPECT_EQ(refused("10\tA\tmaybe\ts\n10\tB\tno\ts\n"), "value at role-matrix.tsv, line 2, cell");
  EXPECT_EQ(refused("10\tA\tyes\t\n10\tB\tno\ts\n"), "structure at role-matrix.tsv, line 2, line");
}

static_assert(!std::is_copy_constructible_v<AccessGrant> && !std::is_default_constructible_v<AccessGrant>,
              "ACC-1: a grant is made by Access alone, once");

}  // namespace
}  // namespace carnet::access
