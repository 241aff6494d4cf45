// The import: read and judge a batch on the pool, ask what is known, decide and seal on the pool, write it with its mark.
// The next batch is read meanwhile. One store write per batch; whatever kills the process, the mark and the rows agree.
#include <algorithm>
#include <tuple>

#include "identity/ahead.hpp"
#include "identity/register_rows.hpp"

namespace carnet::identity {

namespace {

struct ImportTask {
  Shared& shared;
  RegisterFile file;
  RegisterHeader header;
  ImportRun run;
  std::optional<io::AppendFile> set_aside;
};
using ReadyResult = kernel::Result<ReadyBatch>;
using PlanResult = kernel::Result<Plan>;

constexpr std::string_view set_aside_header = "line;field;reason\n";

std::shared_ptr<ImportTask> make_task(Shared& shared, RegisterFile file, RegisterHeader header, ImportRun run) {
  return std::make_shared<ImportTask>(ImportTask{shared, std::move(file), std::move(header), std::move(run), std::nullopt});
}

// Reads again what an earlier run has done, without judging it. False when the bytes are not the same: another file of
// the same name and size.
kernel::Result<bool> skip_to(RegisterFile& file, const FileMark& mark) {
  while (file.mark().bytes < mark.bytes && !file.at_end()) CARNET_CHECK(file.next());
  return file.mark().bytes == mark.bytes && file.mark().chain == mark.chain;
}

struct Start {
  RegisterFile file;
  ImportRun run;
};
kernel::Result<Start> find_start(const std::filesystem::path& csv, const std::optional<ImportRun>& last) {
  CARNET_TRY(file, RegisterFile::open(csv));
  if (last && last->mark.bytes > 0) {
    CARNET_TRY(same, skip_to(file, last->mark));
    if (same) return Start{std::move(file), *last};
    CARNET_TRY(again, RegisterFile::open(csv));
    ImportRun fresh;
    fresh.mark = again.mark();
    return Start{std::move(again), fresh};
  }
  ImportRun fresh;
  fresh.mark = file.mark();
  return Start{std::move(file), fresh};
}

// Lines set aside before the mark stay; what a killed run wrote after it goes.
kernel::Status open_set_aside(ImportTask& task, const std::filesystem::path& path) {
  auto kept = io::AppendFile::open(path, task.run.set_aside_bytes);
  if (kept) {
    task.set_aside.emplace(std::move(*kept));
  } else if (kept.error().code == "files.shorter") {
    CARNET_TRY(anew, io::AppendFile::open(path, 0));
    task.set_aside.emplace(std::move(anew));
  } else {
    return std::unexpected(std::move(kept).error());
  }
  if (task.set_aside->size() == 0) CARNET_CHECK(task.set_aside->append(kernel::as_bytes(set_aside_header)));
  task.run.set_aside_bytes = task.set_aside->size();
  return {};
}

ReadyResult read_batch(ImportTask& task) {
  CARNET_TRY(batch, task.file.next());
  return make_ready(task.shared, task.header, batch, task.shared.today());
}

// The lines stand in their file, durably, before the mark that passes over them.
kernel::Status put_aside(ImportTask& task, std::vector<SetAside> lines) {
  if (lines.empty()) return {};
  std::sort(lines.begin(), lines.end(), [](const SetAside& a, const SetAside& b) {
    return std::tie(a.number, a.trouble.field) < std::tie(b.number, b.trouble.field);
  });
  std::string text;
  for (const auto& [number, trouble] : lines) text += fmt::format("{};{};{}\n", number, trouble.field, trouble.reason);
  CARNET_CHECK(task.set_aside->append(kernel::as_bytes(text)));
  CARNET_CHECK(task.set_aside->sync());
  task.run.set_aside_bytes = task.set_aside->size();
  return {};
}

ImportProgress progress_of(const ImportTask& task) {
  ImportProgress progress = task.run.counts;
  progress.bytes_done = task.run.mark.bytes;
  progress.bytes_total = task.file.size();
  progress.lines = progress.added + progress.changed + progress.unchanged + progress.set_aside;
  return progress;
}

io::Task<kernel::Status> write_batch(std::shared_ptr<ImportTask> task, ReadyBatch batch) {
  auto lines = std::make_shared<std::vector<ReadyLine>>(std::move(batch.lines));
  const std::function<kernel::Result<Known>(store::Snapshot&)> ask = [lines](store::Snapshot& at) { return known_of(at, *lines); };
  CARNET_CO_TRY(known, co_await task->shared.store.read<Known>(ask));
  auto known_rows = std::make_shared<Known>(std::move(known));
  Ahead<PlanResult> planning(task->shared.pool, [task, lines, known_rows] {
    return make_plan(task->shared, std::move(*lines), std::move(*known_rows));
  });
  CARNET_CO_TRY(made, co_await planning.wait());
  auto plan = std::make_shared<const Plan>(std::move(made));
  auto aside = std::move(batch.set_aside);
  aside.insert(aside.end(), plan->set_aside.begin(), plan->set_aside.end());
  CARNET_CO_CHECK(put_aside(*task, std::move(aside)));
  ImportRun run = task->run;
  run.mark = batch.end;
  run.counts.added += static_cast<std::int64_t>(plan->persons.size());
  run.counts.changed += static_cast<std::int64_t>(plan->changes.size());
  run.counts.unchanged += plan->unchanged;
  run.counts.set_aside += batch.bad_lines + plan->bad_lines;
  const std::function<kernel::Result<bool>(store::Tx&)> write = [task, plan, run](store::Tx& tx) -> kernel::Result<bool> {
    CARNET_CHECK(write_plan(tx, *plan, task->shared.clock.now()));
    CARNET_CHECK(mark_run(tx, task->file.fingerprint(), run));
    return true;
  };
  CARNET_CO_TRY(written, co_await task->shared.store.write<bool>(write));
  (void)written;
  task->run = run;
  co_return kernel::Status{};
}

io::Task<kernel::Result<ImportProgress>> import_all(std::shared_ptr<ImportTask> task,
                                                    std::function<void(const ImportProgress&)> told) {
  const auto read_next = [task] { return read_batch(*task); };
  std::optional<Ahead<ReadyResult>> next;
  next.emplace(task->shared.pool, read_next);
  for (;;) {
    auto batch = co_await next->wait();
    if (!batch) co_return std::unexpected(std::move(batch).error());
    const bool ended = batch->end.bytes == task->run.mark.bytes;
    if (ended) co_return progress_of(*task);
    next.emplace(task->shared.pool, read_next);
    auto written = co_await write_batch(task, std::move(*batch));
    if (!written) {
      (void)co_await next->wait();  // the pool still reads into the task
      co_return std::unexpected(std::move(written).error());
    }
    if (told) told(progress_of(*task));
  }
}

io::Task<kernel::Result<ImportProgress>> import_file(Shared& shared, std::filesystem::path csv, std::filesystem::path set_aside,
                                                     std::function<void(const ImportProgress&)> told) {
  CARNET_CO_TRY(look, RegisterFile::open(csv));
  const auto fingerprint = look.fingerprint();
  CARNET_CO_TRY(header, RegisterHeader::parse(look.header()));
  const std::function<kernel::Result<std::optional<ImportRun>>(store::Snapshot&)> ask = [fingerprint](store::Snapshot& at) {
    return last_run_if(at, fingerprint);
  };
  CARNET_CO_TRY(last, co_await shared.store.read<std::optional<ImportRun>>(ask));
  const std::optional<ImportRun> last_run = last;
  Ahead<kernel::Result<Start>> starting(shared.pool, [csv, last_run] { return find_start(csv, last_run); });
  CARNET_CO_TRY(start, co_await starting.wait());
  auto task = make_task(shared, std::move(start.file), std::move(header), start.run);
  if (last_run && task->file.at_end()) {
    // Given again, and nothing came between: every line is as it was.
    ImportProgress progress = progress_of(*task);
    progress.unchanged += progress.added + progress.changed;
    progress.added = progress.changed = 0;
    if (told) told(progress);
    co_return progress;
  }
  CARNET_CO_CHECK(open_set_aside(*task, set_aside));
  const std::function<kernel::Result<bool>(store::Tx&)> begin = [fingerprint, run = task->run](store::Tx& tx) -> kernel::Result<bool> {
    CARNET_CHECK(begin_run(tx, fingerprint, run));
    return true;
  };
  CARNET_CO_TRY(begun, co_await shared.store.write<bool>(begin));
  (void)begun;
  if (told) told(progress_of(*task));
  co_return co_await import_all(task, std::move(told));
}

}  // namespace

io::Task<kernel::Result<ImportProgress>> Register::import(std::filesystem::path csv, std::filesystem::path set_aside,
                                                          std::function<void(const ImportProgress&)> progress) {
  if (set_aside.lexically_normal() == csv.lexically_normal()) {
    co_return kernel::refuse(kernel::ErrorKind::invalid, "identity.set_aside", "lines set aside cannot go into the register's own file");
  }
  if (shared_->importing.exchange(true)) {
    co_return kernel::refuse(kernel::ErrorKind::conflict, "identity.import_running", "another import of the register is running");
  }
  auto done = co_await import_file(*shared_, std::move(csv), std::move(set_aside), std::move(progress));
  shared_->importing.store(false);
  co_return done;
}

}  // namespace carnet::identity
