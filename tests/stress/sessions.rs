//! Sessions that begin and end, alone and many at once.

use std::time::{Duration, Instant};

use rpprof::collector::{CpuProfiler, Engine};

use crate::findings::{Findings, Holdings};
use crate::inner;
use crate::profiler::{add_profile, profile_at};
use crate::work::{allocate, spin, watch_errno, with_crew};

fn one(number: u64) {
    let session = profile_at(100 + (number % 97 * 100) as u32);
    if number.is_multiple_of(10) {
        spin();
    }
    if number.is_multiple_of(2) { drop(session) } else { session.stop(&mut Findings::default()) }
}

/// One session after the other, 10,000 and more of them; afterwards a stray SIGPROF must do nothing.
///
/// Pages come and go as the system likes; what the program has allocated must not have grown.
pub(crate) fn one_after_another(time: Duration, findings: &mut Findings) {
    const BLOCKS: u64 = 20;
    const BYTES: u64 = 16 << 10;
    (0..500).for_each(one);
    let holdings = Holdings::now();
    let before = (inner::blocks(), inner::bytes());
    let end = Instant::now() + time;
    let mut number = 0;
    while Instant::now() < end || number < 2000 {
        one(number);
        number += 1;
    }
    let after = (inner::blocks(), inner::bytes());
    println!("{before:?} blocks and bytes before, {after:?} after");
    findings.add("leaks", u64::from(after.0 > before.0 + BLOCKS) + u64::from(after.1 > before.1 + BYTES));
    holdings.add_leaks(32 << 10, findings);
    findings.add("sessions", number);
    // SAFETY: our handler stays, so the signal does not end the process.
    unsafe { libc::raise(libc::SIGPROF) };
}

/// Four sessions at a time, of different rates and engines, that begin and end independently of each other.
pub(crate) fn at_once(time: Duration, findings: &mut Findings) {
    const RATES: [(u32, Engine); 4] = [
        (97, Engine::ThreadTimers),
        (1000, Engine::ThreadTimers),
        (10_000, Engine::PerfEvents),
        (250, Engine::WallClock),
    ];
    let round = |time, findings: &mut Findings| {
        let (sender, profiles) = std::sync::mpsc::channel();
        with_crew(time, |crew| {
            for (hz, engine) in RATES {
                let sender = sender.clone();
                crew.add(1, move || {
                    let profiler = |engine| CpuProfiler::builder().hz(hz).engine(engine);
                    // Perf events are often forbidden.
                    let session = profiler(engine).start().or_else(|_| profiler(Engine::ThreadTimers).start());
                    let session = session.expect("it starts");
                    let end = Instant::now() + Duration::from_millis(20 + u64::from(hz % 40));
                    while Instant::now() < end {
                        spin();
                    }
                    sender.send(session.stop().expect("it stops")).expect("somebody listens");
                });
            }
            crew.add(2, allocate);
            crew.add(2, watch_errno);
            crew.add(2, || std::thread::spawn(spin).join().expect("no panic"));
        });
        drop(sender);
        for profile in profiles {
            add_profile(&profile, findings);
            findings.add("sessions", 1);
        }
    };
    round(time / 2, findings);
    let holdings = Holdings::now();
    round(time / 2, findings);
    holdings.add_leaks(32 << 10, findings);
}
