// Owners of HDF5 identifiers, one type for each kind.
#pragma once

#include <hdf5.h>

#include <utility>

namespace tarsier {

// Closes silently at the end of its life; where a failed close loses data, call close() and look. An empty handle has
// an identifier that every HDF5 function refuses.
template <herr_t (*close_identifier)(hid_t)>
class Hdf5Handle {
 public:
  Hdf5Handle() = default;
  explicit Hdf5Handle(hid_t id) : id_(id) {}
  Hdf5Handle(Hdf5Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)) {}
  Hdf5Handle& operator=(Hdf5Handle&& other) noexcept {
    if (this != &other) {
      (void)close();
      id_ = std::exchange(other.id_, H5I_INVALID_HID);
    }
    return *this;
  }
  Hdf5Handle(const Hdf5Handle&) = delete;
  Hdf5Handle& operator=(const Hdf5Handle&) = delete;
  ~Hdf5Handle() { (void)close(); }

  [[nodiscard]] hid_t get() const { return id_; }
  [[nodiscard]] explicit operator bool() const { return id_ >= 0; }
  // False when HDF5 could not close it; the handle is empty afterwards in any case.
  [[nodiscard]] bool close() {
    const hid_t id = std::exchange(id_, H5I_INVALID_HID);
    return id < 0 || close_identifier(id) >= 0;
  }

 private:
  hid_t id_ = H5I_INVALID_HID;
};

using FileHandle = Hdf5Handle<H5Fclose>;
using ObjectHandle = Hdf5Handle<H5Oclose>;  // group or dataset, whichever it is
using GroupHandle = Hdf5Handle<H5Gclose>;
using DatasetHandle = Hdf5Handle<H5Dclose>;
using DataspaceHandle = Hdf5Handle<H5Sclose>;
using DatatypeHandle = Hdf5Handle<H5Tclose>;
using AttributeHandle = Hdf5Handle<H5Aclose>;
using PropertiesHandle = Hdf5Handle<H5Pclose>;
using DriverHandle = Hdf5Handle<H5FDunregister>;

}  // namespace tarsier
