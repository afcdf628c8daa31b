#include "replay/hdf5_frames.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "replay/natural_order.hpp"

namespace tarsier {
namespace {

// The rank of the dataset at `path`; nothing when there is none.
std::optional<int> rank_at(hid_t file, const std::string& path) {
  const DatasetHandle dataset(H5Dopen2(file, path.c_str(), H5P_DEFAULT));
  if (!dataset) return std::nullopt;
  const DataspaceHandle space(H5Dget_space(dataset.get()));
  const int rank = H5Sget_simple_extent_ndims(space.get());
  return rank < 0 ? std::nullopt : std::optional(rank);
}

herr_t note_name(hid_t, const char* name, const H5L_info_t* link, void* names) {
  if (link->type == H5L_TYPE_HARD) static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

// Names of the members of a group; empty when there is none.
std::vector<std::string> members_of(hid_t file, const std::string& group) {
  std::vector<std::string> names;
  hsize_t next = 0;
  (void)H5Literate_by_name(file, group.c_str(), H5_INDEX_NAME, H5_ITER_NATIVE, &next, note_name, &names, H5P_DEFAULT);
  std::sort(names.begin(), names.end(), naturally_before);
  return names;
}

bool is_numbered(const std::string& name) { return !name.empty() && name.back() >= '0' && name.back() <= '9'; }

// The numbered members of a group, all of which count as frames when the first is an image.
std::vector<std::string> single_frames(hid_t file, const std::string& group) {
  std::vector<std::string> names = members_of(file, group);
  std::erase_if(names, [](const std::string& name) { return !is_numbered(name); });
  for (std::string& name : names) name.insert(0, group == "/" ? "/" : group + "/");
  if (names.empty() || rank_at(file, names.front()) != 2) names.clear();
  return names;
}

std::optional<Hdf5Frames> frames_at(hid_t file, const std::string& path) {
  if (path != "/" && rank_at(file, path)) return Hdf5Frames{path, {}};
  auto single = single_frames(file, path);
  if (single.empty()) return std::nullopt;
  return Hdf5Frames{{}, std::move(single)};
}

// "/video (220, 70, 148)" of up to five datasets of the root and the groups in it.
std::string what_there_is(hid_t file) {
  constexpr std::size_t most = 5;
  std::vector<std::string> found;
  for (const std::string& name : members_of(file, "/")) {
    if (rank_at(file, "/" + name)) found.push_back("/" + name);
    for (const std::string& inner : members_of(file, "/" + name)) {
      if (found.size() <= most && rank_at(file, "/" + name + "/" + inner)) found.push_back("/" + name + "/" + inner);
    }
    if (found.size() > most) break;
  }
  if (found.empty()) return "it holds no dataset";
  const bool more = found.size() > most;
  if (more) found.resize(most);
  return fmt::format("it holds {}{}; name one with --dataset", fmt::join(found, ", "), more ? " and more" : "");
}

}  // namespace

Result<Hdf5Frames> find_frames(hid_t file, const std::string& asked) {
  if (!asked.empty()) {
    const std::string path = asked.front() == '/' ? asked : "/" + asked;
    if (auto found = frames_at(file, path)) return std::move(*found);
    return failure(fmt::format(
        "it has no dataset {0} of shape (frames, height, width), and no group of that name with numbered datasets of "
        "shape (height, width); {1}",
        path, what_there_is(file)));
  }
  for (const char* path : {"/frames", "/images/frames", "/images", "/"}) {
    if (auto found = frames_at(file, path)) return std::move(*found);
  }
  return failure(fmt::format(
      "it has no dataset /frames or /images/frames of shape (frames, height, width), and no numbered datasets of shape "
      "(height, width) such as /images/frame_0000, /frames/0 or /0; {}",
      what_there_is(file)));
}

Result<PixelFormat> pixel_of(const DatasetHandle& dataset) {
  const DatatypeHandle type(H5Dget_type(dataset.get()));
  const std::size_t bytes = type ? H5Tget_size(type.get()) : 0;
  const H5T_class_t kind = H5Tget_class(type.get());
  const bool plain = kind == H5T_INTEGER && H5Tget_sign(type.get()) == H5T_SGN_NONE;
  if (plain && bytes == 1) return PixelFormat::gray8;
  if (plain && bytes == 2) return PixelFormat::gray16;
  std::string word = "something else";
  if (kind == H5T_INTEGER) word = fmt::format("{}int{}", plain ? "u" : "", 8 * bytes);
  if (kind == H5T_FLOAT) word = fmt::format("float{}", 8 * bytes);
  if (kind == H5T_COMPOUND) word = "compounds";
  if (kind == H5T_STRING) word = "strings";
  return failure(fmt::format("its frames are {}; they have to be uint8 or uint16", word));
}

}  // namespace tarsier
