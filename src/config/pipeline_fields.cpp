#include "config/pipeline_fields.hpp"

namespace tarsier {
namespace {

FieldType field_type(ParameterType type) {
  switch (type) {
    case ParameterType::string: return FieldType::text;
    case ParameterType::path: return FieldType::path;
    case ParameterType::device: return FieldType::device;
    case ParameterType::integer: return FieldType::integer;
    case ParameterType::number: return FieldType::number;
    case ParameterType::boolean: break;
  }
  return FieldType::boolean;
}

FieldTable parameter_description_fields() {
  using enum FieldType;
  return {
      {.pattern = "/parameters",
       .type = list,
       .help = "The keys that \"source\" may have.",
       .fallback = Json::array(),
       .maximum = 64},
      {.pattern = "/parameters/*", .help = "One key."},
      {.pattern = "/parameters/*/name",
       .type = text,
       .help = "As in the rig, with its unit: exposure_us.",
       .required = true,
       .expression = "^[a-z][a-z0-9_]{0,63}$",
       .form = "small letters, digits and '_', beginning with a letter"},
      {.pattern = "/parameters/*/type",
       .type = text,
       .help = "Type of the value.",
       .required = true,
       .choices = {"string", "path", "device", "integer", "number", "boolean"}},
      {.pattern = "/parameters/*/help", .type = text, .help = "One line.", .required = true, .minimum = 1},
      {.pattern = "/parameters/*/sets",
       .type = text,
       .help = "What it sets; empty: read by the product itself.",
       .fallback = "",
       .expression = "^$|^[A-Za-z0-9_-]+\\.((caps|controls)\\.)?[A-Za-z0-9_:-]+$",
       .form = "element.property, element.caps.field, element.controls.field or nothing"},
      {.pattern = "/parameters/*/change",
       .type = text,
       .help =
           "When a change acts: live, while the source plays; arm, with the next run; local, likewise and only from "
           "the device itself.",
       .fallback = "arm",
       .choices = {"live", "arm", "local"}},
      {.pattern = "/parameters/*/required", .type = boolean, .help = "Whether a rig must give it.", .fallback = false},
      {.pattern = "/parameters/*/default", .type = any, .help = "Value when a rig leaves it out."},
      {.pattern = "/parameters/*/minimum", .type = number, .help = "Least value."},
      {.pattern = "/parameters/*/maximum", .type = number, .help = "Largest value."},
      {.pattern = "/parameters/*/choices", .type = list, .help = "The only values of a string.", .minimum = 1},
      {.pattern = "/parameters/*/choices/*", .type = text, .help = "One value."},
  };
}

FieldTable all_description_fields() {
  using enum FieldType;
  FieldTable fields = {
      {.pattern = "", .help = "The description of a pipeline."},
      {.pattern = "/summary", .type = text, .help = "One line.", .required = true, .minimum = 1},
      {.pattern = "/launch",
       .type = list,
       .help = "Elements of the launch line, joined by !.",
       .required = true,
       .minimum = 2,
       .maximum = 64},
      {.pattern = "/launch/*", .type = text, .help = "One element.", .minimum = 1},
      {.pattern = "/live", .type = boolean, .help = "Whether it can't be made to wait.", .fallback = true},
      {.pattern = "/counts_frames",
       .type = boolean,
       .help = "Whether the buffer offsets of the element source are the driver's frame sequence.",
       .fallback = false},
      {.pattern = "/plugin_memory_mib",
       .type = number,
       .help = "Resident memory of plugins and decoder, measured.",
       .unit = "MiB",
       .required = true,
       .minimum = 0,
       .maximum = 65536},
      {.pattern = "/frames_held",
       .type = integer,
       .help = "Frames that the elements hold between them.",
       .unit = "frames",
       .fallback = 2,
       .minimum = 0,
       .maximum = 1024},
  };
  const FieldTable parameters = parameter_description_fields();
  fields.insert(fields.end(), parameters.begin(), parameters.end());
  return fields;
}

}  // namespace

FieldTable parameter_fields(const PipelineDescription& pipeline, const std::string& pattern) {
  FieldTable fields;
  for (const PipelineParameter& parameter : pipeline.parameters) {
    Field field{.pattern = pattern + "/" + parameter.name,
                .type = field_type(parameter.type),
                .change = parameter.change,
                .help = parameter.help};
    field.required = parameter.required;
    field.fallback = parameter.fallback;
    field.minimum = parameter.minimum;
    field.maximum = parameter.maximum;
    field.choices.assign(parameter.choices.begin(), parameter.choices.end());
    fields.push_back(std::move(field));
  }
  return fields;
}

const FieldTable& description_fields() {
  static const FieldTable fields = all_description_fields();
  return fields;
}

}  // namespace tarsier
