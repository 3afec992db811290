//! Do addresses get the right names in the process itself?

use std::time::Duration;

use rpprof::collector::{CpuProfiler, symbolize_here};

use crate::in_own_process;
use crate::measure::{addresses, assert_near, burn, on_worker, share_of_worker, total};

#[test]
fn functions_files_and_lines_get_their_names() {
    in_own_process("names::functions_files_and_lines_get_their_names", || {
        let session = CpuProfiler::builder().hz(1000).thread_labels(true).start().expect("it starts");
        on_worker(|| burn(Duration::from_millis(400)));
        let bare = session.stop().expect("it stops");
        let profile = symbolize_here(&bare).expect("a thread starts");
        assert_eq!(total(&profile), total(&bare));
        assert_eq!(addresses(&profile, 0), addresses(&bare, 0));
        let symbols = profile.symbols();
        let in_burn = share_of_worker(&profile, |sample| {
            let stack = profile.stack(profile.samples().stacks()[sample]);
            let mut lines = stack.iter().flat_map(|&location| symbols.lines_of(location));
            lines.any(|line| {
                let function = symbols.functions()[line.function.index()];
                profile.str(function.name).ends_with("measure::burn")
                    && profile.str(function.filename).ends_with("measure.rs")
            })
        });
        assert_near("samples below the named function", in_burn, 1.0, 0.1);
        assert!(symbols.mappings()[0].resolved.functions && symbols.mappings()[0].resolved.line_numbers);
        // What has names keeps them.
        let again = symbolize_here(&profile).expect("a thread starts");
        assert_eq!(again.symbols().functions().len(), symbols.functions().len());
        assert_eq!(again.symbols().lines(), symbols.lines());
    });
}

/// Names that the process finds are those that are found afterwards.
#[cfg(feature = "symbolize")]
#[test]
fn names_are_those_that_are_found_afterwards() {
    use rpprof::symbolize::{ResolveOptions, Resolver, symbolize};

    in_own_process("names::names_are_those_that_are_found_afterwards", || {
        let session = CpuProfiler::builder().hz(1000).start().expect("it starts");
        burn(Duration::from_millis(200));
        let bare = session.stop().expect("it stops");
        let here = symbolize_here(&bare).expect("a thread starts");
        let mut resolver = Resolver::new(ResolveOptions::default());
        let afterwards = symbolize(&bare, &mut resolver);
        let texts = |profile: &rpprof::profile::Profile| {
            let symbols = profile.symbols();
            let text = |line: &rpprof::profile::Line| {
                let function = symbols.functions()[line.function.index()];
                let [name, system_name, file] = [function.name, function.system_name, function.filename];
                let names = [name, system_name, file].map(|text| profile.str(text).to_owned());
                (names, function.start_line, line.line, line.column)
            };
            symbols.lines().iter().map(|lines| lines.iter().map(text).collect::<Vec<_>>()).collect::<Vec<_>>()
        };
        assert!(resolver.summary().named() > 0, "nothing was found");
        assert_eq!(texts(&here), texts(&afterwards));
    });
}
