#include "replay/recording_file.hpp"

#include <fstream>
#include <functional>
#include <numeric>

namespace tarsier {
namespace {

PropertiesHandle dataset_properties(const RecordingShape& shape) {
  PropertiesHandle properties(H5Pcreate(H5P_DATASET_CREATE));
  if (shape.chunk) H5Pset_chunk(properties.get(), 3, shape.chunk->data());
  if (shape.deflate > 0) H5Pset_deflate(properties.get(), shape.deflate);
  return properties;
}

std::vector<std::uint16_t> pixels_of(const RecordingShape& shape) {
  const hsize_t all = std::accumulate(shape.shape.begin(), shape.shape.end(), hsize_t{1}, std::multiplies<>());
  const hsize_t frame = shape.shape[0] == 0 ? 1 : all / shape.shape[0];
  std::vector<std::uint16_t> pixels;
  for (hsize_t i = 0; i < all; ++i) pixels.push_back(recording_pixel(i / frame, i % frame));
  if (H5Tget_size(shape.type) > 1) return pixels;
  for (std::uint16_t& pixel : pixels) pixel &= 0xFFU;
  return pixels;
}

void write_dataset(hid_t file, const std::string& name, const RecordingShape& shape) {
  const DataspaceHandle space(H5Screate_simple(static_cast<int>(shape.shape.size()), shape.shape.data(), nullptr));
  const PropertiesHandle links(H5Pcreate(H5P_LINK_CREATE));
  H5Pset_create_intermediate_group(links.get(), 1);
  const PropertiesHandle properties = dataset_properties(shape);
  const DatasetHandle dataset(
      H5Dcreate2(file, name.c_str(), shape.type, space.get(), links.get(), properties.get(), H5P_DEFAULT));
  H5Dwrite(dataset.get(), H5T_NATIVE_UINT16, H5S_ALL, H5S_ALL, H5P_DEFAULT, pixels_of(shape).data());
}

void write_timestamps(hid_t file, const std::vector<double>& timestamps) {
  const hsize_t count = timestamps.size();
  const DataspaceHandle space(H5Screate_simple(1, &count, nullptr));
  const DatasetHandle dataset(
      H5Dcreate2(file, "timestamps", H5T_IEEE_F64LE, space.get(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  H5Dwrite(dataset.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, timestamps.data());
}

void write_interval(hid_t file, double interval) {
  const DataspaceHandle space(H5Screate(H5S_SCALAR));
  const AttributeHandle attribute(
      H5Acreate2(file, "frame_interval", H5T_IEEE_F64LE, space.get(), H5P_DEFAULT, H5P_DEFAULT));
  H5Awrite(attribute.get(), H5T_NATIVE_DOUBLE, &interval);
}

}  // namespace

void write_recording(const std::filesystem::path& path, const RecordingShape& shape) {
  const PropertiesHandle properties(H5Pcreate(H5P_FILE_CREATE));
  if (shape.user_block > 0) H5Pset_userblock(properties.get(), shape.user_block);
  const FileHandle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, properties.get(), H5P_DEFAULT));
  write_dataset(file.get(), shape.dataset, shape);
  if (!shape.timestamps.empty()) write_timestamps(file.get(), shape.timestamps);
  if (shape.frame_interval) write_interval(file.get(), *shape.frame_interval);
}

void write_parts(const std::filesystem::path& path, const RecordingShape& shape, const std::vector<WrittenBox>& boxes) {
  const FileHandle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
  const DataspaceHandle space(H5Screate_simple(3, shape.shape.data(), nullptr));
  const PropertiesHandle properties = dataset_properties(shape);
  const DatasetHandle dataset(H5Dcreate2(file.get(), shape.dataset.c_str(), shape.type, space.get(), H5P_DEFAULT,
                                         properties.get(), H5P_DEFAULT));
  const std::vector<std::uint16_t> pixels = pixels_of(shape);
  for (const WrittenBox& box : boxes) {
    if (box.extent[0] * box.extent[1] * box.extent[2] == 0) continue;
    H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, box.first.data(), nullptr, box.extent.data(), nullptr);
    H5Dwrite(dataset.get(), H5T_NATIVE_UINT16, space.get(), space.get(), H5P_DEFAULT, pixels.data());
  }
}

void write_single_frames(const std::filesystem::path& path, const std::vector<std::string>& names, hsize_t height,
                         hsize_t width) {
  const FileHandle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
  const PropertiesHandle links(H5Pcreate(H5P_LINK_CREATE));
  H5Pset_create_intermediate_group(links.get(), 1);
  const std::array<hsize_t, 2> shape{height, width};
  const DataspaceHandle space(H5Screate_simple(2, shape.data(), nullptr));
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::vector<std::uint16_t> pixels;
    for (hsize_t p = 0; p < height * width; ++p) pixels.push_back(recording_pixel(i, p) & 0xFFU);
    const DatasetHandle dataset(
        H5Dcreate2(file.get(), names[i].c_str(), H5T_STD_U8LE, space.get(), links.get(), H5P_DEFAULT, H5P_DEFAULT));
    H5Dwrite(dataset.get(), H5T_NATIVE_UINT16, H5S_ALL, H5S_ALL, H5P_DEFAULT, pixels.data());
  }
}

ChunkPlace chunk_place(const std::filesystem::path& path, hsize_t index) {
  const FileHandle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  const DatasetHandle dataset(H5Dopen2(file.get(), "frames", H5P_DEFAULT));
  const DataspaceHandle space(H5Dget_space(dataset.get()));
  std::array<hsize_t, 3> first{};
  unsigned mask = 0;
  haddr_t address = 0;
  hsize_t bytes = 0;
  H5Dget_chunk_info(dataset.get(), space.get(), index, first.data(), &mask, &address, &bytes);
  return {address, bytes};
}

void damage(const std::filesystem::path& path, std::uint64_t offset, std::uint64_t bytes) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(offset));
  file << std::string(bytes, '\xff');
}

}  // namespace tarsier
