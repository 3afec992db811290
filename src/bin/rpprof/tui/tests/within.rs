//! Source and machine code of what is no function: files and binaries.

use super::super::theme::Depth;
use super::chips::{copied, printed};
use super::{Browser, text_of};

/// The functions whose source is shown.
fn routines(browser: &Browser) -> Vec<String> {
    let (_, source) = browser.state.source.as_ref().expect("it is answered");
    source.listing.routines.iter().map(|routine| routine.function.clone()).collect()
}

#[test]
fn the_source_of_a_file_is_that_of_its_functions() {
    for compared in [false, true] {
        let mut browser = if compared {
            Browser::compare("runs/old_1.pb.gz", "runs/new_1.pb.gz", (100, 24), Depth::Mono)
        } else {
            Browser::open("go_cpu.pb.gz", (100, 24), Depth::Mono)
        };
        browser.press("g F");
        browser.write("/store/store.go");
        browser.press("5");
        assert!(browser.state.selected.ends_with("store/store.go"), "{}", browser.state.selected);
        let functions = routines(&browser);
        assert!(functions.iter().any(|function| function.ends_with("byRevenue.Swap")), "{functions:?}");
        assert!(functions.iter().all(|function| function.starts_with("example.com/orders/store.")), "{functions:?}");
        if !compared {
            let listed = printed(&copied(&mut browser), "");
            assert_eq!(listed["routines"].as_array().map(Vec::len), Some(functions.len()));
        }
    }
}

#[test]
fn a_binary_has_the_functions_that_weigh_most() {
    let mut browser = Browser::open("go_cpu.pb.gz", (100, 24), Depth::Mono);
    browser.press("g m 5");
    let message = browser.state.message.clone().expect("it tells that there are more").text;
    assert!(message.starts_with("these are the 20 heaviest of 3"), "{message}");
    let functions = routines(&browser);
    assert!(functions.iter().any(|function| function == "sort.partition"), "{functions:?}");
    // The program itself is not there.
    browser.press("6");
    let picture = text_of(&browser.picture(), false);
    assert!(picture.contains("there is no machine code"), "{picture}");
}

#[test]
fn what_has_no_names_is_told_so() {
    let mut browser = Browser::open("example_leak.pb.gz", (100, 24), Depth::Mono);
    browser.write(":focus=leak");
    browser.press("g m 5");
    let picture = text_of(&browser.picture(), false);
    assert!(picture.contains("there are no names of the functions in [leak]: --binary"), "{picture}");
}
