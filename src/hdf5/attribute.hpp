// Attributes of files, groups and datasets. Each call opens and closes what it needs: none may be open when SWMR
// starts.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "hdf5/handle.hpp"

namespace tarsier {

// Writes the attribute `name` of the object at `path` ("/", "/tarsier"); makes it when it is missing, keeps its type
// when it is there. Texts are UTF-8 of any length.
[[nodiscard]] Result<void> write_attribute(const FileHandle& file, const std::string& path, const char* name,
                                           std::string_view text);
[[nodiscard]] Result<void> write_attribute(const FileHandle& file, const std::string& path, const char* name,
                                           const char* text);
[[nodiscard]] Result<void> write_attribute(const FileHandle& file, const std::string& path, const char* name,
                                           double value);
[[nodiscard]] Result<void> write_attribute(const FileHandle& file, const std::string& path, const char* name,
                                           std::int64_t value);
[[nodiscard]] Result<void> write_attribute(const FileHandle& file, const std::string& path, const char* name,
                                           std::uint64_t value);
[[nodiscard]] Result<void> write_attribute(const FileHandle& file, const std::string& path, const char* name,
                                           bool value);
[[nodiscard]] Result<void> write_attribute(const FileHandle& file, const std::string& path, const char* name,
                                           std::span<const std::int64_t> values);
[[nodiscard]] Result<void> write_attribute(const FileHandle& file, const std::string& path, const char* name,
                                           std::span<const std::uint64_t> values);
[[nodiscard]] Result<void> write_attribute(const FileHandle& file, const std::string& path, const char* name,
                                           std::span<const std::string> texts);

[[nodiscard]] bool has_attribute(const FileHandle& file, const std::string& path, const char* name);
// Of a text of fixed or any length; an error when it is missing or no text.
[[nodiscard]] Result<std::string> read_text_attribute(const FileHandle& file, const std::string& path,
                                                      const char* name);
// Of any number, converted.
[[nodiscard]] Result<double> read_double_attribute(const FileHandle& file, const std::string& path, const char* name);
[[nodiscard]] Result<std::int64_t> read_integer_attribute(const FileHandle& file, const std::string& path,
                                                          const char* name);

[[nodiscard]] Result<std::uint64_t> read_unsigned_attribute(const FileHandle& file, const std::string& path,
                                                            const char* name);

}  // namespace tarsier
