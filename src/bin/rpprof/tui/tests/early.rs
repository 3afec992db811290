//! Keys that are pressed before there is anything that they are for, and answers that come late.

use super::super::key::{Action, KEYS};
use super::super::state::{Effect, View};
use super::super::theme::Depth;
use super::super::update::{Event, update};
use super::{Browser, key_event};

/// Presses keys without any answer; returns the questions.
fn press_unanswered(browser: &mut Browser, keys: &str) -> Vec<Effect> {
    keys.split(' ').flat_map(|key| update(&mut browser.state, Event::Key(key_event(key)))).collect()
}

/// Answers questions, and those that come of the answers; notes what else is to be done.
fn answer(browser: &mut Browser, asked: Vec<Effect>) {
    for effect in asked {
        match effect {
            Effect::Ask(request) if request.interrupt.is_set() => {}
            Effect::Ask(request) => {
                let answer = browser.answer(request);
                browser.happen(Event::Answer(answer));
            }
            other => browser.effects.push(other),
        }
    }
}

#[test]
fn keys_wait_for_the_rows_that_they_are_for() {
    for keys in ["down down down", "down down f down", "down end up", "down down enter down", "down 2 down enter"] {
        let mut early = Browser::open("go_cpu.pb.gz", (80, 24), Depth::Mono);
        let asked = press_unanswered(&mut early, "T");
        assert!(early.state.table.is_none());
        let more = press_unanswered(&mut early, keys);
        assert!(more.is_empty(), "{keys}: nothing is asked before there is an answer");
        answer(&mut early, asked);
        let mut late = Browser::open("go_cpu.pb.gz", (80, 24), Depth::Mono);
        late.press("T");
        late.press(keys);
        assert_eq!(early.picture(), late.picture(), "{keys}");
        assert!(early.state.early.is_empty());
    }
}

/// Whoever presses faster than the machine computes gets to the same place.
#[test]
fn what_a_key_does_is_not_a_matter_of_speed() {
    let at = |keys: &str| {
        let mut browser = Browser::compare("runs/old_1.pb.gz", "runs/new_1.pb.gz", (130, 24), Depth::Mono);
        browser.press(keys);
        browser
    };
    let place = |browser: &Browser| {
        let state = &browser.state;
        (state.view, state.scope.clone(), state.order, state.current(), browser.effects.clone())
    };
    for (begin, view, first) in
        [("1", View::Top, "T"), ("1", View::Top, "f"), ("2", View::Flame, "T"), ("3", View::Tree, "f")]
    {
        for binding in KEYS.iter().filter(|binding| binding.holds_in(view) && binding.action != Action::Back) {
            let Some(keys) = binding.keys.first() else { continue };
            let mut early = at(begin);
            let asked = press_unanswered(&mut early, &format!("{first} {keys}"));
            answer(&mut early, asked);
            assert_eq!(place(&early), place(&at(&format!("{begin} {first} {keys}"))), "{begin} {first} {keys}");
        }
    }
}

#[test]
fn keys_that_need_no_rows_do_not_wait() {
    let mut browser = Browser::open("go_cpu.pb.gz", (80, 24), Depth::Mono);
    press_unanswered(&mut browser, "T 2");
    assert_eq!(browser.state.view, View::Flame);
    press_unanswered(&mut browser, "down esc");
    assert!(browser.state.early.is_empty(), "a step back forgets what waits");
    press_unanswered(&mut browser, "T down");
    assert_eq!(press_unanswered(&mut browser, "ctrl-c"), [Effect::Quit]);
}

#[test]
fn an_answer_about_what_was_selected_before_is_dropped() {
    for key in ["s", "a", "x"] {
        let mut browser = Browser::open("cpp_cpu.pb.gz", (80, 24), Depth::Mono);
        let asked = press_unanswered(&mut browser, &format!("down {key}"));
        let first = browser.state.selected.clone();
        let [Effect::Ask(request)] = asked.as_slice() else { panic!("one question, not {asked:?}") };
        let late = browser.answer(request.clone());
        press_unanswered(&mut browser, "1 down");
        let name = browser.state.current().expect("there is a row");
        browser.state.select(name);
        assert!(request.interrupt.is_set());
        browser.happen(Event::Answer(late));
        let is_there = |browser: &Browser| {
            let state = &browser.state;
            [state.source.is_some(), state.instructions.is_some(), state.calls.is_some()].contains(&true)
        };
        assert!(!is_there(&browser), "{key}");
        browser.press(key);
        assert_ne!(browser.state.selected, first);
        assert!(is_there(&browser), "{key}");
    }
}

#[test]
fn what_nobody_waits_for_any_more_is_not_answered() {
    let is_empty = |browser: &Browser| browser.answers.recv_timeout(std::time::Duration::from_millis(300)).is_err();
    for (file, keys) in
        [("go_cpu.pb.gz", "7"), ("slices_cpu.pb.gz", "8"), ("cpp_cpu.pb.gz", "down s"), ("cpp_cpu.pb.gz", "a")]
    {
        let mut browser = Browser::open(file, (80, 24), Depth::Mono);
        let asked = press_unanswered(&mut browser, keys);
        let [Effect::Ask(request)] = asked.as_slice() else { panic!("one question, not {asked:?}") };
        browser.press("esc");
        assert!(request.interrupt.is_set());
        browser.ask.send(request.clone()).expect("the worker is there");
        assert!(is_empty(&browser), "{keys}");
        browser.press("1 u X");
        assert!(!browser.state.is_busy());
    }
}
