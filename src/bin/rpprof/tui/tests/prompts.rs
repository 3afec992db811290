//! What is typed at the bottom, and what is told there.

use super::super::chip::Chip;
use super::super::key::Action;
use super::super::prompt::fitting;
use super::super::theme::Depth;
use super::{Browser, text_of};

fn lines(browser: &Browser) -> Vec<String> {
    text_of(&browser.picture(), false).lines().map(str::to_owned).collect()
}

fn open(file: &str) -> Browser {
    Browser::open(file, (80, 24), Depth::Mono)
}

#[test]
fn commands_are_found_by_their_names_too() {
    let found = |text: &str| {
        let mut browser = open("go_cpu.pb.gz");
        browser.press(":");
        for c in text.chars() {
            browser.press(&c.to_string());
        }
        fitting(&browser.state).iter().map(|binding| binding.action).collect::<Vec<_>>()
    };
    assert_eq!(found("foc"), [Action::Focus, Action::FocusPath, Action::FocusMatches]);
    assert!(found("samples").contains(&Action::Focus), "descriptions are looked through as before");
    assert!(found("nothing-of-this-name").is_empty());
}

#[test]
fn a_query_that_is_none_is_told_and_can_be_made_right() {
    let mut browser = open("go_cpu.pb.gz");
    browser.press("L");
    assert!(!lines(&browser)[23].contains("no query yet"), "nothing is typed");
    browser.write("tenant=acme and");
    assert!(browser.state.prompt.is_some() && browser.state.scope.chips.is_empty(), "it stays");
    assert!(lines(&browser)[23].starts_with("label query: tenant=acme and_   no query yet: expected a key"));
    browser.press("backspace backspace backspace");
    assert!(!lines(&browser)[23].contains("no query yet"));
    browser.press("enter");
    assert!(browser.state.prompt.is_none());
    assert_eq!(browser.state.scope.chips, [Chip::Label("tenant=acme".to_owned())]);
}
