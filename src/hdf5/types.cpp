#include "hdf5/types.hpp"

#include "hdf5/error.hpp"

namespace tarsier {

DatatypeHandle boolean_type() {
  quiet_hdf5();
  DatatypeHandle type(H5Tenum_create(H5T_STD_I8LE));
  for (const std::int8_t value : {std::int8_t{0}, std::int8_t{1}}) {
    if (H5Tenum_insert(type.get(), value == 0 ? "FALSE" : "TRUE", &value) < 0) return {};
  }
  return type;
}

DatatypeHandle fixed_text_type(std::size_t bytes) {
  quiet_hdf5();
  DatatypeHandle type(H5Tcopy(H5T_C_S1));
  const bool made = H5Tset_size(type.get(), bytes) >= 0 && H5Tset_strpad(type.get(), H5T_STR_NULLPAD) >= 0 &&
                    H5Tset_cset(type.get(), H5T_CSET_UTF8) >= 0;
  return made ? std::move(type) : DatatypeHandle();
}

DatatypeHandle text_type() {
  quiet_hdf5();
  DatatypeHandle type(H5Tcopy(H5T_C_S1));
  const bool made = H5Tset_size(type.get(), H5T_VARIABLE) >= 0 && H5Tset_cset(type.get(), H5T_CSET_UTF8) >= 0;
  return made ? std::move(type) : DatatypeHandle();
}

DatatypeHandle enumeration_type(std::span<const char* const> names) {
  quiet_hdf5();
  DatatypeHandle type(H5Tenum_create(H5T_STD_U8LE));
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto value = static_cast<std::uint8_t>(i);
    if (H5Tenum_insert(type.get(), names[i], &value) < 0) return {};
  }
  return type;
}

RecordType record_type(std::size_t struct_bytes, std::span<const RecordMember> members) {
  quiet_hdf5();
  DatatypeHandle memory(H5Tcreate(H5T_COMPOUND, struct_bytes));
  for (const RecordMember& member : members) {
    if (H5Tinsert(memory.get(), member.name, member.offset, member.type.get()) < 0) return {};
  }
  DatatypeHandle file(H5Tcopy(memory.get()));
  if (H5Tpack(file.get()) < 0) return {};
  return {std::move(memory), std::move(file)};
}

}  // namespace tarsier
