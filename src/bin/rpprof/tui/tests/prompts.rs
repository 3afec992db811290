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

#[test]
fn functions_of_one_short_name_differ_in_their_rows_and_the_line_about_them() {
    let mut browser = Browser::open("cpp_heap.pb.gz", (90, 24), Depth::Mono);
    let (first, told) = (lines(&browser)[3].clone(), lines(&browser)[22].clone());
    browser.press("down");
    let (second, other) = (lines(&browser)[4].clone(), lines(&browser)[22].clone());
    assert!(first.ends_with("std::__new_allocator<basic_s..>::allocate"), "{first}");
    assert!(second.ends_with("std::__new_allocator<Posting>::allocate"), "{second}");
    let name = |told: &str| told.rsplit("  ").next().map(str::to_owned);
    assert_ne!(name(&told), name(&other), "{told}\n{other}");
}

#[test]
fn what_is_to_be_done_about_source_that_is_missing_has_place() {
    for (width, expected) in [
        (80, "store.go was not found; --source-path says where it lies"),
        (50, "store.go was not found: --source-path"),
        (
            130,
            "example.com/orders/store.byRevenue.Swap  example.com/orders/store/store.go was not found; --source-path says where it lies",
        ),
    ] {
        let mut browser = Browser::open("go_cpu.pb.gz", (width, 24), Depth::Mono);
        browser.press("down s z");
        browser.press("5");
        let picture = text_of(&browser.picture(), false);
        assert!(picture.lines().any(|line| line == expected), "{width}: {picture}");
    }
}

#[test]
fn values_longer_than_their_column_have_a_space_before_the_bar() {
    for (keys, name) in [("1", "top"), ("3", "tree")] {
        let mut browser = Browser::open("go_allocs.pb.gz", (100, 24), Depth::Mono);
        browser.write(":sample_index=alloc_space");
        browser.press(&format!("U {keys}"));
        let picture = text_of(&browser.picture(), false);
        let values: Vec<&str> = picture.lines().filter(|line| line.contains('%') && line.contains('█')).collect();
        assert!(values.iter().any(|line| line.find('B').is_some_and(|end| end >= 9)), "{name}: {picture}");
        for line in values {
            let bar = line.find('█').expect("there is one");
            assert!(line[..bar].ends_with("% "), "{name}: {line}");
        }
    }
}
