#include "control/http_api.hpp"

#include <CppUTest/TestHarness.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

#include "control/made_up_device.hpp"
#include "control/routes.hpp"
#include "support/python.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

constexpr auto committed = TARSIER_SOURCE_DIR "/docs/http-api.md";

// By openapi-spec-validator where that is installed; everywhere each schema by jsonschema, and each path parameter.
constexpr auto validate = R"(
import json, re, sys
from jsonschema import Draft202012Validator
document = json.load(open(sys.argv[1]))
try:
    import openapi_spec_validator
    openapi_spec_validator.validate(document)
except ImportError:
    pass
def schemas(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key == 'schema':
                yield value
            yield from schemas(value)
    elif isinstance(node, list):
        for value in node:
            yield from schemas(value)
for schema in schemas(document):
    Draft202012Validator.check_schema(schema)
for path, operations in document['paths'].items():
    for operation in operations.values():
        named = {p['name'] for p in operation['parameters'] if p['in'] == 'path'}
        assert named == set(re.findall(r'{(\w+)}', path)), path
        assert operation['responses'] and operation['summary'], path
)";

}  // namespace

TEST_GROUP(HttpApi) {
  MadeUpDevice device;
  Router router = control_routes(device);
};

TEST(HttpApi, the_committed_page_is_that_of_the_route_table) {
  const auto expected = http_api_markdown(router);
  if (std::getenv("TARSIER_WRITE_HTTP_API") != nullptr) std::ofstream(committed) << expected;
  std::ifstream file(committed);
  const std::string present((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  CHECK_TEXT(present == expected, "write it anew: TARSIER_WRITE_HTTP_API=1 build/bin/control_test -g HttpApi");
}

TEST(HttpApi, the_description_is_valid) {
  TemporaryFolder folder;
  std::ofstream(folder / "openapi.json") << openapi_document(router).dump();
  const auto outcome = run_python({"-c", validate, (folder / "openapi.json").string()});
  CHECK_EQUAL_TEXT(0, outcome.exit_code, outcome.output.c_str());
}

TEST(HttpApi, the_description_is_served_and_holds_every_route_once) {
  const auto document = Json::parse(ask(router, {.method = "GET", .path = "/v1/openapi.json"}).text());
  std::set<std::string> ids;
  for (const auto& [path, operations] : document["paths"].items()) {
    for (const auto& [method, operation] : operations.items()) ids.insert(operation["operationId"].get<std::string>());
  }
  CHECK_EQUAL(router.routes().size(), ids.size());
}
