// campaign: telling a whole country, once each: waves, throttle, resume. A first, small form.
// Tables owned: campaign, campaign_set_aside.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "enrollment/enrollment.hpp"
#include "foundation/store/store.hpp"
#include "identity/identity.hpp"

namespace carnet::campaign {

struct Wave {
  std::string name;                 // durable: starting the same name again resumes it
  std::int64_t max_people = 0;      // 0: everyone eligible
  double per_second = 0;            // throttle; 0: as fast as the store takes them
};
struct Progress {
  std::int64_t seen = 0, told = 0, by_email = 0, by_letter = 0, passed_over = 0, total = 0;
  bool done = false;
};

class Campaign {
 public:
  static kernel::Result<std::unique_ptr<Campaign>> open(store::Store& main, identity::Identity& identity,
                                                        enrollment::Enrollment& enrollment, const io::Clock& clock);
  ~Campaign();
  static std::vector<store::Migration> migrations();

  // Tells each eligible person once (P11): batches are transactions that hold the people told and the resume mark together.
  // Returns when the wave is done or `stop` answers true (resumable). Who cannot be told for a fault of ours is set aside, counted
  // as passed over, and tried again when the same name is run again.
  io::Task<kernel::Result<Progress>> run(Wave wave, std::function<void(const Progress&)> progress,
                                         std::function<bool()> stop);
  kernel::Result<Progress> progress(std::string_view name) const;

 private:
  Campaign();
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace carnet::campaign
