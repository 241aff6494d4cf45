// What cda.hpp does, done by a carnet-sandbox process for each document: how the rest of the product reads a CDA.
// Whoever runs the program is a parameter, so that this room stays pure:
//   cda::Sandboxed cda([&](kernel::ByteView request) { return jail::output_of({program, {}}, request, limits); });
// with limits.output_bytes at least max_answer_bytes. Calls block as the runner does (about 10 ms): meant for io::Pool.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "standards/cda/cda.hpp"
#include "standards/cda/wire.hpp"

namespace carnet::cda {

inline constexpr std::size_t max_answer_bytes = max_page_bytes + (256u << 10);

// Go on when the kernel does not filter system calls? The other protections must always hold.
enum class Seccomp { required, wanted };

class Sandboxed {
 public:
  using Runner = std::function<Result<Bytes>(ByteView request)>;
  explicit Sandboxed(Runner runner, Seccomp seccomp = Seccomp::required)
      : runner_(std::move(runner)), seccomp_(seccomp) {}

  // As read, render_html (the page passes check_page) and embedded_body. Besides their refusals: the runner's errors,
  // and a fault when the program says what it never should, or was not confined.
  Result<Document> read(ByteView xml) const;
  Result<std::string> render(ByteView xml, const RenderWords& words) const;
  Result<Embedded> body(ByteView xml) const;

  // The protections that held on this machine, asked with a harmless request; a fault when the program cannot work
  // here.
  Result<std::vector<std::string>> protections() const;

 private:
  Result<Answer> ask(Command command, const RenderWords& words, ByteView xml) const;

  Runner runner_;
  Seccomp seccomp_;
};

}  // namespace carnet::cda
