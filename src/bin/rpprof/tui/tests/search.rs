//! Searching, in views and in the help, and leaving what was opened.

use unicode_width::UnicodeWidthStr;

use super::super::state::{Effect, View};
use super::super::theme::Depth;
use super::{Browser, text_of};

fn open() -> Browser {
    Browser::open("go_cpu.pb.gz", (100, 30), Depth::Mono)
}

fn lines(browser: &Browser) -> Vec<String> {
    text_of(&browser.picture(), false).lines().map(str::to_owned).collect()
}

fn last(browser: &Browser) -> String {
    lines(browser).pop().unwrap_or_default()
}

fn found(browser: &Browser) -> usize {
    browser.state.search.as_ref().and_then(|search| search.matches.as_ref()).map_or(0, |matches| matches.count)
}

#[test]
fn keys_say_how_what_is_searched_for_is_meant() {
    let mut browser = open();
    browser.press("/ s c a n");
    let parts = found(&browser);
    assert!(last(&browser).ends_with("alt-c smart case  alt-w parts  alt-r regex"), "{}", last(&browser));
    browser.press("alt-w");
    let words = found(&browser);
    assert!(0 < words && words < parts, "{words} {parts}");
    assert!(last(&browser).contains("alt-w whole words"));
    browser.press("alt-w ctrl-u ( * alt-c");
    assert!(last(&browser).contains("no expression yet: "), "{}", last(&browser));
    browser.press("alt-r");
    assert!(found(&browser) > 0 && last(&browser).contains("alt-c case counts") && last(&browser).contains("text"));
    let all = browser.state.table.as_ref().map(|table| table.shown);
    browser.press("enter &");
    assert_eq!(browser.state.scope.chips[0].text(), r"focus:\(\*");
    assert_ne!(browser.state.table.as_ref().map(|table| table.shown), all);
    browser.press("/");
    assert!(last(&browser).contains("alt-r text"), "what is searched for next is meant in the same way");
}

#[test]
fn what_keeps_an_expression_from_being_one_is_told_as_it_is_typed() {
    let mut browser = open();
    browser.press("/ a (");
    assert!(last(&browser).contains("no expression yet: unclosed group"), "{}", last(&browser));
    browser.press(")");
    assert!(last(&browser).contains("found"), "{}", last(&browser));
}

#[test]
fn the_help_is_searched() {
    let mut browser = open();
    browser.press("f1");
    let all = lines(&browser);
    assert_eq!(all[0], "Keys in Top");
    browser.press("/ u n d o");
    let list = lines(&browser);
    assert_eq!(list[0], "Keys everywhere");
    assert!(list[1].contains("undo the last change") && list[2].contains("redo what was undone"), "{list:?}");
    assert!(last(&browser).starts_with("/undo_"));
    browser.press("enter");
    assert!(last(&browser).contains("esc shows all"));
    browser.press("esc");
    assert_eq!(lines(&browser), all);
    browser.press("/ c u m ? enter");
    assert_eq!(lines(&browser)[0], "What is flat, what is cum?");
    browser.press("/ x x x");
    assert_eq!(lines(&browser)[0], "no line has all of these words");
    browser.press("esc j x");
    assert!(browser.state.help.is_none() && browser.state.view == View::Top, "another key closes it");
    browser.press("? / q");
    assert!(browser.effects.is_empty(), "q is typed there");
    browser.press("esc q");
    assert!(browser.state.help.is_none() && browser.effects.is_empty(), "it closes the help alone");
    browser.press("q");
    assert_eq!(browser.effects, [Effect::Quit]);
}

#[test]
fn what_was_opened_is_left_before_the_browser() {
    let mut browser = open();
    browser.press("2 3 1 enter s");
    assert_eq!(browser.state.view, View::Source);
    assert!(last(&browser).ends_with("q back"), "{}", last(&browser));
    browser.press("q");
    assert_eq!(browser.state.view, View::Butterfly);
    browser.press("q");
    assert_eq!((browser.state.view, browser.effects.len()), (View::Top, 0));
    assert!(last(&browser).ends_with("q quit"));
    browser.press("enter 2 q");
    assert_eq!(browser.effects, [Effect::Quit], "what one went to by its number was not opened");
    let mut wide = Browser::open("go_cpu.pb.gz", (140, 30), Depth::Mono);
    wide.press("ctrl-w");
    assert!(wide.state.panes.list.is_some());
    wide.press("q");
    assert!(wide.state.panes.list.is_none() && wide.effects.is_empty(), "the cursor is in the list again");
    wide.press("enter s Q");
    assert_eq!(wide.effects, [Effect::Quit]);
}

#[test]
fn the_help_has_place_on_the_screen_and_pages_leave_no_line_out() {
    for (width, height) in [(80, 24), (120, 40), (50, 12), (40, 10)] {
        let mut browser = Browser::open("go_cpu.pb.gz", (width, height), Depth::Mono);
        browser.press("?");
        let all = super::super::view::help_lines(&browser.state);
        for line in &all {
            assert!(line.width() <= usize::from(width), "{width}: {line:?}");
        }
        let page = usize::from(height) - 1;
        let mut seen: Vec<String> = Vec::new();
        loop {
            let text = text_of(&browser.picture(), false);
            let first = browser.state.help.as_ref().expect("it is open").first;
            seen.truncate(first);
            assert_eq!(seen.len(), first, "{width}: no line is left out");
            seen.extend(text.lines().take(page).map(str::to_owned));
            browser.press("pagedown");
            if browser.state.help.as_ref().expect("it is open").first == first {
                break;
            }
        }
        assert_eq!(seen, all.iter().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>(), "{width}");
        browser.press("pageup end home");
        assert_eq!(browser.state.help.as_ref().expect("it is open").first, 0);
    }
    let mut browser = Browser::open("go_cpu.pb.gz", (80, 24), Depth::Mono);
    browser.press("?");
    let lines = super::super::view::help_lines(&browser.state).join("\n");
    let below = format!("so does a click on\n{:21}it\n", "");
    assert!(lines.contains(&below), "{lines}");
}
