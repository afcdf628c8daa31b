#include "cli/bar_chart.hpp"

#include <CppUTest/TestHarness.h>

using namespace tarsier;

namespace {

constexpr BarStyle ascii{false, 8, 24};
constexpr BarStyle unicode{true, 4, 24};

}  // namespace

TEST_GROUP(BarChart){};

TEST(BarChart, the_largest_value_fills_the_width) {
  CHECK_EQUAL(std::string("a   ########  1.000\n"
                          "bc  ####      0.5000\n"),
              bar_chart({{"a", 1.0}, {"bc", 0.5}}, ascii));
}

TEST(BarChart, unicode_bars_end_in_eighths) {
  CHECK_EQUAL(std::string("a  ████  32.00\n"
                          "b  ▏     1.000\n"
                          "c  █▍    11.00\n"),
              bar_chart({{"a", 32.0}, {"b", 1.0}, {"c", 11.0}}, unicode));
}

TEST(BarChart, what_is_not_zero_is_seen) {
  CHECK_EQUAL(std::string("a  ########  1.000\n"
                          "b  #         1.000e-09\n"
                          "c            0.000\n"),
              bar_chart({{"a", 1.0}, {"b", 1e-9}, {"c", 0.0}}, ascii));
}

TEST(BarChart, an_unknown_value_has_no_bar) {
  CHECK_EQUAL(std::string("a            no pairs\n"), bar_chart({{"a", std::nullopt}}, ascii));
}

TEST(BarChart, values_that_are_all_zero_have_no_bars) {
  CHECK_EQUAL(std::string("a            0.000\n"), bar_chart({{"a", 0.0}}, ascii));
}

TEST(BarChart, labels_are_aligned_by_letters) {
  CHECK_EQUAL(std::string("Größe  ########  1.000\n"
                          "Maß    ########  1.000\n"),
              bar_chart({{"Größe", 1.0}, {"Maß", 1.0}}, ascii));
}

TEST(BarChart, too_many_bars_are_counted) {
  CHECK_EQUAL(std::string("a  ########  1.000\nand 2 more\n"),
              bar_chart({{"a", 1.0}, {"b", 9.0}, {"c", 1.0}}, BarStyle{false, 8, 1}));
}

TEST(BarChart, no_bars_are_no_text) { CHECK(bar_chart({}).empty()); }
