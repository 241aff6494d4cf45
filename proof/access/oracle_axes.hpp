// The axes of the grid, one function each: what is varied, and through which values.
#pragma once
#include "proof/access/oracle_grid.hpp"

namespace carnet::proof::access_oracle::axes {

// The day of every question that is not about time: Tuesday 4 March 2025.
Day today();

// Who asks. Each replaces the whole actor (and, where it says so, the birth), so it stands before the other axes.
Axis professions(const Matrix& matrix);      // the rows, and an occupational physician with and without a grant
Axis cells_of_matrix(const Matrix& matrix);  // one type for each (row, kind of cell); same two physicians
Axis depositors(const Matrix& matrix);       // rows, occupational physician, producer; with and without secrecy
Axis everyone(const Matrix& matrix);         // each Who, with all that can be granted
Axis person_side(const Matrix& matrix);      // holder, parents, guardians, carers, apps: each with one thing missing
Axis archive_readers(const Matrix& matrix);
Axis watchers(const Matrix& matrix);  // one of each kind, for the clocks; sets the birth
Axis delegates(const Matrix& matrix);
Axis closers(const Matrix& matrix);  // sets the birth

// What is asked
Axis some_deeds(std::vector<Deed> deeds);
Axis all_deeds();
Axis types(const Matrix& matrix);
Axis modes();             // bris_de_glace with its reason
Axis modes_and_reason();  // and without

// Professionals
Axis relations();
Axis team();
Axis consents();
Axis gps();
Axis grants();
Axis blocked();
Axis authorship();
Axis own_act();
Axis refusals();

// The item
Axis flags();  // 12: every combination that can be, with contested, deleted, announced, past its month
Axis masks();
Axis flags_of_deposit();  // 8: every combination
Axis by_holder();

// The space
Axis all_states();  // 9, and an archive past its ten years
Axis frozen();
Axis deaths();
Axis second_letters();
Axis opposed_to_heirs();
Axis objections();
Axis two_ages();
Axis three_ages();
Axis ages();
Axis agreements();

// Time
Axis days_of_deposit();
Axis days_since_deposit();
Axis hours();
Axis some_hours();
Axis announcements();
Axis births();
Axis around_birthdays();
Axis ends();
Axis told();
Axis refused();

}  // namespace carnet::proof::access_oracle::axes
