#include "hdf5/attribute.hpp"

#include <memory>
#include <optional>

#include "hdf5/error.hpp"
#include "hdf5/types.hpp"

namespace tarsier {
namespace {

std::string place(const std::string& path, const char* name) {
  return "attribute " + std::string(name) + " of " + path;
}

// By way of the object: what H5Aopen_by_name gives of a reopened file can't be written (HDF5 1.10.8).
AttributeHandle open_attribute(const FileHandle& file, const std::string& path, const char* name) {
  const ObjectHandle object(H5Oopen(file.get(), path.c_str(), H5P_DEFAULT));
  return AttributeHandle(H5Aopen(object.get(), name, H5P_DEFAULT));
}

// `count` none: a scalar.
Result<void> write_values(const FileHandle& file, const std::string& path, const char* name, const DatatypeHandle& type,
                          std::optional<hsize_t> count, const void* values) {
  quiet_hdf5();
  AttributeHandle attribute;
  if (has_attribute(file, path, name)) {
    attribute = open_attribute(file, path, name);
  } else {
    const DataspaceHandle space(count ? H5Screate_simple(1, &*count, nullptr) : H5Screate(H5S_SCALAR));
    attribute = AttributeHandle(H5Acreate_by_name(file.get(), path.c_str(), name, type.get(), space.get(), H5P_DEFAULT,
                                                  H5P_DEFAULT, H5P_DEFAULT));
  }
  if (!attribute) return hdf5_failure(place(path, name));
  if (count != hsize_t{0} && H5Awrite(attribute.get(), type.get(), values) < 0) return hdf5_failure(place(path, name));
  if (!attribute.close()) return hdf5_failure(place(path, name));
  return {};
}

template <typename Number>
Result<Number> read_number(const FileHandle& file, const std::string& path, const char* name) {
  quiet_hdf5();
  const AttributeHandle attribute = open_attribute(file, path, name);
  const DataspaceHandle space(H5Aget_space(attribute.get()));
  if (!attribute || H5Sget_simple_extent_npoints(space.get()) != 1) return hdf5_failure(place(path, name));
  Number value{};
  if (H5Aread(attribute.get(), number_type<Number>().get(), &value) < 0) return hdf5_failure(place(path, name));
  return value;
}

Result<std::string> read_any_length(const AttributeHandle& attribute, const DatatypeHandle& type) {
  char* text = nullptr;
  if (H5Aread(attribute.get(), type.get(), &text) < 0) return hdf5_failure("read");
  const std::unique_ptr<char, herr_t (*)(void*)> owner(text, H5free_memory);
  return std::string(text == nullptr ? "" : text);
}

Result<std::string> read_fixed_length(const AttributeHandle& attribute, const DatatypeHandle& type) {
  std::string text(H5Tget_size(type.get()), '\0');
  if (H5Aread(attribute.get(), type.get(), text.data()) < 0) return hdf5_failure("read");
  text.resize(text.find_last_not_of('\0') + 1);
  return text;
}

}  // namespace

Result<void> write_attribute(const FileHandle& file, const std::string& path, const char* name, std::string_view text) {
  const std::string terminated(text);
  const char* pointer = terminated.c_str();
  return write_values(file, path, name, text_type(), std::nullopt, &pointer);
}

Result<void> write_attribute(const FileHandle& file, const std::string& path, const char* name, const char* text) {
  return write_attribute(file, path, name, std::string_view(text));
}

Result<void> write_attribute(const FileHandle& file, const std::string& path, const char* name, double value) {
  return write_values(file, path, name, number_type<double>(), std::nullopt, &value);
}

Result<void> write_attribute(const FileHandle& file, const std::string& path, const char* name, std::int64_t value) {
  return write_values(file, path, name, number_type<std::int64_t>(), std::nullopt, &value);
}

Result<void> write_attribute(const FileHandle& file, const std::string& path, const char* name, std::uint64_t value) {
  return write_values(file, path, name, number_type<std::uint64_t>(), std::nullopt, &value);
}

Result<void> write_attribute(const FileHandle& file, const std::string& path, const char* name, bool value) {
  const std::int8_t byte = value ? 1 : 0;
  return write_values(file, path, name, boolean_type(), std::nullopt, &byte);
}

Result<void> write_attribute(const FileHandle& file, const std::string& path, const char* name,
                             std::span<const std::int64_t> values) {
  return write_values(file, path, name, number_type<std::int64_t>(), values.size(), values.data());
}

Result<void> write_attribute(const FileHandle& file, const std::string& path, const char* name,
                             std::span<const std::uint64_t> values) {
  return write_values(file, path, name, number_type<std::uint64_t>(), values.size(), values.data());
}

Result<void> write_attribute(const FileHandle& file, const std::string& path, const char* name,
                             std::span<const std::string> texts) {
  std::vector<const char*> pointers;
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  return write_values(file, path, name, text_type(), pointers.size(), pointers.data());
}

bool has_attribute(const FileHandle& file, const std::string& path, const char* name) {
  quiet_hdf5();
  return H5Aexists_by_name(file.get(), path.c_str(), name, H5P_DEFAULT) > 0;
}

Result<std::string> read_text_attribute(const FileHandle& file, const std::string& path, const char* name) {
  quiet_hdf5();
  const AttributeHandle attribute = open_attribute(file, path, name);
  if (!attribute) return hdf5_failure(place(path, name));
  const DataspaceHandle space(H5Aget_space(attribute.get()));
  const DatatypeHandle type(H5Aget_type(attribute.get()));
  if (H5Tget_class(type.get()) != H5T_STRING || H5Sget_simple_extent_npoints(space.get()) != 1) {
    return failure(place(path, name) + ": is not one text");
  }
  auto text =
      H5Tis_variable_str(type.get()) > 0 ? read_any_length(attribute, type) : read_fixed_length(attribute, type);
  if (!text) return unexpected(std::move(text.error()).within(place(path, name)));
  return text;
}

Result<double> read_double_attribute(const FileHandle& file, const std::string& path, const char* name) {
  return read_number<double>(file, path, name);
}

Result<std::int64_t> read_integer_attribute(const FileHandle& file, const std::string& path, const char* name) {
  return read_number<std::int64_t>(file, path, name);
}

Result<std::uint64_t> read_unsigned_attribute(const FileHandle& file, const std::string& path, const char* name) {
  return read_number<std::uint64_t>(file, path, name);
}

}  // namespace tarsier
