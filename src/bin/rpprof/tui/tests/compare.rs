//! Two profiles in all views.

use rpprof::report::{self, DiffOptions, DiffRows};
use rpprof::transform::Selection;

use super::super::beside::{Picture, Side};
use super::super::layout::{BoxOf, Zoom};
use super::super::scope::Sides;
use super::super::state::{Effect, Order, View};
use super::super::theme::Depth;
use super::super::tree::TOP;
use super::{Browser, check, text_of};

const OLD: &str = "runs/old_1.pb.gz";
const NEW: &str = "runs/new_1.pb.gz";

fn compared(keys: &str, size: (u16, u16), depth: Depth) -> Browser {
    let mut browser = Browser::compare(OLD, NEW, size, depth);
    if !keys.is_empty() {
        browser.press(keys);
    }
    browser
}

#[test]
fn pictures_of_comparisons_are_as_they_were() {
    for (name, keys) in [
        ("top", "o"),
        ("flame", "2 down down"),
        ("beside", "2 D down down right"),
        ("tree", "3 H"),
        ("butterfly", "o 4"),
        ("icicles", "o down down down down 4 V down"),
        ("source", "o s"),
        ("labels", "7"),
        ("info", "9"),
    ] {
        check(&format!("diff-{name}.39x9.mono"), &compared(keys, (39, 9), Depth::Mono));
        for size in [(40, 10), (60, 15), (80, 24), (160, 50)] {
            for (depth, color) in [(Depth::Mono, "mono"), (Depth::Indexed, "color")] {
                let browser = compared(keys, size, depth);
                check(&format!("diff-{name}.{}x{}.{color}", size.0, size.1), &browser);
            }
        }
    }
}

#[test]
fn the_table_of_changes_is_the_report() {
    let browser = compared("o", (80, 24), Depth::Mono);
    let mut options = DiffOptions::default();
    options.compare.values.sample_type = browser.state.scope.sample_type;
    (options.rows, options.min_share, options.order) = (DiffRows::All, 0.0, report::Order::Cum);
    let new = [Selection::all(&browser.new)];
    let old = [Selection::all(browser.old.as_ref().expect("there are two"))];
    let diff = report::diff(&old, &new, &options).expect("they compare");
    let table = browser.state.table.clone().expect("it is answered");
    assert_eq!((browser.state.order, table.rows.len()), (Order::Cum, diff.rows.len()));
    let mut expected: Vec<_> = diff.rows.iter().map(|row| (row.name.clone(), row.cum.old, row.cum.new)).collect();
    let mut actual: Vec<_> = (0..table.rows.len())
        .map(|place| {
            let row = browser.state.table_row(place).expect("it is there");
            let delta = browser.state.table_delta(place).expect("it is compared");
            (table.names.name(row.frame).to_owned(), delta.old, delta.new)
        })
        .collect();
    let size = |row: &(String, i64, i64)| (row.2 - row.1).abs();
    assert!(actual.windows(2).all(|pair| size(&pair[0]) >= size(&pair[1])), "the largest change is first");
    let names = |rows: &[(String, i64, i64)]| -> Vec<String> { rows.iter().map(|(name, ..)| name.clone()).collect() };
    assert_eq!(names(&actual), names(&expected), "equal changes are in the order of names");
    expected.sort();
    actual.sort();
    assert_eq!(actual, expected);
}

#[test]
fn sides_are_seen_one_after_the_other_and_undone() {
    let mut browser = compared("", (100, 24), Depth::Mono);
    let total = |browser: &Browser| browser.state.table.as_ref().map(|table| table.total);
    let both = browser.state.table.as_ref().and_then(|table| table.compared.as_ref()).expect("compared").total;
    browser.press("D");
    assert!(browser.state.beside.is_on && browser.state.scope.is_diff());
    browser.press("D");
    assert_eq!(browser.state.scope.sides, Sides::Old);
    assert!(browser.state.table.as_ref().is_some_and(|table| table.compared.is_none()));
    browser.press("y D");
    assert_eq!((browser.state.scope.sides, total(&browser)), (Sides::New, Some(both.new)));
    browser.press("D");
    assert!(!browser.state.beside.is_on);
    assert_eq!(browser.state.scope.sides, Sides::Both);
    browser.press("u u u");
    assert_eq!(browser.state.scope.sides, Sides::Both);
    assert_eq!(browser.effects, [Effect::Copy(format!("rpprof top -t cpu --min-share 0 {OLD}"))]);
}

#[test]
fn a_command_compares_what_is_compared() {
    let mut browser = compared("", (100, 24), Depth::Mono);
    browser.write(":focus=main");
    browser.press("= y 2 y");
    let copied = |words: &str, more: &str| {
        Effect::Copy(format!("rpprof {words} -t cpu --focus main --normalize none{more} {OLD} {NEW}"))
    };
    assert_eq!(browser.effects, [copied("diff", " --all --min-share 0"), copied("diff --flame -o diff.svg", "")]);
}

#[test]
fn boxes_are_as_wide_as_both_values() {
    let browser = compared("2", (80, 24), Depth::Mono);
    let tree = browser.state.tree.as_ref().expect("it is answered");
    assert!(tree.len() > 10);
    for id in 1..tree.len() as u32 {
        let delta = tree.delta(id).expect("it is compared");
        assert_eq!(tree.node(id).total, delta.old.max(0) + delta.new.max(0));
        assert!(tree.node(id).parent == TOP || tree.node(tree.node(id).parent).span >= tree.node(id).total);
    }
}

#[test]
fn both_sides_are_drawn_in_one_scale_with_one_selection() {
    let mut browser = compared("2 D", (101, 30), Depth::Mono);
    fn pictures(browser: &Browser) -> [Picture<'_>; 2] {
        let area = super::super::view::list_area(&browser.state);
        browser.state.pictures(area).expect("there are two")
    }
    let [old, new] = pictures(&browser);
    let total = browser.state.table.as_ref().and_then(|table| table.compared.as_ref()).expect("compared").total;
    assert_eq!((old.tree.node(TOP).total, new.tree.node(TOP).total), (total.old, total.new));
    assert_eq!(old.area.width, 50, "the larger one has all the place there is");
    assert_eq!(new.area.width, (50.0 * total.new as f64 / total.old as f64).round() as u16);
    let start_of_new = new.area.x;
    let both = browser.state.tree.clone().expect("it is answered");
    for id in 1..both.len() as u32 {
        let delta = both.delta(id).expect("it is compared");
        assert_eq!((old.tree.node(id).total, new.tree.node(id).total), (delta.old, delta.new));
    }
    browser.press("down down");
    let node = browser.state.flame_box;
    for _ in 0..80 {
        browser.press("right");
    }
    assert_eq!(browser.state.beside.side, Side::New);
    for _ in 0..80 {
        browser.press("left");
    }
    assert_eq!((browser.state.beside.side, browser.state.flame_box), (Side::Old, node));
    let area = super::super::view::list_area(&browser.state);
    browser.click(start_of_new + 1, area.y + 1);
    assert_eq!(browser.state.beside.side, Side::New);
    let clicked = browser.state.current().expect("a box is there");
    browser.press("enter");
    let [old, new] = pictures(&browser);
    assert_eq!(old.tree.name(browser.state.zoom.node), clicked);
    assert!(old.area.width == 50 || new.area.width == 50, "what is zoomed to is as wide as there is place");
    browser.press("1");
    assert!(browser.state.pictures(area).is_none(), "tables have columns of both");
    browser.press("D 2");
    assert!(browser.state.pictures(area).is_none());
}

#[test]
fn names_that_differ_by_build_are_one_function_that_can_be_kept() {
    let mut browser = Browser::compare("go_cpu.pb.gz", "go_cpu.pb.gz", (100, 24), Depth::Mono);
    let names = browser.state.table.as_ref().expect("it is answered").names.clone();
    let frames = 0..names.names().len() as u32;
    let folded = frames.map(|frame| names.of(frame)).find(|frame| frame.pattern.is_some()).expect("there is a closure");
    browser.state.select(folded.name.to_owned());
    browser.press("4 f");
    let shown = browser.state.table.as_ref().and_then(|table| table.compared.as_ref()).expect("compared").shown;
    assert!(shown.new > 0 && shown.old == shown.new, "{} keeps samples", folded.name);
}

#[test]
fn a_single_profile_has_nothing_to_compare_with() {
    let mut browser = Browser::open("go_cpu.pb.gz", (80, 24), Depth::Mono);
    for key in ["D", "="] {
        browser.press(key);
        assert!(browser.state.message.is_some() && browser.state.scope.sides == Sides::New);
    }
    assert_eq!(browser.state.view, View::Top);
}

#[test]
fn what_cannot_be_compared_is_told_once_and_left_by_a_key() {
    let mut browser = Browser::compare("go_heap.pb.gz", "go_cpu.pb.gz", (80, 24), Depth::Mono);
    let message = browser.state.message.clone().expect("it is told");
    assert!(message.is_fault && message.text.contains("the old profile has no column"), "{message:?}");
    assert!(!browser.state.is_busy());
    browser.press("D");
    assert!(browser.state.table.is_some(), "the new one is there");
}

#[test]
fn a_chip_says_what_was_made_equal() {
    let side = |browser: &Browser| -> String {
        let chips = super::super::view::chips(&browser.state);
        chips.into_iter().map(|(text, _)| text).find(|text| text.starts_with("compared")).expect("there is one")
    };
    let mut browser = Browser::compare("go_cpu.pb.gz", NEW, (100, 24), Depth::Mono);
    assert_eq!(side(&browser), "compared: equal durations");
    browser.press("=");
    assert_eq!(side(&browser), "compared: values as measured");
    let mut browser = compared("", (100, 24), Depth::Mono);
    assert_eq!(side(&browser), "compared", "both took equally long");
    browser.press("=");
    assert_eq!(side(&browser), "compared: values as measured");
}

#[test]
fn small_calls_are_zoomed_to_on_both_sides() {
    let mut browser = Browser::compare("runs/old_1.pb.gz", "runs/new_1.pb.gz", (100, 24), Depth::Mono);
    browser.press("2 D");
    assert!(browser.state.picture_at_cursor().is_some());
    let rest = |browser: &Browser| {
        let picture = browser.state.picture_at_cursor().expect("there are two");
        let rows = browser.state.rows_of(&picture, 0..60);
        let mut boxes = rows.into_iter().flatten().map(|flame_box| flame_box.of);
        let found =
            boxes.find(|of| matches!(of, BoxOf::Rest { first_child, count, .. } if *first_child > 0 && *count > 1));
        let Some(of @ BoxOf::Rest { parent, first_child, count }) = found else { panic!("there are small calls") };
        let (wide, small) = picture.tree.children(parent)[..first_child + count].split_at(first_child);
        let names = |nodes: &[u32]| nodes.iter().map(|&node| picture.tree.name(node).to_owned()).collect::<Vec<_>>();
        (of, picture.tree.name(parent).to_owned(), names(wide), names(small))
    };
    let (of, parent, wide, small) = rest(&browser);
    browser.state.flame_box = of;
    browser.press("enter");
    let node = browser.state.zoom.node;
    assert_eq!(browser.state.flame_box, BoxOf::Node(node));
    let area = super::super::view::list_area(&browser.state);
    let pictures = browser.state.pictures(area).expect("there are two");
    assert_eq!(pictures[0].tree.name(node), parent);
    for picture in &pictures {
        let row = browser.state.row_of(picture, 1);
        assert!(!row.is_empty());
        for flame_box in row {
            if let BoxOf::Node(node) = flame_box.of {
                // A finer tree may have more small ones.
                assert!(wide.iter().all(|wide| wide != picture.tree.name(node)), "{wide:?}");
            }
        }
    }
    let has_small = |picture: &Picture<'_>| {
        browser.state.row_of(picture, 1).iter().any(|flame_box| {
        matches!(flame_box.of, BoxOf::Node(node) if small.iter().any(|small| small == picture.tree.name(node)))
    })
    };
    assert!(has_small(&pictures[0]), "{small:?}");
    assert!(pictures.iter().any(|picture| picture.area.width == (area.width - 1) / 2), "as wide as there is place");
    assert!(text_of(&browser.picture(), false).contains("(small ones)"));
    browser.press("u");
    assert_eq!(browser.state.zoom, Zoom::default(), "all is there again");
}
