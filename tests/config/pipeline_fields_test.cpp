#include "config/pipeline_fields.hpp"

#include "CppUTest/TestHarness.h"

using namespace tarsier;

TEST_GROUP(PipelineFields){};

TEST(PipelineFields, a_parameter_becomes_a_field_of_the_source) {
  PipelineDescription pipeline;
  pipeline.parameters.push_back({.name = "fps",
                                 .type = ParameterType::number,
                                 .help = "Rate.",
                                 .sets = "",
                                 .required = true,
                                 .fallback = {},
                                 .minimum = 1,
                                 .maximum = 100,
                                 .choices = {}});
  const FieldTable fields = parameter_fields(pipeline, "/cameras/*/source");
  CHECK_EQUAL(1, fields.size());
  STRCMP_EQUAL("/cameras/*/source/fps", fields[0].pattern.c_str());
  CHECK(fields[0].type == FieldType::number && fields[0].required && fields[0].maximum == 100);
}

TEST(PipelineFields, the_fields_of_a_description_are_explained) {
  for (const Field& field : description_fields()) CHECK_TEXT(!field.help.empty(), field.pattern.c_str());
}
