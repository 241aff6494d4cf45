// Who asks.
#include "proof/access/oracle_axes.hpp"

namespace carnet::proof::access_oracle::axes {

namespace {

Axis of_actors(std::string_view name, std::vector<Actor> actors) {
  const auto count = actors.size();
  return {name, count, [actors = std::move(actors)](Question& q, std::size_t i) { q.actor = actors[i]; }, true};
}

Actor bare(Who who, int profession, bool grant = false) {
  Actor a;
  a.who = who;
  a.profession = profession;
  a.personal_grant = grant;
  return a;
}

// One per row, and two occupational physicians.
std::vector<Actor> all_professionals(const Matrix& matrix) {
  std::vector<Actor> out;
  for (int row = 0; row < matrix.professions(); ++row) out.push_back(bare(Who::professional, row));
  for (const bool grant : {false, true})
    out.push_back(bare(Who::occupational_physician, matrix.profession("10"), grant));
  return out;
}

template <class Change>
Actor changed(Actor actor, Change change) {
  change(actor);
  return actor;
}

}  // namespace

Axis professions(const Matrix& matrix) {
  return of_actors("professions", all_professionals(matrix));
}

Axis cells_of_matrix(const Matrix& matrix) {
  std::vector<std::pair<Actor, int>> pairs;
  for (const auto& actor : all_professionals(matrix)) {
    for (const Cell kind : {Cell::yes, Cell::no, Cell::unknown}) {
      for (int column = 0; column < matrix.types(); ++column) {
        if (matrix.cell(actor.profession, column) != kind) continue;
        pairs.emplace_back(actor, column);
        break;
      }
    }
  }
  const auto count = pairs.size();
  return {"professions, kinds of cell", count,
          [pairs = std::move(pairs)](Question& q, std::size_t i) {
            q.actor = pairs[i].first;
            q.item.type = pairs[i].second;
          },
          true};
}

Axis depositors(const Matrix& matrix) {
  auto actors = all_professionals(matrix);
  const auto plain = actors.size();
  for (std::size_t i = 0; i < plain; ++i)
    actors.push_back(changed(actors[i], [](Actor& a) { a.secret_connection = true; }));
  for (const Who who : {Who::producer, Who::insurer, Who::employer, Who::holder, Who::app, Who::operator_of_service})
    actors.push_back(usual(who, matrix));
  return of_actors("depositors", std::move(actors));
}

Axis everyone(const Matrix& matrix) {
  std::vector<Actor> actors;
  for (std::size_t i = 0; i < whos; ++i) actors.push_back(usual(static_cast<Who>(i), matrix));
  for (const Who who : {Who::professional, Who::occupational_physician, Who::producer})
    actors.push_back(changed(usual(who, matrix), [](Actor& a) { a.is_author = true; }));
  return of_actors("everyone", std::move(actors));
}

Axis person_side(const Matrix& matrix) {
  std::vector<Actor> actors{usual(Who::holder, matrix)};
  const Actor parent = usual(Who::parent, matrix);
  actors.push_back(parent);
  for (const Minute minutes : {-1, 0, 1})
    actors.push_back(changed(parent, [&](Actor& a) { a.authority_ended_by_judge = at(today(), 10) + minutes; }));
  for (const auto discretion : {Discretion::asked_by_this_side, Discretion::asked_against_this_side})
    actors.push_back(changed(parent, [&](Actor& a) { a.discretion = discretion; }));
  for (const auto protection :
       {Protection::none, Protection::property_only, Protection::assistance, Protection::representation}) {
    for (const bool with : {false, true})
      actors.push_back(changed(usual(Who::guardian, matrix), [&](Actor& a) {
        a.protection = protection;
        a.with_the_person = with;
      }));
  }
  const Actor carer = usual(Who::carer, matrix);
  actors.push_back(carer);
  for (bool Scope::* part :
       {&Scope::read, &Scope::traces, &Scope::contest, &Scope::add, &Scope::settings, &Scope::take_copy}) {
    actors.push_back(changed(carer, [&](Actor& a) { a.scope.*part = false; }));
    actors.push_back(changed(carer, [&](Actor& a) { a.scope = {}, a.scope.*part = true; }));
  }
  actors.push_back(changed(carer, [](Actor& a) { a.is_adult = false; }));
  actors.push_back(changed(carer, [](Actor& a) { a.is_author = true; }));
  const Actor app = usual(Who::app, matrix);
  actors.push_back(app);
  for (bool Actor::* part : {&Actor::paired, &Actor::person_bound, &Actor::category_in_scope, &Actor::may_write})
    actors.push_back(changed(app, [&](Actor& a) { a.*part = false; }));
  for (const Actor& delegate : {carer, app}) {
    actors.push_back(changed(delegate, [](Actor& a) { a.given_by = Delegator::representative; }));
    actors.push_back(changed(delegate, [](Actor& a) {
      a.given_by = Delegator::representative;
      a.authority_ended_by_judge = at(today(), 10);
    }));
    actors.push_back(changed(delegate, [](Actor& a) {
      a.given_by = Delegator::representative;
      a.discretion = Discretion::asked_against_this_side;
    }));
    actors.push_back(changed(delegate, [](Actor& a) { a.is_a_parent = true; }));
    actors.push_back(changed(delegate, [](Actor& a) { a.last_day = today() - 1; }));
  }
  // The holder of 16 with the agreement of none, one, both or neither parent is in the chapter of birthdays.
  return of_actors("person's side", std::move(actors));
}

Axis archive_readers(const Matrix& matrix) {
  const Actor heir = usual(Who::heir, matrix);
  return of_actors("archive readers",
                   {heir, changed(heir, [](Actor& a) { a.reason_written = false; }),
                    changed(heir, [](Actor& a) { a.is_a_parent = true; }), usual(Who::court_expert, matrix),
                    usual(Who::holder, matrix), usual(Who::parent, matrix), usual(Who::guardian, matrix),
                    usual(Who::carer, matrix), usual(Who::app, matrix), usual(Who::professional, matrix)});
}

Axis watchers(const Matrix& matrix) {
  std::vector<Actor> actors;
  for (const Who who : {Who::holder, Who::guardian, Who::carer, Who::app, Who::professional})
    actors.push_back(usual(who, matrix));
  for (const Who who : {Who::parent, Who::carer, Who::app})
    actors.push_back(changed(usual(who, matrix), [](Actor& a) { a.given_by = Delegator::representative; }));
  for (auto& actor : actors) actor.last_day.reset();
  const auto count = actors.size();
  return {"watchers", count,
          [actors = std::move(actors)](Question& q, std::size_t i) {
            q.actor = actors[i];
            q.space.birth = i < 5 ? Birth{1980, 1, 1} : Birth{2015, 1, 1};
          },
          true};
}

Axis delegates(const Matrix& matrix) {
  return of_actors("delegates", {usual(Who::carer, matrix), usual(Who::guardian, matrix), usual(Who::app, matrix),
                                 usual(Who::professional, matrix)});
}

Axis closers(const Matrix& matrix) {
  std::vector<Actor> actors;
  for (const Who who : {Who::parent, Who::holder, Who::guardian, Who::carer}) actors.push_back(usual(who, matrix));
  const auto count = actors.size();
  return {"closers", count,
          [actors = std::move(actors)](Question& q, std::size_t i) {
            q.actor = actors[i];
            q.space.birth = i == 0 ? Birth{2015, 1, 1} : Birth{1980, 1, 1};
          },
          true};
}

}  // namespace carnet::proof::access_oracle::axes
