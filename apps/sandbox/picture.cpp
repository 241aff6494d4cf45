// carnet-picture: reads the words and the QR codes of one PNG or JPEG that nobody vouches for, in a process that has nothing
// to lose. Standard input: the picture. Standard output, JSON: {"held": [protections], "text", "codes": [texts of QR codes]}
// or {"held", "refused": code}; with the argument "codes", no text. The exit code is 0 whenever an answer was written whole.
#define ZX_USE_UTF8 1
#include <ZXing/ReadBarcode.h>
#include <allheaders.h>
#include <tesseract/baseapi.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <new>

#include "apps/sandbox/confine.hpp"
#include "foundation/kernel/bytes.hpp"
#include "foundation/kernel/json.hpp"

namespace {

namespace json = carnet::kernel::json;
using carnet::kernel::Bytes;
using carnet::kernel::ByteView;

constexpr std::size_t most_bytes = 10u << 20;
constexpr int most_side = 12'000;
constexpr std::int64_t most_pixels = 24'000'000, most_read_pixels = 6'000'000;
constexpr int small_width = 700;  // a picture of a picture: words of too few points
constexpr std::uint64_t cpu_seconds = 12, memory_bytes = 1u << 30;
constexpr std::array model_folders{"/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tesseract-ocr/4.00/tessdata", "/usr/share/tessdata"};

struct PixDelete {
  void operator()(Pix* pix) const { pixDestroy(&pix); }
};
using Picture = std::unique_ptr<Pix, PixDelete>;

// Before anything is read: afterwards no file opens. Its own threads are for machines that have nothing else to do, and the
// number is only taken from the environment, when the library is loaded.
void run_on_one_thread(char** argv) {
  if (::getenv("OMP_THREAD_LIMIT") != nullptr) return;
  char one[] = "OMP_THREAD_LIMIT=1";
  std::array<char*, 2> environment{one, nullptr};
  ::execve("/proc/self/exe", argv, environment.data());
}

bool load_model(tesseract::TessBaseAPI& reader) {
  for (const auto* folder : model_folders) {
    if (!std::filesystem::exists(std::filesystem::path(folder) / "fra.traineddata")) continue;
    return reader.Init(folder, "fra", tesseract::OEM_LSTM_ONLY) == 0;
  }
  return false;
}

bool read_all(Bytes& into) {
  std::array<std::uint8_t, 65536> buffer{};
  while (into.size() <= most_bytes) {
    const ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    if (count == 0) return true;
    into.insert(into.end(), buffer.begin(), buffer.begin() + count);
  }
  return false;
}

bool write_wholly(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

// Grey, one byte each, as large as is useful.
Picture open_picture(const Bytes& bytes, std::string& refused) {
  const auto head = carnet::kernel::as_text(ByteView(bytes).first(std::min<std::size_t>(bytes.size(), 8)));
  if (!head.starts_with("\x89PNG\r\n\x1a\n") && !head.starts_with("\xFF\xD8\xFF")) {
    refused = "picture.kind";
    return nullptr;
  }
  int format = 0, width = 0, height = 0, bits = 0, samples = 0, has_map = 0;
  if (pixReadHeaderMem(bytes.data(), bytes.size(), &format, &width, &height, &bits, &samples, &has_map) != 0) {
    refused = "picture.unreadable";
    return nullptr;
  }
  if (width < 16 || height < 16 || width > most_side || height > most_side || static_cast<std::int64_t>(width) * height > most_pixels) {
    refused = "picture.size";
    return nullptr;
  }
  Picture read(pixReadMem(bytes.data(), bytes.size()));
  Picture flat(read ? pixRemoveAlpha(read.get()) : nullptr);
  Picture grey(flat ? pixConvertTo8(flat.get(), 0) : nullptr);
  if (!grey) {
    refused = "picture.unreadable";
    return nullptr;
  }
  const auto pixels = static_cast<std::int64_t>(width) * height;
  if (pixels > most_read_pixels) return Picture(pixScale(grey.get(), 0.5F, 0.5F));
  if (width < small_width) return Picture(pixScale(grey.get(), 2.0F, 2.0F));
  return grey;
}

json::array codes_in(Pix* grey) {
  const int width = pixGetWidth(grey), height = pixGetHeight(grey);
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  for (int y = 0; y < height; ++y) {
    const l_uint32* line = pixGetData(grey) + static_cast<std::ptrdiff_t>(y) * pixGetWpl(grey);
    for (int x = 0; x < width; ++x) pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)] = static_cast<std::uint8_t>(GET_DATA_BYTE(line, x));
  }
  ZXing::DecodeHints hints;
  hints.setFormats(ZXing::BarcodeFormat::QRCode | ZXing::BarcodeFormat::MicroQRCode | ZXing::BarcodeFormat::DataMatrix | ZXing::BarcodeFormat::Aztec);
  hints.setTryHarder(true);
  hints.setMaxNumberOfSymbols(8);
  json::array out;
  for (const auto& found : ZXing::ReadBarcodes({pixels.data(), width, height, ZXing::ImageFormat::Lum}, hints))
    if (found.isValid()) out.push_back(json::string(found.text().substr(0, 2048)));
  return out;
}

std::string words_in(tesseract::TessBaseAPI& reader, Pix* grey) {
  reader.SetPageSegMode(tesseract::PSM_AUTO);
  reader.SetImage(grey);
  reader.SetSourceResolution(150);
  const std::unique_ptr<char[]> text(reader.GetUTF8Text());
  return text ? std::string(text.get()) : std::string();
}

// Without a reader, the codes alone.
json::object read_picture(tesseract::TessBaseAPI* reader) {
  Bytes bytes;
  if (!read_all(bytes)) return {{"refused", "picture.size"}};
  std::string refused;
  const auto grey = open_picture(bytes, refused);
  if (!grey) return {{"refused", refused.empty() ? "picture.unreadable" : refused}};
  auto codes = codes_in(grey.get());
  if (reader == nullptr) return {{"codes", std::move(codes)}};
  return {{"text", words_in(*reader, grey.get())}, {"codes", std::move(codes)}};
}

}  // namespace

int main(int count, char** argv) {
  run_on_one_thread(argv);
  setMsgSeverity(L_SEVERITY_NONE);
  tesseract::TessBaseAPI reader;
  const bool only_codes = count > 1 && std::string_view(argv[1]) == "codes";
  const bool has_model = only_codes || load_model(reader);
  const auto held = carnet::sandbox::confine({memory_bytes, cpu_seconds});
  json::object answer;
  try {
    answer = has_model ? read_picture(only_codes ? nullptr : &reader) : json::object{{"refused", "picture.no_model"}};
  } catch (const std::bad_alloc&) {
    answer = {{"refused", "picture.size"}};
  } catch (const std::exception&) {
    answer = {{"refused", "picture.unreadable"}};
  }
  answer["held"] = json::value_from(held);
  ::_exit(write_wholly(json::serialize(answer)) ? 0 : 1);
}
