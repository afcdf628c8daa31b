#include "report/report.hpp"

#include <CppUTest/TestHarness.h>

#include <fstream>

#include "report/long_run.hpp"
#include "report/picture_collector.hpp"
#include "support/faulty_files.hpp"
#include "support/temporary_folder.hpp"

using namespace tarsier;

namespace {

std::string content(const std::filesystem::path& path) {
  return read_text(system_files(), path, mebibytes(64)).value_or("");
}

void must_refuse(const ReportRequest& request, const std::string& reason) {
  const auto outcome = make_report(system_files(), request);
  CHECK(!outcome);
  STRCMP_CONTAINS(reason.c_str(), outcome.error().message.c_str());
}

Json must_make(const ReportRequest& request) {
  const auto outcome = make_report(system_files(), request);
  if (!outcome) FAIL(outcome.error().message.c_str());
  return outcome->facts;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_GROUP(Report) {
  TemporaryFolder folder;
  std::filesystem::path made_run() {
    write_long_run(folder / "run", "2.2", "3");
    return folder / "run";
  }
};

TEST(Report, a_run_becomes_a_page_in_its_folder) {
  const auto facts = must_make({made_run(), {}, 0});
  STRCMP_EQUAL((folder / "run/report.html").c_str(), facts["page"].get<std::string>().c_str());
  const auto page = content(folder / "run/report.html");
  CHECK_EQUAL(page.size(), facts["bytes"].get<std::size_t>());
  CHECK_EQUAL(1, count(page, "<section class=\"camera\""));
  CHECK_EQUAL(2 * 3, count(page, "<path d="));
  CHECK(facts["complete"] == false);
  const auto& camera = facts["cameras"][0];
  CHECK_EQUAL(3, camera["files"].size());
  CHECK_EQUAL(3, camera["regions"].size());
  CHECK_EQUAL(1, camera["gaps"].get<int>());
  CHECK_EQUAL(37836, camera["rows"].get<int>());
}

TEST(Report, a_page_that_is_ours_is_replaced_and_nothing_else) {
  const auto file = made_run() / "plate/sleep_plate_000001.h5";
  const auto first = must_make({file, {}, 0});
  STRCMP_EQUAL((folder / "run/plate/sleep_plate_000001.html").c_str(), first["page"].get<std::string>().c_str());
  CHECK(must_make({file, {}, 0}) == first);
  std::ofstream(folder / "thesis.html") << "<!doctype html>";
  must_refuse({file, folder / "thesis.html", 0}, "thesis.html: exists and is no report of ours");
  STRCMP_EQUAL("<!doctype html>", content(folder / "thesis.html").c_str());
  must_refuse({file, file, 0}, "exists and is no report of ours");
}

TEST(Report, the_width_of_the_bins_can_be_chosen_within_reason) {
  const auto folder_of_run = made_run();
  CHECK_EQUAL(120.0, must_make({folder_of_run, {}, 120})["cameras"][0]["bin_s"].get<double>());
  must_refuse({folder_of_run, {}, 1e-6}, "--bin: 1e-06 s is not possible here; give ");
  must_refuse({folder_of_run, {}, 1e9}, "to 86400 s");
}

TEST(Report, a_segment_that_cannot_be_read_is_named_and_the_rest_is_shown) {
  const auto folder_of_run = made_run();
  std::filesystem::resize_file(folder_of_run / "plate/sleep_plate_000002.h5", 5000);
  const auto facts = must_make({folder_of_run, {}, 0});
  CHECK_EQUAL(2, facts["cameras"][0]["files"].size());
  STRCMP_CONTAINS("sleep_plate_000002.h5", facts["cameras"][0]["notes"][0].get<std::string>().c_str());
  STRCMP_CONTAINS("1 segment is not on this page.", facts["verdict"].get<std::string>().c_str());
  CHECK(content(folder / "run/report.html").find("sleep_plate_000002.h5") != std::string::npos);
}

TEST(Report, a_run_without_any_readable_segment_is_an_error_with_the_reasons) {
  const auto folder_of_run = made_run();
  std::filesystem::remove_all(folder_of_run / "plate");
  must_refuse({folder_of_run, {}, 0}, "has no sealed segment that can be read:\n");
  CHECK(!std::filesystem::exists(folder_of_run / "report.html"));
}

TEST(Report, names_in_the_file_are_text_in_the_page) {
  const auto file = made_run() / "plate/sleep_plate_000001.h5";
  const std::string evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>";
  change_file(
      file,
      "import json; t = '" + evil +
          "'; a = file['tarsier'].attrs; a['camera'] = a['device'] = a['run'] = t; "
          "a['camera_model'] = t; file.attrs['experiment_name'] = t; r = json.loads(a['regions']); r[0]['name'] = t; "
          "r[1]['labels'] = {t: t}; a['regions'] = json.dumps(r)");
  (void)must_make({file, folder / "page.html", 0});
  const auto page = content(folder / "page.html");
  CHECK_EQUAL(0, count(page, "<script>alert"));
  CHECK_EQUAL(0, count(page, "<img src=x"));
  CHECK_EQUAL(3, count(page, "</script>"));
  CHECK(count(page, "&lt;script&gt;alert(1)") >= 5);
}

TEST(Report, the_policy_of_the_page_allows_no_network) {
  (void)must_make({made_run(), {}, 0});
  const auto page = content(folder / "run/report.html");
  CHECK_EQUAL(1, count(page, "content=\"default-src 'none'; img-src data:;"));
  CHECK_EQUAL(0, count(page, "src=\"http"));
  CHECK_EQUAL(0, count(page, "url("));
  CHECK_EQUAL(0, count(page, "@import"));
}

TEST(Report, a_recording_without_regions_shows_the_whole_frame) {
  write_long_run(folder / "run", "0.1", "1");
  const auto file = folder / "run/plate/sleep_plate_000001.h5";
  change_file(file,
              "file['tarsier'].attrs['regions'] = '[]'; t = file['tarsier/regions'].dtype; "
              "del file['tarsier/regions'], file['rois/masks']; "
              "file['tarsier/regions'] = np.zeros((len(file['tarsier/rows']), 0), t)");
  const auto facts = must_make({file, folder / "page.html", 0});
  STRCMP_EQUAL("whole frame", facts["cameras"][0]["regions"][0]["name"].get<std::string>().c_str());
}

TEST(Report, a_file_without_rows_is_a_page_that_says_so) {
  const auto file = made_run() / "plate/sleep_plate_000001.h5";
  change_file(file,
              "r, s = file['tarsier/rows'][:0], file['tarsier/regions'][:0]; "
              "del file['tarsier/rows'], file['tarsier/regions']; "
              "file['tarsier/rows'] = r; file['tarsier/regions'] = s");
  const auto facts = must_make({file, folder / "page.html", 0});
  CHECK(facts["from"].is_null());
  CHECK_EQUAL(0, facts["cameras"][0]["bins"].get<int>());
}

TEST(Report, a_file_operation_that_fails_leaves_a_whole_page_or_none) {
  write_long_run(folder / "run", "0.01", "1");
  for (std::uint64_t step = 1;; ++step) {
    FaultyFiles files;
    files.fail_at = step;
    files.fail_for_good = true;
    files.error = ENOSPC;
    const auto outcome = make_report(files, {folder / "run", {}, 0});
    const auto page = content(folder / "run/report.html");
    CHECK(page.empty() || page.ends_with("</html>\n"));
    if (outcome) break;
    STRCMP_CONTAINS("No space left", outcome.error().message.c_str());
    std::filesystem::remove(folder / "run/report.html");
    CHECK(step < 100);
  }
}

TEST_GROUP(EvenlySpaced){};

TEST(EvenlySpaced, all_when_there_are_few_and_spread_when_there_are_many) {
  CHECK(evenly_spaced(3, 200) == (std::vector<std::uint64_t>{0, 1, 2}));
  CHECK(evenly_spaced(10, 5) == (std::vector<std::uint64_t>{0, 2, 4, 6, 8}));
  CHECK(evenly_spaced(0, 5).empty());
  const auto many = evenly_spaced(UINT64_MAX, 200);
  CHECK_EQUAL(200, many.size());
  for (std::size_t i = 1; i < many.size(); ++i) CHECK(many[i] > many[i - 1]);
}
