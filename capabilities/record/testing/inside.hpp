// The inner calls of record, for their own tests.
#pragma once
#include "record/resources.hpp"
#include "record/testing/record_house.hpp"

namespace carnet::record::testing {

struct Inside {
  static Shared& of(Record& record) { return *record.shared_; }
};

inline std::string observation_text(std::string_view code, std::string_view value, std::string_view meta = {}) {
  return fmt::format(
      R"({{ "resourceType": "Observation",{} "status": "final", "category": [{{"coding": [{{"system":)"
      R"( "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}}]}}], "code":)"
      R"( {{"coding": [{{"system": "http://loinc.org", "code": "{}"}}]}}, "valueQuantity": {{"value": {}, "unit": "kg"}}}})",
      meta, code, value);
}

// Calls of resources.hpp, run to their end.
class Resources {
 public:
  Resources(RecordHouse& house, Record& record, PersonId person)
      : house_(house), shared_(Inside::of(record)), person_(person) {}

  kernel::Result<BatchWritten> write(std::vector<WriteOp> ops, const CallerPtr& who = RecordHouse::doctor(),
                                     std::optional<Once> once = {}, std::optional<std::int64_t> expected = {}) {
    house_.clock().advance(std::chrono::seconds(1));
    auto batch = std::make_shared<WriteBatch>();
    batch->caller = who;
    batch->door = door_to(shared_, who, person_, access::Act::deposit);
    batch->request_id = "write";
    batch->ops = std::move(ops);
    batch->once = std::move(once);
    batch->expected_change = expected;
    auto written = io::run(write_batch(shared_, std::move(batch)));
    must(io::run(house_.journal().settle()));
    return written;
  }
  Written create(const std::string& text, const CallerPtr& who = RecordHouse::doctor()) {
    return must(write({op(WriteOp::Kind::create, 0, text)}, who)).written.front();
  }
  kernel::Result<BatchWritten> update(std::int64_t local, const std::string& text,
                                      std::optional<std::int64_t> if_version,
                                      const CallerPtr& who = RecordHouse::doctor()) {
    auto one = op(WriteOp::Kind::update, local, text);
    one.if_version = if_version;
    return write({std::move(one)}, who);
  }
  kernel::Result<BatchWritten> remove(std::int64_t local, const CallerPtr& who = RecordHouse::doctor()) {
    return write({op(WriteOp::Kind::remove, local, {})}, who);
  }
  static WriteOp op(WriteOp::Kind kind, std::int64_t local, std::string text) {
    WriteOp made;
    made.kind = kind;
    made.type = "Observation";
    made.local = local;
    made.text = std::move(text);
    made.path = "Bundle.entry[0]";
    return made;
  }

  Door door(const CallerPtr& who, access::Act act = access::Act::read) const {
    return door_to(shared_, who, person_, act);
  }
  kernel::Result<ItemRead> read(std::int64_t local, const CallerPtr& who = RecordHouse::doctor()) {
    return io::run(read_item(shared_, door(who), "Observation", local,
                             {audit::Action::resource_read, keyring::Purpose::read_record, "read"}));
  }
  kernel::Result<OpenedBy> open(const CallerPtr& who = RecordHouse::doctor()) {
    return io::run(open_record(shared_, door(who, access::Act::list),
                               {audit::Action::record_searched, keyring::Purpose::read_record, "search"}));
  }
  kernel::Result<History> history(HistoryOf what, const CallerPtr& who = RecordHouse::doctor()) {
    return io::run(history_of(shared_, door(who), std::move(what),
                              {audit::Action::history_read, keyring::Purpose::read_record, "history"}));
  }
  Shared& shared() { return shared_; }

 private:
  RecordHouse& house_;
  Shared& shared_;
  PersonId person_;
};

}  // namespace carnet::record::testing
