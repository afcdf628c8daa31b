// Datatypes as Tarsier's files hold them: little endian, packed, booleans and strings as h5py reads them.
// A function that can't make a type returns an empty handle, which whoever uses it refuses with HDF5's reason.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "hdf5/handle.hpp"

namespace tarsier {

// bool is h5py's: an enum of int8 with FALSE and TRUE.
[[nodiscard]] DatatypeHandle boolean_type();
// UTF-8 of exactly `bytes` bytes, filled up with zeros.
[[nodiscard]] DatatypeHandle fixed_text_type(std::size_t bytes);
// UTF-8 of any length, which h5py reads as str.
[[nodiscard]] DatatypeHandle text_type();
// An enum of uint8; the position in `names` is the value.
[[nodiscard]] DatatypeHandle enumeration_type(std::span<const char* const> names);

// The type of a C++ number.
template <typename Number>
[[nodiscard]] DatatypeHandle number_type() {
  static_assert(std::is_arithmetic_v<Number>);
  if constexpr (std::is_same_v<Number, bool>) {
    return boolean_type();
  } else if constexpr (std::is_floating_point_v<Number>) {
    return DatatypeHandle(H5Tcopy(sizeof(Number) == 4 ? H5T_IEEE_F32LE : H5T_IEEE_F64LE));
  } else if constexpr (std::is_signed_v<Number>) {
    constexpr std::size_t size = sizeof(Number);
    return DatatypeHandle(H5Tcopy(size == 1   ? H5T_STD_I8LE
                                  : size == 2 ? H5T_STD_I16LE
                                  : size == 4 ? H5T_STD_I32LE
                                              : H5T_STD_I64LE));
  } else {
    constexpr std::size_t size = sizeof(Number);
    return DatatypeHandle(H5Tcopy(size == 1   ? H5T_STD_U8LE
                                  : size == 2 ? H5T_STD_U16LE
                                  : size == 4 ? H5T_STD_U32LE
                                              : H5T_STD_U64LE));
  }
}

// One member of a struct.
struct RecordMember {
  const char* name;
  std::size_t offset;  // in the struct
  DatatypeHandle type;
};

// A struct as it lies in memory and, without its padding, in the file.
struct RecordType {
  DatatypeHandle memory;
  DatatypeHandle file;
};

[[nodiscard]] RecordType record_type(std::size_t struct_bytes, std::span<const RecordMember> members);

// The same for a dataset of plain numbers.
template <typename Number>
[[nodiscard]] RecordType number_record() {
  return {number_type<Number>(), number_type<Number>()};
}

}  // namespace tarsier
