//! Chance against panics: keys, clicks, sizes and pasted text at random.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::super::state::View;
use super::super::theme::Depth;
use super::super::update::Event;
use super::Browser;

const KEYS: &str = "up down left right enter esc backspace tab shift-tab pageup pagedown home end j k h l H v V o O f i d \
                    p u ctrl-r X / n N Z 0 z K K * & t T g g f n g n g c g m % % D D D alt-c alt-w alt-r ? / q q i x s a 1 2 3 4 5 6 7 8 9 y Y : ? ( = 0 D L space ctrl-u ctrl-w \
                    C r c F # c m U + - R P { } z s a x ctrl-w ctrl-w e ctrl-p w b [ ] M B < > g F g l g a";
const SIZES: [(u16, u16); 13] = [
    (120, 12),
    (121, 40),
    (200, 10),
    (80, 24),
    (40, 10),
    (20, 4),
    (3, 1),
    (160, 50),
    (39, 9),
    (1, 1),
    (300, 90),
    (72, 12),
    (60, 15),
];
const PASTED: [&str; 14] = [
    "main",
    "collapse=main",
    "base runs/old_1.pb.gz",
    "(((",
    "",
    "\u{65e5}\u{672c}\t\n\u{1b}[31m",
    "focus=",
    "granularity=lines",
    "peek .",
    "undo",
    "copy-path",
    "copy-tsv",
    "hints",
    "svg >/dev/null/no.svg",
];
const MOUSE: [MouseEventKind; 6] = [
    MouseEventKind::ScrollDown,
    MouseEventKind::ScrollUp,
    MouseEventKind::Moved,
    MouseEventKind::Down(MouseButton::Left),
    MouseEventKind::Down(MouseButton::Right),
    MouseEventKind::Drag(MouseButton::Left),
];

/// Draws numbers (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize // Less than `end`.
    }

    fn of<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        &list[self.below(list.len())]
    }
}

/// Returns how long this thread had a processor, or, where that is not told, how long the test runs.
fn busy() -> Duration {
    static BEGIN: OnceLock<Instant> = OnceLock::new();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|text| text.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| BEGIN.get_or_init(Instant::now).elapsed(), Duration::from_nanos)
}

/// `RPPROF_TUI_EVENTS=100000` is how many events there are for each view; it tells the slowest picture.
#[test]
fn nothing_that_happens_at_random_panics() {
    let count = std::env::var("RPPROF_TUI_EVENTS").ok().and_then(|count| count.parse().ok()).unwrap_or(120);
    let keys: Vec<&str> = KEYS.split_whitespace().collect();
    let mut chance = Chance(0x2545_f491_4f6c_dd1d);
    let mut slowest = Duration::ZERO;
    for view in View::ALL {
        for kind in 0..3 {
            let mut browser = match kind {
                0 => Browser::open("go_cpu.pb.gz", (80, 24), Depth::Indexed),
                1 => Browser::open("tokio_heap.pb.gz", (80, 24), Depth::Mono),
                _ => Browser::compare("runs/old_1.pb.gz", "runs/new_1.pb.gz", (80, 24), Depth::True),
            };
            browser.press(&(view as usize + 1).to_string());
            for step in 0..count / 3 {
                happen(&mut browser, &mut chance, &keys, step);
                if chance.below(4) == 0 {
                    // It may have gone elsewhere.
                    browser.state.view = view;
                }
                let begin = busy();
                browser.picture();
                slowest = slowest.max(busy().saturating_sub(begin));
                browser.effects.clear();
            }
        }
    }
    println!("{count} events a view; the slowest picture took {slowest:?}");
}

fn happen(browser: &mut Browser, chance: &mut Chance, keys: &[&str], step: u64) {
    match chance.below(24) {
        0 => {
            let &(width, height) = chance.of(&SIZES);
            browser.happen(Event::Resize(width, height));
        }
        1 | 2 => {
            let (column, row) = (chance.below(310) as u16, chance.below(95) as u16);
            let kind = *chance.of(&MOUSE);
            let modifiers = *chance.of(&[KeyModifiers::NONE, KeyModifiers::NONE, KeyModifiers::CONTROL]);
            let mouse = MouseEvent { kind, column, row, modifiers };
            browser.happen(Event::Mouse(mouse, step * 100));
        }
        3 => browser.happen(Event::Paste((*chance.of(&PASTED)).to_owned())),
        4 if browser.state.prompt.is_none() => browser.press("X"),
        _ => {
            let key: &&str = chance.of(keys);
            browser.press(key);
        }
    }
}
