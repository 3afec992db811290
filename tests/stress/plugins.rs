//! Shared objects that come and go, and whether what they did is still theirs when they are gone.

use std::collections::HashMap;
use std::fs;
use std::ops::Range;
use std::time::{Duration, Instant};

use rpprof::collector::{CpuProfiler, symbolize_here};
use rpprof::profile::{LabelValue, LocationId, Profile};

use crate::findings::{Findings, Holdings};
use crate::plugin_files::Plugin;
use crate::profiler::add_profile;
use crate::work::{FAST, allocate, silence_panics, with_crew};

/// The name that functions and files of plugins have in common.
const NAME: &str = "rpprof_stress_plugin_";

/// Counts the weight of samples by label and by the plugin whose code was running, if there was one.
///
/// Where code has names, the plugin is told by its function, else by its file.
fn by_label_and_plugin(profile: &Profile) -> HashMap<(String, String), u64> {
    let symbols = profile.symbols();
    let mut sums = HashMap::new();
    let plugin_at = |id: &LocationId| {
        let location = symbols.locations()[id.index()];
        let file = profile.str(symbols.mappings()[location.mapping?.index()].file).rsplit('/').next()?;
        let of_file = file.strip_prefix("lib").and_then(|file| file.strip_suffix(".so")).filter(|name| name.starts_with(NAME))?;
        let functions = symbols.lines_of(*id).iter().map(|line| symbols.functions()[line.function.index()].name);
        let of_function = functions.map(|name| profile.str(name).split("::").next().unwrap_or_default()).find(|name| name.starts_with(NAME));
        Some(of_function.unwrap_or(of_file).to_owned())
    };
    for sample in profile.samples().iter() {
        let of_plugin = |label: &rpprof::profile::Label| profile.str(label.key()) == "plugin";
        let Some(label) = profile.labels(sample.labels).iter().find(of_plugin) else { continue };
        let LabelValue::Text(text) = label.value() else { continue };
        let ran = profile.stack(sample.stack).iter().find_map(plugin_at).unwrap_or_default();
        if !ran.is_empty() && ran != profile.str(text) {
            let place = |id: &LocationId| {
                let location = symbols.locations()[id.index()];
                let file = location.mapping.map(|id| profile.str(symbols.mappings()[id.index()].file));
                format!("{:#x} of {}", location.address, file.and_then(|file| file.rsplit('/').next()).unwrap_or("nothing"))
            };
            let places: Vec<String> = profile.stack(sample.stack).iter().map(place).collect();
            println!("{} ran in {}", profile.str(text), places.join(", "));
        }
        *sums.entry((profile.str(text).to_owned(), ran)).or_default() += sample.values[0].unsigned_abs();
    }
    sums
}

/// Returns how many locations have an address in `range` and no object.
fn without_object(profile: &Profile, range: &Range<u64>) -> u64 {
    let locations = profile.symbols().locations().iter();
    locations.filter(|location| range.contains(&location.address) && location.mapping.is_none()).count() as u64
}

/// Returns where the code of the C library is.
fn code_of_c_library() -> Range<u64> {
    let text = fs::read_to_string("/proc/self/maps").expect("it can be read");
    let line = text.lines().find(|line| (line.contains("/libc.so") || line.contains("/libc-")) && line.contains(" r-xp ")).expect("it is mapped");
    let (start, rest) = line.split_once('-').expect("a range");
    let end = rest.split(' ').next().expect("its end");
    let number = |digits| u64::from_str_radix(digits, 16).expect("an address");
    number(start)..number(end)
}

/// Has one plugin work while nothing else comes or goes, and takes it away before the session ends.
fn one_alone(plugin: &Plugin, findings: &mut Findings) {
    let session = CpuProfiler::builder().hz(FAST).start().expect("it starts");
    let loaded = plugin.load();
    let name = plugin.name();
    rpprof::labels! { "plugin" => name }.scope(|| (0..300).for_each(|_| loaded.work()));
    drop(loaded);
    let profile = session.stop().expect("it stops");
    for ((label, ran), weight) in by_label_and_plugin(&profile) {
        findings.add(if label == ran { "alone_named" } else { "alone_not_named" }, weight);
    }
}

/// Plugins that are loaded, run and unloaded without a pause, while sessions begin and end every 50 ms.
///
/// One that was there for a few milliseconds only may be left without a name, but never with another one's.
pub(crate) fn come_and_go(time: Duration, findings: &mut Findings) {
    silence_panics();
    let plugins = Plugin::make(4);
    let c_library = code_of_c_library();
    let round = |time: Duration, findings: &mut Findings| {
        let end = Instant::now() + time;
        with_crew(time, |crew| {
            for (number, plugin) in plugins.iter().enumerate() {
                let plugin = plugin.clone();
                // The first one stays for 200 ms or so each time, the others come and go in between.
                let rounds = if number == 0 { 60 } else { 1 };
                crew.add(1, move || {
                    let loaded = plugin.load();
                    let name = plugin.name();
                    rpprof::labels! { "plugin" => name }.scope(|| (0..rounds).for_each(|_| loaded.work()));
                });
            }
            crew.add(1, allocate);
            while Instant::now() < end {
                let session = CpuProfiler::builder().hz(FAST).start().expect("it starts");
                std::thread::sleep(Duration::from_millis(50));
                let profile = session.stop().expect("it stops");
                add_profile(&profile, findings);
                findings.add("sessions", 1);
                findings.add("library_not_named", without_object(&profile, &c_library));
                // Reading this program's symbols takes long; the names of files say as much.
                let is_named = findings.get("sessions") % 10 == 1;
                let profile = if is_named { symbolize_here(&profile).expect("it has names") } else { profile };
                for ((label, ran), weight) in by_label_and_plugin(&profile) {
                    if label == ran {
                        findings.add("named_right", weight);
                    } else {
                        findings.add(if ran.is_empty() { "not_named" } else { "named_wrong" }, weight);
                    }
                }
            }
        });
    };
    round(time / 4, findings);
    let holdings = Holdings::now();
    round(time / 4 * 3, findings);
    // Reading symbols takes 100 MiB for a moment, of which the allocator keeps some.
    holdings.add_leaks(64 << 10, findings);
    for plugin in &plugins {
        one_alone(plugin, findings);
    }
    let (named, not_named) = (findings.get("alone_named"), findings.get("alone_not_named"));
    assert!(named > not_named, "{not_named} of {} samples of a plugin have no name", named + not_named);
    assert_eq!(findings.get("library_not_named"), 0, "the C library was there all the time");
    let wrong = findings.get("named_wrong");
    assert_eq!(wrong, 0, "samples of one plugin have the name of another one");
}
