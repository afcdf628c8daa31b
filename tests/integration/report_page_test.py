"""The page of `tarsier report` in a browser: it draws what the files hold, asks nobody, and runs no script of theirs."""

import json

import h5py
import numpy as np

import browser
import long_recording
import support

EVIL = "</script><script>window.hacked=1</script><img src=x onerror='window.hacked=1'>"
SERIES = "new Series(JSON.parse(document.getElementById('facts').textContent).cameras[0], bytes_of('series-0'))"


def page_of(path, *more):
    return json.loads(support.must(support.run("report", path, "--json", *more)).stdout)


def opened(page, **more):
    """A browser that shows the page, which has drawn itself without a complaint or a request."""
    window = browser.Browser(**more)
    window.open(page)
    window.settled()
    assert window.value("document.documentElement.dataset.ready") == "yes"
    assert window.value("document.documentElement.dataset.errors") == "0"
    return window


def is_quiet(window):
    window.settled()
    assert window.requests == [] and window.complaints == [], (window.requests, window.complaints)


def text(window, selector):
    return window.value(f"document.querySelector({json.dumps(selector)}).textContent")


def two_weeks_of_24_regions_are_drawn(run, facts):
    assert facts["bytes"] < 12 << 20, facts["bytes"]
    for dark in (False, True):
        with opened(facts["page"], dark=dark) as window:
            assert window.value("document.documentElement.dataset.strips") == "24"
            assert window.value("document.documentElement.dataset.days") == "24"
            assert text(window, "#verdict") == facts["verdict"]
            assert "sleep of larvae" in text(window, "h1")
            assert window.value("[...document.images].every(image => image.naturalWidth > 0)")
            assert window.value("document.querySelectorAll('.picture svg path').length") == 2 * 24
            background = window.value("getComputedStyle(document.body).backgroundColor")
            assert (sum(map(int, background[4:-1].split(","))) < 200) == dark, background
            is_quiet(window)


def a_strip_has_ink_where_there_is_activity_and_hatching_where_there_is_none(run, facts):
    with opened(facts["page"]) as window:
        # The canvas has 1 pixel a pixel of the page; the columns of the outage from hour 101 to 108.5 hold no bar.
        ink = window.value("""(() => {
          const canvas = document.querySelector('.strip canvas');
          const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
          const line = (x, y) => data[4 * (y * canvas.width + x) + 3];
          const bottom = canvas.height - 1;
          const at = hours => Math.round(hours / 336 * canvas.width);
          const column = x => [...Array(canvas.height).keys()].filter(y => line(x, y) > 0).length;
          return { active: line(at(26), bottom), gap: column(at(105)), height: canvas.height };
        })()""")
        assert ink["active"] == 255 and 0 < ink["gap"] < ink["height"], ink


def the_series_of_the_page_are_those_of_the_files(run, facts):
    width = facts["cameras"][0]["bin_s"]
    seconds, values = [], []
    for path in sorted(run.glob("plate/*.h5")):
        with h5py.File(path) as file:
            rows = file["tarsier/rows"][:]
            n = [region["n"] for region in json.loads(file["tarsier"].attrs["regions"])]
            good = (rows["flags"] & 13) == 0
            seconds.append(rows["utc_ns"][good] // 10 ** 9)
            values.append(file["tarsier/regions"]["abs_diff_sum"][good] / (np.array(n) * 255))
    # Each pair of 5 s ends with its row, and lies in one bin.
    bins = (np.concatenate(seconds) - 1 - long_recording.STARTED // width * width) // width
    values = np.concatenate(values)
    with opened(facts["page"]) as window:
        for region in (0, 7, 23):
            level = window.value(f"(() => {{ const level = {SERIES}.levels({region}, 0)[0]; return {{ mean: "
                                 "[...level.mean].map(v => Number.isNaN(v) ? null : v), largest: [...level.maximum] }; })()")
            shown = np.array([np.nan if v is None else v for v in level["mean"]])
            for at in (0, 5, 1000, 3050, 15000, 19000):
                there = values[bins == at, region]
                assert len(there) and abs(shown[at] - there.mean()) < 0.004 * there.mean() + 1e-6, (region, at)
            outage = slice(int(101.1 * 3600 / width), int(108.4 * 3600 / width))
            assert np.isnan(shown[outage]).all() and not np.isnan(shown[:3000]).any()


def coarser_steps_say_the_same_as_the_finest(run, facts):
    with opened(facts["page"]) as window:
        worst = window.value(f"""(() => {{
          const series = {SERIES};
          let worst = 0;
          for (const [region, measure] of [[0, 0], [5, 1], [23, 0]]) {{
            const levels = series.levels(region, measure);
            if (levels.length < 4) return 'there are only ' + levels.length + ' levels';
            for (const level of levels.slice(1))
              for (let i = 0; i < level.mean.length; i += 7) {{
                const bins = [...Array(series.bins).keys()].slice(i * level.step, (i + 1) * level.step)
                  .filter(bin => !Number.isNaN(levels[0].mean[bin]));
                if ((bins.length === 0) !== Number.isNaN(level.mean[i])) return 'gaps differ at ' + i;
                if (bins.length === 0) continue;
                if (Math.min(...bins.map(bin => levels[0].minimum[bin])) !== level.minimum[i] ||
                    Math.max(...bins.map(bin => levels[0].maximum[bin])) !== level.maximum[i]) return 'range differs at ' + i;
                const weight = bins.reduce((sum, bin) => sum + levels[0].coverage[bin], 0);
                const mean = bins.reduce((sum, bin) => sum + levels[0].coverage[bin] * levels[0].mean[bin], 0) / weight;
                worst = Math.max(worst, Math.abs(mean - level.mean[i]) / mean);
              }}
          }}
          return worst;
        }})()""")
        assert isinstance(worst, (int, float)) and worst < 1e-4, worst


def keys_pointer_and_wheel_show_times_and_values(run, facts):
    with opened(facts["page"], zone="UTC") as window:
        window.value("document.querySelector('.plot').focus()")
        window.key("Home")
        readout = text(window, ".readout")
        assert readout.startswith("A1 · Jan 8, 2026, ") or readout.startswith("A1 · 8 Jan 2026, "), readout
        window.key("ArrowDown")
        assert text(window, ".readout").startswith("A2 · ")
        whole = text(window, ".readout")
        ticks = "document.querySelector('.axis canvas').toDataURL()"
        axis = window.value(ticks)
        for _ in range(6):
            window.key("+")
        zoomed = window.value(ticks)
        assert zoomed != axis
        window.key("ArrowRight")
        assert text(window, ".readout") != whole
        window.key("Home")
        assert window.value(ticks) == axis
        box = window.value("(() => { const b = document.querySelectorAll('.strip canvas')[3].getBoundingClientRect(); "
                           "return [b.left + b.width * 105 / 336, b.top + 10, b.width]; })()")
        window.mouse("mouseMoved", box[0], box[1])
        assert text(window, ".readout").endswith("nothing was measured"), text(window, ".readout")
        assert text(window, ".readout").startswith("A4 · ")
        window.mouse("mouseWheel", box[0], box[1], deltaX=0, deltaY=-200)
        window.settled()
        assert window.value(ticks) != axis
        is_quiet(window)


def times_are_the_readers_or_utc(run, facts):
    with opened(facts["page"], zone="Asia/Tokyo") as window:
        first = "document.querySelector('header time').firstChild.textContent"
        assert "20:00:00" in window.value(first), window.value(first)
        assert "11:00:00 UTC" in text(window, "header time small")
        window.value("(() => { const s = document.querySelector('#clock select'); s.value = 'utc'; "
                     "s.dispatchEvent(new Event('change')); })()")
        assert "11:00:00 UTC" in window.value(first)
        is_quiet(window)


def the_slider_shows_the_intervals_of_the_projections(run, facts):
    with opened(facts["page"]) as window:
        image = "document.querySelector('.picture img').src"
        whole = window.value(image)
        move = "(() => {{ const s = document.querySelector('input.interval'); s.value = {0}; s.dispatchEvent(new Event('input')); }})()"
        assert window.value("document.querySelector('input.interval').max") == "24"
        window.value(move.format(9))
        assert window.value(image) != whole and "of the whole" not in text(window, ".when")
        window.value(move.format(0))
        assert window.value(image) == whole
        is_quiet(window)


def a_short_recording_has_no_actograms_and_says_why():
    with support.Scratch() as folder:
        long_recording.write_run(folder / "run", days=0.9, regions=3)
        with opened(page_of(folder / "run")["page"]) as window:
            assert window.value("document.documentElement.dataset.strips") == "3"
            assert window.value("document.documentElement.dataset.days") == "0"
            assert "shorter than a day" in text(window, ".days")
            is_quiet(window)


def names_that_are_scripts_are_text():
    with support.Scratch() as folder:
        long_recording.write_run(folder / "run", days=1.5, regions=2)
        path = folder / "run/plate/sleep_plate_000001.h5"
        with h5py.File(path, "r+") as file:
            attributes = file["tarsier"].attrs
            regions = json.loads(attributes["regions"])
            regions[0].update(name=EVIL, labels={EVIL: EVIL, "more": {"deep": EVIL}})
            attributes["regions"] = json.dumps(regions)
            attributes["camera"] = attributes["device"] = attributes["run"] = attributes["camera_model"] = EVIL
            file.attrs["experiment_name"] = EVIL
            events = file["tarsier/events"][:]
            events["text"] = EVIL[:63].encode()
            file["tarsier/events"][...] = events
        with opened(page_of(path, "-o", folder / "page.html")["page"]) as window:
            assert window.value("window.hacked") is None
            assert text(window, "h1") == EVIL and text(window, ".strip b") == EVIL
            assert window.value("document.images.length") == 2 and window.value("document.scripts.length") == 3
            is_quiet(window)


def the_browser_may_fetch_nothing(run, facts):
    with opened(facts["page"]) as window:
        refused = window.value("fetch('http://127.0.0.1:9/').then(() => 'fetched', () => 'refused')")
        assert refused == "refused" and any("Content Security Policy" in words for words in window.complaints), window.complaints
        window.value("document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.hacked = 1' }))")
        assert window.value("window.hacked") is None


LONG = [two_weeks_of_24_regions_are_drawn, a_strip_has_ink_where_there_is_activity_and_hatching_where_there_is_none,
        the_series_of_the_page_are_those_of_the_files, coarser_steps_say_the_same_as_the_finest,
        keys_pointer_and_wheel_show_times_and_values, times_are_the_readers_or_utc,
        the_slider_shows_the_intervals_of_the_projections, the_browser_may_fetch_nothing]


def with_the_long_run(run, facts, check):
    def test():
        check(run, facts)
    test.__name__ = check.__name__
    return test


if __name__ == "__main__":
    if browser.PROGRAM is None:
        support.skip("there is no chromium")
    with support.Scratch() as scratch:
        long_recording.write_run(scratch / "run")
        made = page_of(scratch / "run")
        support.main([with_the_long_run(scratch / "run", made, check) for check in LONG] +
                     [a_short_recording_has_no_actograms_and_says_why, names_that_are_scripts_are_text])
