//! Profiles that are read again while one looks at them.

use super::super::answer::TableRow;
use super::super::chip::Chip;
use super::super::live::Live;
use super::super::scope::Scope;
use super::super::state::{Effect, View};
use super::super::theme::Depth;
use super::super::update::Event;
use super::super::watch::{News, Told};
use super::{Browser, load};

impl Browser {
    /// Puts another profile in the place of the one that is shown.
    fn renew(&mut self, file: &str, edition: u64) {
        self.fresh.lock().expect("nobody panicked").new = Some(load(file).profile);
        let new = Told { duration: "1s".to_owned(), first_share: 2e-4 };
        self.happen(Event::News(News::Fresh { edition, at: "12:00:00".to_owned(), new: Some(new) }));
        assert_eq!(self.state.subject.first_share, 2e-4);
    }
}

fn total(browser: &Browser) -> i64 {
    browser.state.table.as_ref().expect("it is answered").total
}

/// The name of what the flame graph is zoomed to.
fn zoomed(browser: &Browser) -> Option<String> {
    browser.state.tree.as_ref().map(|tree| tree.name(browser.state.zoom.node).to_owned())
}

#[test]
fn what_is_read_again_is_shown_where_one_was() {
    for keys in
        ["o down down", "2 down down", "2 down down enter", "3 H", "down down enter up", "7", "9", "down s down"]
    {
        let mut browser = Browser::open("runs/old_1.pb.gz", (80, 24), Depth::Mono);
        browser.press(keys);
        let expected = {
            let mut other = Browser::open("runs/old_2.pb.gz", (80, 24), Depth::Mono);
            other.press("1");
            total(&other)
        };
        let (view, current, before) = (browser.state.view, browser.state.current(), total(&browser));
        let zoom = zoomed(&browser);
        assert_ne!(before, expected);
        browser.renew("runs/old_2.pb.gz", 1);
        assert_eq!((browser.state.view, browser.state.current()), (view, current), "{keys}");
        assert_eq!(zoomed(&browser), zoom);
        assert_eq!(total(&browser), expected, "{keys}");
        assert!(!browser.state.is_busy());
    }
}

#[test]
fn that_it_could_not_be_read_is_told_until_it_can() {
    let mut browser = Browser::open("runs/old_1.pb.gz", (80, 24), Depth::Mono);
    browser.happen(Event::News(News::Fault("old_1.pb.gz: not a profile".to_owned())));
    let told = |browser: &Browser| browser.state.message.as_ref().map(|message| message.text.clone());
    assert_eq!(told(&browser).as_deref(), Some("not read again: old_1.pb.gz: not a profile"));
    browser.renew("runs/old_2.pb.gz", 1);
    assert_eq!(told(&browser), None);
    // What was told since is of something else.
    browser.happen(Event::News(News::Fault("old_1.pb.gz: not a profile".to_owned())));
    browser.press("m m");
    let other = told(&browser);
    browser.renew("runs/old_1.pb.gz", 2);
    assert_eq!((told(&browser), other.as_deref()), (other.clone(), Some("sums")));
}

#[test]
fn filters_hold_for_what_is_read_again_and_undo_does_not_bring_it_back() {
    let mut browser = Browser::open("runs/old_1.pb.gz", (80, 24), Depth::Mono);
    browser.press("down f");
    let chips = browser.state.scope.chips.clone();
    assert!(matches!(chips.as_slice(), [Chip::Focus(_)]));
    browser.renew("runs/old_2.pb.gz", 1);
    assert_eq!(browser.state.scope.chips, chips);
    let other = Browser::open("runs/old_2.pb.gz", (80, 24), Depth::Mono);
    browser.press("u");
    assert_eq!(total(&browser), total(&other));
    assert_eq!(
        browser.state.table.as_ref().map(|table| table.rows.len()),
        other.state.table.as_ref().map(|table| table.rows.len())
    );
}

#[test]
fn what_was_there_stays_until_there_is_something_new() {
    let mut browser = Browser::open("runs/old_1.pb.gz", (80, 24), Depth::Mono);
    browser.state.live = Live::new(Some(std::time::Duration::from_secs(5)));
    let before = total(&browser);
    browser.happen(Event::News(News::Fault("http://x/heap: input or output failed: connection refused".to_owned())));
    assert_eq!((total(&browser), browser.state.row_count() > 0), (before, true));
    let chip = browser.state.live.text().expect("it is told");
    assert_eq!(chip, "not read again: connection refused; tried every 5s");
    browser.renew("runs/old_2.pb.gz", 1);
    assert_eq!(browser.state.live.text().as_deref(), Some("read 12:00:00, every 5s"));
    browser.press("P");
    assert_eq!(browser.state.live.text().as_deref(), Some("read 12:00:00, paused"));
    browser.press("P R");
    assert_eq!(browser.effects, [Effect::Pause(true), Effect::Pause(false), Effect::ReadNow]);
}

#[test]
fn what_cannot_be_read_again_says_so() {
    let mut browser = Browser::open("go_cpu.pb.gz", (80, 24), Depth::Mono);
    for key in ["P", "R"] {
        browser.press(key);
        assert!(browser.effects.is_empty() && browser.state.message.is_some() && browser.state.view == View::Top);
    }
}

/// What the table shows, by name.
fn rows(browser: &Browser) -> Vec<(String, i64, i64)> {
    let table = browser.state.table.as_ref().expect("it is answered");
    let row = |row: &TableRow| (table.names.name(row.frame).to_owned(), row.flat, row.cum);
    let mut rows: Vec<_> = table.rows.iter().map(row).collect();
    rows.sort_unstable();
    rows
}

#[test]
fn what_is_remembered_is_forgotten_when_a_profile_is_read_again() {
    let mut browser = Browser::open("runs/old_1.pb.gz", (80, 24), Depth::Mono);
    browser.press("p r u u ctrl-r 2 1");
    browser.fresh.lock().expect("nobody panicked").new = Some(load("runs/old_2.pb.gz").profile);
    // Asked before anybody knows of the other profile, and answered of it.
    browser.press("r");
    browser.renew("runs/old_2.pb.gz", 1);
    let mut other = Browser::open("runs/old_2.pb.gz", (80, 24), Depth::Mono);
    for keys in ["1", "u", "u", "ctrl-r", "2", "1"] {
        browser.press(keys);
        let scope = Scope { edition: 0, ..browser.state.scope.clone() };
        other.state.scope = scope;
        let scope = other.state.scope.clone();
        super::super::act::scope_changed(&mut other.state, scope);
        other.press("1");
        assert_eq!(rows(&browser), rows(&other), "{keys}");
        assert_eq!(browser.state.scope.edition, 1);
    }
}

#[test]
fn zooms_are_undone_after_a_profile_was_read_again() {
    let mut browser = Browser::open("runs/old_1.pb.gz", (80, 24), Depth::Mono);
    browser.press("2 home down down enter");
    let zoom = zoomed(&browser);
    assert_ne!(zoom.as_deref(), Some("all"));
    browser.renew("runs/old_2.pb.gz", 1);
    assert_eq!(zoomed(&browser), zoom);
    browser.press("u");
    assert_eq!(zoomed(&browser).as_deref(), Some("all"));
    let other = Browser::open("runs/old_2.pb.gz", (80, 24), Depth::Mono);
    assert_eq!(total(&browser), total(&other));
    browser.press("ctrl-r");
    assert_eq!(zoomed(&browser), zoom);
}

#[test]
fn a_comparison_that_was_begun_here_goes_on_with_what_is_read_again() {
    let mut browser = Browser::open("runs/new_1.pb.gz", (80, 24), Depth::Mono);
    browser.write(":base runs/old_1.pb.gz");
    browser.renew("runs/new_2.pb.gz", 1);
    let other = Browser::compare("runs/old_1.pb.gz", "runs/new_2.pb.gz", (80, 24), Depth::Mono);
    let compared = |browser: &Browser| {
        browser.state.table.as_ref().and_then(|table| table.compared.as_ref()).map(|compared| compared.total)
    };
    assert!(compared(&browser).is_some());
    assert_eq!(compared(&browser), compared(&other));
    assert_eq!(rows(&browser), rows(&other));
    browser.press("u");
    assert!(!browser.state.scope.is_diff());
    assert_eq!(total(&browser), total(&Browser::open("runs/new_2.pb.gz", (80, 24), Depth::Mono)));
}

#[test]
fn how_it_is_read_again_is_told_among_the_filters_and_is_none() {
    let mut browser = Browser::open("runs/old_1.pb.gz", (80, 24), Depth::Mono);
    browser.state.live = Live::new(Some(std::time::Duration::from_secs(5)));
    browser.press("down f");
    let line = |browser: &Browser| -> String {
        browser.picture().content[160..240].iter().map(|cell| cell.symbol().to_owned()).collect()
    };
    assert!(line(&browser).contains("[every 5s]"), "{}", line(&browser));
    browser.press("# 2");
    assert!(browser.state.message.as_ref().is_some_and(|message| message.text.starts_with("P stops")));
    assert_eq!((browser.state.scope.chips.len(), browser.state.undo.len()), (1, 1));
    browser.press("# 1");
    assert!(browser.state.scope.chips.is_empty() && line(&browser).contains("[every 5s]"));
}
