#include "report/page_sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "report/text_encoding.hpp"
#include "report/words.hpp"

namespace tarsier {
namespace {

using Out = std::back_insert_iterator<std::string>;

constexpr std::size_t most_rows_shown = 300;
constexpr std::size_t rows_open = 12;  // a longer table is folded away

void add_fact(std::string& html, std::string_view name, const std::string& value) {
  if (!value.empty()) fmt::format_to(std::back_inserter(html), "<div><dt>{}</dt><dd>{}</dd></div>\n", name, value);
}

std::string camera_names(const RunReport& run) {
  std::string names;
  for (const auto& camera : run.cameras) names += (names.empty() ? "" : ", ") + camera.name;
  return html_text(names);
}

std::string duration_between(const UtcRange& range) {
  return range.empty() ? "" : duration_words(static_cast<double>(range.last_ns - range.first_ns) / 1e9);
}

std::string frames_words(const RunReport& run) {
  std::uint64_t rows = 0;
  std::uint64_t stored = 0;
  for (const auto& camera : run.cameras) {
    rows += camera.rows;
    stored += camera.frames;
  }
  return fmt::format("{} measured, {} stored", grouped_digits(rows),
                     stored == 0      ? "none"
                     : stored == rows ? "all"
                                      : grouped_digits(stored));
}

std::string list_of(const std::vector<std::string>& sentences, std::string_view css) {
  if (sentences.empty()) return "";
  std::string html = fmt::format("<ul class=\"{}\">\n", css);
  for (const auto& sentence : sentences) html += fmt::format("<li>{}</li>\n", html_text(sentence));
  return html + "</ul>\n";
}

std::string model_of(const SegmentFacts& facts) {
  if (facts.camera_serial.empty()) return facts.camera_model;
  return fmt::format("{}{}serial {}", facts.camera_model, facts.camera_model.empty() ? "" : ", ", facts.camera_serial);
}

std::string camera_line(const CameraReport& camera) {
  const auto& facts = camera.facts;
  std::vector<std::string> parts;
  if (const auto model = model_of(facts); !model.empty()) parts.push_back(model);
  if (facts.width_px > 0)
    parts.push_back(fmt::format("{} × {} pixels, {}", facts.width_px, facts.height_px, facts.pixel));
  if (facts.interval_s > 0) parts.push_back(fmt::format("one row every {}", duration_words(facts.interval_s)));
  parts.push_back(count_of(camera.files.size(), "segment"));
  if (!facts.live) parts.emplace_back("a replayed recording, whose times count from the start of the replay");
  return html_text(fmt::format("{}.", fmt::join(parts, "; ")));
}

std::string ledger_sentence(const LedgerWords& ledger) {
  std::string text = fmt::format("{} came from the camera", count_of(ledger.delivered, "frame"));
  if (!ledger.outcomes.empty()) text += fmt::format(": {}", fmt::join(ledger.outcomes, "; "));
  text += ".";
  if (ledger.missing_causes.empty())
    text += " None was dropped or missed.";
  else
    text += fmt::format(" Missing: {}.", fmt::join(ledger.missing_causes, "; "));
  if (ledger.samples > 0)
    text += fmt::format(" Of {}, {} had no frame{}.", count_of(ledger.samples, "sample"),
                        ledger.samples_missed == 0 ? "none" : grouped_digits(ledger.samples_missed),
                        ledger.repeated > 0 ? fmt::format("; {} hold the last good one instead, and count as gaps here",
                                                          grouped_digits(ledger.repeated))
                                            : "");
  return text;
}

// A table of at most most_rows_shown rows; `total` is how many there are.
std::string table(std::string_view heading, const std::vector<std::string>& rows, std::uint64_t total,
                  std::string_view one) {
  const auto shown = std::min(rows.size(), most_rows_shown);
  std::string html = fmt::format("<details{}><summary>{}</summary>\n<table><thead><tr>{}</tr></thead><tbody>\n",
                                 total <= rows_open ? " open" : "", count_of(total, one), heading);
  for (std::size_t i = 0; i < shown; ++i) html += rows[i];
  html += "</tbody></table>\n";
  if (total > shown)
    html += fmt::format("<p class=\"quiet\">The first {} are listed; the files hold all.</p>\n", shown);
  return html + "</details>\n";
}

std::string gap_row(const ReportGap& gap) {
  const bool no_frame = gap.cause == 8;  // its ids are those of the next frame
  const auto ids = no_frame                      ? fmt::format("before {}", gap.first_id)
                   : gap.first_id == gap.last_id ? fmt::format("{}", gap.first_id)
                                                 : fmt::format("{} – {}", gap.first_id, gap.last_id);
  const auto last_s = static_cast<double>(gap.end_utc_ns - gap.start_utc_ns) / 1e9;
  return fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                     time_element(gap.start_utc_ns), duration_words(std::max(last_s, 0.0)), ids, cause_words(gap.cause),
                     gap.estimated != 0 ? "estimated from the time" : "proven");
}

std::string event_row(const ReportEvent& event) {
  const auto end = std::find(std::begin(event.text), std::end(event.text), '\0');
  const auto value = event.value == 0 ? std::string() : fmt::format("{:.6g}", event.value);
  return fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n", time_element(event.utc_ns),
                     event_words(event.kind), value, html_text(std::string(std::begin(event.text), end)));
}

std::string tables(const CameraReport& camera) {
  std::string html;
  std::vector<std::string> gaps;
  std::vector<std::string> events;
  std::transform(camera.gaps.begin(), camera.gaps.end(), std::back_inserter(gaps), gap_row);
  std::transform(camera.events.begin(), camera.events.end(), std::back_inserter(events), event_row);
  if (camera.gaps_total > 0)
    html +=
        table("<th>from</th><th>for</th><th>frames</th><th>cause</th><th>count</th>", gaps, camera.gaps_total, "gap");
  else
    html += "<p>There is no gap.</p>\n";
  if (camera.events_total > 0)
    html += table("<th>when</th><th>what</th><th>value</th><th>text</th>", events, camera.events_total, "event");
  return html;
}

}  // namespace

std::string time_element(std::int64_t utc_ns) {
  // The script's own dates reach as far; what is beyond comes from a damaged file.
  return fmt::format("<time data-ms=\"{}\">{}</time>", utc_ns / 1'000'000, utc_words(utc_ns));
}

std::string head_section(const RunReport& run) {
  const auto& facts = run.facts();
  const auto range = run.range();
  std::string html = fmt::format("<header>\n<h1>{}</h1>\n<p class=\"verdict {}\" id=\"verdict\">{}</p>\n<dl>\n",
                                 html_text(facts.experiment.empty() ? run.input : facts.experiment),
                                 run.complete ? "complete" : "incomplete", html_text(run.verdict));
  add_fact(html, "run", html_text(facts.run));
  add_fact(html, "device", html_text(facts.device));
  add_fact(html, run.cameras.size() == 1 ? "camera" : "cameras", camera_names(run));
  if (!range.empty()) {
    add_fact(html, "from", time_element(range.first_ns));
    add_fact(html, "until", time_element(range.last_ns));
    add_fact(html, "duration", duration_between(range));
  }
  add_fact(html, "frames", frames_words(run));
  html += "</dl>\n";
  if (!run.ended)
    html +=
        "<p class=\"note\">The run goes on, or was interrupted: this page shows what was sealed when it was "
        "made.</p>\n";
  if (!run.whole_run)
    html += fmt::format(
        "<p class=\"quiet\">This page shows one file, {}. What is counted as missing is that of the run "
        "up to the end of this file.</p>\n",
        html_text(run.input));
  return html +
         "<noscript><p class=\"note\">The plots need JavaScript; all else is here.</p></noscript>\n"
         "<div class=\"controls scripted\" id=\"clock\"></div>\n</header>\n";
}

std::string camera_section(const CameraReport& camera, std::size_t index) {
  std::string html =
      fmt::format("<section class=\"camera\" id=\"camera-{}\">\n<h2>{}</h2>\n<p class=\"quiet\">{}</p>\n", index,
                  html_text(camera.name), camera_line(camera));
  html += list_of(camera.notes, "note");
  html += fmt::format(
      "<h3>Activity over time</h3>\n<div class=\"activity\" data-camera=\"{0}\"></div>\n"
      "<h3>Days</h3>\n<div class=\"days\" data-camera=\"{0}\"></div>\n",
      index);
  html += picture_figures(camera, index);
  html += fmt::format("<h3>What became of the frames</h3>\n<p>{}</p>\n", html_text(ledger_sentence(camera.ledger)));
  return html + tables(camera) + "</section>\n";
}

std::string foot_section(const RunReport& run) {
  return fmt::format(
      "<footer><p>Activity is the mean change of a pixel from one frame to the next (1: full scale); changed pixels "
      "are "
      "the share of a region that changed by more than {} of {:.0f}. A time is hatched when nothing was measured, and "
      "never drawn as rest. Made by tarsier {}{}.</p></footer>\n",
      run.facts().changed_threshold, run.facts().largest_value, TARSIER_VERSION,
      run.facts().software.empty() ? "" : ", recorded by " + html_text(run.facts().software));
}

}  // namespace tarsier
