//! A step back while something is computed.

use super::super::request::Topic;
use super::super::state::{Effect, View};
use super::super::theme::Depth;
use super::super::update::{Event, update};
use super::{Browser, key_event};

/// Presses keys, and answers nothing that is asked.
fn press_unanswered(browser: &mut Browser, keys: &str) -> Vec<Effect> {
    keys.split(' ').flat_map(|key| update(&mut browser.state, Event::Key(key_event(key)))).collect()
}

fn open(keys: &str) -> Browser {
    let mut browser = Browser::open("go_cpu.pb.gz", (100, 24), Depth::Mono);
    browser.press(keys);
    browser
}

#[test]
fn a_view_that_is_not_computed_is_left_for_the_one_before() {
    for (keys, view) in [("7", View::Labels), ("4", View::Butterfly), ("4 V", View::Butterfly), ("2", View::Flame)] {
        for key in ["9", "5", "6"] {
            let mut browser = open(&format!("down {keys}"));
            let selected = browser.state.selected.clone();
            press_unanswered(&mut browser, key);
            assert!(browser.state.is_missing(), "{keys} {key}");
            assert_eq!(press_unanswered(&mut browser, "esc"), [], "{keys} {key}: nothing is asked for");
            assert_eq!((browser.state.view, &browser.state.selected), (view, &selected), "{keys} {key}");
            assert!(!browser.state.is_busy(), "{keys} {key}");
            browser.press("]");
            assert!(browser.state.view != view && !browser.state.is_missing(), "{keys} {key}: it is ahead");
        }
    }
    let mut browser = open("down");
    press_unanswered(&mut browser, "2 3 esc");
    assert_eq!(browser.state.view, View::Top, "the flame graph is not there either");
}

#[test]
fn a_change_is_cancelled_with_all_that_was_seen() {
    for keys in ["1 down", "2 down down", "3 H", "4 down", "5", "7 down", "2 v down"] {
        for key in ["f", "g c", "U", "t"] {
            let mut browser = open(keys);
            let seen = |browser: &Browser| super::text_of(&browser.picture(), false);
            let before = seen(&browser);
            let scope = browser.state.scope.clone();
            press_unanswered(&mut browser, key);
            let after = browser.state.scope.clone();
            if after == scope {
                continue; // There is no function at the cursor.
            }
            assert_eq!(press_unanswered(&mut browser, "esc"), [], "{keys} {key}: nothing is asked for");
            browser.state.message = None;
            assert_eq!(seen(&browser), before, "{keys} {key}");
            assert_eq!((&browser.state.scope, browser.state.undo.len()), (&scope, 0), "{keys} {key}");
            browser.press("ctrl-r");
            assert_eq!(browser.state.scope, after, "{keys} {key}");
            press_unanswered(&mut browser, "u");
            press_unanswered(&mut browser, "esc");
            assert_eq!((&browser.state.scope, browser.state.undo.len()), (&after, 1), "{keys} {key}: u is cancelled");
        }
    }
}

#[test]
fn a_tree_that_was_turned_around_is_turned_back() {
    let mut browser = open("2 down");
    let before = super::text_of(&browser.picture(), false);
    press_unanswered(&mut browser, "v");
    assert!(browser.state.is_pending(Topic::Tree));
    assert_eq!(press_unanswered(&mut browser, "esc"), []);
    browser.state.message = None;
    assert_eq!(super::text_of(&browser.picture(), false), before);
}
