//! The functions of a label, beside the labels.

use super::super::state::{Effect, View};
use super::super::theme::Depth;
use super::super::update::{Event, update};
use super::{Browser, check, key_event};

fn open(width: u16) -> Browser {
    let mut browser = Browser::open("go_cpu.pb.gz", (width, 30), Depth::Mono);
    browser.press("7");
    browser
}

/// What the functions beside the labels weigh, by name.
fn beside(browser: &Browser) -> Vec<(String, i64, i64)> {
    let detail = browser.state.label_detail.as_ref().expect("it is answered");
    let row = |place: usize| {
        let (row, _) = detail.row(place).expect("it is there");
        (detail.name(place).expect("it is there").to_owned(), row.flat, row.cum)
    };
    (0..detail.table.by_flat.len()).map(row).collect()
}

#[test]
fn they_are_those_of_the_table_when_the_label_is_chosen() {
    for keys in ["down", "down down", "n", "n down", "n down space down"] {
        let mut browser = open(140);
        browser.press(keys);
        assert_eq!(browser.state.seen_views(), [View::Labels, View::LabelTop]);
        let shown = beside(&browser);
        assert!(!shown.is_empty() && !browser.state.is_busy());
        browser.press("enter 1");
        let state = &browser.state;
        let names = &state.table.as_ref().expect("it is answered").names;
        let table: Vec<(String, i64, i64)> = (0..state.row_count())
            .filter_map(|place| state.table_row(place))
            .map(|row| (names.name(row.frame).to_owned(), row.flat, row.cum))
            .collect();
        assert_eq!(shown, table, "{keys}");
        assert_eq!(state.scope.chips.len(), 1);
    }
}

#[test]
fn narrow_terminals_have_labels_alone() {
    let mut browser = open(119);
    browser.press("down");
    assert_eq!(browser.state.seen_views(), [View::Labels]);
    assert!(browser.state.label_detail.is_none(), "nobody asked");
    browser.happen(Event::Resize(120, 30));
    assert!(browser.state.label_detail.is_some());
}

#[test]
fn the_cursor_goes_there_and_on_to_callers_and_callees() {
    let mut browser = open(140);
    browser.press("down ctrl-w down down");
    assert_eq!((browser.state.view, browser.state.list_view()), (View::LabelTop, View::Labels));
    let name = browser.state.current().expect("there is a row");
    assert_eq!(beside(&browser)[2].0, name);
    browser.press("y");
    let command = "rpprof top -t cpu --label route=report --min-share 0 go_cpu.pb.gz";
    assert_eq!(browser.effects, [Effect::Copy(command.to_owned())]);
    browser.press("enter");
    assert_eq!((browser.state.view, browser.state.selected.as_str()), (View::Butterfly, name.as_str()));
    browser.press("7 down ctrl-w esc");
    assert_eq!(browser.state.view, View::Labels);
    browser.press("z");
    assert_eq!(browser.state.seen_views(), [View::Labels], "it has all columns");
    browser.press("s");
    assert_eq!(browser.state.view, View::Source);
}

#[test]
fn what_is_of_another_row_is_not_wanted_any_more() {
    let mut browser = open(140);
    browser.press("down");
    let press = |browser: &mut Browser, key: &str| {
        let effects = update(&mut browser.state, Event::Key(key_event(key)));
        let [Effect::Ask(request)] = effects.as_slice() else { panic!("one question, not {effects:?}") };
        request.clone()
    };
    let first = press(&mut browser, "down");
    let second = press(&mut browser, "down");
    assert!(first.interrupt.is_set() && !second.interrupt.is_set());
    assert!(!browser.state.is_busy_here(), "the list is whole");
    let answer = browser.answer(second);
    browser.happen(Event::Answer(answer));
    let query = browser.state.label_detail.as_ref().map(|detail| detail.query.clone());
    assert_eq!(query, super::super::label_list::query(&browser.state).ok());
}

#[test]
fn pictures_of_labels_and_their_functions_are_as_they_were() {
    for (depth, color) in [(Depth::Mono, "mono"), (Depth::Indexed, "color")] {
        let mut browser = Browser::open("go_cpu.pb.gz", (120, 30), depth);
        browser.press("7 n down ctrl-w down");
        check(&format!("label-functions.120x30.{color}"), &browser);
    }
}
