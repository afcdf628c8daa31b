#include "config/field_value.hpp"
#include "config/parse.hpp"
#include "config/pipeline_fields.hpp"

namespace tarsier {
namespace {

// Schemas of a table's fields, and of the pipelines that its source field leads to.
class Schema {
 public:
  explicit Schema(const FieldTable& table) : table_(table) {}

  [[nodiscard]] Json of(const Field& field) const {
    Json schema = about(field);
    switch (field.type) {
      case FieldType::object: add_object(field, schema); break;
      case FieldType::map: add_map(field, schema); break;
      case FieldType::list: add_list(field, schema); break;
      case FieldType::tuple: add_tuple(field, schema); break;
      case FieldType::source: add_source(field, schema); break;
      case FieldType::text:
      case FieldType::path:
      case FieldType::device:
      case FieldType::directory: add_text(field, schema); break;
      case FieldType::integer: add_number(field, "integer", schema); break;
      case FieldType::number: add_number(field, "number", schema); break;
      case FieldType::boolean: schema["type"] = "boolean"; break;
      case FieldType::any: break;
    }
    if (field.fallback) schema["default"] = *field.fallback;
    return schema;
  }

 private:
  [[nodiscard]] static Json about(const Field& field) {
    Json schema = Json::object();
    if (!field.help.empty()) schema["description"] = field.help;
    if (!field.unit.empty()) schema["x-unit"] = field.unit;
    if (!field.pattern.empty()) schema["x-class"] = to_text(field.change);
    return schema;
  }

  void add_object(const Field& field, Json& schema) const {
    add_keys(children_of(table_, field.pattern), schema);
    if (field.alternatives.empty()) return;
    Json& ways = schema["oneOf"] = Json::array();
    for (const Alternative& alternative : field.alternatives) ways.push_back(way(alternative, field.alternatives));
  }

  void add_keys(const std::vector<const Field*>& children, Json& schema) const {
    schema["type"] = "object";
    Json& properties = schema["properties"] = Json::object();
    Json required = Json::array();
    for (const Field* child : children) {
      properties[std::string(child->name())] = of(*child);
      if (child->required) required.push_back(child->name());
    }
    if (!required.empty()) schema["required"] = std::move(required);
    schema["additionalProperties"] = false;
  }

  [[nodiscard]] static Json way(const Alternative& chosen, const std::vector<Alternative>& all) {
    Json required = Json::array({chosen.key});
    for (const std::string& key : chosen.required) required.push_back(key);
    Json excluded = Json::object();
    for (const std::string& key : chosen.forbidden) excluded[key] = false;
    for (const Alternative& other : all) {
      if (other.key != chosen.key) excluded[other.key] = false;
    }
    return {{"required", std::move(required)}, {"properties", std::move(excluded)}};
  }

  void add_map(const Field& field, Json& schema) const {
    schema["type"] = "object";
    schema["propertyNames"] = {{"minLength", 1}, {"maxLength", longest_key}, {"not", control_characters()}};
    schema["additionalProperties"] = of(field_at(table_, field.pattern + "/*"));
    add_limit(schema, "maxProperties", field.maximum);
  }

  void add_list(const Field& field, Json& schema) const {
    schema["type"] = "array";
    schema["items"] = of(field_at(table_, field.pattern + "/*"));
    add_limit(schema, "minItems", field.minimum);
    add_limit(schema, "maxItems", field.maximum);
  }

  void add_tuple(const Field& field, Json& schema) const {
    schema["type"] = "array";
    Json& items = schema["prefixItems"] = Json::array();
    for (const Field* child : children_of(table_, field.pattern)) items.push_back(of(*child));
    schema["minItems"] = items.size();
    schema["items"] = false;
  }

  // The keys of "source" depend on the pipeline that it names.
  void add_source(const Field& field, Json& schema) const {
    const Field& name = *children_of(table_, field.pattern).front();
    const Json own = {{"type", "string"}, {"pattern", "/|\\.json$"}};
    const auto installed = installed_pipelines();
    schema["type"] = "object";
    Json pipeline = of(name);
    pipeline["anyOf"] = Json::array({Json{{"enum", installed}}, own});
    schema["properties"] = {{"pipeline", std::move(pipeline)}};
    schema["required"] = Json::array({"pipeline"});
    Json& cases = schema["allOf"] = Json::array();
    for (const std::string& candidate : installed) add_pipeline(candidate, field, name, cases);
  }

  void add_pipeline(const std::string& candidate, const Field& field, const Field& name, Json& cases) const {
    const auto pipeline = load_pipeline(candidate);
    if (!pipeline) return;  // whoever names it hears what is wrong with it
    const FieldTable parameters = parameter_fields(*pipeline, field.pattern);
    std::vector<const Field*> children{&name};
    for (const Field& parameter : parameters) children.push_back(&parameter);
    Json keys = {{"description", pipeline->summary}};
    add_keys(children, keys);
    keys["properties"]["pipeline"] = true;
    Json named = {{"properties", {{"pipeline", {{"const", candidate}}}}}, {"required", Json::array({"pipeline"})}};
    cases.push_back({{"if", std::move(named)}, {"then", std::move(keys)}});
  }

  static void add_text(const Field& field, Json& schema) {
    schema["type"] = "string";
    if (!field.choices.empty()) {
      schema["enum"] = field.choices;
      return;
    }
    const bool is_path = field.type != FieldType::text;
    const double least = is_path ? 1 : field.minimum.value_or(0);
    if (least > 0) add_limit(schema, "minLength", least);
    add_limit(schema, "maxLength", field.maximum.value_or(longest_text));
    if (!field.expression.empty()) schema["pattern"] = field.expression;
    schema["not"] = control_characters();
  }

  static void add_number(const Field& field, const char* type, Json& schema) {
    schema["type"] = type;
    if (!field.choices.empty()) schema["enum"] = field.choices;
    add_limit(schema, "minimum", field.minimum);
    add_limit(schema, "exclusiveMinimum", field.above);
    add_limit(schema, "maximum", field.maximum);
  }

  // Forbidden by itself, because some languages let $ match before a line feed at the end.
  static Json control_characters() { return {{"pattern", "[\\u0000-\\u001F\\u007F]"}}; }

  // Whole limits are written as whole numbers.
  static void add_limit(Json& schema, const char* key, std::optional<double> limit) {
    if (!limit) return;
    const auto whole = static_cast<std::int64_t>(*limit);
    if (static_cast<double>(whole) == *limit)
      schema[key] = whole;
    else
      schema[key] = *limit;
  }

  const FieldTable& table_;
};

}  // namespace

Json rig_schema() {
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "Tarsier rig"}};
  schema.update(Schema(rig_fields()).of(rig_fields().front()));
  return schema;
}

}  // namespace tarsier
