//! Sessions that begin and end, alone and many at once.

use std::time::{Duration, Instant};

use rpprof::collector::{CpuProfiler, Engine};

use crate::findings::{Findings, Holdings};
use crate::work::{allocate, profile_at, spin, watch_errno, with_crew};

fn one(number: u64) {
    let session = profile_at(100 + (number % 97 * 100) as u32);
    if number.is_multiple_of(10) {
        spin();
    }
    if number.is_multiple_of(2) { drop(session) } else { drop(session.stop().expect("it stops")) }
}

/// One session after the other, 10,000 and more of them; afterwards a stray SIGPROF must do nothing.
///
/// Rings wander over their pages, and the allocator over its own, for some thousands of sessions. What a session leaves
/// behind is in every round, so the round with the least growth tells.
pub(crate) fn one_after_another(time: Duration, findings: &mut Findings) {
    const ROUNDS: u32 = 5;
    const KIB_A_ROUND: u64 = 64;
    (0..500).for_each(one);
    let holdings = Holdings::now();
    let mut number = 0;
    let mut growths = Vec::new();
    for round in 1..=ROUNDS {
        let before_kib = Holdings::now().resident_kib;
        let end = Instant::now() + time / ROUNDS;
        while Instant::now() < end || number < u64::from(round) * 400 {
            one(number);
            number += 1;
        }
        growths.push(Holdings::now().resident_kib.saturating_sub(before_kib));
    }
    holdings.add_leaks(32 << 10, findings);
    if growths.iter().all(|&kib| kib > KIB_A_ROUND) {
        println!("memory grew in each of {ROUNDS} rounds, by KiB: {growths:?}");
        findings.add("leaks", 1);
    }
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
            findings.add_profile(&profile);
            findings.add("sessions", 1);
        }
    };
    round(time / 2, findings);
    let holdings = Holdings::now();
    round(time / 2, findings);
    holdings.add_leaks(32 << 10, findings);
}
