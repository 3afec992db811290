//! What stays of large blocks that were freed.

use std::fs;

use rpprof::collector::return_large_blocks;

use super::in_own_process;

const MIB: usize = 1 << 20;
const BLOCKS: usize = 64;

/// Returns how much memory of this process is resident, in bytes.
fn resident() -> usize {
    let status = fs::read_to_string("/proc/self/status").expect("there is one");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it is told");
    line.trim().trim_end_matches("kB").trim().parse::<usize>().expect("it is a number") << 10
}

/// Returns how much stays of 64 blocks of 1 MiB that were freed, each with a small block in use behind it.
fn kept_bytes() -> usize {
    drop(vec![1_u8; 8 * MIB]);
    let before = resident();
    let (large, small): (Vec<Vec<u8>>, Vec<Vec<u8>>) = (0..BLOCKS).map(|_| (vec![1; MIB], vec![1; 1000])).unzip();
    assert!(resident() > before + BLOCKS * MIB / 2);
    drop(large);
    let kept = resident().saturating_sub(before);
    drop(small);
    kept
}

#[test]
fn large_blocks_go_back_to_the_system_if_that_is_asked_for() {
    in_own_process("large_blocks::large_blocks_go_back_to_the_system_if_that_is_asked_for", || {
        assert_eq!(return_large_blocks(), cfg!(target_env = "gnu"));
        if cfg!(target_env = "gnu") {
            let kept = kept_bytes();
            assert!(kept < 4 * MIB, "{kept} bytes are kept");
        }
    });
}

#[cfg(target_env = "gnu")]
#[test]
fn large_blocks_are_kept_otherwise() {
    in_own_process("large_blocks::large_blocks_are_kept_otherwise", || {
        let kept = kept_bytes();
        assert!(kept > BLOCKS * MIB / 2, "only {kept} bytes are kept: the call is not needed any more");
    });
}
