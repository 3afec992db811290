//! A profile that changes while one looks at it.

use std::time::Duration;

use rpprof::profile::unit;

use super::label_list;
use super::state::{Effect, State, View};
use super::watch::News;

/// What is known of how the profile is read again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Live {
    /// Whether it can be read again at all.
    pub(super) can_read: bool,
    /// How often it is looked, in words; empty if only when somebody asks.
    pub(super) interval: String,
    pub(super) is_paused: bool,
    /// When it was read last, if it was.
    at: String,
    /// Why it could not be read the last time.
    fault: Option<String>,
}

impl Live {
    /// Returns what is known of a profile that can be read again; `None` if it is read only when somebody asks.
    pub(super) fn new(interval: Option<Duration>) -> Self {
        let millis = |interval: Duration| i64::try_from(interval.as_millis()).unwrap_or(i64::MAX);
        let interval = interval.map(|interval| unit::label(millis(interval), "milliseconds", "auto"));
        Self { can_read: true, interval: interval.unwrap_or_default(), ..Self::default() }
    }

    /// Tells how things are, if there is anything to tell.
    pub(super) fn text(&self) -> Option<String> {
        let state = match (&self.fault, self.is_paused, self.interval.is_empty()) {
            (_, true, _) => "paused".to_owned(),
            (Some(fault), _, false) => format!("{fault}; tried every {}", self.interval),
            (Some(fault), _, true) => fault.clone(),
            (None, _, false) => format!("every {}", self.interval),
            (None, _, true) => String::new(),
        };
        let read = if self.at.is_empty() { String::new() } else { format!("read {}", self.at) };
        match (state.is_empty(), read.is_empty()) {
            (true, true) => None,
            (false, false) => Some(format!("{read}, {state}")),
            _ => Some(format!("{read}{state}")),
        }
    }
}

/// Takes in what became of the profile: what is shown stays until there are new answers.
pub(super) fn take_in(state: &mut State, news: News) {
    match news {
        News::Fresh { edition, at, new } => {
            let fault = state.live.fault.take();
            state.live.at = at;
            // Why it could not be read is not true any more.
            state.message.take_if(|message| Some(&message.text) == fault.as_ref());
            if let Some(new) = new {
                (state.subject.duration, state.subject.first_share) = (new.duration, new.first_share);
            }
            // There the cursor is at a caller or callee, and what is between them stays.
            if state.view != View::Butterfly
                && let Some(name) = state.current()
            {
                state.select(name);
            }
            label_list::remember_row(state);
            state.forget_questions();
            state.scope.edition = edition;
            state.is_stale = [true; super::request::TOPICS];
            if let Some(search) = &mut state.search {
                search.matches = None;
            }
        }
        News::Fault(message) => {
            // What failed is known; why it did is what has to have place.
            let cause = message.rsplit_once("failed: ").map_or(message.as_str(), |(_, cause)| cause);
            let fault = format!("not read again: {cause}");
            state.complain(fault.clone());
            state.live.fault = Some(fault);
        }
    }
}

/// Stops to read the profile again, or goes on.
pub(super) fn pause(state: &mut State) -> Vec<Effect> {
    if state.live.interval.is_empty() {
        state.tell("nothing is watched; rpprof tui FILE --watch does");
        return Vec::new();
    }
    state.live.is_paused = !state.live.is_paused;
    state.tell(if state.live.is_paused {
        "paused: the profile stays as it is"
    } else {
        "the profile is watched again"
    });
    vec![Effect::Pause(state.live.is_paused)]
}

/// Reads the profile again now.
pub(super) fn read_now(state: &mut State) -> Vec<Effect> {
    if !state.live.can_read {
        state.tell("this profile cannot be read a second time");
        return Vec::new();
    }
    state.tell("reading ...");
    vec![Effect::ReadNow]
}
