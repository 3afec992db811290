//! Files of what is looked at.

use std::fs;

use serde_json::Value;

use super::super::prompt::PromptKind;
use super::super::theme::Depth;
use super::{Browser, text_of};

/// Writes a file by its name; returns its text.
fn exported(browser: &mut Browser, name: &str) -> String {
    browser.press("e ctrl-u");
    browser.write(name);
    let message = browser.state.message.clone().expect("it is told");
    assert!(!message.is_fault && message.text.ends_with(name), "{message:?}");
    fs::read_to_string(browser.exports.path().join(name)).expect("it was written")
}

#[test]
fn pages_and_files_of_speedscope_have_what_is_looked_at() {
    let mut browser = Browser::open("go_cpu.pb.gz", (100, 30), Depth::Mono);
    browser.write(":focus=store");
    let shown = browser.state.table.as_ref().map_or(0, |table| table.shown);
    let page = exported(&mut browser, "a.html");
    assert!(page.contains("<svg") && page.contains("</table>") && page.contains("<h1>go_cpu.pb.gz</h1>"));
    assert!(page.contains("<code>sort.partition</code>") && !page.contains("gcBgMarkWorker"));
    assert!(!page.contains("src=") && !page.contains("href=\"http"), "it loads nothing");
    let json: Value = serde_json::from_str(&exported(&mut browser, "a.speedscope.json")).expect("it is JSON");
    assert_eq!(json["profiles"][0]["endValue"].as_f64(), Some(shown as f64));
    assert_eq!(json["name"], "go_cpu.pb.gz");
}

#[test]
fn both_sides_are_exported() {
    let mut browser = Browser::compare("runs/old_1.pb.gz", "runs/new_1.pb.gz", (100, 30), Depth::Mono);
    let compared = browser.state.table.as_ref().and_then(|table| table.compared.as_ref()).expect("compared").total;
    let json: Value = serde_json::from_str(&exported(&mut browser, "a.speedscope.json")).expect("it is JSON");
    let side = |row: usize| (json["profiles"][row]["name"].as_str(), json["profiles"][row]["endValue"].as_f64());
    assert_eq!(
        (side(0), side(1)),
        ((Some("new"), Some(compared.new as f64)), (Some("old"), Some(compared.old as f64)))
    );
    let page = exported(&mut browser, "a.html");
    assert!(page.contains("<svg") && page.contains("shrunk"));
}

#[test]
fn a_file_that_is_there_is_written_over_only_if_that_is_wanted() {
    let mut browser = Browser::open("go_cpu.pb.gz", (100, 30), Depth::Mono);
    let path = browser.exports.path().join("a.folded");
    fs::write(&path, "mine").expect("it can be written");
    let is_mine = || fs::read_to_string(&path).expect("it is there") == "mine";
    let export = |browser: &mut Browser| {
        browser.press("e ctrl-u");
        browser.write("a.folded");
        assert_eq!(browser.state.prompt.as_ref().map(|prompt| prompt.kind), Some(PromptKind::Replace));
        assert!(text_of(&browser.picture(), false).contains("it is there, enter writes over it: "));
    };
    export(&mut browser);
    browser.press("esc");
    assert!(is_mine() && browser.state.prompt.is_none());
    export(&mut browser);
    // Another name is asked about by itself, and the same one, typed again, once more.
    browser.press("ctrl-u");
    browser.write("b.folded");
    assert!(is_mine() && browser.state.prompt.is_none() && browser.exports.path().join("b.folded").exists());
    export(&mut browser);
    browser.press("backspace d enter");
    assert!(is_mine() && browser.state.prompt.is_some());
    browser.press("enter");
    assert!(!is_mine());
    fs::write(&path, "mine").expect("it can be written");
    browser.write(&format!(":svg > {}", path.with_extension("svg").display()));
    browser.write(&format!(":svg > {}", path.with_extension("svg").display()));
    assert!(browser.state.prompt.is_none() && path.with_extension("svg").exists());
}

#[test]
fn what_has_no_form_is_not_written() {
    let mut browser = Browser::open("go_cpu.pb.gz", (100, 30), Depth::Mono);
    browser.press("e ctrl-u");
    browser.write("a.png");
    assert!(browser.state.message.as_ref().is_some_and(|message| message.is_fault && message.text.contains(".html")));
    assert!(!browser.exports.path().join("a.png").exists());
}

#[test]
fn what_cannot_be_written_is_told_without_the_name_of_the_program() {
    for mut browser in [
        Browser::open("go_cpu.pb.gz", (100, 30), Depth::Mono),
        Browser::compare("runs/old_1.pb.gz", "runs/new_1.pb.gz", (100, 30), Depth::Mono),
    ] {
        browser.press("e ctrl-u");
        browser.write("no-folder/a.svg");
        let message = browser.state.message.clone().expect("it is told");
        let path = browser.exports.path().join("no-folder/a.svg").display().to_string();
        assert!(message.is_fault && message.text.starts_with(&path), "{message:?}");
    }
}
