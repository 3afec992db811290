//! Samples that tell when they were taken.

use std::path::PathBuf;

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use rpprof::profile::{Function, Label, Line, Location, ProfileBuilder};

use super::super::Loaded;
use super::super::chip::Chip;
use super::super::theme::Depth;
use super::super::update::Event;
use super::{Browser, text_of};

/// When the first sample was taken, in nanoseconds since 1970.
const BEGIN: i64 = 1_700_000_000_000_000_000;
const MILLISECOND: i64 = 1_000_000;

/// A hundred samples, one each 10 ms: the first half in `reads`, the second one in `sorts`; one more has no time.
fn timed() -> Loaded {
    let mut builder = ProfileBuilder::new();
    builder.sample_type("cpu", "milliseconds");
    let stacks = ["reads", "sorts"].map(|name| {
        let name = builder.string(name);
        let function = builder.function(Function { name, ..Function::default() });
        let lines = [Line { function, line: 0, column: 0 }];
        let location = builder.location(Location { address: u64::from(name.to_u32()), ..Location::default() }, &lines);
        builder.stack(&[location])
    });
    let (key, started) = (builder.string("end_timestamp_ns"), builder.string("start_time"));
    let (nanoseconds, seconds) = (builder.string("nanoseconds"), builder.string("seconds"));
    for index in 0..100 {
        let end = Label::number(key, BEGIN + index * 10 * MILLISECOND, nanoseconds);
        let labels = builder.label_set(&[end, Label::number(started, 5, seconds)]);
        builder.sample(stacks[usize::from(index >= 50)], labels, &[10]);
    }
    let none = builder.label_set(&[]);
    builder.sample(stacks[0], none, &[7]);
    Loaded { profile: builder.build().expect("it is a profile"), files: vec![PathBuf::from("timed")], left_out: None }
}

fn browser(width: u16) -> Browser {
    let mut browser = Browser::of(timed(), None, (width, 24), Depth::Mono);
    browser.press("8");
    browser
}

fn shown(browser: &Browser) -> i64 {
    browser.state.table.as_ref().expect("it is answered").shown
}

fn chips(browser: &Browser) -> usize {
    browser.state.scope.chips.iter().filter(|chip| matches!(chip, Chip::Label(_))).count()
}

#[test]
fn functions_have_a_row_each_in_which_their_time_is() {
    let browser = browser(90);
    let timeline = browser.state.timeline.clone().expect("it is answered");
    assert_eq!((timeline.first, timeline.last), (BEGIN, BEGIN + 990 * MILLISECOND));
    assert_eq!((timeline.total.iter().sum::<i64>(), timeline.untimed), (1000, 7));
    let names: Vec<&str> = timeline.rows.iter().map(|row| timeline.names.name(row.frame)).collect();
    assert_eq!(names, ["reads", "sorts"]);
    let half = timeline.total.len() / 2;
    let halves = |row: usize| {
        let (first, second) = timeline.rows[row].parts.split_at(half);
        (first.iter().sum::<i64>(), second.iter().sum::<i64>())
    };
    assert_eq!((halves(0), halves(1)), ((500, 0), (0, 500)));
    let picture = text_of(&browser.picture(), false);
    for part in ["end_timestamp_ns: 2023-11-14 22:13:20 UTC, 7ms without", "+990ms", "reads   ", "sorts   "] {
        assert!(picture.contains(part), "{part:?} is not in\n{picture}");
    }
}

#[test]
fn a_range_that_is_chosen_is_what_is_left() {
    for keys in ["space enter", "end space home enter", "right right space right right right enter", "space end f"] {
        let mut browser = browser(90);
        let (last, choice) = keys.rsplit_once(' ').expect("the last key chooses");
        browser.press(last);
        let parts = super::super::timeline_cursor::chosen_parts(&browser.state);
        let timeline = browser.state.timeline.clone().expect("it is answered");
        let expected: i64 = timeline.total[parts].iter().sum();
        assert!(expected > 0, "{keys}");
        browser.press(choice);
        assert_eq!((chips(&browser), shown(&browser)), (1, expected), "{keys}");
        assert!(browser.state.timeline.is_some(), "what is left has its own time");
        browser.press("u");
        assert_eq!(shown(&browser), 1007);
    }
    let mut browser = browser(90);
    browser.press("space end i");
    assert_eq!(shown(&browser), 7, "what has no time is not dropped");
}

#[test]
fn the_mouse_drags_over_a_range() {
    let mut browser = browser(90);
    for (kind, column) in [
        (MouseEventKind::Down(MouseButton::Left), 30),
        (MouseEventKind::Drag(MouseButton::Left), 50),
        (MouseEventKind::Drag(MouseButton::Left), 59),
    ] {
        let mouse = MouseEvent { kind, column, row: 5, modifiers: KeyModifiers::NONE };
        browser.happen(Event::Mouse(mouse, 0));
    }
    browser.press("enter");
    assert_eq!(shown(&browser), 500);
}

#[test]
fn other_labels_that_tell_when_are_next() {
    let mut browser = browser(90);
    assert_eq!(browser.state.timeline.as_ref().map(|timeline| timeline.keys.len()), Some(2));
    browser.press("n");
    let timeline = browser.state.timeline.clone().expect("it is answered");
    assert_eq!((timeline.key.key.as_str(), timeline.first, timeline.is_epoch), ("start_time", 5, false));
}

#[test]
fn no_times_are_told_and_nothing_panics_at_any_size() {
    let mut none = Browser::open("go_cpu.pb.gz", (80, 24), Depth::Mono);
    none.press("8");
    assert!(text_of(&none.picture(), false).contains("no sample that is looked at tells when it was taken"));
    let mut browser = browser(90);
    for size in [(160, 50), (40, 10), (39, 9), (20, 4), (300, 90), (1200, 5), (21, 40)] {
        browser.happen(Event::Resize(size.0, size.1));
        browser.press("right end space home down left G k V space right down z Z 0 V z");
        browser.picture();
    }
}

/// Returns the first and the last time that are seen, in milliseconds after the beginning.
fn seen(browser: &Browser) -> (i64, i64) {
    let timeline = browser.state.timeline.as_ref().expect("it is answered");
    ((timeline.first - BEGIN) / MILLISECOND, (timeline.last - BEGIN) / MILLISECOND)
}

fn here(browser: &Browser) -> i64 {
    let time = super::super::timeline_cursor::time(&browser.state).expect("it is answered");
    (i64::try_from(time).expect("it is now") - BEGIN) / MILLISECOND
}

#[test]
fn the_time_is_zoomed_around_the_cursor_and_back() {
    for form in ["", "V "] {
        let mut browser = browser(90);
        browser.press(&format!("{form}end z"));
        let (first, last) = seen(&browser);
        assert!((485..=505).contains(&first) && last >= 980, "{form:?}: {first} to {last}");
        assert!(here(&browser) >= 970, "the cursor stays at its time");
        let sum =
            |browser: &Browser| browser.state.timeline.as_ref().map(|timeline| timeline.total.iter().sum::<i64>());
        assert_eq!(sum(&browser), Some(500), "what is not seen is not counted");
        assert_eq!(shown(&browser), 1007, "it is no filter");
        browser.press("z z Z Z");
        assert!((seen(&browser).0 - first).abs() <= 4, "{form:?}: {:?}", seen(&browser));
        browser.press("0");
        assert_eq!((seen(&browser), sum(&browser)), ((0, 990), Some(1000)));
        assert!(here(&browser) >= 970);
        browser.press("z esc");
        assert_eq!(seen(&browser), (0, 990));
    }
}

#[test]
fn a_range_is_zoomed_to_and_the_cursor_goes_on_past_its_ends() {
    let mut browser = browser(90);
    for column in [30, 50, 59] {
        let kind = if column == 30 {
            MouseEventKind::Down(MouseButton::Left)
        } else {
            MouseEventKind::Drag(MouseButton::Left)
        };
        browser.happen(Event::Mouse(MouseEvent { kind, column, row: 5, modifiers: KeyModifiers::NONE }, 0));
    }
    browser.press("z");
    let (first, last) = seen(&browser);
    assert_eq!(first, 0);
    assert!((490..=500).contains(&last), "{last}");
    browser.press("end right");
    assert!(seen(&browser).0 > 200 && seen(&browser).1 > 700, "{:?}", seen(&browser));
    assert!(here(&browser) >= last);
    browser.press("home left");
    assert_eq!(seen(&browser).0, 0);
    let picture = text_of(&browser.picture(), false);
    assert!(picture.contains("[time:+0 to +4"), "{picture}");
}

#[test]
fn cells_of_the_heat_map_are_times_that_can_be_kept() {
    let mut browser = browser(90);
    browser.press("V");
    let heat = browser.state.timeline.as_ref().and_then(|timeline| timeline.heat.clone()).expect("it was asked for");
    assert_eq!((heat.slice, heat.columns()), (20 * i128::from(MILLISECOND), 50));
    assert_eq!(heat.cells.iter().sum::<i64>(), 1000);
    browser.press("right down up");
    assert_eq!(browser.state.timeline_cursor.part, heat.rows);
    browser.press("space right f");
    assert_eq!(shown(&browser), 30, "two cells of a slice, and the first one of the next");
    browser.press("u home left up");
    assert_eq!(browser.state.timeline_cursor.part, 0);
    let mouse = |kind: MouseEventKind, column: u16, row: u16| {
        Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }, 0)
    };
    browser.happen(mouse(MouseEventKind::Down(MouseButton::Left), 9, 2));
    browser.happen(mouse(MouseEventKind::Drag(MouseButton::Left), 9 + 9, 3));
    browser.press("i");
    assert_eq!(shown(&browser), 1007 - 190, "nine slices and one cell more, and what is without");
    browser.press("u V up");
    assert!(browser.state.current().is_some_and(|name| name == "reads"));
}

#[test]
fn zooming_ends_where_nothing_is_between() {
    for form in ["", "V "] {
        let mut browser = browser(90);
        browser.press(&format!("{form}right right"));
        for _ in 0..60 {
            browser.press("z");
        }
        let timeline = browser.state.timeline.clone().expect("it is answered");
        assert!(timeline.last - timeline.first < 16 && timeline.last > timeline.first);
        assert!(browser.state.message.as_ref().is_some_and(|message| message.text.contains("Z shows more")));
        for keys in ["left left", "right", "end right right", "up up down", "space right z", "Z Z", "0"] {
            browser.press(keys);
            browser.picture();
        }
        assert_eq!(seen(&browser), (0, 990));
    }
}

#[test]
fn that_there_are_no_times_is_told_once() {
    let mut browser = Browser::open("go_cpu.pb.gz", (80, 24), Depth::Mono);
    browser.press("8");
    let text = text_of(&browser.picture(), false);
    assert_eq!(text.matches("no sample that is looked at tells when it was taken").count(), 1, "{text}");
    assert!(text.contains("? help"), "the line of keys stays: {text}");
}
