// Owners of GStreamer's and GLib's counted things. Each owner holds one full reference; sink floating ones first.
#pragma once

#include <gst/gst.h>

#include <memory>

namespace tarsier {

struct Unref {
  void operator()(GstElement* element) const { gst_object_unref(element); }
  void operator()(GstPad* pad) const { gst_object_unref(pad); }
  void operator()(GstBus* bus) const { gst_object_unref(bus); }
  void operator()(GstClock* clock) const { gst_object_unref(clock); }
  void operator()(GstCaps* caps) const { gst_caps_unref(caps); }
  void operator()(GstMessage* message) const { gst_message_unref(message); }
  void operator()(GstSample* sample) const { gst_sample_unref(sample); }
  void operator()(GstStructure* structure) const { gst_structure_free(structure); }
  void operator()(GstIterator* iterator) const { gst_iterator_free(iterator); }
  void operator()(GstParseContext* context) const { gst_parse_context_free(context); }
  void operator()(GError* error) const { g_error_free(error); }
  void operator()(gchar* text) const { g_free(text); }
};

template <typename Handle>
using Owned = std::unique_ptr<Handle, Unref>;

// A GValue that is unset at the end of its life.
class Value {
 public:
  explicit Value(GType type) { g_value_init(&value_, type); }
  ~Value() { g_value_unset(&value_); }
  Value(const Value&) = delete;
  Value& operator=(const Value&) = delete;
  [[nodiscard]] GValue* get() { return &value_; }

 private:
  GValue value_ = G_VALUE_INIT;
};

}  // namespace tarsier
