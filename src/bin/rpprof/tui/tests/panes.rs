//! Two panes on wide terminals: a list, and more of the function at its cursor.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::super::state::{Effect, View};
use super::super::theme::Depth;
use super::super::update::{Event, update};
use super::super::view::area_of;
use super::{Browser, key_event, text_of};

fn open(width: u16) -> Browser {
    Browser::open("go_cpu.pb.gz", (width, 40), Depth::Mono)
}

fn row(browser: &Browser, view: View) -> usize {
    browser.state.place_in(view).row
}

fn mouse(browser: &mut Browser, kind: MouseEventKind, column: u16, row: u16) {
    browser.happen(Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }, 0));
}

#[test]
fn there_are_two_from_120_columns_on() {
    for (width, views) in [(119, vec![View::Top]), (120, vec![View::Top, View::Butterfly])] {
        assert_eq!(open(width).state.seen_views(), views, "{width}");
    }
    let mut browser = open(120);
    for (key, other) in
        [("2", None), ("3", Some(View::Butterfly)), ("4", Some(View::Source)), ("7", Some(View::LabelTop)), ("9", None)]
    {
        browser.press(key);
        assert_eq!(browser.state.detail_beside(), other, "{key}");
    }
}

#[test]
fn the_detail_is_of_what_the_cursor_of_the_list_is_at() {
    for (view, key) in [(View::Top, "1"), (View::Tree, "3 H")] {
        let mut browser = open(140);
        browser.press(key);
        for _ in 0..4 {
            browser.press(if view == View::Top { "down" } else { "up" });
            let name = browser.state.current().expect("there is a row");
            let mut alone = open(80);
            alone.write(&format!(":peek ^{}$", regex::escape(&name)));
            let of = |browser: &Browser| browser.state.calls.as_ref().map(|calls| calls.name.clone());
            assert_eq!(of(&browser), Some(name));
            let rows = |browser: &Browser| {
                let (callers, callees) = browser.state.calls_of_selected().expect("it weighs something");
                (callers.to_vec(), callees.to_vec())
            };
            assert_eq!(rows(&browser), rows(&alone), "both ask for the same");
        }
    }
}

#[test]
fn the_cursor_goes_to_the_detail_and_back() {
    let mut browser = open(140);
    browser.press("down down ctrl-w");
    assert_eq!((browser.state.view, browser.state.list_view()), (View::Butterfly, View::Top));
    let first = browser.state.selected.clone();
    browser.press("up");
    assert_eq!((row(&browser, View::Top), browser.state.selected.clone()), (2, first.clone()), "the list stays");
    let caller = browser.state.current().expect("there is a caller");
    browser.press("enter");
    assert_eq!(browser.state.selected, caller);
    browser.press("ctrl-w");
    assert_eq!(browser.state.view, View::Top);
    assert_eq!(browser.state.current(), Some(caller), "the list goes where the detail went");
    browser.press("ctrl-w e");
    assert_eq!(browser.state.seen_views(), [View::Butterfly], "it has all columns");
    browser.press("e");
    assert_eq!(browser.state.seen_views(), [View::Butterfly, View::Top]);
    browser.press("esc");
    assert_eq!(browser.state.seen_views(), [View::Top, View::Butterfly]);
    browser.press("z");
    assert_eq!(browser.state.seen_views(), [View::Top]);
    browser.press("z ctrl-w 2");
    assert_eq!((browser.state.view, browser.state.panes.list), (View::Flame, None));
}

#[test]
fn a_key_puts_source_or_instructions_beside_the_list_and_pressed_again_alone() {
    let mut browser = open(140);
    for (key, view) in [("s", View::Source), ("a", View::Disassembly), ("x", View::Butterfly)] {
        browser.press(key);
        assert_eq!(browser.state.seen_views(), [View::Top, view]);
        assert!(!browser.state.is_missing() && !browser.state.is_busy());
    }
    browser.press("x");
    assert_eq!(browser.state.seen_views(), [View::Butterfly, View::Source]);
    browser.press("1 s s");
    assert_eq!(browser.state.seen_views(), [View::Source]);
}

#[test]
fn filters_in_the_detail_are_of_its_row_and_undone() {
    let mut browser = open(140);
    browser.press("down ctrl-w down");
    let callee = browser.state.current().expect("there is a callee");
    assert_ne!(callee, browser.state.selected);
    browser.press("f");
    assert!(browser.state.scope.chips[0].text().ends_with(&format!("^{}$", regex::escape(&callee))));
    browser.press("u");
    assert!(browser.state.scope.chips.is_empty());
    assert_eq!(browser.state.seen_views().len(), 2);
}

#[test]
fn the_mouse_works_in_both_panes() {
    let mut browser = open(140);
    let (list, detail) = (area_of(&browser.state, View::Top), area_of(&browser.state, View::Butterfly));
    assert_eq!((detail.x, list.y, list.height), (list.width + 1, detail.y, detail.height));
    let left = MouseEventKind::Down(MouseButton::Left);
    mouse(&mut browser, left, list.x + 3, list.y + 5);
    assert_eq!((browser.state.view, row(&browser, View::Top)), (View::Top, 5));
    let selected = browser.state.selected.clone();
    mouse(&mut browser, left, detail.x + 30, detail.y);
    assert_eq!((browser.state.view, row(&browser, View::Butterfly)), (View::Butterfly, 0));
    mouse(&mut browser, MouseEventKind::ScrollDown, list.x + 3, list.y + 9);
    assert_eq!((browser.state.view, row(&browser, View::Top)), (View::Butterfly, 8), "the wheel turns what it is over");
    assert_ne!(browser.state.selected, selected);
    mouse(&mut browser, left, list.x + 60, list.y - 1);
    assert_eq!(browser.state.view, View::Top);
    mouse(&mut browser, left, list.width, list.y + 7);
    assert_eq!(row(&browser, View::Top), 0, "the line between them is of neither");
    mouse(&mut browser, MouseEventKind::Moved, list.x + 3, list.y + 4);
    let name = browser.state.table_row(4).map(|row| row.frame);
    let names = browser.state.table.as_ref().expect("it is answered").names.clone();
    let name = names.name(name.expect("there is a row"));
    assert!(super::text_of(&browser.picture(), false).lines().rev().nth(1).is_some_and(|line| line.ends_with(name)));
    assert_eq!(row(&browser, View::Top), 0, "the cursor stays");
}

#[test]
fn what_stands_beside_is_dropped_when_the_cursor_goes_on_and_cancelled_by_a_key() {
    let mut browser = open(140);
    let press = |browser: &mut Browser, key: &str| update(&mut browser.state, Event::Key(key_event(key)));
    let first = press(&mut browser, "down");
    let [Effect::Ask(first)] = first.as_slice() else { panic!("one question, not {first:?}") };
    let second = press(&mut browser, "down");
    assert!(first.interrupt.is_set(), "it is of another row");
    let [Effect::Ask(second)] = second.as_slice() else { panic!("one question, not {second:?}") };
    assert!(!browser.state.is_busy_here(), "the list is whole");
    assert_eq!(press(&mut browser, "esc"), []);
    assert!(second.interrupt.is_set());
    assert!(!browser.state.is_busy());
    assert_eq!(press(&mut browser, "esc"), [], "it is not asked for again");
    assert_eq!(press(&mut browser, "down").len(), 1);
}

#[test]
fn the_heading_of_a_detail_names_the_function_however_long_its_name_is() {
    let mut browser = open(120);
    for (keys, expected) in [("down", "│Calls of store.byRevenue.Swap"), ("s", "│Source of store.byRevenue.Swap")] {
        browser.press(keys);
        let picture = text_of(&browser.picture(), false);
        assert!(picture.lines().any(|line| line.ends_with(expected)), "{picture}");
    }
}
