#include "foundation/kernel/compress.hpp"

#include <zstd.h>

#include "foundation/kernel/result.hpp"

namespace carnet::kernel {

namespace {

struct Free {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  void operator()(ZSTD_CDict* dictionary) const { ZSTD_freeCDict(dictionary); }
  void operator()(ZSTD_DDict* dictionary) const { ZSTD_freeDDict(dictionary); }
};

// A context costs far more to make than to use.
ZSTD_CCtx* compressing() {
  thread_local const std::unique_ptr<ZSTD_CCtx, Free> context(ZSTD_createCCtx());
  CARNET_INVARIANT(context != nullptr, "no memory to compress");
  return context.get();
}
ZSTD_DCtx* expanding() {
  thread_local const std::unique_ptr<ZSTD_DCtx, Free> context(ZSTD_createDCtx());
  CARNET_INVARIANT(context != nullptr, "no memory to expand");
  return context.get();
}

}  // namespace

struct Compressor::State {
  int level = 3;
  std::unique_ptr<ZSTD_CDict, Free> packs;
  std::unique_ptr<ZSTD_DDict, Free> expands;
};

Compressor::Compressor(std::string_view dictionary, int level) : state_(std::make_unique<State>()) {
  state_->level = level;
  if (dictionary.empty()) return;
  state_->packs.reset(ZSTD_createCDict(dictionary.data(), dictionary.size(), level));
  state_->expands.reset(ZSTD_createDDict(dictionary.data(), dictionary.size()));
  CARNET_INVARIANT(state_->packs && state_->expands, "a dictionary that zstd does not take");
}

Compressor::~Compressor() = default;

Bytes Compressor::compress(ByteView plain) const {
  ZSTD_CCtx* context = compressing();
  ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters);
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, state_->level);
  ZSTD_CCtx_setParameter(context, ZSTD_c_dictIDFlag, 0);
  if (state_->packs) ZSTD_CCtx_refCDict(context, state_->packs.get());
  Bytes packed(ZSTD_compressBound(plain.size()));
  const std::size_t size = ZSTD_compress2(context, packed.data(), packed.size(), plain.data(), plain.size());
  CARNET_INVARIANT(ZSTD_isError(size) == 0, "compression into enough room");
  packed.resize(size);
  return packed;
}

std::optional<Bytes> Compressor::expand(ByteView packed, std::size_t most) const {
  const auto size = ZSTD_getFrameContentSize(packed.data(), packed.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > most) return std::nullopt;
  if (ZSTD_findFrameCompressedSize(packed.data(), packed.size()) != packed.size()) return std::nullopt;
  Bytes plain(static_cast<std::size_t>(size));
  const std::size_t made = ZSTD_decompress_usingDDict(expanding(), plain.data(), plain.size(), packed.data(),
                                                      packed.size(), state_->expands.get());
  if (ZSTD_isError(made) != 0 || made != plain.size()) return std::nullopt;
  return plain;
}

}  // namespace carnet::kernel
