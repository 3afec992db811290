//! Callers and callees as icicles.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::super::layout::BoxOf;
use super::super::sandwich::{self, Spot};
use super::super::state::View;
use super::super::theme::Depth;
use super::super::update::Event;
use super::super::view::area_of;
use super::{Browser, text_of};

fn open(keys: &str) -> Browser {
    let mut browser = Browser::open("go_cpu.pb.gz", (90, 30), Depth::Mono);
    browser.press(keys);
    browser
}

fn mouse(browser: &mut Browser, kind: MouseEventKind, column: u16, row: u16, millis: u64) {
    browser.happen(Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }, millis));
}

#[test]
fn the_rows_next_to_the_middle_are_those_of_the_lists() {
    let mut browser = open("4");
    let names = browser.state.table.as_ref().expect("it is answered").names.clone();
    let mut compared = 0;
    for name in names.names().map(str::to_owned).step_by(3) {
        browser.state.select(name.clone());
        browser.press("j");
        let Some((callers, callees)) = browser.state.calls_of_selected() else { continue };
        let lists = [callers, callees].map(|list| {
            let mut list: Vec<(u32, i64)> = list.iter().map(|call| (call.frame, call.weight)).collect();
            list.sort_unstable();
            list
        });
        browser.press("V");
        let halves = sandwich::halves(&browser.state).expect("it weighs something").clone();
        let row = browser.state.row_of_frame(halves.callees.node(1).frame).expect("it weighs something");
        for (is_caller, list) in [true, false].into_iter().zip(lists) {
            let tree = halves.tree(is_caller);
            assert_eq!((tree.name(1), tree.node(1).total), (name.as_str(), row.cum_sum));
            let nodes = (1..tree.len() as u32).filter(|&node| tree.node(node).parent == 1);
            let mut found: Vec<(u32, i64)> = nodes.map(|node| (tree.node(node).frame, tree.node(node).total)).collect();
            found.sort_unstable();
            // What calls itself has more calls in the lists, which count each of them.
            let callees = &halves.callees;
            let is_recursive = (2..callees.len() as u32).any(|node| callees.name(node) == name);
            let is_whole = found.iter().map(|(_, total)| total).sum::<i64>() + tree.node(1).own == row.cum_sum;
            if !is_recursive && is_whole && !list.is_empty() {
                assert_eq!(found, list, "{name}");
                compared += 1;
            }
        }
        browser.press("V");
    }
    assert!(compared > 20, "{compared}");
}

#[test]
fn the_cursor_moves_over_boxes_and_a_box_becomes_the_middle() {
    let mut browser = open("down down enter V");
    let first = browser.state.selected.clone();
    assert_eq!(browser.state.current().as_ref(), Some(&first));
    browser.press("up");
    let Spot::Caller(BoxOf::Node(caller)) = browser.state.sandwich.spot else { panic!("it is a caller's box") };
    let name = browser.state.current().expect("it has a name");
    assert_eq!(sandwich::halves(&browser.state).expect("it is answered").callers.name(caller), name);
    browser.press("down down");
    assert!(matches!(browser.state.sandwich.spot, Spot::Callee(_)), "callees are below the middle");
    browser.press("up up up enter");
    let caller_of_caller = browser.state.selected.clone();
    assert_eq!(browser.state.sandwich.spot, Spot::Middle);
    assert!(caller_of_caller != first && caller_of_caller != name);
    browser.press("[");
    assert_eq!(browser.state.selected, first);
    browser.press("up f");
    assert!(browser.state.scope.chips[0].text().contains(&regex::escape(&name)));
    browser.press("u V");
    assert!(browser.state.calls_of_selected().is_some());
    browser.press("left");
    assert!(browser.state.message.as_ref().is_some_and(|message| message.text.starts_with("V shows boxes")));
}

#[test]
fn the_mouse_is_over_boxes_selects_them_and_opens_them() {
    let mut browser = open("down down enter V");
    let area = area_of(&browser.state, View::Butterfly);
    let halves = sandwich::halves(&browser.state).expect("it is answered").clone();
    let above = halves.rows(area, Spot::Middle, None).above as u16;
    let first = browser.state.selected.clone();
    mouse(&mut browser, MouseEventKind::Moved, 1, area.y + above + 1, 0);
    let about = super::text_of(&browser.picture(), false);
    assert!(about.lines().rev().nth(1).is_some_and(|line| line.contains(" of it")), "{about}");
    assert_eq!(browser.state.sandwich.spot, Spot::Middle, "the cursor stays");
    let left = MouseEventKind::Down(MouseButton::Left);
    mouse(&mut browser, left, 1, area.y + above - 1, 1000);
    assert!(matches!(browser.state.sandwich.spot, Spot::Caller(_)));
    let caller = browser.state.current().expect("it has a name");
    mouse(&mut browser, left, 1, area.y + above - 1, 1100);
    assert_eq!(browser.state.selected, caller);
    assert_ne!(caller, first);
    mouse(&mut browser, MouseEventKind::Down(MouseButton::Right), 1, area.y, 9000);
    assert!(browser.state.prompt.is_some(), "the right button lists what is done with it");
}

#[test]
fn searches_go_from_box_to_box() {
    let mut browser = open("/");
    browser.write("main");
    browser.press("2 down down down down 4 V n");
    let first = browser.state.current().expect("it has a name");
    assert!(first.contains("main"), "{first}");
    let spot = browser.state.sandwich.spot;
    browser.press("n");
    assert_ne!(browser.state.sandwich.spot, spot);
    browser.press("N");
    assert_eq!(browser.state.sandwich.spot, spot);
}

#[test]
fn both_sides_are_in_the_boxes_of_a_comparison() {
    let mut browser = Browser::compare("runs/old_1.pb.gz", "runs/new_1.pb.gz", (90, 30), Depth::Indexed);
    browser.press("o down down down down 4 V");
    let halves = sandwich::halves(&browser.state).expect("it is answered");
    let table = browser.state.table.as_ref().expect("it is answered");
    let row = table.rows.iter().position(|row| table.names.name(row.frame) == browser.state.selected);
    let [_, cum] = table.compared.as_ref().expect("compared").rows[row.expect("it is there")];
    for is_caller in [true, false] {
        let tree = halves.tree(is_caller);
        let middle = tree.delta(1).expect("it is compared");
        assert_eq!((middle.old, middle.new), (cum.old, cum.new));
        assert!(tree.len() > 2);
        for node in 1..tree.len() as u32 {
            let delta = tree.delta(node).expect("it is compared");
            assert_eq!(tree.node(node).total, delta.old.max(0) + delta.new.max(0));
        }
    }
}

#[test]
fn filters_and_sizes_leave_a_cursor_that_is_seen() {
    let mut browser = open("2 down down down down down 4 V up up up right");
    for keys in ["p", "u", "C", "u", "t", "u", "G", "home", "g l", "u", "pagedown", "pageup", "1 j 4"] {
        browser.press(keys);
        for size in [(160, 50), (40, 10), (39, 9), (20, 4), (90, 30), (120, 12)] {
            browser.happen(Event::Resize(size.0, size.1));
            let Some(halves) = sandwich::halves(&browser.state) else { continue };
            let area = area_of(&browser.state, View::Butterfly);
            let spot = browser.state.sandwich.spot;
            if let Some((is_caller, of)) = spot.half() {
                let rows = halves.rows(area, spot, None);
                let graph = halves.graph(is_caller, usize::from(area.width), None);
                let depth = graph.depth_of(of);
                assert!(graph.row(depth).iter().any(|flame_box| flame_box.of == of), "{keys} {size:?}");
                let (passed, room) = match is_caller {
                    true => (rows.callers_passed, rows.above),
                    false => (rows.callees_passed, usize::from(area.height) - rows.above - 1),
                };
                assert!((passed + 1..=passed + room).contains(&depth), "{keys} {size:?}: {depth} of {room}");
            }
            browser.picture();
        }
    }
}

#[test]
fn calls_that_are_too_narrow_are_shown_when_they_are_entered() {
    let mut entered = 0;
    for (half, way) in [(true, "up"), (false, "down")] {
        let mut browser = Browser::open("go_cpu.pb.gz", (40, 40), Depth::Mono);
        let names = browser.state.table.as_ref().expect("it is answered").names.clone();
        browser.press("4 V");
        for name in names.names().map(str::to_owned) {
            browser.state.select(name);
            super::super::find::to_center(&mut browser.state);
            browser.press("j home");
            let Some(halves) = sandwich::halves(&browser.state).cloned() else { continue };
            let row = halves.graph(half, 40, None).row(1);
            let Some(rest) = row.iter().map(|flame_box| flame_box.of).find(|of| matches!(of, BoxOf::Rest { .. }))
            else {
                continue;
            };
            let BoxOf::Rest { first_child, .. } = rest else { unreachable!("it is one") };
            browser.state.sandwich.spot = if half { Spot::Caller(rest) } else { Spot::Callee(rest) };
            browser.press("enter");
            let tree = halves.tree(half);
            let first = BoxOf::Node(tree.children(1)[first_child]);
            let Some((is_caller, of)) = browser.state.sandwich.spot.half() else { panic!("the cursor is at a call") };
            assert_eq!((is_caller, of), (half, first), "the heaviest of them");
            assert!(text_of(&browser.picture(), false).contains("[small call"));
            let back = if half { "down" } else { "up" };
            browser.press(&format!("{back} {way} {back}"));
            assert_eq!(browser.state.sandwich.spot, Spot::Middle);
            browser.press("esc");
            assert_eq!(browser.state.sandwich.part, None);
            entered += 1;
        }
    }
    assert!(entered > 5, "{entered}");
}
