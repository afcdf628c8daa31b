#include "capture/property.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>

#include "capture/gst_handles.hpp"

namespace tarsier {
namespace {

tl::unexpected<Error> wrong(const GParamSpec* spec, const std::string& wanted) {
  return misuse(fmt::format("GStreamer's property {} takes {}", spec->name, wanted));
}

template <typename Spec>
std::string range(const GParamSpec* spec) {
  const auto* bounds = reinterpret_cast<const Spec*>(spec);
  return fmt::format("a number from {} to {}", bounds->minimum, bounds->maximum);
}

std::string describe(const GParamSpec* spec) {
  switch (G_TYPE_FUNDAMENTAL(spec->value_type)) {
    case G_TYPE_INT: return range<GParamSpecInt>(spec);
    case G_TYPE_UINT: return range<GParamSpecUInt>(spec);
    case G_TYPE_INT64: return range<GParamSpecInt64>(spec);
    case G_TYPE_UINT64: return range<GParamSpecUInt64>(spec);
    case G_TYPE_FLOAT: return range<GParamSpecFloat>(spec);
    case G_TYPE_DOUBLE: return range<GParamSpecDouble>(spec);
    case G_TYPE_BOOLEAN: return "true or false";
    default: return fmt::format("a {}", g_type_name(spec->value_type));
  }
}

template <typename ClassOf>
std::string nicks(GType type) {
  auto* of_type = static_cast<ClassOf*>(g_type_class_ref(type));
  std::string text = "one of";
  for (guint index = 0; index < of_type->n_values; ++index) {
    fmt::format_to(std::back_inserter(text), "{}{}", index == 0 ? " " : ", ", of_type->values[index].value_nick);
  }
  g_type_class_unref(of_type);
  return text;
}

Result<void> fill_enum(GValue* out, const GParamSpec* spec, const std::string& nick) {
  auto* of_type = static_cast<GEnumClass*>(g_type_class_ref(spec->value_type));
  const GEnumValue* found = g_enum_get_value_by_nick(of_type, nick.c_str());
  if (found != nullptr) g_value_set_enum(out, found->value);
  g_type_class_unref(of_type);
  if (found == nullptr) return wrong(spec, nicks<GEnumClass>(spec->value_type));
  return {};
}

Result<void> fill_flags(GValue* out, const GParamSpec* spec, const std::string& nick) {
  auto* of_type = static_cast<GFlagsClass*>(g_type_class_ref(spec->value_type));
  const GFlagsValue* found = g_flags_get_value_by_nick(of_type, nick.c_str());
  if (found != nullptr) g_value_set_flags(out, found->value);
  g_type_class_unref(of_type);
  if (found == nullptr) return wrong(spec, nicks<GFlagsClass>(spec->value_type));
  return {};
}

Result<void> fill_from_text(GValue* out, const GParamSpec* spec, const std::string& text) {
  switch (G_TYPE_FUNDAMENTAL(spec->value_type)) {
    case G_TYPE_ENUM: return fill_enum(out, spec, text);
    case G_TYPE_FLAGS: return fill_flags(out, spec, text);
    case G_TYPE_STRING: g_value_set_string(out, text.c_str()); return {};
    default: return wrong(spec, describe(spec));
  }
}

Result<void> fill_from_number(GValue* out, const GParamSpec* spec, double number) {
  // A conversion of a number that the type can't hold is undefined, so the nearest bound stands for it here and the
  // property's own bounds refuse it; those of the widest types are never reached by a rig.
  const auto within = [number](double low, double high) { return std::fmin(std::fmax(number, low), high); };
  switch (G_TYPE_FUNDAMENTAL(spec->value_type)) {
    case G_TYPE_FLOAT: g_value_set_float(out, static_cast<gfloat>(within(-G_MAXFLOAT, G_MAXFLOAT))); return {};
    case G_TYPE_DOUBLE: g_value_set_double(out, number); return {};
    default: return wrong(spec, describe(spec));
  }
}

Result<void> fill_from_integer(GValue* out, const GParamSpec* spec, std::int64_t number) {
  const bool fits_int = number >= G_MININT && number <= G_MAXINT;
  const bool fits_uint = number >= 0 && number <= G_MAXUINT;
  switch (G_TYPE_FUNDAMENTAL(spec->value_type)) {
    case G_TYPE_INT:
      if (!fits_int) return wrong(spec, describe(spec));
      g_value_set_int(out, static_cast<gint>(number));
      return {};
    case G_TYPE_UINT:
      if (!fits_uint) return wrong(spec, describe(spec));
      g_value_set_uint(out, static_cast<guint>(number));
      return {};
    case G_TYPE_INT64: g_value_set_int64(out, number); return {};
    case G_TYPE_UINT64:
      if (number < 0) return wrong(spec, describe(spec));
      g_value_set_uint64(out, static_cast<guint64>(number));
      return {};
    default: return fill_from_number(out, spec, static_cast<double>(number));
  }
}

Result<void> fill(GValue* out, const GParamSpec* spec, const Json& value) {
  if (spec->value_type == GST_TYPE_FRACTION) {
    if (!value.is_number() || !(value.get<double>() > 0)) return wrong(spec, "a number above 0");
    const auto [numerator, denominator] = frame_rate_fraction(value.get<double>());
    gst_value_set_fraction(out, numerator, denominator);
    return {};
  }
  if (value.is_string()) return fill_from_text(out, spec, value.get<std::string>());
  if (value.is_boolean() && spec->value_type == G_TYPE_BOOLEAN) {
    g_value_set_boolean(out, value.get<bool>() ? TRUE : FALSE);
    return {};
  }
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > G_MAXINT64) return wrong(spec, describe(spec));
  if (value.is_number_integer()) return fill_from_integer(out, spec, value.get<std::int64_t>());
  if (value.is_number_float()) return fill_from_number(out, spec, value.get<double>());
  return wrong(spec, describe(spec));
}

GParamSpec* find(GstElement* element, const std::string& property) {
  return g_object_class_find_property(G_OBJECT_GET_CLASS(element), property.c_str());
}

}  // namespace

bool has_property(GstElement* element, const std::string& property) { return find(element, property) != nullptr; }

Result<void> set_property(GstElement* element, const std::string& property, const Json& value) {
  GParamSpec* spec = find(element, property);
  if (spec == nullptr || (spec->flags & G_PARAM_WRITABLE) == 0) {
    return misuse(fmt::format("this version of {} has no property {}; leave the parameter out, or install a newer one",
                              GST_OBJECT_NAME(gst_element_get_factory(element)), property));
  }
  Value typed(spec->value_type);
  if (auto filled = fill(typed.get(), spec, value); !filled) return filled;
  // True when the value had to be changed to be valid.
  if (g_param_value_validate(spec, typed.get())) return wrong(spec, describe(spec));
  g_object_set_property(G_OBJECT(element), property.c_str(), typed.get());
  return {};
}

std::pair<int, int> frame_rate_fraction(double rate) {
  const double television = std::round(rate) * 1000.0 / 1001.0;
  if (std::round(rate) >= 1 && std::round(rate) <= 1000 && std::abs(rate - television) < 0.006 * rate / 24.0) {
    return {static_cast<int>(std::round(rate)) * 1000, 1001};
  }
  int numerator = 0, denominator = 1;
  gst_util_double_to_fraction(rate, &numerator, &denominator);
  return {numerator, denominator};
}

}  // namespace tarsier
